"""A whole region posed as a plan: each rule of all children at once, on tiny regions worked by hand."""

from dataclasses import replace
from datetime import datetime
from time import monotonic

import pytest

from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.region.plan_policy import with_points
from nearhome.matching.calculations.region.posing import pose
from nearhome.matching.calculations.region.records import PlanHome, SiblingRule
from nearhome.matching.calculations.region.regional_advice import advise
from scenes_region import PLAN_POLICY, day, opens, planned, region, starts, waits, where


def test_nobody_goes_without_a_home_for_a_finer_match() -> None:
    # a would be best at x and b can only go to x: a takes the far worse y.
    plan = planned(region([waits("a", {"x": 60, "y": 1}), waits("b", {"x": 2})], [opens("x"), opens("y")]))
    assert where(plan) == {"a": "y", "b": "x"}
    assert plan.worth == 2003
    assert plan.status == "optimal"


def test_the_parts_of_each_line_add_up_to_its_worth_and_the_lines_to_the_plan() -> None:
    children = [
        waits("a", {"x": 50}, is_emergency=True, waiting_since=day(-5)),
        waits("b", {"y": 30}, wanted=0),
    ]
    plan = planned(region(children, [opens("x", paid_for=True), opens("y", 3)]))
    assert dict(plan.lines[0].parts) == {"need_fit": 50, "placed": 1000, "emergency": 150, "waiting": 5, "paid_for": 3}
    assert dict(plan.lines[1].parts) == {"need_fit": 30, "placed": 1000, "later": -6}
    assert [line.worth for line in plan.lines] == [1208, 1024]
    assert plan.worth == 1208 + 1024


def test_an_emergency_and_who_waited_longest_come_first_when_places_are_short() -> None:
    emergency = region([waits("a", {"x": 60}), waits("b", {"x": 5}, is_emergency=True)], [opens("x")])
    assert where(planned(emergency)) == {"b": "x"}
    longest = region([waits("a", {"x": 30}), waits("b", {"x": 20}, waiting_since=day(-20))], [opens("x")])
    assert where(planned(longest)) == {"b": "x"}
    assert "other children" in planned(longest).unplaced[0].why


def test_waiting_points_stop_at_the_published_most() -> None:
    plan = planned(region([waits("a", {"x": 0}, waiting_since=day(-400))], [opens("x")]))
    assert dict(plan.lines[0].parts)["waiting"] == 60


def test_a_place_that_opens_in_days_is_waited_for_only_when_that_is_worth_it() -> None:
    # Five days cost 10 points: the better home is worth 30 more, then only 8 more.
    better = region([waits("a", {"x": 30, "y": 60})], [opens("x"), opens("y", 5)])
    assert (where(planned(better)), starts(planned(better))) == ({"a": "y"}, {"a": 5})
    hardly = region([waits("a", {"x": 52, "y": 60})], [opens("x"), opens("y", 5)])
    assert where(planned(hardly)) == {"a": "x"}


def test_an_emergency_never_waits_and_nobody_waits_beyond_the_last_day() -> None:
    emergency = region([waits("a", {"y": 60}, is_emergency=True)], [opens("y", 1)])
    assert planned(emergency).lines == ()
    assert planned(emergency).unplaced[0].why.startswith("None of the homes that suit has a place")
    too_late = region([waits("a", {"y": 60})], [opens("y", 29)])
    assert planned(too_late).lines == ()
    just = region([waits("a", {"y": 60})], [opens("y", 28)])
    assert starts(planned(just)) == {"a": 28}


def test_a_child_who_starts_later_may_use_the_earlier_bed_of_a_home() -> None:
    # b must start on day 0 and takes the first bed; a, wanted on day 9, can use either, so both have a place.
    children = [waits("a", {"x": 9}, wanted=9), waits("b", {"x": 9})]
    plan = planned(region(children, [opens("x", 0), opens("x", 8)]))
    assert starts(plan) == {"a": 9, "b": 0}
    both_early = planned(region([waits("a", {"x": 9}), waits("b", {"x": 9})], [opens("x", 0), opens("x", 8)]))
    assert sorted(starts(both_early).values()) == [0, 8]


def test_a_kept_bed_is_its_authoritys_alone_until_it_is_released() -> None:
    kept = opens("x", kept_for="A")
    others = region([waits("b", {"x": 9}, authority="B")], [kept])
    assert planned(others).lines == ()
    own = region([waits("a", {"x": 9}), waits("b", {"x": 60}, authority="B")], [kept])
    assert where(planned(own)) == {"a": "x"}
    released = region([waits("b", {"x": 9}, authority="B")], [replace(kept, released_on=day(4))])
    assert starts(planned(released)) == {"b": 4}
    assert planned(released).lines[0].kept_for == "A"


def test_an_authority_with_a_kept_bed_may_use_open_ones_as_well() -> None:
    children = [waits("a", {"x": 9}), waits("a2", {"x": 9})]
    plan = planned(region(children, [opens("x", kept_for="A"), opens("x")]))
    assert where(plan) == {"a": "x", "a2": "x"}


def test_a_fresh_vacancy_is_its_owners_first_and_everybodys_after_the_hours() -> None:
    fresh = opens("x", authority="A", vacant_since=datetime(2026, 12, 1, 9))
    b = waits("b", {"x": 9}, authority="B")
    now = region([b], [fresh], at=datetime(2026, 12, 1, 12))
    assert starts(planned(now)) == {"b": 1}
    urgent = region([replace(b, is_emergency=True)], [fresh], at=datetime(2026, 12, 1, 12))
    assert planned(urgent).lines == ()
    own = region([waits("a", {"x": 9})], [fresh], at=datetime(2026, 12, 1, 12))
    assert starts(planned(own)) == {"a": 0}
    over = region([b], [replace(fresh, vacant_since=datetime(2026, 11, 30, 9))], at=datetime(2026, 12, 1, 12))
    assert starts(planned(over)) == {"b": 0}


def test_staff_or_referrals_limit_a_home_below_its_beds() -> None:
    children = [waits("a", {"x": 9}), waits("b", {"x": 9}), waits("c", {"x": 9})]
    home = PlanHome("x", at_most=2)
    assert len(planned(region(children, [opens("x", places=2), opens("x", 3)], homes=(home,))).lines) == 2


def test_the_usual_fostering_limit_holds_for_others_but_not_for_brothers_and_sisters_of_an_empty_household() -> None:
    four = [waits(ref, {"x": 9}, group="g") for ref in "abcd"]
    empty = PlanHome("x", unrelated_at_most=3, nobody_there=True)
    assert len(planned(region(four, [opens("x", places=4)], homes=(empty,))).lines) == 4
    somebody = PlanHome("x", unrelated_at_most=3, nobody_there=False)
    assert planned(region(four, [opens("x", places=4)], homes=(somebody,))).lines == ()
    strangers = [waits(ref, {"x": 9}) for ref in "abcd"]
    assert len(planned(region(strangers, [opens("x", places=4)], homes=(empty,))).lines) == 3
    one_more = [*four, waits("e", {"x": 9})]
    assert "e" not in where(planned(region(one_more, [opens("x", places=5)], homes=(empty,))))


def test_brothers_and_sisters_go_to_one_home_or_none() -> None:
    pair = [waits("a", {"x": 9, "y": 60}, group="g"), waits("b", {"x": 9, "z": 60}, group="g")]
    plan = planned(region(pair, [opens("x", places=2), opens("y"), opens("z")]))
    assert where(plan) == {"a": "x", "b": "x"}
    assert plan.worth == 2 * (9 + 1000 + 40)
    assert {line.kind for line in plan.lines} == {"together"}
    without = planned(region(pair, [opens("x"), opens("y"), opens("z")]))
    assert without.lines == ()
    assert "brothers and sisters" in without.unplaced[0].why


def test_a_group_is_seated_on_beds_of_different_kinds_of_one_home_and_starts_together() -> None:
    pair = [waits("a", {"x": 9}, group="g"), waits("b", {"x": 9}, group="g")]
    plan = planned(region(pair, [opens("x", kept_for="A"), opens("x", 6)]))
    assert starts(plan) == {"a": 6, "b": 6}
    assert planned(region(pair, [opens("x", kept_for="B"), opens("x", 6)])).lines == ()


def test_a_group_may_live_in_two_homes_near_each_other_where_its_rule_says_so() -> None:
    trio = [waits(ref, {"x": 9, "y": 9, "far": 50}, group="g") for ref in "abc"]
    homes = (
        PlanHome("x", point=Point(500_000, 200_000)),
        PlanHome("y", point=Point(503_000, 200_000)),
        PlanHome("far", point=Point(600_000, 200_000)),
    )
    beds = [opens("x", places=2), opens("y"), opens("far", places=2)]
    near = planned(region(trio, beds, [SiblingRule("g", "near", 2.0)], homes=homes))
    assert sorted(where(near).values()) == ["x", "x", "y"]
    assert near.worth == 3 * (9 + 1000 + 10)
    assert planned(region(trio, beds, [SiblingRule("g", "near", 1.0)], homes=homes)).lines == ()
    assert planned(region(trio, beds, [SiblingRule("g", "same_home")], homes=homes)).lines == ()


def test_a_group_that_may_split_still_prefers_one_home() -> None:
    pair = [waits(ref, {"x": 9, "y": 9}, group="g") for ref in "ab"]
    plan = planned(region(pair, [opens("x", places=2), opens("y")], [SiblingRule("g", "near")]))
    assert set(where(plan).values()) == {"x"}


def test_brother_and_sister_who_must_live_apart_are_split_over_two_homes() -> None:
    pair = [waits(ref, {"x": 9, "y": 9}, group="g") for ref in "ab"]
    plan = planned(region(pair, [opens("x", places=2), opens("y")], [SiblingRule("g", "near")], apart=(("b", "a"),)))
    assert sorted(where(plan).values()) == ["x", "y"]


def test_it_says_when_there_are_more_ways_to_split_a_group_than_were_looked_at() -> None:
    four = [waits(ref, {f"h{number}": 9 for number in range(6)}, group="g") for ref in "abcd"]
    beds = [opens(f"h{number}", places=2) for number in range(6)]
    few = with_points(PLAN_POLICY, {"ways_most": 10})
    plan = planned(region(four, beds, [SiblingRule("g", "near", 9.0)]), few)
    assert len(plan.lines) == 4
    assert "more than 10 ways" in plan.notes[0]
    assert planned(region(four, beds, [SiblingRule("g", "near", 9.0)])).notes == ()


def test_children_who_must_not_live_together_are_kept_apart() -> None:
    children = [waits("a", {"x": 60, "y": 1}), waits("b", {"x": 60, "y": 1})]
    beds = [opens("x", places=2), opens("y", places=2)]
    assert set(where(planned(region(children, beds))).values()) == {"x"}
    assert sorted(where(planned(region(children, beds, apart=(("b", "a"),)))).values()) == ["x", "y"]


def test_a_child_who_needs_to_be_alone_takes_every_bed_of_the_home() -> None:
    solo, other = waits("s", {"x": 60}, alone=True), waits("b", {"x": 9, "y": 1})
    beds = [opens("x", places=1), opens("x", 3), opens("x", kept_for="A"), opens("y")]
    assert where(planned(region([solo, other], beds))) == {"s": "x", "b": "y"}
    only = planned(region([solo, waits("b", {"x": 9})], beds))
    assert len(only.lines) == 1


def test_children_placed_together_suit_each_other_by_age() -> None:
    older = waits("a", {"x": 60, "y": 1}, company="only_older", age_years=12)
    beds = [opens("x", places=2), opens("y")]
    younger = waits("b", {"x": 60}, age_years=9)
    assert where(planned(region([older, younger], beds))) == {"a": "y", "b": "x"}
    elder = waits("b", {"x": 60}, age_years=15)
    assert where(planned(region([older, elder], beds))) == {"a": "x", "b": "x"}
    unwilling = replace(elder, company="only_older")
    assert where(planned(region([older, unwilling], beds))) == {"a": "y", "b": "x"}


def test_a_planned_move_frees_a_place_for_somebody_else() -> None:
    mover = waits("m", {"old": 20, "new": 40}, moves_from="old", wanted=3)
    plan = planned(region([mover, waits("a", {"old": 30})], [opens("new")]))
    assert where(plan) == {"m": "new", "a": "old"}
    assert starts(plan) == {"m": 3, "a": 3}
    assert {line.child_ref: line.freed_by for line in plan.lines}["a"] == "m"


def test_a_mover_stays_where_nothing_better_is_free_and_keeps_the_place() -> None:
    mover = waits("m", {"old": 20, "new": 40}, moves_from="old")
    plan = planned(region([mover, waits("a", {"old": 30})], []))
    assert where(plan) == {"m": "old"}
    assert plan.lines[0].kind == "stays"
    assert [one.child_ref for one in plan.unplaced] == ["a"]


def test_a_place_is_not_used_before_its_mover_has_left() -> None:
    mover = waits("m", {"old": 20, "new": 40}, moves_from="old")
    # The mover's new place opens on day 7, so the place is free on day 7; an emergency cannot wait for it.
    assert starts(planned(region([mover, waits("a", {"old": 30})], [opens("new", 7)]))) == {"m": 7, "a": 7}
    urgent = waits("a", {"old": 30}, is_emergency=True)
    assert "a" not in where(planned(region([mover, urgent], [opens("new", 7)])))


def test_a_chain_of_moves_ends_with_a_child_who_waits() -> None:
    first = waits("m1", {"h1": 10, "h2": 20}, moves_from="h1")
    second = waits("m2", {"h2": 10, "h3": 20}, moves_from="h2")
    plan = planned(region([first, second, waits("a", {"h1": 5})], [opens("h3", 4)]))
    assert where(plan) == {"m1": "h2", "m2": "h3", "a": "h1"}
    assert set(starts(plan).values()) == {4}


def test_two_movers_may_change_places_in_a_circle() -> None:
    first = waits("m1", {"h1": 10, "h2": 30}, moves_from="h1")
    second = waits("m2", {"h2": 10, "h1": 30}, moves_from="h2", wanted=5)
    plan = planned(region([first, second], []))
    assert where(plan) == {"m1": "h2", "m2": "h1"}
    assert starts(plan) == {"m1": 5, "m2": 5}


def test_a_child_does_not_come_while_a_mover_they_must_not_meet_is_still_there() -> None:
    mover = waits("m", {"old": 20, "new": 40}, moves_from="old")
    beds = [opens("new", 7), opens("old")]
    plan = planned(region([mover, waits("a", {"old": 30})], beds, apart=(("a", "m"),)))
    # a takes the place m leaves, on day 7, rather than the free bed on day 0.
    assert starts(plan) == {"m": 7, "a": 7}
    urgent = waits("a", {"old": 30}, is_emergency=True)
    assert "a" not in where(planned(region([mover, urgent], beds, apart=(("a", "m"),))))


def test_a_child_who_must_be_alone_comes_only_when_the_mover_has_left() -> None:
    mover = waits("m", {"old": 20, "new": 40}, moves_from="old")
    solo = waits("s", {"old": 30}, alone=True)
    assert starts(planned(region([mover, solo], [opens("new", 7), opens("old")]))) == {"m": 7, "s": 7}
    assert where(planned(region([mover, solo], [opens("old")]))) == {"m": "old"}


def test_a_group_joins_a_brother_who_already_lives_in_a_home() -> None:
    brother = waits("m", {"old": 20}, moves_from="old", group="g")
    plan = planned(region([brother, waits("a", {"old": 30}, group="g")], [opens("old", 2)]))
    assert where(plan) == {"m": "old", "a": "old"}
    alone = planned(region([brother, waits("a", {"old": 30}, group="g")], []))
    assert where(alone) == {"m": "old"}
    assert "stays where they live" in alone.unplaced[0].why


def test_a_child_no_home_suits_and_a_region_without_places_are_told_plainly() -> None:
    plan = planned(region([waits("a", {})], [opens("x")]))
    assert "refused by a rule" in plan.unplaced[0].why
    nothing = planned(region([waits("a", {"x": 9})], []))
    assert "has a place" in nothing.unplaced[0].why
    assert planned(region([], [])).lines == ()


def test_a_thousand_identical_places_are_one_kind_of_bed() -> None:
    posed = pose(region([waits("a", {"x": 9})], [opens("x") for _ in range(1000)]), PLAN_POLICY)
    assert posed.instance.capacity.tolist() == [1000]
    assert len(posed.options) == 1


def test_the_order_of_the_input_does_not_matter() -> None:
    children = [waits("a", {"x": 9, "y": 8}), waits("b", {"y": 9, "x": 8}), waits("c", {"x": 3}, moves_from="y")]
    beds = [opens("x"), opens("y", 2), opens("x", kept_for="A")]
    there = planned(region(children, beds))
    back = planned(region(children[::-1], beds[::-1]))
    assert there == back


def test_a_child_or_an_option_given_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="more often: a"):
        pose(region([waits("a", {}), waits("a", {})], []), PLAN_POLICY)
    twice = replace(waits("a", {"x": 1}), options=waits("a", {"x": 1}).options * 2)
    with pytest.raises(ValueError, match="two options at one home"):
        pose(region([twice], [opens("x")]), PLAN_POLICY)


def test_what_an_option_is_worth_to_each_authority_adds_up() -> None:
    pair = [waits("a", {"x": 9}, group="g"), waits("b", {"x": 20}, group="g", authority="B")]
    posed = pose(region(pair, [opens("x", places=2)]), PLAN_POLICY)
    assert posed.instance.authority_of.tolist() == [-1]
    assert posed.worth_to("A").tolist() == [1049]
    assert posed.worth_to("B").tolist() == [1060]


def test_brother_and_sister_of_two_authorities_share_beds_kept_and_released() -> None:
    pair = [waits("a", {"x": 9}, group="g"), waits("b", {"x": 9}, group="g", authority="B")]
    beds = [opens("x", kept_for="A", released_on=day(3)), opens("x", kept_for="A")]
    assert starts(planned(region(pair, beds))) == {"a": 3, "b": 3}


def test_two_who_live_together_against_the_rules_may_stay_so_but_not_both_go_to_another_home() -> None:
    pair = [waits(ref, {"new": 60}, moves_from="old") for ref in ("m1", "m2")]
    plan = planned(region(pair, [opens("new", places=2)], apart=(("m1", "m2"),)))
    assert sorted(where(plan).values()) == ["new", "old"]
    assert len(planned(region(pair, [], apart=(("m1", "m2"),))).lines) == 2


def test_the_promise_counts_on_no_place_that_needs_another_childs_move() -> None:
    # A's home has a free bed, but B's mover lives there, cannot go anywhere and must not meet A's child.
    mover = waits("m", {}, authority="B", moves_from="h")
    case = region([mover, waits("a", {"h": 50})], [opens("h")], apart=(("a", "m"),), homes=(PlanHome("h", "A"),))
    advice = advise(case, PLAN_POLICY, clock=monotonic)
    assert where(advice.plan) == {"m": "h"}
    assert [share.alone for share in advice.by_authority] == [0, 0]
    taken = region([mover, waits("a", {"h": 50})], [], homes=(PlanHome("h", "A"),))
    assert where(advise(taken, PLAN_POLICY, clock=monotonic).plan) == {"m": "h"}
