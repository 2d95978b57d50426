"""An approver is told in time that a child reaches the next band of its framework's rate card; a priced band is done."""

import datetime as dt

import pytest

from cast import Cast, make_cast
from nearhome.people.models import Person
from nearhome.placements.actions.living import WeeklyPrice, change_price
from nearhome.placements.models import Booking
from nearhome.placements.queries.waiting import waiting_for
from nearhome.privacy.acting import acting
from scenes_frameworks import make_region
from scenes_placements import arrived, booked, make_scene

pytestmark = pytest.mark.django_db
BORN = dt.date(2013, 12, 20)
BEFORE = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def living(cast: Cast) -> Booking:
    """Twelve, at Meadow's £4,000.00 for ages 8 to 12; thirteen on 20 December, when the card says £4,557.00."""
    region = make_region(cast)
    scene = make_scene(cast, home=region.homes[0], born_on=BORN)
    with acting(cast.mona):
        offer = scene.offer
        offer.route, offer.route_name, offer.tier = "framework", region.framework.name, 1
        offer.core_pence, offer.additional_support_pence, offer.weekly_price_pence = 400_000, 0, 400_000
        offer.save()
    return arrived(booked(scene), cast.olive)


def told(person: Person, now: dt.datetime) -> list[str]:
    with acting(person):
        return [one.words for one in waiting_for(person, now=now) if "age band" in one.words]


def test_the_approver_is_told_four_weeks_before_until_a_price_is_agreed(cast: Cast, living: Booking) -> None:
    assert told(cast.april, dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)) == []
    words = "Agree the price of the next age band: £4,557.00 a week on the rate card"
    assert told(cast.april, BEFORE) == [words]
    assert told(cast.april, BEFORE + dt.timedelta(days=60)) == [words]
    assert told(cast.ada, BEFORE) == []
    with acting(cast.april):
        change_price(
            booking=living, starts_on=dt.date(2026, 12, 20), price=WeeklyPrice(440_000), by=cast.april, now=BEFORE
        )
    assert told(cast.april, BEFORE) == []
