"""The child leaves: the place is free from that day, and the child's episode ends with its reason."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.calendars.calculations.working_days import london_date
from nearhome.design import wording
from nearhome.needs.actions.episodes import Ending, close_episode
from nearhome.placements.actions.keeping import change_days, lock_booking, note, require_living
from nearhome.placements.calculations.arrival import day_problem
from nearhome.placements.calculations.return_codes import END_REASONS, REASONS_FOR_MOVE, reason_ceased
from nearhome.placements.models import Booking
from nearhome.placements.permissions import require_can_work_on
from nearhome.referrals.actions.moving import move_referral
from nearhome.referrals.models import Referral
from nearhome.referrals.states import ReferralState, can_move


@transaction.atomic
def end_placement(*, booking: Booking, departed_on: date, reason: str, words: str, by: Any, now: datetime) -> Booking:
    """The child left on a day. `reason` is a REASON_PLACE_CHANGE for a move, a REC where care ceased.

    The same ending again changes nothing. Raises ValidationError where the day cannot be right.
    """
    require_can_work_on(by, booking)
    return leave(booking=booking, departed_on=departed_on, reason=reason, words=words, by=by, now=now)


def leave(*, booking: Booking, departed_on: date, reason: str, words: str, by: Any, now: datetime) -> Booking:
    """The ending itself, for an action that has already checked who does it."""
    kept = lock_booking(booking)
    if (kept.departed_on, kept.end_reason) == (departed_on, reason):
        return kept
    require_living(kept)
    _require_possible(kept, departed_on, reason, now)
    _write(kept, departed_on, reason, words, by, now)
    label = END_REASONS[reason]
    note("placement.ended", f"The placement ended on {wording.date(departed_on)}: {label}.", kept, by=by, at=now)
    _close_referral(kept, by, now)
    return kept


@transaction.atomic
def correct_ending(*, booking: Booking, departed_on: date, reason: str, words: str, by: Any, now: datetime) -> Booking:
    """The child left on another day, or for another reason, than recorded. The history keeps what was said before."""
    require_can_work_on(by, booking)
    kept = lock_booking(booking)
    was = kept.departed_on
    if was is None:
        raise ValidationError("No ending is recorded yet. Record the ending first.")
    if (was, kept.end_reason, kept.end_words) == (departed_on, reason, words.strip()):
        return kept
    _require_possible(kept, departed_on, reason, now)
    _write(kept, departed_on, reason, words, by, now)
    said = f"The ending was corrected: {wording.date(departed_on)}, {END_REASONS[reason]} (was {wording.date(was)})."
    note("placement.ending_corrected", said, kept, by=by, at=now)
    return kept


def _require_possible(booking: Booking, departed_on: date, reason: str, now: datetime) -> None:
    problem = day_problem(departed_on, today=london_date(now), what="The day of leaving")
    if problem:
        raise ValidationError(problem)
    if booking.arrived_on and departed_on < booking.arrived_on:
        raise ValidationError(
            f"The day of leaving must be on or after {wording.date(booking.arrived_on)}, the day the child moved in."
        )
    if reason not in END_REASONS:
        raise ValidationError("Select why the placement ended.")


def _write(booking: Booking, departed_on: date, reason: str, words: str, by: Any, now: datetime) -> None:
    assert booking.arrived_on is not None
    booking.departed_on, booking.end_reason, booking.end_words = departed_on, reason, words.strip()
    booking.save(update_fields=["departed_on", "end_reason", "end_words"])
    change_days(booking, lower=min(booking.starts_on, booking.arrived_on), upper=departed_on, now=now)
    change = reason if reason in REASONS_FOR_MOVE else ""
    close_episode(
        child=booking.child, starts_on=booking.arrived_on, ends_before=departed_on,
        ending=Ending(reason_ceased(reason), change), by=by, now=now, thread=booking.thread,
    )  # fmt: skip


def _close_referral(booking: Booking, by: Any, now: datetime) -> None:
    referral = Referral.objects.filter(pk=booking.referral_id).first() if booking.referral_id else None
    if referral and can_move(referral.state, ReferralState.CLOSED):
        move_referral(referral=referral, to_state=ReferralState.CLOSED, by=by, now=now, why="The placement ended.")
