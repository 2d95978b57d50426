"""What every action here shares: the lock, the record, the days of the place."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from psycopg.types.range import DateRange

from nearhome.audit.record import record
from nearhome.market.actions.occupancy import ONE_OCCUPANT, PlaceTaken, free_expired_holds
from nearhome.market.models import Occupancy, Place
from nearhome.placements.models import Booking

Money = dict[str, int]


def lock_booking(booking: Booking) -> Booking:
    """The booking's row as it is now, locked until the transaction ends: everyone who changes it queues here."""
    rows = Booking.objects.select_for_update(of=("self",))
    return rows.select_related("home", "place", "authority", "provider").get(pk=booking.pk)


def require_not_cancelled(booking: Booking) -> None:
    """Raise ValidationError for a booking that was cancelled."""
    if booking.cancelled_at:
        raise ValidationError("This booking was cancelled, so nothing more can be recorded about it.")


def require_living(booking: Booking) -> None:
    """Raise ValidationError unless the child lives there now."""
    require_not_cancelled(booking)
    if booking.arrived_on is None:
        raise ValidationError("The child has not moved in yet. Record the arrival first.")
    if booking.departed_on is not None:
        raise ValidationError("This placement has ended. Correct its dates if they are wrong.")


def note(name: str, words: str, booking: Booking, *, by: Any, at: datetime, about: Any = None, **details: Any) -> None:
    """Record something both sides of the placement may know."""
    seen_by = tuple({booking.authority_id, booking.provider_id} - {by.organisation_id})
    record(name, words, about=about or booking, by=by, at=at, thread=booking.thread, seen_by=seen_by, **details)


def note_inside(name: str, words: str, booking: Booking, *, by: Any, at: datetime, about: Any = None) -> None:
    """Record something that only the authority may know."""
    record(name, words, about=about or booking, by=by, at=at, thread=booking.thread)


def change_days(booking: Booking, *, lower: date, upper: date | None, now: datetime) -> None:
    """Take the booking's place for these days instead. Raises PlaceTaken if somebody else has it on one of them.

    No days at all (it ended the day it began) frees the place.
    """
    place = Place.objects.select_related("home").select_for_update(of=("self",), no_key=True).get(pk=booking.place_id)
    free_expired_holds(now)
    kept = Occupancy.objects.select_for_update().get(pk=booking.occupancy_id)
    if upper is not None and upper <= lower:
        kept.freed_at, kept.reason = now, "The child left on the day they arrived"
        kept.save(update_fields=["freed_at", "reason"])
        return
    kept.days, kept.freed_at = DateRange(lower, upper), None
    with taken_means(place, kept.days):
        kept.save(update_fields=["days", "freed_at"])


@contextmanager
def taken_means(place: Place, days: DateRange) -> Iterator[None]:
    """Turn PostgreSQL's refusal of an overlap into PlaceTaken."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as refused:
        if ONE_OCCUPANT not in str(refused):
            raise
        raise PlaceTaken(place, days) from refused
