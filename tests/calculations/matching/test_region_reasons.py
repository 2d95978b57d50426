"""What another place for a child would cost the whole: with a promise that binds, and with later children in mind."""

from itertools import count
from time import monotonic

import numpy as np
import pytest

from nearhome.matching.calculations.planning import keeping_back
from nearhome.matching.calculations.planning.bare import LaterArrivals
from nearhome.matching.calculations.region.posing import pose
from nearhome.matching.calculations.region.records import PlanHome
from nearhome.matching.calculations.region.regional_advice import advise
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


@pytest.mark.parametrize("seconds", range(8))
def test_a_plan_stopped_early_still_says_how_far_it_may_be_from_the_best(
    seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_back, "WHOLE_UP_TO", 0)  # as for very many children
    case = region(
        [waits("a", {"first": 60, "second": 55}), waits("b", {"first": 50, "second": 45})], FREE[:2], homes=OWNED[:2]
    )
    later = LaterArrivals(
        count=1, trajectory=np.zeros(1, dtype=np.int32), unit=np.zeros(1, dtype=np.int32),
        home=np.zeros(1, dtype=np.int32), takes=np.ones(1, dtype=np.int32), value=np.full(1, 10.0),
    )  # fmt: skip
    looked = count()
    plan = advise(case, PLAN_POLICY, clock=lambda: float(next(looked)), seconds=seconds, later=later).plan
    assert plan.worth <= plan.bound < np.inf
