"""Writing the prices of an approved round, once, as they were previewed."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.design import wording
from nearhome.procurement.actions.uplift_moving import lock_round, move_round, note_round, require_can_move
from nearhome.procurement.calculations.frameworks.uplift import Change
from nearhome.procurement.models import BlockPrice, RateLine, UpliftRound
from nearhome.procurement.permissions import require_leads
from nearhome.procurement.queries.uplifts import kept_lines, rates_touched, worked_preview
from nearhome.procurement.states.uplifts import UpliftState


@transaction.atomic
def apply_uplift(*, uplift: UpliftRound, by: Any, now: datetime) -> UpliftRound:
    """Write the new prices as they were previewed: new rows from the day, none edited but for its end. Twice is once.

    Refused, with nothing written, if a price changed since the preview or the day has passed.
    """
    require_leads(by, uplift.lead_id)
    locked = lock_round(uplift, None)
    if locked.state == UpliftState.APPLIED:
        return locked
    require_can_move(locked, UpliftState.APPLIED)
    if locked.effective_on < timezone.localdate(now, wording.LONDON):
        raise ValidationError(
            "Its day has passed, and prices never change backwards. Withdraw it and propose a later day."
        )
    list(rates_touched(locked).select_for_update(of=("self",)))
    found = worked_preview(locked)
    if _as_kept(locked) != {(one.line.line_id, one.line.weekly_price_pence, one.after_pence) for one in found.changes}:
        raise ValidationError(
            "A price changed since the preview, so nothing was applied. Withdraw it and propose it again."
        )
    _write_rates(locked, found.changes) if locked.framework_id else _write_block_prices(locked, found.changes)
    move_round(locked, UpliftState.APPLIED, by, now)
    words = (
        f"{wording.plural(len(found.changes), 'price')} changed from {wording.date(locked.effective_on)} by the uplift."
    )
    note_round("uplift.applied", words, locked, by, now)
    return locked


def _as_kept(row: UpliftRound) -> set[tuple[int, int, int]]:
    lines = kept_lines(row).filter(kept_why="")
    return {(one.rate_id or one.block_price_id or 0, one.before_pence, one.after_pence) for one in lines}


def _write_rates(row: UpliftRound, changes: tuple[Change, ...]) -> None:
    after = {one.line.line_id: one.after_pence for one in changes}
    old = list(rates_touched(row).filter(pk__in=after))
    new = [
        RateLine(
            supplier_id=one.supplier_id, provider_id=one.provider_id, category=one.category, min_age=one.min_age,
            before_age=one.before_age, weekly_price_pence=after[one.pk], starts_on=row.effective_on,
            ends_before=one.ends_before,
        )
        for one in old
    ]  # fmt: skip
    RateLine.objects.filter(pk__in=after).update(ends_before=row.effective_on)
    RateLine.objects.bulk_create(new)


def _write_block_prices(row: UpliftRound, changes: tuple[Change, ...]) -> None:
    BlockPrice.objects.bulk_create(
        BlockPrice(contract=row.block, starts_on=row.effective_on, weekly_price_pence=one.after_pence)
        for one in changes
    )
