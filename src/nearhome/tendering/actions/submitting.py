"""Submitting a bid, taking it back, withdrawing it; and putting one out after the deadline."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design.wording import moment
from nearhome.tendering.actions.bidding import lock_open_bid, too_late
from nearhome.tendering.actions.moving import lock_procurement, require_state
from nearhome.tendering.actions.preparing import buyers_besides
from nearhome.tendering.models import Bid, Disqualification
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.queries.bidding import what_is_missing
from nearhome.tendering.queries.bids import GROUNDS
from nearhome.tendering.states import ProcurementState


@transaction.atomic
def submit_bid(*, bid: Bid, by: Any, now: datetime) -> Bid:
    """Submit a whole bid before the deadline. Submitted twice, the first moment stands.

    Raises ValidationError with what is missing, or when it is too late by the site's clock or the database's.
    """
    locked = lock_open_bid(bid, by=by, now=now)
    if locked.submitted_at is not None:
        return locked
    missing = what_is_missing(locked, now)
    if missing:
        raise ValidationError([f"{words}." for words in missing.values()])
    locked.submitted_at, locked.submitted_by = now, str(by)
    _keep(locked, submitted_at=now, submitted_by=str(by))
    words = f"A bid for lot {locked.lot.number} was submitted."
    record("bid.submitted", words, about=locked, by=by, at=now, thread=locked.key)
    return locked


@transaction.atomic
def take_back_bid(*, bid: Bid, by: Any, now: datetime) -> None:
    """Make a submitted bid a draft again, to change it; unless it is submitted anew it does not count."""
    locked = lock_open_bid(bid, by=by, now=now)
    if locked.submitted_at is None:
        return
    _keep(locked, submitted_at=None, submitted_by="")
    record("bid.taken_back", "A bid was taken back to be changed.", about=locked, by=by, at=now, thread=locked.key)


@transaction.atomic
def withdraw_bid(*, bid: Bid, by: Any, now: datetime) -> None:
    """Withdraw a bid before the deadline: the buyers never learn of it. The establishment may begin another."""
    if bid.withdrawn_at is not None:
        return
    locked = lock_open_bid(bid, by=by, now=now)
    _keep(locked, submitted_at=None, submitted_by="", withdrawn_at=now)
    record("bid.withdrawn", "A bid was withdrawn.", about=locked, by=by, at=now, thread=locked.key)


def _keep(locked: Bid, **values: Any) -> None:
    """Write, and notice when row security lets nothing through: the deadline passed in the meantime."""
    if not Bid.objects.filter(pk=locked.pk).update(**values):
        raise ValidationError(too_late(locked.procurement.deadline_at, "This was not saved"))


@transaction.atomic
def disqualify_bid(*, bid: Bid, ground: str, reason: str, by: Any, now: datetime) -> Disqualification:
    """Put a bid out after the deadline, with ground and reason that its provider reads. Done once."""
    require_can_lead(by, bid.procurement)
    locked = lock_procurement(bid.procurement)
    require_state(locked, ProcurementState.PUBLISHED, ProcurementState.EVALUATING)
    if locked.deadline_at is None or now < locked.deadline_at:
        raise ValidationError(f"Bids are sealed until {moment(locked.deadline_at)}.")
    if ground not in GROUNDS:
        raise ValidationError("Choose the ground.")
    if not reason.strip():
        raise ValidationError("Enter the reason: the provider reads it.")
    standing = Disqualification.objects.filter(bid=bid).first()
    if standing and (standing.ground, standing.reason) == (ground, reason.strip()):
        return standing
    if standing:
        raise ValidationError("This bid is out already; that stands as it was recorded.")
    row = Disqualification.objects.create(bid=bid, ground=ground, reason=reason.strip(), at=now, by_name=str(by))
    words = f"A bid for lot {bid.lot.number} is out: {GROUNDS[ground].lower()}."
    seen_by = (*buyers_besides(locked), bid.provider_id)
    record("bid.out", words, about=bid, by=by, at=now, thread=locked.key, seen_by=seen_by)
    return row
