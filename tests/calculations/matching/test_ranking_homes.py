"""The order of the list and the reasons beside each home."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.geography.calculations.distance import Point
from nearhome.geography.calculations.relation import Relation
from nearhome.matching.calculations.candidates import ContractRoute
from nearhome.matching.calculations.ordering import told_apart
from nearhome.matching.calculations.passing_over import passed_over
from nearhome.matching.calculations.ranked import Ranking, RankingInputs
from nearhome.matching.calculations.ranking import rank_homes, replay
from nearhome.matching.calculations.routes import best_route
from nearhome.matching.calculations.stability import PlacementCount, StabilityEvidence
from nearhome.referrals.calculations.profile import ImportantPlace, SkillNeed, Wish
from nearhome.referrals.reference.skills import SKILLS

OWN = ContractRoute("own", "Own service", weekly_price_pence=60_000)
BLOCK = ContractRoute("block", "Block", weekly_price_pence=455_700)
TIER_1 = ContractRoute("framework", "Region", 1, 480_000)
TIER_2 = ContractRoute("framework", "Region", 2, 470_000)
SPOT = ContractRoute("spot", "Spot price", weekly_price_pence=500_000)
SCHOOL = ImportantPlace("school", "Test School", 590000, 160000)
FAMILY_HOME = ImportantPlace("home", "Test Family Home", 590000, 160000)
MILE = 1609


def refs(ranking):
    return [home.home_ref for home in ranking.ranked]


def part(home, criterion):
    return next(one for one in home.contributions if one.criterion == criterion)


def test_homes_that_meet_needs_equally_go_by_contract_route(a_search, a_home, policy):
    routes = {"E": SPOT, "D": TIER_2, "C": TIER_1, "B": BLOCK, "A": OWN}
    homes = [a_home(home_ref=ref, routes=(route,)) for ref, route in routes.items()]
    homes.append(a_home(home_ref="Z", kind="foster", routes=(OWN,)))
    ranking = rank_homes(a_search(), homes, policy)
    assert refs(ranking) == ["Z", "A", "B", "C", "D", "E"]
    assert ranking.ranked[0].route.words == "Own foster carers (Own service)"
    assert ranking.ranked[3].route.words == "Framework tier 1 (Region)"
    assert "its contract route comes later" in ranking.ranked[2].why_here


def test_the_order_of_routes_is_the_policys(a_search, a_home, policy):
    homes = [a_home(home_ref="A", routes=(BLOCK,)), a_home(home_ref="B", routes=(SPOT,))]
    turned = replace(policy, route_order=tuple(reversed(policy.route_order)))
    assert refs(rank_homes(a_search(), homes, turned)) == ["B", "A"]


def test_meeting_an_essential_need_comes_before_any_contract(a_search, a_home, policy):
    able = a_home(home_ref="B", skills=frozenset({"self_harm"}), routes=(SPOT,))
    search = a_search(profile={"risk_self_harm": "Risk present"})
    ranking = rank_homes(search, [a_home(home_ref="A", kind="foster", routes=(OWN,)), able], policy)
    assert refs(ranking) == ["B", "A"]
    assert "more essential needs are not met" in ranking.ranked[1].why_here


@pytest.mark.parametrize(("had", "order"), [(8, ["A", "B"]), (6, ["A", "B"]), (5, ["B", "A"]), (0, ["B", "A"])])
def test_within_the_margin_needs_count_as_about_equal(had, order, a_search, a_home, policy):
    helpful = [code.code for code in SKILLS if code.code != "solo"][:10]
    needs = [SkillNeed("autism", "essential"), *(SkillNeed(code, "helps") for code in helpful)]
    search = a_search(profile={"skills": tuple(needs)})
    some = a_home(home_ref="A", skills=frozenset([*helpful[:had], "autism"]), routes=(BLOCK,))
    every = a_home(home_ref="B", skills=frozenset([*helpful, "autism"]), routes=(SPOT,))
    assert refs(rank_homes(search, [some, every], policy)) == order


def test_a_bed_already_paid_for_far_away_is_not_about_equal_to_a_home_nearby(a_search, a_home, policy):
    search = a_search(profile={"important_places": (FAMILY_HOME,)})
    far = a_home(home_ref="A", routes=(BLOCK,), point=Point(590000 - 57 * MILE, 160000), relation="at_a_distance")
    near = a_home(home_ref="B", routes=(SPOT,))
    assert refs(rank_homes(search, [far, near], policy)) == ["B", "A"]


def test_by_the_same_route_the_score_then_the_price_then_the_reference_decides(a_search, a_home, policy):
    search = a_search(profile={"important_places": (SCHOOL,)})
    near, far = a_home(home_ref="Z"), a_home(home_ref="Y", point=Point(590000 + 10 * MILE, 160000))
    cheap = replace(SPOT, weekly_price_pence=400_000)
    ranking = rank_homes(search, [far, near, replace(far, home_ref="X", routes=(cheap,))], policy)
    assert refs(ranking) == ["Z", "X", "Y"]
    assert refs(rank_homes(search, [near, replace(near, home_ref="B")], policy)) == ["B", "Z"]


def test_each_reason_says_its_number_in_words(a_search, a_home, policy):
    profile = {
        "risk_self_harm": "Risk present",
        "risk_missing": "Risk present",
        "important_places": (SCHOOL, replace(SCHOOL, kind="home"), replace(SCHOOL, kind="family")),
        "residential_care_suitability": "Preferred",
    }
    home = a_home(
        skills=frozenset({"self_harm"}),
        point=Point(590000 + 6759, 160000),
        comparable_price_pence=400_000,
        free_places=2,
        open_to_referrals=2,
    )
    (ranked,) = rank_homes(a_search(profile=profile, siblings=1), [home], policy).ranked
    assert part(ranked, "essential_needs").words == "1 of 2 essential needs met: self-harm; not met: going missing"
    assert part(ranked, "near_school").words == "4.2 miles from school"
    assert part(ranked, "education_kept").words == "Could stay at the same school: 4.2 miles is within 10"
    assert part(ranked, "siblings_together").words == "Would live with 1 of 1 brother or sister"
    assert part(ranked, "price").words == "£5,000 a week; comparable places £4,000 (25% more)"
    assert part(ranked, "in_area").words == "In the area of the child's authority"
    assert (ranked.miles_home, ranked.miles_school, ranked.miles_family) == (4.2, 4.2, 4.2)


def test_the_points_add_up_to_the_total(a_search, a_home, policy):
    search = a_search(profile={"important_places": (SCHOOL,), "wishes": (Wish("a dog", "pets"),)})
    (home,) = rank_homes(search, [a_home()], policy).ranked
    assert home.total == pytest.approx(sum(one.points for one in home.contributions), abs=0.01)
    assert 0 <= home.total <= 100


def test_what_is_not_known_lowers_confidence_and_leaves_the_score(a_search, a_home, policy):
    lasted = StabilityEvidence((PlacementCount("childrens_home", "in_area", True, False, 40, 30),))
    search = a_search(profile={"important_places": (SCHOOL,)}, evidence=lasted)
    known = a_home(comparable_price_pence=500_000)
    (sure,) = rank_homes(search, [known], policy).ranked
    (unsure,) = rank_homes(search, [replace(known, point=None, school_on_site=None)], policy).ranked
    assert sure.confidence == 1.0 and not sure.missing
    assert unsure.confidence < 1.0
    assert unsure.missing[0] == "Not known, so left out of the score: how far it is from school"
    assert part(unsure, "near_school").points == 0
    assert unsure.total == pytest.approx(sum(one.points for one in unsure.contributions), abs=0.01)


def test_unrecorded_skills_are_not_taken_as_met_and_it_says_so(a_search, a_home, policy):
    profile = {"risk_self_harm": "Risk present", "skills": (SkillNeed("autism", "helps"),)}
    (home,) = rank_homes(a_search(profile=profile), [a_home(skills=None)], policy).ranked
    assert home.unmet_essential == 1
    assert part(home, "essential_needs").words == ("0 of 1 essential need shown to be met: its skills are not recorded")
    assert part(home, "helpful_skills").scale is None
    assert home.confidence < 0.6


WISHES = (
    Wish("I want my dog with me", "pets"),
    Wish("stay at my school", "school", "a little"),
    Wish("near my nan", "people"),
    Wish("near the sea", "place"),
    Wish("Polish food", "culture"),
    Wish("my own room", "other"),
)


def test_each_wish_gets_its_own_answer(a_search, a_home, policy):
    search = a_search(profile={"wishes": WISHES, "important_places": (SCHOOL, replace(SCHOOL, kind="family"))})
    home = a_home(pets=True, meets_cultural_needs=False, wishes_met=(("my own room", True),))
    (ranked,) = rank_homes(search, [home], policy).ranked
    wishes = [one for one in ranked.contributions if one.criterion == "wishes"]
    assert [(one.words, one.scale) for one in wishes] == [
        ("“I want my dog with me”: there are pets", 1.0),
        ("“stay at my school”: 0.0 miles from school", 1.0),
        ("“near my nan”: 0.0 miles from family", 1.0),
        ("Not known, so left out of the score: “near the sea”. Someone needs to ask", None),
        ("“Polish food”: it cannot meet cultural needs", 0.0),
        ("“my own room”: yes", 1.0),
    ]
    assert wishes[1].weight == pytest.approx(wishes[0].weight / 2, abs=1e-4)
    assert sum(one.weight for one in wishes) == pytest.approx(policy.weight("wishes"), abs=1e-3)


@pytest.mark.parametrize(
    ("home", "criterion", "scale", "words"),
    [
        ({"relation": "adjoining"}, "in_area", 0.5, "In an adjoining authority"),
        ({"relation": None}, "in_area", None, "which authority"),
        ({"meets_cultural_needs": True}, "cultural_needs", 1.0, "Can meet"),
        ({"meets_cultural_needs": None}, "cultural_needs", None, "whether it can meet"),
        ({"point": Point(650000, 160000), "school_on_site": True}, "education_kept", 0.5, "Would move to the school"),
        ({"point": Point(650000, 160000)}, "education_kept", 0.0, "Would have to change school: 37.3 miles"),
        ({"point": None, "school_on_site": True}, "education_kept", 0.5, "It has a school on site"),
        ({"point": None}, "education_kept", None, "whether the child could stay"),
        ({"routes": (replace(SPOT, weekly_price_pence=None),)}, "price", None, "what it costs"),
        ({}, "price", None, "no comparable price"),
        ({"comparable_price_pence": 500_000}, "price", 0.5, "(about the same)"),
        ({"comparable_price_pence": 1_000_050}, "price", 1.0, "comparable places £10,000.50 (50% less)"),
        ({}, "kind_of_home", 0.5, "Suitable, but not the preferred kind: a children's home"),
    ],
)
def test_criteria_one_by_one(home, criterion, scale, words, a_search, a_home, policy):
    profile = {
        "important_places": (SCHOOL,),
        "cultural_needs": "Required",
        "residential_care_suitability": "Suitable but not preferred",
    }
    (ranked,) = rank_homes(a_search(profile=profile), [a_home(**home)], policy).ranked
    assert part(ranked, criterion).scale == scale
    assert words in part(ranked, criterion).words


def test_with_enough_homes_of_the_kind_their_middle_price_is_the_comparison(a_search, a_home, policy):
    prices = {"A": 300_000, "B": 400_000, "C": 900_000, "D": 950_000}
    homes = [a_home(home_ref=ref, routes=(replace(SPOT, weekly_price_pence=p),)) for ref, p in prices.items()]
    assert {home.comparable_price_pence for home in rank_homes(a_search(), homes, policy).ranked} == {400_000}
    assert {home.comparable_price_pence for home in rank_homes(a_search(), homes[:2], policy).ranked} == {None}


def test_the_best_route_one_may_use_is_used_and_the_others_are_explained(a_search, a_home, policy):
    kept = replace(BLOCK, nominated_authority="887")
    other = replace(OWN, name="Medway carers", party=False)
    (home,) = rank_homes(a_search(), [a_home(routes=(SPOT, TIER_1, kept, other))], policy).ranked
    assert (home.route.kind, home.weekly_price_pence) == ("framework", 480_000)
    assert home.routes_not_available == (
        "Block: kept for authority 887 and not released",
        "Medway carers: your authority is not a party to it",
    )


def test_a_home_where_a_brother_lives_comes_before_one_where_he_does_not(a_search, a_home, policy):
    without, with_him = a_home(home_ref="A", routes=(BLOCK,)), a_home(home_ref="B", siblings_there=1)
    ranking = rank_homes(a_search(siblings_in_care=1), [without, with_him], policy)
    assert refs(ranking) == ["B", "A"]
    assert part(ranked := ranking.ranked[0], "siblings_together").words == "Would live with 1 of 1 brother or sister"
    assert ranked.need_fit > ranking.ranked[1].need_fit


def test_siblings_who_may_be_apart_are_better_together(a_search, a_home, policy):
    search = a_search(siblings=2, keep_siblings_together=False)
    room = a_home(home_ref="B", free_places=2)
    ranking = rank_homes(search, [a_home(home_ref="A"), room], policy)
    assert refs(ranking) == ["B", "A"]
    assert part(ranking.ranked[0], "siblings_together").scale == 0.5


def test_a_relation_may_be_given_as_its_code_or_its_name(a_search, a_home, policy):
    named = rank_homes(a_search(), [a_home(relation=Relation.ADJOINING)], policy)
    assert json.dumps(named.as_json()) == json.dumps(
        rank_homes(a_search(), [a_home(relation="adjoining")], policy).as_json()
    )


def test_a_decision_for_a_cheaper_home_says_nothing_about_price(a_search, a_home, policy):
    unpriced = a_home(home_ref="B", routes=(ContractRoute("spot", ""),))
    cheap = a_home(home_ref="C", skills=frozenset(), routes=(replace(SPOT, weekly_price_pence=1),))
    search = a_search(profile={"wishes": (Wish("a dog", "pets"),)})
    ranking = rank_homes(search, [a_home(home_ref="A", pets=True), unpriced, cheap], policy)
    words = [words for one in passed_over(ranking, "C") for words in one.better_at]
    assert words == ["“a dog”: there are pets; the chosen home: “a dog”: there are no pets"]
    assert not any("week" in words for one in passed_over(ranking, "B") for words in one.better_at)


def test_a_home_without_a_usable_route_has_no_best_route(a_search, a_home, policy):
    with pytest.raises(ValueError, match="home A has no route"):
        best_route(a_search(), a_home(routes=()), policy)


def test_a_home_given_twice_is_refused(a_search, a_home, policy):
    with pytest.raises(ValueError, match="given more often: A"):
        rank_homes(a_search(), [a_home(), a_home()], policy)


def test_the_decision_record_names_each_home_passed_over_and_what_it_was_better_at(a_search, a_home, policy):
    search = a_search(profile={"important_places": (SCHOOL,)})
    near = a_home(home_ref="A", routes=(BLOCK,))
    far = a_home(home_ref="B", home_name="Madeup Hill", point=Point(590000 + 5 * MILE, 160000))
    ranking = rank_homes(search, [near, far], policy)
    (passed,) = passed_over(ranking, "B")
    assert passed.home_ref == "A"
    assert "0.0 miles from school; the chosen home: 5.0 miles from school" in passed.better_at
    assert "£443 a week less" in passed.better_at
    assert any(words.startswith("Block contract, already paid for") for words in passed.better_at)
    assert passed_over(ranking, "A") == ()
    with pytest.raises(ValueError, match="not in this ranking"):
        passed_over(ranking, "Q")


@st.composite
def some_homes(draw, a_home):
    codes = ["self_harm", "going_missing", "autism"]
    routes = st.sampled_from([OWN, BLOCK, TIER_1, TIER_2, SPOT, replace(SPOT, party=False)])
    one = st.builds(
        a_home,
        kind=st.sampled_from(["childrens_home", "foster", "supported_accommodation"]),
        skills=st.none() | st.frozensets(st.sampled_from(codes)),
        point=st.none() | st.builds(Point, st.integers(560000, 620000), st.integers(130000, 180000)),
        free_places=st.integers(0, 2),
        routes=st.tuples(routes),
        relation=st.sampled_from(["in_area", "adjoining", "at_a_distance", None]),
        pets=st.sampled_from([True, False, None]),
        fostered_children=st.integers(0, 3),
    )
    homes = draw(st.lists(one, min_size=1, max_size=7))
    return [replace(home, home_ref=f"H{number}") for number, home in enumerate(homes)]


PROFILE = {
    "risk_self_harm": "Risk present",
    "risk_missing": "Risk present",
    "skills": (SkillNeed("autism", "helps"),),
    "wishes": (Wish("a cat", "pets"),),
    "important_places": (SCHOOL,),
}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_the_order_of_the_input_and_impossible_homes_change_nothing(data, a_search, a_home, policy):
    search, homes = a_search(profile=PROFILE), data.draw(some_homes(a_home))
    ranking = rank_homes(search, homes, policy)
    assert rank_homes(search, data.draw(st.permutations(homes)), policy) == ranking
    full = a_home(home_ref="H", free_places=0, routes=(OWN,))
    assert rank_homes(search, [*homes, full], policy).ranked == ranking.ranked


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_home_is_ranked_or_refused_and_a_stored_ranking_replays_exactly(data, a_search, a_home, policy):
    search, homes = a_search(profile=PROFILE), data.draw(some_homes(a_home))
    ranking = rank_homes(search, homes, policy)
    refused = {home.home_ref for home in ranking.not_possible}
    assert sorted([*refs(ranking), *refused]) == sorted(home.home_ref for home in homes)
    assert all(home.reasons for home in ranking.not_possible)
    assert Ranking.from_json(json.loads(json.dumps(ranking.as_json()))) == ranking
    stored = json.loads(json.dumps(RankingInputs(search, tuple(homes), policy).as_json()))
    assert RankingInputs.from_json(stored) == RankingInputs(search, tuple(homes), policy)
    assert replay(stored) == ranking


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_home_that_meets_more_essential_needs_is_never_below_its_equal(data, a_search, a_home, policy):
    search, homes = a_search(profile=PROFILE), data.draw(some_homes(a_home))
    fewer = data.draw(st.sampled_from([frozenset(), frozenset({"self_harm"}), frozenset({"autism", "going_missing"})]))
    equal = replace(homes[0], skills=fewer, free_places=1, home_ref="A")
    better = replace(equal, skills=fewer | {"self_harm", "going_missing"}, home_ref="B")
    order = refs(rank_homes(search, [*homes, equal, better], policy))
    if "A" in order:
        assert order.index("B") < order.index("A")


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_scores_lie_between_0_and_100_and_needs_come_first(data, a_search, a_home, policy):
    ranked = rank_homes(a_search(profile=PROFILE), data.draw(some_homes(a_home)), policy).ranked
    assert all(0 <= home.total <= 100.01 and 0 <= home.confidence <= 1 for home in ranked)
    assert [home.unmet_essential for home in ranked] == sorted(home.unmet_essential for home in ranked)
    assert [home.group for home in ranked] == sorted(home.group for home in ranked)
    assert [home.position for home in ranked] == list(range(1, len(ranked) + 1))


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        (99.4, 100.0, ("99.4", "100.0")),
        (99.96, 100.0, ("99.96", "100.00")),
        (99.961, 99.962, ("99.961", "99.962")),
        (80.0, 80.0, ("80.0", "80.0")),
    ],
)
def test_two_scores_that_differ_are_told_with_enough_decimals_to_differ(one, other, told):
    assert told_apart(one, other, decimals=1) == told
