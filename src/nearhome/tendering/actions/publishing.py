"""Publishing a tender, giving bidders more time, and opening what they sent."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design.wording import moment
from nearhome.tendering.actions.moving import lock_procurement, move_procurement, require_state
from nearhome.tendering.actions.preparing import buyers_besides
from nearhome.tendering.models import DeadlineExtension, Procurement
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.queries.publishing import what_refuses
from nearhome.tendering.queries.timetables import deadline_problems
from nearhome.tendering.states import ProcurementState

MOST_DAYS_OPEN = 366


@transaction.atomic
def publish_tender(
    *,
    procurement: Procurement,
    deadline_at: datetime,
    questions_until_at: datetime,
    decision: str,
    version: int,
    by: Any,
    now: datetime,
) -> None:
    """Open the tender for bids until `deadline_at`. `decision` names the recorded decision to go to the market.

    Raises ValidationError with every mend, ChangedMeanwhile if somebody changed it since it was looked at.
    """
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    if locked.state == ProcurementState.PUBLISHED and locked.deadline_at == deadline_at:
        return  # a double click
    locked = lock_procurement(procurement, version=version)
    require_state(locked, ProcurementState.PREPARING)
    refused = what_refuses(locked) + deadline_problems(locked, published_at=now, deadline_at=deadline_at)[0]
    refused += _wrong_moments(deadline_at, questions_until_at, now)
    if not decision.strip():
        refused.append("Name the decision to go to the market: publishing commits the authority.")
    if refused:
        raise ValidationError(refused)
    locked.published_at, locked.deadline_at, locked.questions_until_at = now, deadline_at, questions_until_at
    moments = ("published_at", "deadline_at", "questions_until_at")
    why = f"Decision: {decision.strip()}"
    move_procurement(locked, ProcurementState.PUBLISHED, by=by, now=now, why=why, also=moments)
    words = f"The tender was published; bids are due by {moment(deadline_at)}."
    record("tender.published", words, about=locked, by=by, at=now, thread=locked.key, seen_by=buyers_besides(locked))


def _wrong_moments(deadline_at: datetime, questions_until_at: datetime, now: datetime) -> list[str]:
    if (deadline_at - now).days > MOST_DAYS_OPEN:
        return ["The deadline is more than a year away: check the year."]
    if not now < questions_until_at <= deadline_at:
        return ["Questions must end later than now and no later than the deadline."]
    return []


@transaction.atomic
def extend_deadline(*, procurement: Procurement, to_at: datetime, reason: str, by: Any, now: datetime) -> None:
    """Give every bidder more time. Later only, before the deadline has passed, with a reason that all read."""
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    require_state(locked, ProcurementState.PUBLISHED)
    was_at = locked.deadline_at
    if to_at == was_at and locked.extensions.filter(to_at=to_at).exists():
        return  # a double click
    if was_at is None or was_at <= now:
        raise ValidationError("The deadline has passed, so it cannot be moved: bids may have been opened.")
    if to_at <= was_at:
        raise ValidationError(f"A deadline only moves later: enter a moment after {moment(was_at)}.")
    if (to_at - now).days > MOST_DAYS_OPEN:
        raise ValidationError("The deadline is more than a year away: check the year.")
    if not reason.strip():
        raise ValidationError("Enter why bidders get more time: everybody reads it.")
    locked.deadline_at = to_at
    locked.version += 1
    locked.save(update_fields=["deadline_at", "version"])
    DeadlineExtension.objects.create(
        procurement=locked, was_at=was_at, to_at=to_at, reason=reason.strip(), at=now, by_name=str(by)
    )
    words = f"The deadline was moved from {moment(was_at)} to {moment(to_at)}."
    record("tender.extended", words, about=locked, by=by, at=now, thread=locked.key, seen_by=buyers_besides(locked))


@transaction.atomic
def open_bids(*, procurement: Procurement, by: Any, now: datetime) -> None:
    """Close the tender and let the panel begin: from published to evaluating. Harmless when done already."""
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    if locked.state == ProcurementState.EVALUATING:
        return
    require_state(locked, ProcurementState.PUBLISHED)
    if locked.deadline_at is None or now < locked.deadline_at:
        raise ValidationError(f"Bids are sealed until {moment(locked.deadline_at)}.")
    received = locked.bids.filter(submitted_at__isnull=False, withdrawn_at__isnull=True).count()
    move_procurement(locked, ProcurementState.EVALUATING, by=by, now=now)
    words = f"Bids were opened: {received} received by the deadline."
    record("bids.opened", words, about=locked, by=by, at=now, thread=locked.key, seen_by=buyers_besides(locked))
