"""The child moves in: the booking, the referral and the child's episodes say so together."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from nearhome.calendars.calculations.working_days import london_date
from nearhome.design import wording
from nearhome.needs.actions.episodes import LivedIn, correct_start, open_episode
from nearhome.placements.actions.ending import leave
from nearhome.placements.actions.keeping import change_days, lock_booking, note, note_inside, require_not_cancelled
from nearhome.placements.calculations.arrival import arrival_problems, day_problem
from nearhome.placements.calculations.return_codes import REASONS_FOR_MOVE, place_provider, place_type
from nearhome.placements.models import Booking
from nearhome.placements.permissions import can_approve, require_can_work_on
from nearhome.placements.queries.facts import arrival_facts, dfe_code, eighteenth_birthday
from nearhome.referrals.actions.moving import move_referral
from nearhome.referrals.models import Referral
from nearhome.referrals.states import ReferralState, can_move


@dataclass(frozen=True, slots=True)
class Arrival:
    """What an arrival needs beside its day.

    `reason_place_change` is why the child left where they lived before. `legal_status` and `need` are only asked for a
    child who was not in care. `override` are the words of somebody authorised where S01 or S02 would refuse.
    """

    reason_place_change: str = "CARPL"
    legal_status: str = ""
    need: str = ""
    override: str = ""


@transaction.atomic
def record_arrival(
    *, booking: Booking, arrived_on: date, by: Any, now: datetime, arrival: Arrival | None = None
) -> Booking:
    """The child moved in on a day. Where they lived before ends that day too. The same day again changes nothing.

    Raises ValidationError with the rule's sentence where the arrival may not be recorded.
    """
    said = arrival or Arrival()
    _require_may_record(by, booking, said)
    kept = lock_booking(booking)
    if kept.arrived_on == arrived_on:
        return kept
    require_not_cancelled(kept)
    if kept.arrived_on:
        raise ValidationError(f"The arrival is recorded already, on {wording.date(kept.arrived_on)}. Correct its date.")
    overridden = _require_possible(kept, arrived_on, said, now)
    _leave_last_home(kept, arrived_on, said, by, now)
    kept.arrived_on = arrived_on
    kept.save(update_fields=["arrived_on"])
    change_days(kept, lower=min(kept.starts_on, arrived_on), upper=_upper(kept), now=now)
    _price_from(kept, arrived_on)
    note("placement.arrived", f"The child moved in on {wording.date(arrived_on)}.", kept, by=by, at=now)
    for words in overridden:
        note_inside("placement.rule_overridden", words, kept, by=by, at=now)
    _write_episode(kept, said, by, now)
    mark_placed(kept, by, now)
    return kept


@transaction.atomic
def correct_arrival(*, booking: Booking, arrived_on: date, by: Any, now: datetime) -> Booking:
    """The child moved in on another day than recorded. What was recorded before stays in the history."""
    require_can_work_on(by, booking)
    kept = lock_booking(booking)
    require_not_cancelled(kept)
    was = kept.arrived_on
    if was is None:
        raise ValidationError("No arrival is recorded yet. Record the arrival first.")
    if was == arrived_on:
        return kept
    problem = day_problem(arrived_on, today=london_date(now), what="The arrival")
    if problem:
        raise ValidationError(problem)
    if kept.departed_on and arrived_on > kept.departed_on:
        raise ValidationError(f"The child left on {wording.date(kept.departed_on)}, so they cannot arrive after it.")
    kept.arrived_on = arrived_on
    kept.save(update_fields=["arrived_on"])
    change_days(kept, lower=min(kept.starts_on, arrived_on), upper=kept.departed_on or _upper(kept), now=now)
    _price_from(kept, arrived_on)
    correct_start(child=kept.child, was=was, is_now=arrived_on, by=by, now=now, thread=kept.thread)
    words = f"The arrival was corrected: {wording.date(arrived_on)}, not {wording.date(was)}."
    note("placement.arrival_corrected", words, kept, by=by, at=now)
    return kept


def _require_may_record(by: Any, booking: Booking, said: Arrival) -> None:
    if said.override.strip() and not can_approve(by, booking):
        raise PermissionDenied("Only an approver of the child's own authority can override this rule.")
    if not can_approve(by, booking):
        require_can_work_on(by, booking)


def _require_possible(booking: Booking, arrived_on: date, said: Arrival, now: datetime) -> tuple[str, ...]:
    """Sentences about what was overridden; raises ValidationError for what was not."""
    if said.reason_place_change not in REASONS_FOR_MOVE:
        raise ValidationError("Select why the child left the home before.")
    found = arrival_problems(arrival_facts(booking, arrived_on), arrived_on, today=london_date(now))
    override = said.override.strip()
    refused = [one for one in found if not (one.may_be_overridden and override)]
    if refused:
        raise ValidationError([_sentence(one.words, one.may_be_overridden) for one in refused])
    return tuple(f"Recorded although rule {one.rule} refuses it: {override}" for one in found)


def _sentence(words: str, may_be_overridden: bool) -> str:
    return f"{words} An approver may record it all the same, with the reasons." if may_be_overridden else words


def _leave_last_home(booking: Booking, arrived_on: date, said: Arrival, by: Any, now: datetime) -> None:
    """A child lives in one home at a time: the placement before ends on the day this one begins."""
    living = Booking.objects.filter(child_id=booking.child_id, arrived_on__isnull=False, departed_on__isnull=True)
    for other in living.filter(cancelled_at__isnull=True).exclude(pk=booking.pk):
        leave(
            booking=other, departed_on=arrived_on, reason=said.reason_place_change,
            words=f"The child moved to {booking.home.name}.", by=by, now=now,
        )  # fmt: skip


def _upper(booking: Booking) -> date | None:
    days = booking.occupancy.days
    return days.upper if days is not None else None


def _price_from(booking: Booking, arrived_on: date) -> None:
    """A child who came earlier than agreed is paid for from the day they came."""
    first = booking.prices.order_by("starts_on").first()
    if first and arrived_on < first.starts_on:
        first.starts_on = arrived_on
        first.save(update_fields=["starts_on"])


def _write_episode(booking: Booking, said: Arrival, by: Any, now: datetime) -> None:
    home, arrived_on = booking.home, booking.arrived_on
    assert arrived_on is not None
    ends = booking.expected_ends_on
    provider = place_provider(
        home.registration.sector, is_own=booking.provider_id == booking.authority_id,
        is_authority=booking.provider.kind == "authority",
    )  # fmt: skip
    lived_in = LivedIn(
        place_type(home.kind, is_long_term=ends is not None and ends >= eighteenth_birthday(booking.child)),
        provider, home.registration.urn, home.postcode, said.legal_status, said.need,
    )  # fmt: skip
    open_episode(
        child=booking.child, starts_on=arrived_on, lived_in=lived_in, reason_place_change=said.reason_place_change,
        by=by, now=now, authority_code=dfe_code(booking.authority_id), thread=booking.thread,
    )  # fmt: skip


def mark_placed(booking: Booking, by: Any, now: datetime) -> None:
    """The referral is fulfilled, as soon as its choice is approved and the child lives there."""
    referral = Referral.objects.filter(pk=booking.referral_id).first() if booking.referral_id else None
    if referral and can_move(referral.state, ReferralState.PLACED):
        move_referral(referral=referral, to_state=ReferralState.PLACED, by=by, now=now, why="The child moved in.")
