"""A block of three beds that Kent hosts, a child of Portsmouth in one of them, and the money that follows."""

import datetime as dt
from dataclasses import dataclass

from psycopg.types.range import DateRange

from cast import NOW, Cast, make_cast, make_person
from nearhome.market.models import Home, Occupancy, Place, Resident
from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation, Person
from nearhome.placements.models import Booking, BookingPrice
from nearhome.privacy.acting import acting, acting_for
from nearhome.procurement.actions import add_block_place, make_block_contract, set_block_price
from nearhome.procurement.models import BlockContract
from scenes import make_child, make_home, make_partnership

WEEKLY = 455_700
OPENED = dt.date(2026, 1, 1)
SEPTEMBER, OCTOBER = dt.date(2026, 9, 1), dt.date(2026, 10, 1)
IN_OCTOBER = dt.datetime(2026, 10, 5, 9, 0, tzinfo=dt.UTC)


@dataclass(frozen=True)
class BlockScene:
    """Kent's block: Place 1 and 2 are nominated to Kent, Place 3 to West Sussex."""

    cast: Cast
    partnership: Partnership
    contract: BlockContract
    home: Home
    places: tuple[Place, ...]
    wendy: Person  # finance officer, West Sussex
    harriet: Person  # finance officer, Hampshire: the outsider


def make_block_scene() -> BlockScene:
    """The block with its places and price; nobody lives there yet."""
    cast = make_cast()
    wendy = make_person("Wendy Madeup-Finance", cast.west_sussex, "finance_officer")
    harriet = make_person("Harriet Madeup-Finance", cast.hampshire, "finance_officer")
    partnership = make_partnership(cast)
    home = make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    with acting(cast.colin):
        places = tuple(home.places.order_by("label"))
        contract = make_block_contract(
            name="Made-up Meadow block", provider=cast.meadow, starts_on=OPENED,
            parties={cast.kent: 5, cast.west_sussex: 3, cast.portsmouth: 1}, by=cast.colin, now=NOW,
        )  # fmt: skip
        for place, nominated in zip(places, (cast.kent, cast.kent, cast.west_sussex), strict=True):
            add_block_place(
                contract=contract, place=place, available_from=OPENED, nominated=nominated, by=cast.colin, now=NOW
            )
        set_block_price(contract=contract, starts_on=OPENED, weekly_price_pence=WEEKLY, by=cast.colin, now=NOW)
    return BlockScene(cast, partnership, contract, home, places, wendy, harriet)


def live_in(
    place: Place,
    authority: Organisation,
    ref: str,
    arrived_on: dt.date | None,
    departed_on: dt.date | None = None,
    *,
    block: BlockContract | None = None,
    weekly: int | None = None,
    starts_on: dt.date | None = None,
) -> Booking:
    """A child of an authority booked into a place, as the authority records it; by spot purchase without a block."""
    child = make_child(authority, ref)
    first = starts_on or arrived_on
    with acting_for(authority.pk):
        occupancy = Occupancy.objects.create(place=place, kind="booking", days=DateRange(first, departed_on))
        provider = place.home.provider
        Resident.objects.create(
            occupancy=occupancy, authority=authority, provider=provider, child_key=child.key, sex=child.sex,
            born_month=child.born_month,
        )  # fmt: skip
        booking = Booking.objects.create(
            occupancy=occupancy, authority=authority, provider=provider, host=block.host if block else None,
            child=child, child_ref=ref, home=place.home, place=place, route="block" if block else "spot",
            block_contract=block, starts_on=first, booked_at=NOW, arrived_on=arrived_on, departed_on=departed_on,
        )  # fmt: skip
        if weekly:
            BookingPrice.objects.create(
                booking=booking, authority=authority, provider=provider, starts_on=first, core_pence=weekly
            )
    return booking


def depart(booking: Booking, departed_on: dt.date) -> None:
    """The child left; the authority says so, however late."""
    with acting_for(booking.authority_id):
        Booking.objects.filter(pk=booking.pk).update(departed_on=departed_on)
        Occupancy.objects.filter(pk=booking.occupancy_id).update(days=DateRange(booking.starts_on, departed_on))


def first_place(home: Home) -> Place:
    """The first place of a home, as its provider reads it."""
    with acting_for(home.provider_id):
        return Place.objects.select_related("home__provider").filter(home=home).order_by("label")[0]
