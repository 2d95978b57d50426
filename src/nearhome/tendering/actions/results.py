"""Working the ranking of a lot out, with everything it rests on kept beside it."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.tendering.actions.scoring import lock_lot
from nearhome.tendering.models import Lot, LotResult, QualityLock
from nearhome.tendering.permissions.evaluation import require_works_out
from nearhome.tendering.queries.panel import buyers_of
from nearhome.tendering.queries.results import newest_result, worked_result


@transaction.atomic
def work_out_results(*, lot: Lot, by: Any, now: datetime) -> LotResult:
    """Rank the lot's bids by its published rule. Nothing new went in: the result that stands is given back.

    Raises ValidationError before quality is locked, and where the published rule cannot be applied.
    """
    procurement = lock_lot(lot)
    require_works_out(by, procurement)
    if not QualityLock.objects.filter(lot=lot).exists():
        raise ValidationError("Quality of this lot is not locked yet, so prices stay closed and nothing is ranked.")
    inputs, result = worked_result(lot)
    before = newest_result(lot)
    if before and before.inputs == inputs and before.result == result:
        return before
    row = LotResult.objects.create(lot=lot, inputs=inputs, result=result, worked_out_at=now, worked_out_by=str(by))
    words = f"The results of lot {lot.number} were worked out{' again, as something had changed' if before else ''}."
    record(
        "results.worked_out",
        words,
        about=procurement,
        by=by,
        at=now,
        thread=procurement.key,
        seen_by=buyers_of(procurement),
    )
    return row
