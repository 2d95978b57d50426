"""Truth tables: each rule alone, on a home that otherwise suits."""

from dataclasses import replace
from datetime import date

import pytest

from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.candidates import Condition, ContractRoute, Resident
from nearhome.matching.calculations.feasibility import RULES, Feasible, NotPossible, assess_home
from nearhome.matching.calculations.rule import Rule, refuses
from nearhome.referrals.calculations.profile import ImportantPlace, SkillNeed

FRAMEWORK = ContractRoute("framework", "Region", tier=1)
OWN = ContractRoute("own", "Own service")
AVOID = {"important_places": (ImportantPlace("avoid", "the old estate", 590000, 160000, within_miles=3),)}
AVOID_AREA = {"important_places": (ImportantPlace("avoid", "Medway", authority_code="887"),)}
SELF_HARM = {"risk_self_harm": "Risk present"}
COUNCIL_CARERS = {"registration": {"urn": None}, "kind": "foster", "sector": "Local authority"}
OLDER = {"living_companions": "Only with other older children"}
YOUNGER = {"living_companions": "Only with other younger children"}
SOLO = {"living_companions": "Solo placement recommended"}
REF_UNREGISTERED = {"status": "unregistered", "urn": None}
EXCLUDED = Condition("exclusion_area", "the town centre", 590000, 160000, within_miles=2)
EXCLUDED_887 = Condition("exclusion_area", "Medway", authority_code="887")
BLOCK_887 = ContractRoute("block", "Block", nominated_authority="887")

# what is different about the search, about the home, and what the rules say: refusals, questions
CASES = [
    ("suits", {}, {}, "", ""),
    ("opens later", {}, {"registration": {"registered_on": date(2026, 12, 2)}}, "R01", ""),
    ("opens that day", {}, {"registration": {"registered_on": date(2026, 12, 1)}}, "", ""),
    ("closed the day before", {}, {"registration": {"closed_on": date(2026, 11, 30)}}, "R01", ""),
    ("closes that day", {}, {"registration": {"closed_on": date(2026, 12, 1)}}, "R01", ""),
    ("closes later", {}, {"registration": {"closed_on": date(2026, 12, 2)}}, "", ""),
    ("no registration number", {}, {"registration": {"urn": None}}, "R01", ""),
    ("own carers have none", {}, {"registration": {"urn": None}, "kind": "foster", "routes": (OWN,)}, "", ""),
    ("council carers have none", {}, COUNCIL_CARERS, "", ""),
    ("suspended", {}, {"registration": {"suspended": True}}, "R02", ""),
    ("15, supported", {"age": 15}, {"kind": "supported_accommodation"}, "S01", ""),
    ("16, supported", {"age": 16}, {"kind": "supported_accommodation"}, "", ""),
    ("15 before the rule", {"age": 15, "starts_on": date(2021, 9, 8)}, {"kind": "supported_accommodation"}, "", ""),
    ("15, unregistered", {"age": 15}, {"registration": REF_UNREGISTERED}, "R01 S01", ""),
    ("16, unregistered", {"age": 16}, {"registration": REF_UNREGISTERED}, "R01 S02", ""),
    (
        "16, application accepted",
        {"age": 16},
        {"kind": "supported_accommodation", "registration": {"status": "application_accepted"}},
        "",
        "R01",
    ),
    ("a home's application is not enough", {}, {"registration": {"status": "application_accepted"}}, "R01", ""),
    ("inadequate", {}, {"registration": {"judgement": "Inadequate"}}, "R03", ""),
    ("weaknesses", {}, {"registration": {"judgement": "Serious or widespread weaknesses"}}, "R03", ""),
    ("requires improvement", {}, {"registration": {"judgement": "Requires improvement to be good"}}, "", "R03"),
    ("not yet inspected", {}, {"registration": {"judgement": None}}, "", ""),
    ("at the lowest age", {"age": 8}, {}, "", ""),
    ("a year too young", {"age": 7}, {}, "F01", ""),
    ("at the highest age", {"age": 17}, {}, "", ""),
    ("ages not known", {}, {"min_age": None}, "", "F01"),
    (
        "a brother too young",
        {"siblings": 1, "brothers_and_sisters": (Resident(5, "M"),)},
        {"free_places": 2},
        "F01 C03",
        "",
    ),
    ("boys only", {}, {"sexes": frozenset("M")}, "F02", ""),
    ("girls only", {}, {"sexes": frozenset("F")}, "", ""),
    ("sex not known, boys only", {"sex": "U"}, {"sexes": frozenset("M")}, "", "F02"),
    ("sex not known, both", {"sex": "U"}, {}, "", ""),
    ("sexes not known", {}, {"sexes": None}, "", "F02"),
    ("kind unsuitable", {"profile": {"residential_care_suitability": "Unsuitable"}}, {}, "F03", ""),
    ("kind suitable", {"profile": {"residential_care_suitability": "Suitable but not preferred"}}, {}, "", ""),
    ("conflict", {}, {"conflicts_with_resident": True}, "F04", ""),
    ("conflict not checked", {}, {"conflicts_with_resident": None}, "", "F04"),
    ("older only, one younger", {"profile": OLDER}, {"residents": (Resident(15, "M"), Resident(12, "M"))}, "F05", ""),
    ("older only, one as old", {"profile": OLDER}, {"residents": (Resident(13, "M"),)}, "F05", ""),
    ("older only, all older", {"profile": OLDER}, {"residents": (Resident(14, "M"),)}, "", ""),
    ("older only, nobody", {"profile": OLDER}, {}, "", ""),
    ("younger only, one older", {"profile": YOUNGER}, {"residents": (Resident(14, "M"),)}, "F05", ""),
    ("younger only, one as old", {"profile": YOUNGER}, {"residents": (Resident(13, "M"),)}, "F05", ""),
    ("younger only, all younger", {"profile": YOUNGER}, {"residents": (Resident(12, "M"),)}, "", ""),
    ("company wished, nobody", {"profile": {"living_companions": "With other children recommended"}}, {}, "", "F05"),
    ("solo, somebody there", {"profile": SOLO}, {"solo_capable": True, "residents": (Resident(9, "F"),)}, "F06", ""),
    ("solo, not offered", {"profile": SOLO}, {}, "F06", ""),
    ("solo, offered", {"profile": SOLO}, {"solo_capable": True}, "", ""),
    ("solo, a home for one", {"profile": SOLO}, {"registered_places": 1}, "", ""),
    ("solo, not known", {"profile": SOLO}, {"solo_capable": None}, "", "F06"),
    ("solo as an essential skill", {"profile": {"skills": (SkillNeed("solo", "essential"),)}}, {}, "F06", ""),
    ("need excluded", {"profile": SELF_HARM}, {"skills_excluded": frozenset({"self_harm"})}, "F07", "F08"),
    ("need not a skill", {"profile": SELF_HARM}, {}, "", "F08"),
    ("need is a skill", {"profile": SELF_HARM}, {"skills": frozenset({"self_harm"})}, "", ""),
    ("skills not known", {"profile": SELF_HARM}, {"skills": None}, "", "F08"),
    ("no pets wanted, pets", {"profile": {"pets": "No"}}, {"pets": True}, "", "F09"),
    ("a pet must come, none", {"profile": {"pets": "Yes-must"}}, {}, "", "F09"),
    ("full", {}, {"free_places": 0}, "C01", ""),
    ("one place for two", {"siblings": 1}, {"open_to_referrals": 2}, "C01", ""),
    ("one place, apart is allowed", {"siblings": 1, "keep_siblings_together": False}, {}, "", ""),
    ("no staff for it", {}, {"staffed_places": 1, "residents": (Resident(13, "F"),)}, "C02", ""),
    ("staff for it promised away", {}, {"staffed_places": 2, "held_places": 2}, "C02", ""),
    ("staff not known", {}, {"staffed_places": None}, "", ""),
    ("not open", {}, {"open_to_referrals": 0}, "C03", ""),
    ("fostering, 2 of 3", {}, {"kind": "foster", "fostered_children": 1}, "", ""),
    ("fostering, 3 of 3", {}, {"kind": "foster", "fostered_children": 2}, "", "S05"),
    ("fostering, a fourth", {}, {"kind": "foster", "fostered_children": 3}, "S05", ""),
    ("a fourth, exempt", {}, {"kind": "foster", "fostered_children": 3, "exemption": True}, "", "S05"),
    ("a third, exempt", {}, {"kind": "foster", "fostered_children": 2, "exemption": True}, "", ""),
    ("a fourth, all siblings", {}, {"kind": "foster", "fostered_children": 3, "all_siblings": True}, "", ""),
    ("fostering, not known", {}, {"kind": "foster", "fostered_children": None}, "", "S05"),
    ("four siblings", {"siblings": 3}, {"kind": "foster", "free_places": 4, "open_to_referrals": 4}, "", ""),
    ("limit is for fostering", {}, {"fostered_children": 9}, "", ""),
    ("at the place to avoid", {"profile": AVOID}, {}, "L01", ""),
    ("just as far as asked", {"profile": AVOID}, {"point": Point(594828, 160000)}, "L01", ""),
    ("a little further", {"profile": AVOID}, {"point": Point(595000, 160000)}, "", ""),
    ("far from it", {"profile": AVOID}, {"point": Point(600000, 160000)}, "", ""),
    ("where is it", {"profile": AVOID}, {"point": None}, "", "L01"),
    ("area to avoid", {"profile": AVOID_AREA}, {"authority_code": "887"}, "L01", ""),
    ("another area", {"profile": AVOID_AREA}, {}, "", ""),
    ("area not known", {"profile": AVOID_AREA}, {"authority_code": None}, "", "L01"),
    ("adjoining", {}, {"relation": "adjoining"}, "", "D02"),
    ("at a distance", {}, {"relation": "at_a_distance"}, "", "D03"),
    ("not a party", {}, {"routes": (replace(FRAMEWORK, party=False),)}, "K01", ""),
    ("a party to one", {}, {"routes": (replace(FRAMEWORK, party=False), FRAMEWORK)}, "", ""),
    ("kept for another", {}, {"routes": (BLOCK_887,)}, "K02", ""),
    ("kept for us", {}, {"routes": (replace(BLOCK_887, nominated_authority="886"),)}, "", ""),
    ("released", {}, {"routes": (replace(BLOCK_887, released_from=date(2026, 12, 1)),)}, "", ""),
    ("released too late", {}, {"routes": (replace(BLOCK_887, released_from=date(2026, 12, 2)),)}, "K02", ""),
    ("no way to buy", {}, {"routes": ()}, "K03", ""),
    ("a place held for a child to avoid", {}, {"conflicts_with_expected": True}, "F10", ""),
    ("those expected not checked", {}, {"conflicts_with_expected": None}, "", "F10"),
    ("somebody there must be alone", {}, {"alone_needed_there": True, "residents": (Resident(9, "F"),)}, "F11", ""),
    ("one lives alone, not known", {}, {"alone_needed_there": None, "residents": (Resident(9, "F"),)}, "", "F11"),
    ("two live together, not known", {}, {"alone_needed_there": None, "residents": (Resident(9, "F"),) * 2}, "", ""),
    ("nobody there, not known", {}, {"alone_needed_there": None}, "", ""),
    ("too young for those there", {}, {"newcomer_over": 13}, "F12", ""),
    ("old enough for those there", {}, {"newcomer_over": 12}, "", ""),
    ("too old for those there", {}, {"newcomer_under": 13}, "F12", ""),
    ("young enough for those there", {}, {"newcomer_under": 14}, "", ""),
    ("free for the stay", {"ends_before": date(2027, 6, 1)}, {"free_until": date(2027, 6, 1)}, "", ""),
    ("promised before the stay ends", {"ends_before": date(2027, 6, 2)}, {"free_until": date(2027, 6, 1)}, "C04", ""),
    ("promised, end not known", {}, {"free_until": date(2027, 6, 1)}, "", "C04"),
    ("a fifth place not yet registered", {}, {"residents": (Resident(13, "F"),) * 4, "staffed_places": 5}, "C05", ""),
    ("the fourth place registered", {}, {"residents": (Resident(13, "F"),) * 3}, "", ""),
    ("in an excluded area", {"conditions": (EXCLUDED,)}, {}, "B01", ""),
    ("outside the excluded area", {"conditions": (EXCLUDED,)}, {"point": Point(600000, 160000)}, "", ""),
    ("excluded area, where is it", {"conditions": (EXCLUDED,)}, {"point": None}, "", "B01"),
    ("excluded authority", {"conditions": (EXCLUDED_887,)}, {"authority_code": "887"}, "B01", ""),
    ("excluded authority, another", {"conditions": (EXCLUDED_887,)}, {}, "", ""),
    ("excluded authority, not known", {"conditions": (EXCLUDED_887,)}, {"authority_code": None}, "", "B01"),
    ("excluded area not placed", {"conditions": (Condition("exclusion_area", "the pier"),)}, {}, "", "B01"),
    ("residence elsewhere", {"conditions": (Condition("residence", "live there", home_ref="B"),)}, {}, "B01", ""),
    ("residence here", {"conditions": (Condition("residence", "live there", home_ref="A"),)}, {}, "", ""),
    ("a curfew", {"conditions": (Condition("curfew", "in by 7pm"),)}, {}, "", "B01"),
    ("a curfew and an area", {"conditions": (Condition("curfew", "in by 7pm"), EXCLUDED)}, {}, "B01", ""),
]


@pytest.mark.parametrize(
    ("search", "home", "refused", "asked"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_each_rule_says_what_it_should(search, home, refused, asked, a_search, a_home, policy):
    found = assess_home(a_search(**search), a_home(**home), policy.limits)
    reasons = found.reasons if isinstance(found, NotPossible) else ()
    assert ([one.rule_id for one in reasons], [one.rule_id for one in found.asks]) == (refused.split(), asked.split())


def test_every_rule_appears_in_the_table():
    named = {rule_id for case in CASES for rule_id in (case[3] + " " + case[4]).split()}
    assert named == {rule.id for rule in RULES}


def test_every_rule_has_its_own_identifier_and_says_where_it_comes_from():
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.source and rule.version and rule.confidence for rule in RULES)


def test_a_reason_shows_what_was_compared_and_on_what_authority(a_search, a_home, policy):
    (reason,) = assess_home(a_search(age=15), a_home(kind="supported_accommodation"), policy.limits).reasons
    assert reason.words == "A child of 15 may not be placed in supported accommodation: they must be 16 or over"
    assert (reason.value, reason.threshold, reason.confidence) == ("15", "16", "verified")
    assert "27A" in reason.source


def test_one_thing_in_the_way_is_named_and_two_are_not(a_search, a_home, policy):
    one = assess_home(a_search(), a_home(free_places=0), policy.limits)
    two = assess_home(a_search(), a_home(free_places=0, registration={"suspended": True}), policy.limits)
    assert one.would_be_possible_if == "This home would be possible if it had 1 more place free."
    assert two.would_be_possible_if is None
    both = "This home would be possible if the suspension were lifted and it had 1 more place free."
    assert (one.would_be_possible_if_both, two.would_be_possible_if_both) == (None, both)


def test_a_place_free_later_says_from_when(a_search, a_home, policy):
    found = assess_home(a_search(), a_home(free_places=0, free_from=date(2026, 12, 3)), policy.limits)
    assert found.would_be_possible_if.endswith("if the child came on or after 3 December 2026.")


def test_a_rule_nobody_has_verified_asks_but_never_refuses(a_search, a_home, policy):
    unsure = Rule("X01", "Hearsay", "1", "somebody said", "unverified", lambda *_: refuses("It is said to be bad"))
    found = assess_home(a_search(), a_home(), policy.limits, [unsure])
    assert isinstance(found, Feasible)
    assert [one.rule_id for one in found.asks] == ["X01"]


@pytest.mark.parametrize(
    ("is_emergency", "when"), [(True, "within 5 working days of the start"), (False, "before the")]
)
def test_next_door_it_says_by_when_the_area_authority_must_be_told(is_emergency, when, a_search, a_home, policy):
    found = assess_home(a_search(emergency=is_emergency), a_home(relation="adjoining"), policy.limits)
    assert when in found.asks[0].words


def test_one_place_to_avoid_is_enough_to_refuse_whatever_is_not_known_of_another(a_search, a_home, policy):
    places = (ImportantPlace("avoid", "somewhere"), *AVOID["important_places"])
    found = assess_home(a_search(profile={"important_places": places}), a_home(), policy.limits)
    assert [one.words for one in found.reasons] == ["0 miles from the old estate, a place to avoid by 3 miles"]
    lone = assess_home(a_search(profile={"important_places": places[:1]}), a_home(), policy.limits)
    assert "We do not know where that is" in lone.asks[0].words
