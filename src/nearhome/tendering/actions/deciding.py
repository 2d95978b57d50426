"""Approving or refusing an award: an approver of the lead, within their limit, and never who recommended it."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.tendering.actions.moving import lock_procurement, move_procurement, require_state
from nearhome.tendering.actions.recommending import partners_of, require_newest
from nearhome.tendering.models import Award
from nearhome.tendering.permissions.awards import require_can_decide
from nearhome.tendering.states import ProcurementState


@transaction.atomic
def decide_award(*, award: Award, is_approved: bool, by: Any, now: datetime, reason: str = "") -> Award:
    """Approve an award, or refuse it with a reason: it then goes back to the evaluation, a direct one to the preparation.

    The first of two approvers decides; the second is told how. Raises PermissionDenied or ValidationError.
    """
    require_can_decide(by, award, award.procurement, is_approved=is_approved)
    locked = lock_procurement(award.procurement)
    kept = require_newest(locked, award)
    if kept.is_approved is not None:
        return _decided_already(kept, is_approved, by)
    require_state(locked, ProcurementState.RECOMMENDED)
    if not is_approved and not reason.strip():
        raise ValidationError("Say why the award is refused, so that it can be put right.")
    kept.is_approved, kept.decided_at, kept.decided_by, kept.decided_by_id = is_approved, now, str(by), by.pk
    kept.decision_reason = reason.strip()
    kept.save(update_fields=["is_approved", "decided_at", "decided_by", "decided_by_id", "decision_reason"])
    back = ProcurementState.PREPARING if kept.is_direct else ProcurementState.EVALUATING
    move_procurement(
        locked, ProcurementState.APPROVED if is_approved else back, by=by, now=now, why=kept.decision_reason
    )
    name, did = ("award.approved", "approved") if is_approved else ("award.refused", "refused and sent back")
    words = f"The award of {locked.ref} was {did}."
    record(name, words, about=kept, by=by, at=now, thread=locked.key, seen_by=partners_of(locked))
    return kept


def _decided_already(kept: Award, is_approved: bool, by: Any) -> Award:
    if (kept.is_approved, kept.decided_by_id) == (is_approved, by.pk):
        return kept
    did = "approved" if kept.is_approved else "refused"
    raise ValidationError(f"{kept.decided_by} {did} this award on {wording.moment(kept.decided_at)}, so it is decided.")
