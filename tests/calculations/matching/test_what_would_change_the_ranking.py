"""Other weights, what decides between the first two, and how near the second is."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.candidates import ContractRoute, Resident
from nearhome.matching.calculations.policy import PolicyError
from nearhome.matching.calculations.ranking import rank_homes
from nearhome.matching.calculations.sensitivity import deciding, reweighed, reweighed_policy
from nearhome.referrals.calculations.profile import ImportantPlace, SkillNeed, Wish

SPOT = ContractRoute("spot", "Spot price", weekly_price_pence=500_000)
BLOCK = ContractRoute("block", "Block", weekly_price_pence=455_700)
MILE = 1609
PROFILE = {
    "risk_self_harm": "Risk present",
    "cultural_needs": "Required",
    "skills": (SkillNeed("autism", "helps"),),
    "wishes": (Wish("a cat", "pets"), Wish("my own room")),
    "important_places": (
        ImportantPlace("home", "Test Home", 590000, 160000),
        ImportantPlace("school", "Test School", 592000, 160000),
    ),
}


def refs(ranking):
    return [home.home_ref for home in ranking.ranked]


def two_homes(a_home):
    """A is next to the school, B has the animals the child wants."""
    near = a_home(home_ref="A", point=Point(592000, 160000), pets=False)
    return [near, a_home(home_ref="B", point=Point(592000 + 4 * MILE, 160000), pets=True)]


def school_and_cat(a_search):
    places = (ImportantPlace("school", "Test School", 592000, 160000),)
    return a_search(profile={"wishes": (Wish("a cat", "pets"),), "important_places": places})


def test_moving_one_weight_turns_the_order_at_once(a_search, a_home, policy):
    ranking = rank_homes(school_and_cat(a_search), two_homes(a_home), policy)
    assert refs(ranking) == ["B", "A"]
    assert refs(reweighed(ranking, policy, {"wishes": 0})) == ["A", "B"]
    assert refs(reweighed(ranking, policy, {"near_school": 100})) == ["A", "B"]


def test_it_says_what_decides_and_how_near_the_second_is(a_search, a_home, policy):
    ranking = rank_homes(school_and_cat(a_search), two_homes(a_home), policy)
    found = deciding(ranking, policy)
    assert (found.first_ref, found.second_ref, found.by) == ("B", "A", "score")
    assert "the score decides" in found.words
    assert [one.criterion for one in found.tells] == ["wishes", "near_school"]
    wishes = next(swing for swing in found.swings if swing.criterion == "wishes")
    # School: 7 x (1 - 16/19) = 7 x 3/19 = 1.105 weighs as much as the wish when its weight is 1.105.
    assert (wishes.weight, wishes.lowest, wishes.highest) == (6, 1.2, 100)
    assert wishes.swaps_at == 1.1
    assert wishes.change == pytest.approx(-4.9)
    assert found.nearest == wishes


def test_a_weight_that_swaps_the_two_really_swaps_them(a_search, a_home, policy):
    ranking = rank_homes(school_and_cat(a_search), two_homes(a_home), policy)
    for swing in deciding(ranking, policy).swings:
        if swing.swaps_at is not None:
            assert refs(reweighed(ranking, policy, {swing.criterion: swing.swaps_at})) == ["A", "B"]
        assert refs(reweighed(ranking, policy, {swing.criterion: swing.lowest})) == ["B", "A"]
        assert refs(reweighed(ranking, policy, {swing.criterion: swing.highest})) == ["B", "A"]


def test_no_weight_outweighs_an_essential_need_or_a_contract_alone(a_search, a_home, policy):
    search = a_search(profile={"risk_self_harm": "Risk present"})
    able, unable = a_home(home_ref="A", skills=frozenset({"self_harm"})), a_home(home_ref="B")
    found = deciding(rank_homes(search, [able, unable], policy), policy)
    assert found.by == "essential_needs"
    assert found.nearest is None
    paid = deciding(
        rank_homes(a_search(), [a_home(home_ref="A", routes=(BLOCK,)), a_home(home_ref="B")], policy), policy
    )
    assert (paid.by, paid.nearest) == ("route", None)
    assert "the contract decides" in paid.words


def test_with_fewer_than_two_homes_nothing_decides(a_search, a_home, policy):
    assert deciding(rank_homes(a_search(), [a_home()], policy), policy) is None


def test_equal_homes_are_called_equal(a_search, a_home, policy):
    found = deciding(rank_homes(a_search(), [a_home(home_ref="A"), a_home(home_ref="B")], policy), policy)
    assert (found.by, found.nearest) == ("reference", None)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"prise": 1}, "not a criterion"),
        ({"price": -1}, "from 0 to 100"),
        ({"price": 101}, "from 0 to 100"),
        ({"price": float("nan")}, "from 0 to 100"),
        ({"essential_needs": 0}, "more than 0"),
    ],
)
def test_weights_that_cannot_be_are_refused(weights, message, policy):
    with pytest.raises(PolicyError, match=message):
        reweighed_policy(policy, weights)


def some_homes(a_home):
    one = st.builds(
        a_home,
        kind=st.sampled_from(["childrens_home", "foster"]),
        skills=st.none() | st.frozensets(st.sampled_from(["self_harm", "autism"])),
        skill_degrees=st.sampled_from([(), (("self_harm", "trained"),)]),
        point=st.none() | st.builds(Point, st.integers(560000, 620000), st.integers(140000, 180000)),
        routes=st.sampled_from([(SPOT,), (BLOCK,), (replace(SPOT, weekly_price_pence=400_000),)]),
        relation=st.sampled_from(["in_area", "adjoining", "at_a_distance", None]),
        pets=st.sampled_from([True, False, None]),
        meets_cultural_needs=st.sampled_from([True, False, None]),
        residents=st.lists(st.builds(Resident, st.integers(8, 17), st.just("M")), max_size=2).map(tuple),
        effect_on_child=st.sampled_from([None, "none", "some", "serious"]),
    )
    many = st.lists(one, min_size=2, max_size=6)
    return many.map(lambda homes: [replace(home, home_ref=f"H{number}") for number, home in enumerate(homes)])


WEIGHTS = st.sampled_from(
    ["essential_needs", "near_home", "near_school", "wishes", "company", "cultural_needs", "price"]
)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_reweighed_is_the_same_as_ranking_again_to_the_last_digit(data, a_search, a_home, policy):
    search, homes = a_search(profile=PROFILE), data.draw(some_homes(a_home))
    weights = data.draw(st.dictionaries(WEIGHTS, st.sampled_from([0.5, 1, 7, 12.5, 60, 100])))
    ranking = rank_homes(search, homes, policy)
    changed = reweighed_policy(policy, weights)
    assert reweighed(ranking, policy, weights).ranked == rank_homes(search, homes, changed).ranked
    assert reweighed(ranking, policy, {}) == ranking


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_within_its_range_the_first_stays_first_and_at_the_swap_the_second_stands_above_it(
    data, a_search, a_home, policy
):
    ranking = rank_homes(a_search(profile=PROFILE), data.draw(some_homes(a_home)), policy)
    found = deciding(ranking, policy)
    if found is None:
        return
    for swing in found.swings:
        weight = data.draw(st.sampled_from([swing.lowest, swing.highest, swing.weight]))
        assert refs(reweighed(ranking, policy, {swing.criterion: weight}))[0] == found.first_ref
        if swing.swaps_at is not None:
            order = refs(reweighed(ranking, policy, {swing.criterion: swing.swaps_at}))
            assert order.index(found.second_ref) < order.index(found.first_ref)
