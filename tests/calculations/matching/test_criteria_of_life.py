"""Degrees of skill, who else lives there, who the child is, minutes, stability, next steps."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.matching.calculations.candidates import ContractRoute, Resident
from nearhome.matching.calculations.ranking import rank_homes
from nearhome.matching.calculations.stability import PlacementCount, StabilityEvidence, expected_to_last
from nearhome.referrals.calculations.profile import ImportantPlace, SkillNeed, Wish

SCHOOL = ImportantPlace("school", "Test School", 590000, 160000)
FRIENDS = ImportantPlace("friends", "Test Club", 590000, 160000)
BLOCK = ContractRoute("block", "Block", weekly_price_pence=455_700)
OWN = ContractRoute("own", "Own service", weekly_price_pence=60_000)
EVIDENCE = StabilityEvidence(
    (
        PlacementCount("childrens_home", "in_area", True, False, 100, 80),
        PlacementCount("childrens_home", "at_a_distance", True, False, 100, 60),
        PlacementCount("foster", "in_area", True, False, 2, 0),
    )
)


def parts(search, home, policy, criterion):
    (ranked,) = rank_homes(search, [home], policy).ranked
    return [one for one in ranked.contributions if one.criterion == criterion]


def test_needs_are_met_by_degree(a_search, a_home, policy):
    profile = {
        "risk_self_harm": "Risk present",
        "risk_missing": "Risk present",
        "skills": (SkillNeed("autism", "helps"),),
    }
    degrees = (("self_harm", "trained"), ("autism", "experienced"))
    home = a_home(skills=frozenset({"self_harm", "going_missing", "autism"}), skill_degrees=degrees)
    (essential,) = parts(a_search(profile=profile), home, policy, "essential_needs")
    assert essential.scale == pytest.approx((0.6 + 1) / 2)
    assert essential.words == "2 of 2 essential needs met: self-harm (trained), going missing"
    (helpful,) = parts(a_search(profile=profile), home, policy, "helpful_skills")
    assert helpful.scale == pytest.approx(0.85)


def test_travel_minutes_are_used_where_they_are_given(a_search, a_home, policy):
    search = a_search(profile={"important_places": (SCHOOL, FRIENDS)})
    home = a_home(minutes_to=(("school", 37.5), ("friends", 20)))
    (school,) = parts(search, home, policy, "near_school")
    assert (school.words, school.unit, school.scale) == ("37.5 minutes’ travel from school (0.0 miles)", "minutes", 0.5)
    (friends,) = parts(search, home, policy, "near_others")
    assert friends.words == "20 minutes’ travel from friends or clubs"
    assert parts(search, a_home(), policy, "near_school")[0].words == "0.0 miles from school"


def test_friends_and_worship_count_in_equal_shares(a_search, a_home, policy):
    places = (FRIENDS, ImportantPlace("worship", "Test Temple"))
    found = parts(a_search(profile={"important_places": places}), a_home(), policy, "near_others")
    assert [(one.words, one.scale, one.share) for one in found] == [
        ("0.0 miles from friends or clubs", 1.0, 0.5),
        ("Not known, so left out of the score: how far it is from a place of worship", None, 0.5),
    ]


def test_who_lives_there_counts_both_ways_by_gap_number_and_effect(a_search, a_home, policy):
    residents = (Resident(16, "M"), Resident(8, "F"))
    home = a_home(residents=residents, effect_on_child="none", effect_on_residents="some")
    found = parts(a_search(), home, policy, "company")
    assert [(one.words, one.scale, one.share) for one in found] == [
        ("2 children live there: up to 3 years older and up to 5 years younger", 0.5, 0.4),
        ("Would live with 2 other children", 1.0, 0.2),
        ("No harm is expected from the effect of those who live there on the child", 1.0, 0.2),
        ("Some harm is expected from the effect of the child on those who live there", 0.5, 0.2),
    ]


def test_an_empty_home_says_nothing_about_company_unless_company_is_recommended(a_search, a_home, policy):
    assert parts(a_search(), a_home(), policy, "company") == []
    wanted = a_search(profile={"living_companions": "With other children recommended"})
    assert [one.scale for one in parts(wanted, a_home(), policy, "company")] == [0.0]


def test_culture_language_and_faith_count_only_where_asked_for(a_search, a_home, policy):
    home = a_home(meets_cultural_needs=True, meets_parts=(("language", False),))
    assert parts(a_search(), home, policy, "cultural_needs") == []
    asked = a_search(asked_for=(("culture", ""), ("language", "Polish"), ("faith", "Sikh")))
    found = parts(asked, home, policy, "cultural_needs")
    assert [(one.scale, round(one.share, 3)) for one in found] == [(1.0, 0.333), (0.0, 0.333), (None, 0.333)]
    assert found[1].words == "Cannot meet what was asked about language (Polish)"


def test_stability_leans_on_wider_groups_and_says_on_how_many_it_rests(a_search, a_home, policy):
    (part,) = parts(a_search(evidence=EVIDENCE), a_home(), policy, "stability")
    # all 140/202 -> (141 of 204 = 0.6912); kind (140 + 20 x 0.6912) / 220; its band and sort (80 + 20 x it) / 120
    kind = (140 + 20 * 141 / 204) / 220
    band = (80 + 20 * kind) / 120
    assert part.scale == pytest.approx((80 + 20 * band) / 120, abs=1e-4)
    assert "of similar placements are expected to last, between" in part.words
    assert part.words.endswith("(on 100 placements)")


def test_without_evidence_stability_is_not_known_and_left_out(a_search, a_home, policy):
    for search in (a_search(), a_search(evidence=StabilityEvidence(()))):
        (part,) = parts(search, a_home(), policy, "stability")
        assert (part.scale, part.is_known) == (None, False)


def test_a_small_cell_says_little_by_itself():
    few = expected_to_last(EVIDENCE, PlacementCount("foster", "in_area", True, False, 0, 0))
    assert few.share > 0.5
    assert few.high - few.low > 0.3


def test_impossible_counts_are_refused():
    wrong = StabilityEvidence((PlacementCount("foster", None, True, False, 2, 3),))
    with pytest.raises(ValueError, match="3 of 2 placements"):
        expected_to_last(wrong, wrong.counts[0])


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=6))
def test_the_interval_holds_the_share_and_lies_between_none_and_all(counts):
    rows = tuple(
        PlacementCount("foster", f"{number % 2}", True, bool(number % 3), began + lasted, lasted)
        for number, (began, lasted) in enumerate(counts)
    )
    found = expected_to_last(StabilityEvidence(rows), rows[0])
    assert found is None or 0 <= found.low <= found.share <= found.high <= 1


def test_step_across_counts_only_where_fostering_may_suit(a_search, a_home, policy):
    suits = a_search(profile={"foster_care_suitability": "Suitable but not preferred"})
    assert parts(a_search(), a_home(step_across=True), policy, "step_across") == []
    assert [one.scale for one in parts(suits, a_home(step_across=True), policy, "step_across")] == [1.0]
    assert [one.scale for one in parts(suits, a_home(), policy, "step_across")] == [None]


def test_an_empty_bed_already_paid_for_counts(a_search, a_home, policy):
    def scale(**home):
        return parts(a_search(), a_home(**home), policy, "paid_bed")[0].scale

    assert scale(routes=(BLOCK,)) == scale(routes=(OWN,)) == 1.0
    assert scale() == scale(routes=(BLOCK,), paid_empty_places=0) == 0.0


# Each fact that can be unknown, and the criteria that rest on it.
FACTS = {
    "skills": {"essential_needs", "helpful_skills"},
    "point": {"near_home", "near_school", "near_family", "near_others", "education_kept", "wishes"},
    "relation": {"in_area", "stability"},
    "school_on_site": {"education_kept"},
    "pets": {"wishes"},
    "meets_cultural_needs": {"cultural_needs", "wishes"},
    "effect_on_child": {"company"},
    "effect_on_residents": {"company"},
    "step_across": {"step_across"},
    "comparable_price_pence": {"price"},
}
KNOWN = {
    "skills": frozenset({"self_harm"}),
    "meets_cultural_needs": True,
    "effect_on_child": "none",
    "effect_on_residents": "some",
    "step_across": True,
    "comparable_price_pence": 500_000,
    "residents": (Resident(12, "F"),),
}
PROFILE = {
    "risk_self_harm": "Risk present",
    "cultural_needs": "Required",
    "foster_care_suitability": "Preferred",
    "skills": (SkillNeed("autism", "helps"),),
    "wishes": (Wish("a cat", "pets"), Wish("Polish food", "culture"), Wish("near nan", "people")),
    "important_places": (SCHOOL, FRIENDS, replace(SCHOOL, kind="family")),
}


@settings(max_examples=80, deadline=None)
@given(unknown=st.sets(st.sampled_from(sorted(FACTS))), one=st.sampled_from(sorted(FACTS)))
def test_making_a_fact_unknown_never_raises_confidence_nor_moves_another_criterion(
    unknown, one, a_search, a_home, policy
):
    search = a_search(profile=PROFILE, evidence=EVIDENCE)
    before = a_home(**(KNOWN | dict.fromkeys(unknown)))
    (was,) = rank_homes(search, [before], policy).ranked
    (now,) = rank_homes(search, [replace(before, **{one: None})], policy).ranked
    assert now.confidence <= was.confidence
    scales = [
        [(p.criterion, p.scale) for p in home.contributions if p.criterion not in FACTS[one]] for home in (was, now)
    ]
    assert scales[0] == scales[1]
    if one not in unknown and one != "school_on_site":  # near enough to stay at school, it does not matter
        assert now.confidence < was.confidence
        assert len(now.missing) > len(was.missing)


def test_the_words_are_the_same_whichever_authority_the_others_are_from(a_search, a_home, policy):
    home = a_home(residents=(Resident(12, "F"),), newcomer_over=9, alone_needed_there=None)
    (ranked,) = rank_homes(a_search(starts_on=date(2026, 12, 1)), [home], policy).ranked
    said = " ".join(
        [*(one.words for one in ranked.contributions), *(ask.words for ask in ranked.asks), *ranked.missing]
    )
    assert "851" not in said and "Portsmouth" not in said
    assert "1 child lives there: up to 1 year younger" in said


def test_a_sort_never_seen_rests_on_the_narrowest_group_that_was(a_search, a_home, policy):
    (part,) = parts(a_search(evidence=EVIDENCE, emergency=True), a_home(), policy, "stability")
    assert part.words.endswith("(on 100 placements)")
    assert part.is_known
    (part,) = parts(a_search(evidence=StabilityEvidence(EVIDENCE.counts[2:])), a_home(), policy, "stability")
    assert part.words.endswith("(none in such a home, so from all kinds)")
    assert not part.is_known
