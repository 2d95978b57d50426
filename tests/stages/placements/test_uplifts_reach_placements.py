"""An uplift voted for all placements changes the price of those called off before, once; one for new ones does not."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from cast import NOW, TODAY, Cast, make_cast
from nearhome.audit.models import Event
from nearhome.audit.record import Nearhome
from nearhome.placements.actions.living import WeeklyPrice, change_price
from nearhome.placements.actions.uplifting import apply_uplifts
from nearhome.placements.jobs import apply_uplifts_for_all
from nearhome.placements.models import Booking, BookingPrice
from nearhome.privacy.acting import acting, acting_for
from nearhome.procurement.actions.uplift_prices import apply_uplift
from nearhome.procurement.actions.uplifts import preview_uplift, propose_uplift
from nearhome.procurement.calculations.frameworks.uplift import UpliftRule
from nearhome.procurement.models import UpliftCost, UpliftRound
from nearhome.procurement.queries.later_placements import nights_on_record
from scenes_frameworks import D2N2, NEXT_APRIL, Region, approved, make_region, proposal
from scenes_placements import arrived, booked, make_scene

pytestmark = pytest.mark.django_db
MARCH = dt.datetime(2027, 3, 20, 9, tzinfo=dt.UTC)
IN_APRIL = dt.datetime(2027, 4, 2, 9, tzinfo=dt.UTC)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def region(cast: Cast) -> Region:
    return make_region(cast)


@pytest.fixture
def living(cast: Cast, region: Region) -> Booking:
    """A child of 13 in Meadow's home of tier 1, at £4,000.00 and £557.00 a week, as the rate card allows."""
    scene = make_scene(cast, home=region.homes[0])
    with acting(cast.mona):
        offer = scene.offer
        offer.route, offer.route_name, offer.tier = "framework", region.framework.name, 1
        offer.save()
    return arrived(booked(scene), cast.olive)


def applied(cast: Cast, region: Region, *, to: str, rule: UpliftRule = D2N2, on: dt.date = NEXT_APRIL) -> UpliftRound:
    with acting(cast.colin):
        made = propose_uplift(
            contract=region.framework, proposal=proposal(rule, on=on, applies_to=to), by=cast.colin, now=NOW
        )
        row = preview_uplift(uplift=made, weeks={cast.kent.pk: 52} if to == "new" else None, by=cast.colin, now=NOW)
    approved(cast, row)
    with acting(cast.colin):
        row.refresh_from_db()
        return apply_uplift(uplift=row, by=cast.colin, now=MARCH)


def prices(cast: Cast, booking: Booking) -> list[tuple[dt.date, int, int]]:
    with acting(cast.olive):
        rows = BookingPrice.objects.filter(booking=booking).order_by("starts_on")
        return [(row.starts_on, row.core_pence, row.weekly_price_pence) for row in rows]


def test_a_round_for_all_reaches_the_placement_once_however_often_the_clock_brings_it(
    cast: Cast, region: Region, living: Booking
) -> None:
    applied(cast, region, to="all")
    assert apply_uplifts_for_all(MARCH) == 1
    assert apply_uplifts_for_all(IN_APRIL) == 0
    assert prices(cast, living) == [(TODAY, 400_000, 455_700), (NEXT_APRIL, 406_000, 462_536)]
    for person in (cast.olive, cast.mona):
        with acting(person):
            said = Event.objects.filter(name="placement.price_uplifted").get().words
            assert "from £4,557.00 a week to £4,625.36 a week on 1 April 2027 by the uplift of Made-up fr" in said
    with acting(cast.oscar):
        assert not BookingPrice.objects.exists()


def test_a_round_for_new_placements_leaves_those_that_stand(cast: Cast, region: Region, living: Booking) -> None:
    applied(cast, region, to="new")
    assert apply_uplifts_for_all(MARCH) == 0
    assert len(prices(cast, living)) == 1


def test_a_price_agreed_for_the_very_day_stands(cast: Cast, region: Region, living: Booking) -> None:
    with acting(cast.april):
        change_price(booking=living, starts_on=NEXT_APRIL, price=WeeklyPrice(410_000), by=cast.april, now=MARCH)
    applied(cast, region, to="all")
    assert apply_uplifts_for_all(MARCH) == 0
    assert prices(cast, living)[-1] == (NEXT_APRIL, 410_000, 410_000)


def test_a_second_round_rests_on_the_first(cast: Cast, region: Region, living: Booking) -> None:
    applied(cast, region, to="all")
    apply_uplifts_for_all(MARCH)
    later = dt.date(2027, 10, 1)
    applied(cast, region, to="all", rule=UpliftRule("fixed", percent=Decimal("2.0")), on=later)
    assert apply_uplifts_for_all(IN_APRIL) == 1
    assert prices(cast, living)[-1] == (later, 414_120, 471_787)  # £4,625.36 × 1.02, half up


def test_who_left_before_the_day_and_who_was_never_there_are_not_touched(
    cast: Cast, region: Region, living: Booking
) -> None:
    with acting(cast.olive):
        Booking.objects.filter(pk=living.pk).update(departed_on=NEXT_APRIL, end_reason="X1")
    applied(cast, region, to="all")
    assert apply_uplifts_for_all(IN_APRIL) == 0


def test_only_nearhome_writes_them_for_the_authority_that_buys(cast: Cast, region: Region, living: Booking) -> None:
    applied(cast, region, to="all")
    for by in (cast.april, Nearhome(cast.portsmouth.pk, "Portsmouth")):
        with acting_for(cast.kent.pk), pytest.raises(PermissionDenied):
            apply_uplifts(authority_id=cast.kent.pk, by=by, now=MARCH)


def test_what_was_called_off_is_counted_before_it_is_reached(cast: Cast, region: Region, living: Booking) -> None:
    row = applied(cast, region, to="all")
    with acting(cast.colin):
        found = UpliftCost.objects.get(round=row, authority=cast.kent)
        # £68.36 a week for 50 nights, to the expected end on 21 May 2027.
        assert (found.placements, found.nights, found.more_pence) == (1, 50, 48_829)
        later = propose_uplift(
            contract=region.framework, proposal=proposal(on=dt.date(2027, 10, 1)), by=cast.colin, now=MARCH
        )
        bought = nights_on_record(later, by=cast.colin, today=TODAY + dt.timedelta(days=10))
    assert bought == {cast.kent.pk: 10, cast.portsmouth.pk: 0}
