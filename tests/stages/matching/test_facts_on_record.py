"""From what is on record to the page of homes: each fact that only our own records can tell the ranking."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from psycopg.types.range import DateRange

from cast import NOW
from nearhome.market.actions.living import LifeThere, describe_life
from nearhome.market.actions.occupancy import Occupant, book_place
from nearhome.market.models import Home, Place
from nearhome.matching.models import SavedRanking
from nearhome.matching.queries.replaying import replay_ranking
from nearhome.privacy.acting import acting
from nearhome.procurement.models import BlockContract, BlockParty, BlockPlace, BlockPrice
from nearhome.referrals.actions.places import NewPlace, add_important_place
from nearhome.referrals.actions.recording import answer_question
from nearhome.referrals.models import Referral
from scenes import make_child, make_home
from scenes_inviting import NEEDED_ON, make_search
from scenes_matching import MatchingScene, make_matching_scene, ranked_by

pytestmark = pytest.mark.django_db
SINCE = dt.date(2026, 4, 1)


@pytest.fixture
def scene() -> MatchingScene:
    return make_matching_scene()


def page_of(scene: MatchingScene) -> str:
    client = Client()
    client.force_login(scene.cast.olive)
    text = client.get(reverse("matching:homes", args=[scene.referral.key])).content.decode()
    return re.sub(r"\s+", " ", html.unescape(text))


def ranked(scene: MatchingScene) -> SavedRanking:
    """Ranked, and ranked again from what was kept to the same list."""
    saved = ranked_by(scene.cast.olive, scene.referral)
    with acting(scene.cast.olive):
        assert replay_ranking(saved) == saved.result
    return saved


def refused_by(saved: SavedRanking, home: Home) -> set[str]:
    found = next(one for one in saved.result["nearest"] if one["home_ref"] == str(home.key))
    return {reason["rule_id"] for reason in found["reasons"]}


def says(scene: MatchingScene, home: Home, person: Any, **life: Any) -> None:
    with acting(person):
        describe_life(home=home, life=LifeThere(**life), by=person, now=NOW)


def answered(scene: MatchingScene, **answers: Any) -> None:
    """As the form saves it while the referral is a draft."""
    with acting(scene.cast.olive):
        Referral.objects.filter(pk=scene.referral.pk).update(state="draft")
        answer_question(referral=scene.referral, answers=answers, by=scene.cast.olive, now=NOW)
        Referral.objects.filter(pk=scene.referral.pk).update(state="searching")
        scene.referral.refresh_from_db()


def lives_in(home: Home, provider: Any, *, key: Any = None, age: int = 14, until: dt.date | None = None) -> None:
    with acting(provider):
        taken = Place.objects.filter(occupancies__isnull=False).values("pk")
        place = Place.objects.filter(home=home).exclude(pk__in=taken).order_by("pk").select_related("home").first()
        occupant = Occupant(key[0] if key else None, "F", dt.date(NEEDED_ON.year - age, 1, 1), key[1] if key else None)
        book_place(place=place, days=DateRange(dt.date(2026, 1, 1), until), occupant=occupant, by=provider, now=NOW)


def candidate(saved: SavedRanking, home: Home) -> dict[str, Any]:
    return next(one for one in saved.inputs["candidates"] if one["home_ref"] == str(home.key))


def test_how_far_a_skill_goes_counts(scene: MatchingScene) -> None:
    says(scene, scene.meadow, scene.cast.mona, skill_degrees={"going_missing": "trained"})
    ranked(scene)
    page = page_of(scene)
    assert "1 of 1 essential need met: going missing (trained)" in page
    assert "1 of 1 essential need met: going missing," not in page


def test_what_the_child_asks_for_is_answered_yes_no_or_not_known(scene: MatchingScene) -> None:
    answered(scene, asked_for={"language": "polish", "faith": "sikh"})
    says(scene, scene.meadow, scene.cast.mona, languages=["english", "polish"], faiths=["muslim"])
    ranked(scene)
    page = page_of(scene)
    assert "Can meet what was asked about language (Polish)" in page
    assert "Cannot meet what was asked about faith (Sikh)" in page
    assert "Not known, so left out of the score: whether it can meet what was asked about language (Polish)" in page


def test_what_is_on_no_list_is_for_a_person_to_ask(scene: MatchingScene) -> None:
    answered(scene, asked_for={"language": "other"})
    says(scene, scene.meadow, scene.cast.mona, languages=["english"])
    ranked(scene)
    page = page_of(scene)
    assert "whether it can meet what was asked about language (Another)" in page
    assert "Cannot meet" not in page


def test_without_being_asked_nobodys_language_counts(scene: MatchingScene) -> None:
    says(scene, scene.meadow, scene.cast.mona, languages=["polish"], faiths=["sikh"], cultures=["roma"])
    ranked(scene)
    page = page_of(scene)
    assert "what was asked about" not in page
    assert "Sikh" not in page


@pytest.mark.parametrize(
    ("life", "words"), [({"newcomers_over": 13}, "over 13"), ({"newcomers_under": 13}, "under 13")]
)
def test_ages_of_newcomers_are_kept_for_those_who_live_there(scene: MatchingScene, life: dict, words: str) -> None:
    says(scene, scene.meadow, scene.cast.mona, **life)
    assert "Madeup Meadow House" in [one["home_name"] for one in ranked(scene).result["ranked"]]
    lives_in(scene.meadow, scene.cast.mona)
    assert refused_by(ranked(scene), scene.meadow) == {"F12"}
    assert f"should be joined only by a child {words}" in page_of(scene)


def test_a_condition_that_cannot_be_measured_is_put_to_a_person_and_stored_sealed(scene: MatchingScene) -> None:
    words = "Not to meet Made-up Person Grey Heron"
    answered(scene, conditions=[{"kind": "no_contact", "words": words}])
    saved = ranked(scene)
    assert f"Can this home keep to the condition “{words}”?" in page_of(scene)
    assert words not in str(saved.inputs) + str(saved.result)


def test_no_home_in_an_area_excluded_by_a_court_is_possible(scene: MatchingScene) -> None:
    with acting(scene.cast.olive):
        Referral.objects.filter(pk=scene.referral.pk).update(state="draft")
        place = NewPlace("avoid", "Where the made-up person lives", "CT9 1QQ", 3, is_condition=True)
        kept = add_important_place(referral=scene.referral, place=place, by=scene.cast.olive, now=NOW)
        Referral.objects.filter(pk=scene.referral.pk).update(state="searching")
        scene.referral.refresh_from_db()
    inside = make_home(scene.cast.meadow, "Madeup Near", urn="SC900040", point=(kept.easting + 800, kept.northing))
    saved = ranked(scene)
    assert refused_by(saved, inside) == {"B01"}
    page = page_of(scene)
    assert "Conditions of bail or of a court" in page
    assert "from an area the child may not enter within 3 miles: “Where the made-up person lives”" in page
    assert "Where the made-up person lives" not in str(saved.inputs) + str(saved.result)


def test_a_home_where_one_of_our_own_children_needs_to_be_alone_is_put_to_a_person(scene: MatchingScene) -> None:
    other = make_child(scene.cast.kent, "Red Fox 0031", sex="F")
    make_search(scene.cast, child=other, answers={"living_companions": "Solo placement recommended"})
    lives_in(scene.meadow, scene.cast.mona, key=(scene.cast.kent.pk, other.key))
    saved = ranked(scene)
    assert candidate(saved, scene.meadow)["alone_needed_there"] is True
    assert refused_by(saved, scene.meadow) == {"F11"}
    assert "Red Fox" not in page_of(scene)


def test_of_another_authoritys_child_it_is_not_known_whether_they_need_to_be_alone(scene: MatchingScene) -> None:
    theirs = make_child(scene.cast.portsmouth, "Secret Otter 0032", sex="F")
    make_search(
        scene.cast, by=scene.cast.oscar, child=theirs, answers={"living_companions": "Solo placement recommended"}
    )
    lives_in(scene.meadow, scene.cast.mona, key=(scene.cast.portsmouth.pk, theirs.key))
    assert candidate(ranked(scene), scene.meadow)["alone_needed_there"] is None


def test_a_full_home_that_opens_later_says_when(scene: MatchingScene) -> None:
    small = make_home(scene.cast.meadow, "Madeup Small House", urn="SC900041", places=1, point=(583_000, 161_000))
    lives_in(small, scene.cast.mona, until=NEEDED_ON + dt.timedelta(days=9))
    saved = ranked(scene)
    assert candidate(saved, small)["free_from"] == "2026-12-10"
    assert refused_by(saved, small) == {"C01"}
    page = page_of(scene)
    assert "10 December 2026" in page


def block(scene: MatchingScene, *homes: Home, nominated: Any = None) -> None:
    """One block with the first bed of each home, for Kent and Portsmouth."""
    with acting(scene.cast.colin):
        made = BlockContract.objects.create(
            name="Made-up Block", host=scene.cast.kent, provider=homes[0].provider, starts_on=SINCE
        )
        for party in (scene.cast.kent, scene.cast.portsmouth):
            BlockParty.objects.create(contract=made, organisation=party)
        BlockPrice.objects.create(contract=made, starts_on=SINCE, weekly_price_pence=420_000)
        for home in homes:
            place = Place.objects.filter(home=home).order_by("pk").first()
            BlockPlace.objects.create(contract=made, place=place, available_from=SINCE, nominated=nominated)


def test_an_empty_bed_already_paid_for_counts_and_one_kept_for_another_does_not(scene: MatchingScene) -> None:
    block(scene, scene.meadow)
    block(scene, scene.harbour, nominated=scene.cast.portsmouth)
    saved = ranked(scene)
    paid = [candidate(saved, home)["paid_empty_places"] for home in (scene.meadow, scene.harbour, scene.far)]
    assert paid == [1, 0, None]
    assert page_of(scene).count("Uses an empty bed already paid for under a block contract") == 1


def test_a_home_whose_block_also_holds_a_fostering_household_leads_on_to_it(scene: MatchingScene) -> None:
    answered(scene, foster_care_suitability="Suitable but not preferred")
    block(scene, scene.meadow, make_home(scene.cast.meadow, "Madeup Carers", urn="SC900042", kind="foster", places=1))
    ranked(scene)
    page = page_of(scene)
    assert page.count("Could move on from here to a family by the same contract") == 1
    assert "whether the child could move on from here to a family by the same contract" in page
