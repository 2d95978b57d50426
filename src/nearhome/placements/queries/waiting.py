"""What waits for officers, approvers and providers about placements."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time

from django.db.models import Prefetch, Q
from django.urls import reverse

from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.waiting import Waiting
from nearhome.design.wording import LONDON, weekly
from nearhome.people.models import Person
from nearhome.people.roles import Role
from nearhome.placements.calculations.status import BookingStatus
from nearhome.placements.models import Agreement, Booking, OutOfArea
from nearhome.placements.permissions import reads_for_authority, reads_for_provider
from nearhome.placements.queries.bands import bands_ahead
from nearhome.placements.queries.facts import clocks_for, status_of

URGENT = ("overdue", "due")


def waiting_for(person: Person, *, now: datetime) -> tuple[Waiting, ...]:
    """What this person is to do about placements."""
    found: list[Waiting] = []
    if reads_for_authority(person) and person.has_role(Role.PLACEMENT_OFFICER):
        found += _for_officer(person, now)
    if reads_for_authority(person) and person.has_role(Role.APPROVER):
        found += _to_approve(person, now)
    if reads_for_provider(person):
        found += _to_sign(person, now)
    return tuple(found)


def _for_officer(person: Person, now: datetime) -> Iterator[Waiting]:
    """Placements made here, or taken on and since worked on: what was taken on and left alone asks for nothing."""
    rows = Booking.objects.filter(
        Q(referral__isnull=False) | Q(clock_events__isnull=False) | Q(agreements__isnull=False),
        authority_id=person.organisation_id, departed_on__isnull=True, cancelled_at__isnull=True,
    )  # fmt: skip
    agreements = Prefetch("agreements", Agreement.objects.defer("terms", "document").prefetch_related("signatures"))
    bookings = list(rows.distinct().select_related("home", "child").prefetch_related(agreements, "clock_events"))
    clocks = clocks_for([row for row in bookings if row.arrived_on], now)
    for booking in bookings:
        yield from _about_agreement(booking, now)
        yield from _about_living(booking, now)
        for clock in clocks.get(booking.pk, ()):
            if clock.state in URGENT:
                yield _own_line(clock.what, booking, "placements:clocks", clock.due_on, now)


def _about_agreement(booking: Booking, now: datetime) -> Iterator[Waiting]:
    versions = list(booking.agreements.all())
    if not versions:
        if booking.referral_id:
            yield _own_line("Issue the placement agreement", booking, "placements:issue", booking.starts_on, now)
        return
    last = versions[-1]
    if not any(one.side == "authority" for one in last.signatures.all()):
        yield _own_line("Sign the placement agreement", booking, "placements:agreements", booking.starts_on, now)
    if last.form == "emergency" and last.complete_by:
        words = "Replace the emergency short form with the full agreement"
        yield _own_line(words, booking, "placements:issue", last.complete_by, now)


def _about_living(booking: Booking, now: datetime) -> Iterator[Waiting]:
    today = london_date(now)
    status = status_of(booking, today)
    if status == BookingStatus.EXPECTED or (status == BookingStatus.UPCOMING and booking.starts_on == today):
        yield _own_line("Record the arrival", booking, "placements:arrival", booking.starts_on, now)
    if status == BookingStatus.PAST_EXPECTED_END:
        words = "Record the ending, or a new expected end"
        yield _own_line(words, booking, "placements:placement", booking.expected_ends_on, now)


def _to_approve(person: Person, now: datetime) -> Iterator[Waiting]:
    rows = OutOfArea.objects.filter(
        authority_id=person.organisation_id, approved_at__isnull=True, booking__cancelled_at__isnull=True,
        booking__departed_on__isnull=True,
    ).exclude(booking__decision__decided_by=person)  # fmt: skip
    yield from _bands(person, now)
    for one in rows.select_related("booking__home", "booking__child"):
        words = f"Record the approval of the {one.decision_maker[0].lower()}{one.decision_maker[1:]}"
        yield _own_line(words, one.booking, "placements:out_of_area", one.booking.starts_on, now)


def _bands(person: Person, now: datetime) -> Iterator[Waiting]:
    """Whether the price follows the rate card is agreed by people; what the card says is told in time."""
    rows = Booking.objects.filter(
        authority_id=person.organisation_id, route="framework", departed_on__isnull=True, cancelled_at__isnull=True
    )
    for one in bands_ahead(list(rows.select_related("home", "child")), london_date(now)):
        words = f"Agree the price of the next age band: {weekly(one.change.after.weekly_price_pence)} on the rate card"
        yield _own_line(words, one.booking, "placements:price", one.change.on, now)


def _to_sign(person: Person, now: datetime) -> Iterator[Waiting]:
    rows = Agreement.objects.filter(
        provider_id=person.organisation_id, booking__cancelled_at__isnull=True, booking__departed_on__isnull=True
    ).defer("terms", "document")
    latest: dict[int, Agreement] = {}
    for one in rows.select_related("booking__home").prefetch_related("signatures").order_by("booking_id", "version"):
        latest[one.booking_id] = one
    for one in latest.values():
        if not any(signature.side == "provider" for signature in one.signatures.all()):
            yield _line(
                "Sign the placement agreement", one.booking, "placements:agreements", one.booking.starts_on, now
            )


def _own_line(words: str, booking: Booking, page: str, due_on: date | None, now: datetime) -> Waiting:
    """For the child's own authority, which knows the child by its own reference."""
    line = _line(words, booking, page, due_on, now)
    return replace(line, about=f"{booking.child.return_ref}, {booking.home.name}")


def _line(words: str, booking: Booking, page: str, due_on: date | None, now: datetime) -> Waiting:
    due_at = datetime.combine(due_on, time(23, 59), LONDON) if due_on else None
    about = f"{booking.child_ref}, {booking.home.name}"
    return Waiting(words, about, reverse(page, args=[booking.key]), due_at, bool(due_at and due_at < now))
