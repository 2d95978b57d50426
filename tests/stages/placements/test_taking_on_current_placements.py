import datetime as dt
import time

import pytest

from cast import NOW, TODAY, Cast, make_cast
from nearhome.market.models import Occupancy, Place, Resident
from nearhome.needs.models import Child, Episode
from nearhome.placements.actions.taking_on import TakenOn, take_on_current_placements
from nearhome.placements.models import Booking, BookingPrice
from nearhome.placements.queries import waiting_for
from nearhome.privacy.acting import acting, acting_for
from nearhome.procurement.models import (
    BlockContract,
    BlockPlace,
    BlockPrice,
    Framework,
    FrameworkParty,
    FrameworkSupplier,
    RateLine,
)
from scenes import make_child, make_home

pytestmark = pytest.mark.django_db


def placed(
    cast: Cast, ref: str, urn: str, *, postcode: str = "ME14 1XX", since: dt.date = dt.date(2025, 9, 1)
) -> Child:
    child = make_child(cast.kent, ref)
    with acting_for(cast.kent.pk):
        Episode.objects.create(
            child=child, authority=cast.kent, starts_on=since, reason_new="S", legal_status="C2", need="N1",
            place_type="K2", place_provider="PR4", urn=urn, place_postcode=postcode,
        )  # fmt: skip
    return child


def take_on(cast: Cast) -> TakenOn:
    with acting(cast.anna):
        return take_on_current_placements(authority=cast.kent, by=cast.anna, now=NOW)


def test_a_running_episode_becomes_a_booking_with_its_price_and_nothing_is_doubled() -> None:
    cast = make_cast()
    make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    child = placed(cast, "K1", "SC900001")
    first, second = take_on(cast), take_on(cast)
    assert (first.placed, first.already, first.not_placed) == (1, 0, ())
    assert (second.placed, second.already) == (0, 1)
    with acting(cast.olive):
        booking = Booking.objects.get()
        assert (booking.arrived_on, booking.route, booking.child_id) == (dt.date(2025, 9, 1), "spot", child.pk)
        assert BookingPrice.objects.get().weekly_price_pence == 455_700
        assert Occupancy.objects.get().days.upper is None
        assert Resident.objects.get().child_key == child.key


def test_children_who_cannot_be_placed_are_listed_with_the_reason() -> None:
    cast = make_cast()
    make_home(cast.meadow, "Madeup Meadow House", urn="SC900001", places=1)
    make_home(cast.harbour, "Madeup Carers", urn="SC900002", kind="foster")
    placed(cast, "K1", "SC900001")
    placed(cast, "K2", "SC900001")
    placed(cast, "K3", "SC000000")
    placed(cast, "K4", "SC900002", postcode="CT1 1AA")
    found = take_on(cast)
    reasons = {one.child_ref: one.reason for one in found.not_placed}
    assert found.placed == 1
    assert "is taken" in reasons["K2"]
    assert "is in the register" in reasons["K3"]
    assert "at the postcode" in reasons["K4"]


def test_a_fostering_household_is_found_by_its_postcode() -> None:
    cast = make_cast()
    home = make_home(cast.meadow, "Madeup Carers", urn="SC900002", kind="foster")
    placed(cast, "K1", "SC900002", postcode="me141xx")
    assert take_on(cast).placed == 1
    with acting(cast.mona):
        assert Booking.objects.get().home_id == home.pk


def test_the_contract_decides_route_and_price() -> None:
    cast = make_cast()
    own = make_home(cast.kent, "Madeup Council House", urn="SC900001", price_pence=300_000)
    block = make_home(cast.meadow, "Madeup Block House", urn="SC900002")
    framework = make_home(cast.harbour, "Madeup Framework House", urn="SC900003")
    for number, urn in enumerate(("SC900001", "SC900002", "SC900003")):
        placed(cast, f"K{number}", urn)
    with acting(cast.colin):
        begins = dt.date(2025, 4, 1)
        contract = BlockContract.objects.create(name="Block", host=cast.kent, provider=cast.meadow, starts_on=begins)
        for place in Place.objects.filter(home=block):
            BlockPlace.objects.create(contract=contract, place=place, available_from=begins)
        BlockPrice.objects.create(contract=contract, starts_on=begins, weekly_price_pence=400_000)
        deal = Framework.objects.create(name="F", kind="childrens_home", lead=cast.kent, starts_on=begins)
        FrameworkParty.objects.create(framework=deal, organisation=cast.kent)
        supplier = FrameworkSupplier.objects.create(
            framework=deal, registration=framework.registration, provider=cast.harbour, tier=1
        )
        RateLine.objects.create(
            supplier=supplier,
            provider=cast.harbour,
            weekly_price_pence=420_000,
            starts_on=begins,
            min_age=10,
            before_age=16,
        )
    assert take_on(cast).placed == 3
    with acting(cast.olive):
        found = {
            row.home.name: (row.route, row.prices.get().core_pence, row.host_id)
            for row in Booking.objects.select_related("home").prefetch_related("prices")
        }
    assert found == {
        own.name: ("own", 300_000, None),
        block.name: ("block", 400_000, cast.kent.pk),
        framework.name: ("framework", 420_000, None),
    }


def test_what_was_taken_on_asks_nothing_of_the_officer() -> None:
    cast = make_cast()
    make_home(cast.meadow, "Madeup Meadow House", urn="SC900001")
    placed(cast, "K1", "SC900001")
    take_on(cast)
    with acting(cast.olive):
        assert waiting_for(cast.olive, now=NOW) == ()


def test_a_thousand_children_take_a_few_seconds_and_few_queries(django_assert_max_num_queries: object) -> None:
    cast = make_cast()
    make_home(cast.meadow, "Madeup Meadow House", urn="SC900001", places=1000)
    with acting(cast.anna):
        children = Child.objects.bulk_create(
            Child(authority=cast.kent, return_ref=f"K{n}", sex="F", born_month=dt.date(2012, 1, 1)) for n in range(1000)
        )
        Episode.objects.bulk_create(
            Episode(
                child=child, authority=cast.kent, starts_on=TODAY, reason_new="S", legal_status="C2", need="N1",
                place_type="K2", urn="SC900001", place_postcode="ME14 1XX",
            )
            for child in children
        )  # fmt: skip
        began = time.perf_counter()
        with django_assert_max_num_queries(40):  # type: ignore[operator]
            found = take_on_current_placements(authority=cast.kent, by=cast.anna, now=NOW)
        assert found.placed == 1000
        assert time.perf_counter() - began < 10
