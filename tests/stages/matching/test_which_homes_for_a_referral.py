import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from psycopg.types.range import DateRange

from cast import NOW
from nearhome.audit.queries import history_of
from nearhome.market.actions.occupancy import Occupant, book_place
from nearhome.market.models import Home, Place
from nearhome.matching.actions.ranking import rank_homes_for
from nearhome.matching.models import SavedRanking
from nearhome.matching.queries.replaying import replay_ranking
from nearhome.matching.queries.searching import candidates_for, search_for
from nearhome.needs.models import MustNotLiveWith
from nearhome.privacy.acting import acting
from scenes import judge, make_child, make_home
from scenes_inviting import AVOIDED, NEEDED_ON, OWN_WORDS, invited, make_search, offered
from scenes_matching import MatchingScene, make_matching_scene, ranked_by, two_offers

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> MatchingScene:
    return make_matching_scene()


def lives_in(home: Home, provider: object, *, authority_id: int, child_key: object = None, age: int = 14) -> None:
    with acting(provider):
        place = Place.objects.filter(home=home).order_by("-pk").select_related("home").first()
        occupant = Occupant(authority_id, "F", dt.date(NEEDED_ON.year - age, 1, 1), child_key)
        book_place(place=place, days=DateRange(dt.date(2026, 1, 1), None), occupant=occupant, by=provider, now=NOW)


def refused_by(saved: SavedRanking, home: Home) -> set[str]:
    found = next(one for one in saved.result["nearest"] if one["home_ref"] == str(home.key))
    return {reason["rule_id"] for reason in found["reasons"]}


def names(saved: SavedRanking) -> list[str]:
    return [home["home_name"] for home in saved.result["ranked"]]


def test_homes_are_ranked_with_their_reasons(scene: MatchingScene) -> None:
    saved = ranked_by(scene.cast.olive, scene.referral)
    assert names(saved) == ["Madeup Meadow House", "Madeup Harbour House", "Madeup Far House"]
    first, _, last = saved.result["ranked"]
    assert first["miles_home"] == 0.9
    assert first["relation"] == "in_area"
    assert last["unmet_essential"] == 1
    assert saved.made_by == scene.cast.olive
    assert saved.policy_version == saved.result["policy_version"]


def test_the_event_says_how_many_and_nothing_about_the_child(scene: MatchingScene) -> None:
    ranked_by(scene.cast.olive, scene.referral)
    with acting(scene.cast.olive):
        assert "Looked at 3 homes: 3 could take the child." in [line.words for line in history_of(scene.referral.key)]


def test_a_stored_ranking_replays_exactly(scene: MatchingScene) -> None:
    two_offers(scene)
    ranked_by(scene.cast.olive, scene.referral, now=NOW + dt.timedelta(hours=1))
    with acting(scene.cast.olive):
        for saved in SavedRanking.objects.all():
            assert replay_ranking(saved) == saved.result


def test_looking_again_without_a_change_adds_nothing_and_with_one_adds_a_ranking(scene: MatchingScene) -> None:
    first = ranked_by(scene.cast.olive, scene.referral)
    assert ranked_by(scene.cast.olive, scene.referral, now=NOW + dt.timedelta(minutes=5)) == first
    make_home(scene.cast.meadow, "Madeup New House", urn="SC900004")
    assert ranked_by(scene.cast.olive, scene.referral, now=NOW + dt.timedelta(minutes=9)) != first


def test_a_home_that_holds_a_place_for_this_child_stays_possible(scene: MatchingScene) -> None:
    small = make_home(scene.cast.meadow, "Madeup Small House", urn="SC900005", places=1, point=(583_000, 161_000))
    offered(scene.cast.mona, invited(scene.cast, scene.referral, small))
    assert "Madeup Small House" in names(ranked_by(scene.cast.olive, scene.referral))
    other = make_search(scene.cast)
    assert refused_by(ranked_by(scene.cast.olive, other), small) >= {"C01"}


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("F01", {"min_age": 16}),
        ("F02", {"sexes": "F"}),
        ("R01", {"opens_on": dt.date(2027, 5, 1)}),
    ],
)
def test_what_a_home_does_not_take_is_named_by_its_rule(scene: MatchingScene, rule: str, change: dict) -> None:
    with acting(scene.cast.mona):
        Home.objects.filter(pk=scene.meadow.pk).update(**change)
    assert rule in refused_by(ranked_by(scene.cast.olive, scene.referral), scene.meadow)


def test_a_poor_judgement_rules_a_home_out_and_the_latest_counts(scene: MatchingScene) -> None:
    judge(scene.meadow, scene.cast.kent, "Inadequate", dt.date(2025, 3, 2))
    judge(scene.meadow, scene.cast.kent, "Good")
    judge(scene.harbour, scene.cast.kent, "Inadequate")
    saved = ranked_by(scene.cast.olive, scene.referral)
    assert refused_by(saved, scene.harbour) == {"R03"}
    assert "Madeup Meadow House" in names(saved)


def test_supported_accommodation_is_never_for_a_child_under_16(scene: MatchingScene) -> None:
    setting = make_home(scene.cast.meadow, "Madeup Flats", urn="SA900001", kind="supported_accommodation")
    assert "S01" in refused_by(ranked_by(scene.cast.olive, scene.referral), setting)


def test_a_place_to_avoid_rules_out_what_is_near(scene: MatchingScene) -> None:
    near = make_home(scene.cast.meadow, "Madeup Near House", urn="SC900006", point=(576_100, 155_500))
    assert refused_by(ranked_by(scene.cast.olive, scene.referral), near) == {"L01"}


@pytest.mark.parametrize("named_first", [True, False])
def test_a_home_of_a_child_to_keep_apart_is_ruled_out(scene: MatchingScene, named_first: bool) -> None:
    other = make_child(scene.cast.kent, "Red Fox 0007")
    pair = (scene.referral.child, other) if named_first else (other, scene.referral.child)
    with acting(scene.cast.olive):
        MustNotLiveWith.objects.create(authority=scene.cast.kent, child=pair[0], other=pair[1], reason="Made-up reason")
    lives_in(scene.meadow, scene.cast.mona, authority_id=scene.cast.kent.pk, child_key=other.key)
    assert refused_by(ranked_by(scene.cast.olive, scene.referral), scene.meadow) == {"F04"}


def test_a_household_over_the_usual_limit_needs_its_exemption(scene: MatchingScene) -> None:
    carers = make_home(scene.cast.meadow, "Madeup Carers 4", urn="SC900007", kind="foster", places=5)
    with acting(scene.cast.mona):
        places = list(Place.objects.filter(home=carers).select_related("home"))
        for place in places[:4]:
            occupant = Occupant(scene.cast.kent.pk, "M", dt.date(2014, 1, 1))
            days = DateRange(dt.date(2026, 1, 1), None)
            book_place(place=place, days=days, occupant=occupant, by=scene.cast.mona, now=NOW)
    assert "S05" in refused_by(ranked_by(scene.cast.olive, scene.referral), carers)


def test_another_authoritys_resident_is_an_age_and_a_sex_and_nothing_more(scene: MatchingScene) -> None:
    theirs = make_child(scene.cast.portsmouth, "Secret Otter 0009", sex="F", born_on=dt.date(2012, 2, 2))
    lives_in(scene.meadow, scene.cast.mona, authority_id=scene.cast.portsmouth.pk, child_key=theirs.key)
    saved = ranked_by(scene.cast.olive, scene.referral)
    home = next(one for one in saved.inputs["candidates"] if one["home_ref"] == str(scene.meadow.key))
    assert home["residents"] == [{"age_years": 14, "sex": "F"}]
    assert "Otter" not in str(saved.inputs) + str(saved.result)
    assert str(theirs.key) not in str(saved.inputs)


def test_what_the_child_said_and_whom_to_avoid_stay_sealed_in_what_is_stored(scene: MatchingScene) -> None:
    near = make_home(scene.cast.meadow, "Madeup Near House", urn="SC900006", point=(576_100, 155_500))
    saved = ranked_by(scene.cast.olive, scene.referral)
    assert refused_by(saved, near) == {"L01"}
    stored = str(saved.inputs) + str(saved.result)
    assert OWN_WORDS not in stored
    assert AVOIDED not in stored
    assert "Madeup Lane" not in stored


def test_only_the_searching_authoritys_own_carers_are_own(scene: MatchingScene) -> None:
    ours = make_home(scene.cast.kent, "Madeup Kent Carers", urn="SC900010", kind="foster", places=1)
    theirs = make_home(scene.cast.portsmouth, "Madeup Portsmouth Carers", urn="SC900011", kind="foster", places=1)
    with acting(scene.cast.olive):
        search = search_for(scene.referral)
        found = {one.home_ref: one for one in candidates_for(scene.referral, search, now=NOW).candidates}
    assert [route.kind for route in found[str(ours.key)].routes] == ["own"]
    assert [route.kind for route in found[str(theirs.key)].routes] == ["spot"]


def test_no_search_no_list(scene: MatchingScene) -> None:
    draft = make_search(scene.cast, state="draft")
    with acting(scene.cast.olive), pytest.raises(ValidationError, match="Draft"):
        rank_homes_for(referral=draft, by=scene.cast.olive, now=NOW)


def test_only_the_childs_own_officers_rank(scene: MatchingScene) -> None:
    for person in (scene.cast.april, scene.cast.colin, scene.cast.mona):
        with acting(person), pytest.raises(PermissionDenied):
            rank_homes_for(referral=scene.referral, by=person, now=NOW)


def many_homes(scene: MatchingScene, count: int, *, prefix: str) -> None:
    for number in range(count):
        point = (560_000 + number * 97 % 50_000, 120_000 + number * 89 % 50_000)
        make_home(
            scene.cast.meadow, f"Madeup House {prefix}{number}", urn=f"SC{prefix}{number:04}", places=1, point=point
        )


def test_ranking_asks_the_database_as_often_for_many_homes_as_for_few(
    scene: MatchingScene, django_assert_max_num_queries: Callable
) -> None:
    many_homes(scene, 7, prefix="1")
    with acting(scene.cast.olive), django_assert_max_num_queries(60) as few:
        rank_homes_for(referral=scene.referral, by=scene.cast.olive, now=NOW)
    many_homes(scene, 190, prefix="2")
    with acting(scene.cast.olive), django_assert_max_num_queries(60) as many:
        rank_homes_for(referral=scene.referral, by=scene.cast.olive, now=NOW)
    assert len(many) == len(few)


def test_homes_without_a_place_are_listed_when_near_and_counted_when_far(scene: MatchingScene) -> None:
    many_homes(scene, 60, prefix="3")
    with acting(scene.cast.mona):
        places = Place.objects.filter(home__name__startswith="Madeup House 3").select_related("home")
        occupant = Occupant(scene.cast.kent.pk, "F", dt.date(2013, 1, 1))
        for place in places:
            days = DateRange(dt.date(2026, 1, 1), None)
            book_place(place=place, days=days, occupant=occupant, by=scene.cast.mona, now=NOW)
    result = ranked_by(scene.cast.olive, scene.referral).result
    assert result["no_place_further_away"] == {"childrens_home": 10}
    assert len(result["nearest"]) == 50
    assert next(row[:3] for row in result["by_rule"] if row[0] == "C01") == ["C01", "Free places", 60]
