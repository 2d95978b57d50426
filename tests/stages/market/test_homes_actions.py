"""What providers say of their homes, one by one and many at once."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cast import NOW, TODAY, Cast, make_cast
from nearhome.market.actions.homes import (
    Description,
    Figures,
    NewHousehold,
    add_household,
    describe_home,
    set_capacity,
)
from nearhome.market.actions.profiles import COLUMNS, ProfilesLoaded, load_profiles
from nearhome.market.actions.register import load_register
from nearhome.market.models import Capacity, Home, Place, Registration
from nearhome.market.reference.skills import SKILLS
from nearhome.privacy.acting import acting
from nearhome.referrals.reference.skills import SKILLS as ASKED_FOR
from scenes import make_home

pytestmark = pytest.mark.django_db
DESCRIPTION = Description(8, 15, "any", ("self_harm", "autism"), True, False, False)


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def home(cast: Cast) -> Home:
    return make_home(cast.meadow, "Made-up Meadow House", urn="SC900600")


def agency(cast: Cast) -> Registration:
    with acting(cast.mona):
        return Registration.objects.create(
            urn="2900700", kind="fostering_agency", provider_type="Independent fostering agency", provider=cast.meadow,
            name="Made-up Meadow Fostering", sector="Private",
        )  # fmt: skip


def test_every_skill_a_referral_asks_for_can_be_offered() -> None:
    assert set(SKILLS) == {one.code for one in ASKED_FOR}


def test_a_provider_describes_its_home(cast: Cast, home: Home) -> None:
    with acting(cast.mona):
        for _ in range(2):
            described = describe_home(home=home, description=DESCRIPTION, by=cast.mona, now=NOW)
        assert (described.min_age, described.max_age, described.has_pets) == (8, 15, True)
        assert described.skills == ["autism", "self_harm"]


def test_a_description_that_cannot_be_is_refused(cast: Cast, home: Home) -> None:
    for wrong in (
        Description(12, 9, "any", (), None, False, False),
        Description(0, 17, "any", ("juggling",), None, False, False),
    ):
        with acting(cast.mona), pytest.raises(ValidationError):
            describe_home(home=home, description=wrong, by=cast.mona, now=NOW)


def test_nobody_describes_the_home_of_another_provider(cast: Cast, home: Home) -> None:
    for person in (cast.harry, cast.olive):
        with acting(person), pytest.raises(PermissionDenied):
            describe_home(home=home, description=DESCRIPTION, by=person, now=NOW)


def test_capacity_is_said_three_ways_and_lower_figures_need_a_reason(cast: Cast, home: Home) -> None:
    def say(figures: Figures, reason: str = "") -> Capacity:
        with acting(cast.mona):
            return set_capacity(home=home, starts_on=TODAY, figures=figures, reason=reason, by=cast.mona, now=NOW)

    with pytest.raises(ValidationError, match="Say why"):
        say(Figures(3, 2, 1))
    with pytest.raises(ValidationError, match="cannot be more"):
        say(Figures(3, 1, 2), "Staff")
    with pytest.raises(ValidationError, match="register says 3"):
        say(Figures(4, 4, 4))
    assert say(Figures(3, 2, 1), "Two staff have left").open_to_referrals == 1
    with acting(cast.mona):
        assert Capacity.objects.filter(home=home).count() == 2


def test_a_household_is_added_with_its_places_and_may_grow(cast: Cast) -> None:
    registration = agency(cast)
    household = NewHousehold("MEADOW-1", "Made-up household Blue Kite", "CT9 1QQ", 2)
    with acting(cast.mona):
        home = add_household(registration=registration, household=household, by=cast.mona, now=NOW)
        assert (home.area_code, home.places.count()) == ("886", 2)
        with pytest.raises(ValidationError, match="already recorded"):
            add_household(registration=registration, household=household, by=cast.mona, now=NOW)
        with pytest.raises(ValidationError, match="not known"):
            add_household(
                registration=registration, household=NewHousehold("M2", "x", "ZZ99 9ZZ", 1), by=cast.mona, now=NOW
            )
        set_capacity(home=home, starts_on=TODAY, figures=Figures(3, 3, 3), reason="", by=cast.mona, now=NOW)
        assert home.places.count() == 3
    with acting(cast.harry), pytest.raises(PermissionDenied):
        add_household(registration=registration, household=household, by=cast.harry, now=NOW)


def profile(**changes: str) -> dict[str, str]:
    row = dict(
        zip(
            COLUMNS,
            ("2900700", "FH-1", "Made-up household 1", "foster", "CT9 1QQ", "3", "12", "any", "autism;esol", "2", "yes",
             "no", "95000"),
            strict=True,
        )
    )  # fmt: skip
    return row | changes


def load(cast: Cast, rows: Any) -> ProfilesLoaded:
    with acting(cast.colin):
        return load_profiles(rows, by=cast.colin, now=NOW)


def test_profiles_open_households_and_describe_homes(cast: Cast, home: Home, tmp_path: Path) -> None:
    agency(cast)
    rows = [
        profile(),
        profile(registration_urn="SC900600", home_ref="HOME-1", kind="childrens_home", postcode="ME14 1XX", skills="",
                places="3", weekly_price_pence="450000", places_not_open="1"),
    ]  # fmt: skip
    first = load(cast, rows)
    assert dict(first.tally.tables["Homes"])["added"] == 1
    with acting(cast.colin):
        household = Home.objects.get(ref="FH-1")
        assert (household.skills, household.places.count(), household.provider) == (["autism", "esol"], 2, cast.meadow)
        assert Home.objects.get(pk=home.pk).ref == "HOME-1"
    assert first.prices == [(household.pk, cast.meadow.pk, 95000), (home.pk, cast.meadow.pk, 450000)]
    assert [one.places_not_open for one in first.read] == [0, 1]
    again = load(cast, rows)
    assert dict(again.tally.tables["Homes"])["unchanged"] == 2
    with acting(cast.colin):
        assert Home.objects.count() == 2
        assert Place.objects.count() == 5


def test_a_bad_profile_is_listed_and_left_out(cast: Cast) -> None:
    agency(cast)
    wrong = [
        profile(registration_urn="1"), profile(kind="childrens_home"), profile(postcode="ZZ99 9ZZ"),
        profile(skills="juggling"), profile(min_age="14"), profile(places="many"), profile(),
    ]  # fmt: skip
    loaded = load(cast, wrong)
    assert [one.row for one in loaded.problems] == [2, 3, 4, 5, 6, 7]
    assert len(loaded.read) == 1


def test_a_table_without_its_columns_is_refused(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "homes.csv"
    path.write_text("home,price\nA,1\n")
    with pytest.raises(ValidationError, match="lacks the columns registration_urn"):
        load(cast, path)


def test_profiles_find_the_settings_the_register_opened(cast: Cast) -> None:
    headings = "URN,Provider type,Provider name,Registration status,Setting category,Capacity,Setting address postcode"
    rows = [f"2900800,Supported accommodation,Made-up Supported,Active,Shared,{places},CT9 1QQ" for places in (3, 2)]
    files = {"sa.csv": "\n".join([headings, *rows]).encode()}
    with acting(cast.colin):
        load_register(files, by=cast.colin, now=NOW, organisation=cast.kent)
    facts = {"registration_urn": "2900800", "kind": "supported_accommodation", "min_age": "16", "max_age": "17"}
    profiles = [profile(home_ref=f"SA-{number}", home_name=f"Setting {number}", **facts) for number in (1, 2)]
    for _ in range(2):
        load(cast, profiles)
        with acting(cast.colin):
            again = load_register(files, by=cast.colin, now=NOW, organisation=cast.kent)
        assert again.tally.total("added") + again.tally.total("changed") == 0
    with acting(cast.colin):
        homes = Home.objects.order_by("pk")
        assert [(one.ref, one.name, one.places.count()) for one in homes] == [
            ("SA-1", "Setting 1", 3),
            ("SA-2", "Setting 2", 2),
        ]
        assert all(one.opens_on is None or one.opens_on < dt.date.max for one in homes)
