"""Taking a place and letting it go. PostgreSQL refuses any overlap; here its refusal becomes a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from psycopg.types.range import DateRange

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.market.models import Occupancy, Place, Resident

ONE_OCCUPANT = "one_occupant_of_a_place_at_a_time"


class PlaceTaken(ValidationError):
    """Somebody else has the place on some of these days."""

    def __init__(self, place: Place, days: DateRange) -> None:
        until = f" to {wording.date(days.upper)}" if days.upper else ""
        super().__init__(
            f"{place.label} at {place.home.name} is already taken on some day from {wording.date(days.lower)}{until}."
            " Choose another place or another day.",
            code="place_taken",
        )


@dataclass(frozen=True, slots=True)
class Occupant:
    """For whom a place is taken, as little as matching needs. Without `child_key` nobody can tell which child."""

    authority_id: int | None
    sex: str
    born_month: date
    child_key: UUID | None = None


@transaction.atomic
def hold_place(
    *, place: Place, days: DateRange, expires_at: datetime, occupant: Occupant, by: Any, now: datetime
) -> Occupancy:
    """Keep a place for a child until a moment. Raises PlaceTaken if it is not free on every one of the days."""
    if expires_at <= now:
        raise ValidationError("A hold must end in the future. Choose a later time for it to end.")
    held = _take(
        place=place, days=days, kind=Occupancy.Kind.HOLD, reason="Held for an offer", expires_at=expires_at, now=now
    )
    _note_occupant(held, occupant)
    record("place.held", f"{_named(held)} was held until {wording.moment(expires_at)}.", about=held, by=by, at=now)
    return held


@transaction.atomic
def book_place(*, place: Place, days: DateRange, occupant: Occupant, by: Any, now: datetime) -> Occupancy:
    """Take a place without a hold before it. Raises PlaceTaken if it is not free on every one of the days."""
    booked = _take(place=place, days=days, kind=Occupancy.Kind.BOOKING, reason="", expires_at=None, now=now)
    _note_occupant(booked, occupant)
    record("place.booked", f"{_named(booked)} was booked.", about=booked, by=by, at=now)
    return booked


@transaction.atomic
def convert_hold_to_booking(
    *, occupancy: Occupancy, days: DateRange, by: Any, now: datetime, occupant: Occupant | None = None
) -> Occupancy:
    """Make a booking of a hold, for these days. A hold that ran out still becomes one if nobody took the place since.

    `occupant` says now what an anonymous hold could not: which child. Harmless when already booked for the same days.
    Raises PlaceTaken.
    """
    place = _locked(occupancy.place_id, now)
    kept = Occupancy.objects.select_for_update().get(pk=occupancy.pk)
    if kept.kind == Occupancy.Kind.BOOKING and kept.freed_at is None and kept.days == days:
        return kept
    if kept.kind != Occupancy.Kind.HOLD:
        raise ValidationError("This is no longer a hold, so it cannot become a booking. Look at the place again.")
    kept.kind, kept.days, kept.expires_at, kept.freed_at, kept.reason = Occupancy.Kind.BOOKING, days, None, None, ""
    with _taken_means(place, days):
        kept.save()
    if occupant:
        _note_occupant(kept, occupant)
    record("place.booked", f"{_named(kept)} was booked from {wording.date(days.lower)}.", about=kept, by=by, at=now)
    return kept


@transaction.atomic
def extend_hold(*, occupancy: Occupancy, expires_at: datetime, by: Any, now: datetime) -> Occupancy:
    """Let a hold run longer, while a choice waits for approval. Never shortens it; refuses one that has ended."""
    kept = Occupancy.objects.select_for_update(of=("self",)).select_related("place__home").get(pk=occupancy.pk)
    if kept.freed_at or kept.expires_at is None or kept.expires_at <= now:
        raise ValidationError("The hold on this place has ended. Ask the provider to offer the place again.")
    if expires_at > kept.expires_at:
        kept.expires_at = expires_at
        kept.save(update_fields=["expires_at"])
        words = f"The hold on {_named(kept)} now runs until {wording.moment(expires_at)}."
        record("place.hold_extended", words, about=kept, by=by, at=now)
    return kept


@transaction.atomic
def release_hold(*, occupancy: Occupancy, reason: str, by: Any, now: datetime) -> None:
    """Free a held place before its time. Harmless when already free; never frees a booking."""
    kept = Occupancy.objects.select_for_update(of=("self",)).select_related("place__home").get(pk=occupancy.pk)
    if kept.kind == Occupancy.Kind.HOLD and kept.freed_at is None:
        _free(kept, reason=reason, now=now)
        record("place.released", f"The hold on {_named(kept)} ended: {reason}", about=kept, by=by, at=now)


@transaction.atomic
def free_booking(*, occupancy: Occupancy, reason: str, by: Any, now: datetime) -> None:
    """Free a booked place that nobody will live in after all. Harmless when already free."""
    kept = Occupancy.objects.select_for_update(of=("self",)).select_related("place__home").get(pk=occupancy.pk)
    if kept.kind == Occupancy.Kind.BOOKING and kept.freed_at is None:
        _free(kept, reason=reason, now=now)
        record("place.freed", f"The booking of {_named(kept)} was cancelled.", about=kept, by=by, at=now)


def free_expired_holds(now: datetime) -> int:
    """Free every place whose hold is past its time; how many. The database keeps the row's history."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT market_free_expired_holds(%s)", [now])
        return int(cursor.fetchone()[0])


@transaction.atomic
def close_place(*, place: Place, days: DateRange, reason: str, by: Any, now: datetime) -> Occupancy:
    """Say that nobody can live in a place on these days, and why. Raises PlaceTaken if somebody is to live there."""
    _require_own_place(place, by)
    if not reason.strip():
        raise ValidationError("Say why the place is closed, for example: The bedroom is being repaired.")
    closure = _take(
        place=place, days=days, kind=Occupancy.Kind.CLOSURE, reason=reason.strip()[:200], expires_at=None, now=now
    )
    record("place.closed", f"{_named(closure)} was closed: {closure.reason}", about=closure, by=by, at=now)
    return closure


@transaction.atomic
def reopen_place(*, occupancy: Occupancy, on: date, by: Any, now: datetime) -> None:
    """End a closure from a day; one that had not begun by then never was. Harmless when already over."""
    kept = Occupancy.objects.select_for_update(of=("self",)).select_related("place__home").get(pk=occupancy.pk)
    _require_own_place(kept.place, by)
    if kept.kind != Occupancy.Kind.CLOSURE:
        raise ValidationError("Only a closed place can be opened again.")
    if kept.freed_at or (kept.days.upper and kept.days.upper <= on):
        return
    if kept.days.lower and kept.days.lower < on:
        kept.days = DateRange(kept.days.lower, on)
    else:
        kept.freed_at = now
    kept.save(update_fields=["days", "freed_at"])
    record("place.reopened", f"{_named(kept)} is open again from {wording.date(on)}.", about=kept, by=by, at=now)


def _take(
    *, place: Place, days: DateRange, kind: str, reason: str, expires_at: datetime | None, now: datetime
) -> Occupancy:
    place = _locked(place.pk, now)
    _require_place_exists_on(place, days)
    with _taken_means(place, days):
        return Occupancy.objects.create(place=place, kind=kind, days=days, expires_at=expires_at, reason=reason)


def _locked(place_id: int, now: datetime) -> Place:
    """Everyone who takes a place queues here, so that two at once get an answer and not a deadlock."""
    place = Place.objects.select_related("home").select_for_update(of=("self",), no_key=True).get(pk=place_id)
    free_expired_holds(now)
    return place


@contextmanager
def _taken_means(place: Place, days: DateRange) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except DatabaseError as refused:
        if ONE_OCCUPANT not in str(refused):
            raise
        raise PlaceTaken(place, days) from refused


def _require_place_exists_on(place: Place, days: DateRange) -> None:
    if not days.lower or (days.upper and days.upper <= days.lower):
        raise ValidationError("The days must begin on a date and end after it.")
    begins = max((day for day in (place.starts_on, place.home.opens_on) if day), default=None)
    ends = min((day for day in (place.ends_before, place.home.closes_before) if day), default=None)
    if (begins and days.lower < begins) or (ends and days.lower >= ends):
        raise ValidationError(f"{place.label} at {place.home.name} is not open on {wording.date(days.lower)}.")


def _require_own_place(place: Place, by: Any) -> None:
    if by.organisation_id != place.home.provider_id:
        raise PermissionDenied("Only the provider of a home can close or open its places.")


def _note_occupant(taken: Occupancy, occupant: Occupant) -> None:
    facts = {
        "authority_id": occupant.authority_id,
        "provider_id": taken.place.home.provider_id,
        "child_key": occupant.child_key,
        "sex": occupant.sex,
        "born_month": occupant.born_month,
    }
    Resident.objects.update_or_create(occupancy=taken, defaults=facts)


def _free(kept: Occupancy, *, reason: str, now: datetime) -> None:
    kept.freed_at, kept.reason = now, reason[:200]
    kept.save(update_fields=["freed_at", "reason"])


def _named(taken: Occupancy) -> str:
    return f"{taken.place.label} at {taken.place.home.name}"
