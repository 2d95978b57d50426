"""What another place for a child would cost the whole: with a promise that binds, and with later children in mind."""

from dataclasses import replace
from time import monotonic
from typing import Any

import numpy as np
import pytest

from nearhome.matching.calculations.planning.bare import LaterArrivals
from nearhome.matching.calculations.planning.instance import Solution
from nearhome.matching.calculations.planning.solving import solve
from nearhome.matching.calculations.region import regional_advice
from nearhome.matching.calculations.region.posing import pose
from nearhome.matching.calculations.region.records import PlanHome
from nearhome.matching.calculations.region.regional_advice import advise, plan_region
from scenes_region import PLAN_POLICY, opens, region, waits, where

OWNED = (PlanHome("first", "A"), PlanHome("second", "A"), PlanHome("theirs", "B"))
FREE = [opens("first"), opens("second"), opens("theirs")]


def test_a_promise_that_binds_leaves_an_authority_other_places_for_its_own_child() -> None:
    # Alone A could do just what the plan does, so that any other place gives A less than it could have alone.
    case = region(
        [waits("a", {"first": 60, "second": 40}), waits("b", {"theirs": 50}, authority="B")], FREE, homes=OWNED
    )
    why = next(one for one in advise(case, PLAN_POLICY, clock=monotonic).why if one.children == ("a",))
    assert [(other.homes, round(other.regret, 3)) for other in why.alternatives] == [(("second",), 20.0)]
    assert why.difference == 0


def test_with_later_children_no_other_place_is_said_to_gain_and_each_is_another_place() -> None:
    case = region([waits("a", {"first": 60, "second": 55})], FREE[:2], homes=OWNED[:2])
    beds = [label.home_ref for label in pose(case, PLAN_POLICY).beds]
    everywhere = np.zeros(4, dtype=np.int32)
    later = LaterArrivals(
        count=4, trajectory=np.arange(4, dtype=np.int32), unit=np.arange(4, dtype=np.int32),
        home=everywhere + beds.index("first"), takes=everywhere + 1, value=np.full(4, 1060.0),
    )  # fmt: skip
    advice = advise(case, PLAN_POLICY, clock=monotonic, later=later)
    assert where(advice.plan) == {"a": "second"}
    [why] = advice.why
    assert (why.best_homes, why.difference) == (("first",), 5.0)
    assert all(other.regret >= 0 and other.homes != why.planned_homes for other in why.alternatives)
    assert [other.homes for other in why.alternatives] == [("first",)]


def test_a_plan_stopped_before_any_limit_was_found_still_says_how_far_it_may_be_from_the_best(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stopped(*asked: Any, **how: Any) -> Solution:
        return replace(solve(*asked, **how), bound=np.inf, status="time_limit")

    monkeypatch.setattr(regional_advice, "solve", stopped)
    case = region([waits("a", {"first": 60, "second": 55}), waits("b", {"first": 50})], FREE[:2], homes=OWNED[:2])
    plan = plan_region(case, PLAN_POLICY, clock=monotonic)
    best = sum(plan.posed.instance.worth[plan.posed.instance.unit_of == unit].max() for unit in range(2))
    assert plan.solution.worth < plan.solution.bound <= best
