"""Visits, reviews and notices: what a statutory clock was waiting for, done."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.calendars.calculations.working_days import london_date
from nearhome.design import wording
from nearhome.placements.actions.keeping import lock_booking, note_inside, require_not_cancelled
from nearhome.placements.models import Booking, ClockEvent
from nearhome.placements.permissions import require_can_work_on

VISIT, REVIEW, NOTICE, AREA_NOTIFIED, AREA_CONSULTED = "C06", "C11", "C01", "C04", "D03"
KINDS = {
    VISIT: "Visit to the child",
    REVIEW: "Review of the child's case",
    NOTICE: "Written notice of the placement to everyone who must have it",
    AREA_NOTIFIED: "Written notice to the authority where the home is",
    AREA_CONSULTED: "Consultation of the authority where the home is",
}


@transaction.atomic
def record_clock_event(
    *, booking: Booking, rule: str, done_on: date, by: Any, now: datetime, words: str = ""
) -> ClockEvent:
    """Record that a visit, review or notice was made on a day. The same one twice is recorded once."""
    require_can_work_on(by, booking)
    kept = lock_booking(booking)
    require_not_cancelled(kept)
    if rule not in KINDS:
        raise ValidationError("Select what was done.")
    _require_possible(kept, rule, done_on, now)
    same = ClockEvent.objects.filter(booking=kept, rule=rule, done_on=done_on).first()
    if same:
        return same
    made = ClockEvent.objects.create(
        booking=kept, authority_id=kept.authority_id, rule=rule, done_on=done_on, done_by=by, recorded_at=now,
        note=words.strip(),
    )  # fmt: skip
    told = f"{KINDS[rule]}: done on {wording.date(done_on)}."
    note_inside("clock.done", told, kept, by=by, at=now, about=made)
    return made


def _require_possible(booking: Booking, rule: str, done_on: date, now: datetime) -> None:
    if done_on > london_date(now):
        raise ValidationError("The day must be today or earlier. Record it once it has been done.")
    if rule == VISIT and booking.arrived_on is None:
        raise ValidationError("The child has not moved in yet. Record the arrival first.")
    if rule == VISIT and booking.arrived_on and done_on < booking.arrived_on:
        raise ValidationError(
            f"The visit must be on or after {wording.date(booking.arrived_on)}, the day the child moved in."
        )
    if rule == VISIT and booking.departed_on and done_on > booking.departed_on:
        raise ValidationError(f"The child left on {wording.date(booking.departed_on)}, before this visit.")
