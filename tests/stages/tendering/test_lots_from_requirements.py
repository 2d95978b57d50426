"""A lot made of a saved requirement carries what the requirement holds: area, kind, ages, whose needs, places by day."""

import datetime as dt

import pytest

from cast import Cast, make_cast
from nearhome.privacy.acting import acting
from nearhome.sufficiency.actions.requiring import save_requirement
from nearhome.sufficiency.models import Requirement
from nearhome.sufficiency.queries.requirements import Wanted
from nearhome.tendering.actions.shaping import set_benchmark, start_lot_from_requirement
from nearhome.tendering.queries.publishing import checks_of
from nearhome.tendering.queries.starting_points import lot_from_requirement
from scenes_bidding import PUBLISHED, begin
from scenes_tender import acting_at
from scenes_years import forecast_kept, load_years

pytestmark = pytest.mark.django_db
WANTED = Wanted("fostering_agency", (12, 18, 24), share=1.0, step=1, wishes=("near a secondary school",))


@pytest.fixture
def cast() -> Cast:
    made = make_cast()
    load_years(made.kent, "KEN")
    return made


@pytest.fixture
def requirement(cast: Cast) -> Requirement:
    kept = forecast_kept(cast.anna, months=24)
    with acting(cast.anna):
        return save_requirement(forecast=kept, wanted=WANTED, by=cast.anna, now=PUBLISHED)


def test_a_lot_holds_all_that_the_requirement_holds(cast: Cast, requirement: Requirement) -> None:
    tender = begin(cast, requirement=requirement, kind="foster", term_starts_on=dt.date(2027, 4, 1))
    with acting_at(cast.colin, PUBLISHED):
        lot = start_lot_from_requirement(procurement=tender, by=cast.colin, now=PUBLISHED)
        assert (lot.kind_bought, lot.area, lot.wishes) == ("foster", cast.kent, "near a secondary school")
        assert [one.in_all for one in lot.places_wanted.all()] == [one["in_all"] for one in requirement.steps]
        for words in (requirement.sentence, "who need foster care", "a confidence of 80%"):
            assert words in lot.needs
        bands = list(lot.bands.all())
        # As many prices as the forecast has ages of children, without a gap, by how many children are of each.
        assert [(one.min_age, one.before_age) for one in bands] == [(0, 1), (1, 5), (5, 10), (10, 16), (16, 18)][
            -len(bands) :
        ]
        assert (lot.min_age, lot.before_age) == (bands[0].min_age, bands[-1].before_age)
        weeks = sum(one.forecast_weeks for one in bands)
        assert abs(weeks - 52 * requirement.steps[-1]["in_all"]) < 1
        set_benchmark(lot=lot, spot_weekly_pence=98_000, source="Made up", by=cast.colin, now=PUBLISHED)
        assert [one.about for one in checks_of(tender) if one.argument == lot.number and not one.is_right] == []


def test_a_requirement_saved_before_ages_were_kept_asks_one_price(cast: Cast, requirement: Requirement) -> None:
    tender = begin(cast, requirement=requirement, kind="foster")
    requirement.reasons = {name: one for name, one in requirement.reasons.items() if name != "ages"}
    tender.requirement = requirement
    with acting_at(cast.colin, PUBLISHED):
        start = lot_from_requirement(tender)
        assert [band[:3] for band in start.bands] == [("A place, ages 0 to 17", 0, 18)]
        requirement.kind = "supported_accommodation"
        assert [band[1:3] for band in lot_from_requirement(tender).bands] == [(16, 18)]
