"""Outside the authority's own area: who approved, and that the authority where the home is was told."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from nearhome.calendars.calculations.working_days import london_date
from nearhome.design import wording
from nearhome.matching.models import Decision
from nearhome.placements.actions.keeping import lock_booking, note_inside, require_not_cancelled
from nearhome.placements.models import Booking, ClockEvent, OutOfArea
from nearhome.placements.permissions import require_can_approve, require_can_work_on

CONSULTED, NOTIFIED = "D03", "C04"


@transaction.atomic
def approve_distance(
    *,
    booking: Booking,
    approved_by_name: str,
    approved_on: date,
    by: Any,
    now: datetime,
    consulted_on: date | None = None,
) -> OutOfArea:
    """Record who approved a placement outside the area. At a distance the area's authority is consulted before.

    The one who records it is not the one who chose the home. A second time changes nothing.
    """
    require_can_approve(by, booking)
    kept = _locked(booking)
    if kept.approved_at:
        return kept
    _require_somebody_else(booking, by)
    _require_sense(kept, approved_by_name, approved_on, now)
    if kept.rule == CONSULTED:
        _consulted_first(booking, approved_on, consulted_on, by, now)
    kept.approved_by_name, kept.approved_at = approved_by_name.strip(), _noon(approved_on)
    kept.recorded_by = by
    kept.save(update_fields=["approved_by_name", "approved_at", "recorded_by"])
    words = f"{kept.decision_maker} approved the placement outside the area on {wording.date(approved_on)}."
    note_inside("placement.distance_approved", words, booking, by=by, at=now, about=kept)
    return kept


@transaction.atomic
def record_area_told(*, booking: Booking, told_on: date, by: Any, now: datetime) -> OutOfArea:
    """The authority where the home is was notified in writing. A second time changes nothing."""
    require_can_work_on(by, booking)
    kept = _locked(booking)
    if kept.area_told_at:
        return kept
    if told_on > london_date(now):
        raise ValidationError("The day must be today or earlier. Record it once the notice has gone out.")
    kept.area_told_at = _noon(told_on)
    kept.save(update_fields=["area_told_at"])
    _done(booking, NOTIFIED, told_on, by, now)
    words = f"The authority where the home is was notified on {wording.date(told_on)}."
    note_inside("placement.area_told", words, booking, by=by, at=now, about=kept)
    return kept


def _locked(booking: Booking) -> OutOfArea:
    require_not_cancelled(lock_booking(booking))
    kept = OutOfArea.objects.select_for_update(of=("self",)).filter(booking=booking).first()
    if kept is None:
        raise ValidationError("This home is in the authority's own area, so nothing needs to be recorded here.")
    return kept


def _require_somebody_else(booking: Booking, by: Any) -> None:
    chose = Decision.objects.filter(booking=booking, decided_by_id=by.pk).exists()
    if chose:
        raise PermissionDenied("You chose this home, so another approver must record the approval.")


def _require_sense(kept: OutOfArea, name: str, approved_on: date, now: datetime) -> None:
    if not name.strip():
        raise ValidationError(f"Enter the name of the {kept.decision_maker.lower()} who approved.")
    if approved_on > london_date(now):
        raise ValidationError("The day of approval must be today or earlier.")


def _consulted_first(booking: Booking, approved_on: date, consulted_on: date | None, by: Any, now: datetime) -> None:
    before = ClockEvent.objects.filter(booking=booking, rule=CONSULTED).order_by("done_on").first()
    day = before.done_on if before else consulted_on
    if day is None and booking.is_emergency:
        return
    if day is None or day > approved_on:
        raise ValidationError(
            "At a distance, the authority where the home is must be consulted and given the care plan before the"
            " decision. Enter the day it was consulted, on or before the day of approval."
        )
    if before is None:
        _done(booking, CONSULTED, day, by, now)


def _done(booking: Booking, rule: str, day: date, by: Any, now: datetime) -> None:
    ClockEvent.objects.create(
        booking=booking, authority_id=booking.authority_id, rule=rule, done_on=day, done_by=by, recorded_at=now
    )


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=wording.LONDON)
