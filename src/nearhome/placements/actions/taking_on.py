"""An authority begins with Nearhome: the children its return says are placed become bookings, all at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import connection, transaction
from psycopg.types.range import DateRange

from nearhome.audit.record import record
from nearhome.calendars.calculations.working_days import london_date
from nearhome.design import wording
from nearhome.market.actions.occupancy import free_expired_holds
from nearhome.market.models import Occupancy, Resident
from nearhome.needs.models import Child
from nearhome.people.models import Organisation
from nearhome.placements.calculations.arrival import age_on
from nearhome.placements.calculations.taking_on import Assignment, NotPlaced, assign_places
from nearhome.placements.models import Booking, BookingPrice
from nearhome.placements.queries.taking_on import (
    Purchase,
    known_homes,
    providers_of,
    purchases_for,
    running_episodes,
    taken_places,
)
from nearhome.privacy.statistics import refresh_statistics
from nearhome.referrals.calculations.released import pseudonym

Progress = Callable[[int, int], None]
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class TakenOn:
    """How many children now have a booking, and who could not be placed and why."""

    placed: int
    already: int
    without_price: int
    not_placed: tuple[NotPlaced, ...]

    @property
    def words(self) -> str:
        """What happened, in a sentence."""
        placed = wording.plural(self.placed, "current placement")
        return f"{placed} taken on, {self.already:,} were there already, {len(self.not_placed):,} could not be placed."


@transaction.atomic
def take_on_current_placements(
    *, authority: Organisation, by: Any, now: datetime, progress: Progress | None = None
) -> TakenOn:
    """Make a booking of every running episode whose URN and postcode name a home with a free place.

    Nothing is doubled when it is done again. Act for the authority. `progress` is told (done, total).
    """
    # Two at once would choose the same places: the second waits, then finds nothing left to do.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('placements.taking_on'))")
    free_expired_holds(now)
    episodes, already = running_episodes(authority.pk)
    homes = known_homes({one.urn for one in episodes})
    found = assign_places(episodes, homes, taken_places([home.home_id for home in homes]))
    without_price = 0
    for done, part in _parts(found.assigned):
        without_price += _book(part, authority, now)
        if progress:
            progress(done, len(found.assigned))
    if found.assigned:
        refresh_statistics("market_occupancy", "market_resident", "placements_booking", "placements_bookingprice")
        words = f"{wording.plural(len(found.assigned), 'current placement')} taken on from the return."
        record("placements.taken_on", words, about=authority, by=by, at=now)
    return TakenOn(len(found.assigned), already, without_price, found.not_placed)


def _parts(assigned: tuple[Assignment, ...]) -> Iterator[tuple[int, tuple[Assignment, ...]]]:
    for start in range(0, len(assigned), AT_ONCE):
        part = assigned[start : start + AT_ONCE]
        yield start + len(part), part


def _book(part: tuple[Assignment, ...], authority: Organisation, now: datetime) -> int:
    """Write one part; how many of its bookings have no price."""
    today = london_date(now)
    children = Child.objects.in_bulk([one.episode.child_id for one in part])
    providers = providers_of([one.home_id for one in part])
    ages = {one.place_id: age_on(children[one.episode.child_id].born_month, today) for one in part}
    bought = purchases_for({one.place_id: one.home_id for one in part}, ages, authority.pk, today)
    taken = Occupancy.objects.bulk_create(
        Occupancy(place_id=one.place_id, kind="booking", days=DateRange(one.episode.starts_on, None)) for one in part
    )
    rows = list(zip(part, taken, strict=True))
    Resident.objects.bulk_create(
        _resident(one, occupancy, children[one.episode.child_id], providers[one.home_id], authority.pk)
        for one, occupancy in rows
    )
    bookings = Booking.objects.bulk_create(
        _booking(one, occupancy, bought[one.place_id], authority.pk, now, children, providers[one.home_id])
        for one, occupancy in rows
    )
    prices = [_price(one, bought[one.place_id]) for one in bookings if bought[one.place_id].weekly_price_pence]
    BookingPrice.objects.bulk_create(prices)
    return len(part) - len(prices)


def _resident(one: Assignment, occupancy: Occupancy, child: Child, provider_id: int, authority_id: int) -> Resident:
    return Resident(
        occupancy=occupancy, authority_id=authority_id, provider_id=provider_id, child_key=child.key, sex=child.sex,
        born_month=child.born_month,
    )  # fmt: skip


def _booking(
    one: Assignment,
    occupancy: Occupancy,
    purchase: Purchase,
    authority_id: int,
    now: datetime,
    children: dict[int, Child],
    provider_id: int,
) -> Booking:
    key, begins = uuid4(), one.episode.starts_on
    return Booking(
        key=key, thread=key, occupancy=occupancy, authority_id=authority_id, provider_id=provider_id,
        host_id=purchase.host_id, child_id=one.episode.child_id,
        child_ref=pseudonym(str(children[one.episode.child_id].key)), home_id=one.home_id, place_id=one.place_id,
        route=purchase.route, block_contract_id=purchase.block_contract_id, starts_on=begins, arrived_on=begins,
        booked_at=now,
    )  # fmt: skip


def _price(booking: Booking, purchase: Purchase) -> BookingPrice:
    begins: date = booking.starts_on
    return BookingPrice(
        booking=booking, authority_id=booking.authority_id, provider_id=booking.provider_id, starts_on=begins,
        core_pence=purchase.weekly_price_pence or 0,
    )  # fmt: skip
