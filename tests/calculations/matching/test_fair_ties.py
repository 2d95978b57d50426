"""Among plans of equal worth, those short of their share come first, and over time all have their share."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.matching.calculations.planning.fair_ties import PLACED_AT_ALL, fair_among_equals, shortfalls
from scenes_plans import every_plan, keeps_the_rules, no_time, plan_of, random_plan, simple_plan, worth_of

ONE_PLACE = simple_plan(
    {"Red": {"Oak": 5.0}, "Blue": {"Oak": 5.0}, "Kite": {"Oak": 5.0}},
    {"Oak": 1},
    authorities={"Red": "East", "Blue": "North", "Kite": "South"},
)


def test_the_shortfall_is_the_share_due_less_the_share_had() -> None:
    assert shortfalls(np.array([3.0, 1.0]), np.array([1.0, 1.0])).tolist() == [0.25, -0.25]
    assert shortfalls(np.array([3.0, 1.0]), np.zeros(2)).tolist() == [0.75, 0.25]


def test_the_authority_that_has_had_least_of_its_share_gets_the_place() -> None:
    plan = plan_of(ONE_PLACE)
    for short, used in enumerate(([1.0, 5.0, 5.0], [5.0, 1.0, 5.0], [5.0, 5.0, 1.0])):
        fair = fair_among_equals(ONE_PLACE, plan, np.ones(3), np.array(used), clock=no_time)
        assert np.flatnonzero(fair.chosen >= 0).tolist() == [short]
        assert fair.worth == plan.worth


@pytest.mark.parametrize("entitlement", [[1.0, 1.0, 1.0], [6.0, 3.0, 1.0]])
def test_over_many_rounds_each_has_its_share(entitlement: list[float]) -> None:
    due, used, plan = np.array(entitlement), np.zeros(3), plan_of(ONE_PLACE)
    for _ in range(60):
        fair = fair_among_equals(ONE_PLACE, plan, due, used, clock=no_time)
        used += fair.chosen >= 0
    assert used.sum() == 60.0
    assert np.abs(used / 60.0 - due / due.sum()).max() <= 2.0 / 60.0


def test_a_better_place_is_never_given_up_for_fairness() -> None:
    instance = simple_plan(
        {"Red": {"Oak": 5.0}, "Blue": {"Oak": 4.9}}, {"Oak": 1}, authorities={"Red": "North", "Blue": "South"}
    )
    plan, used = plan_of(instance), np.array([100.0, 0.0])
    assert fair_among_equals(instance, plan, np.ones(2), used, clock=no_time).chosen.tolist() == [0, -1]
    near = fair_among_equals(instance, plan, np.ones(2), used, clock=no_time, tolerance=0.2)
    assert near.chosen.tolist() == [-1, 1]
    assert near.worth == 4.9


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_the_fairest_of_all_equal_plans_is_found(seed: int) -> None:
    instance, rng = random_plan(seed), np.random.default_rng(seed)
    rounded = instance.with_worth(np.floor(instance.worth / 10.0))
    instance = rounded if rounded.floors is None else instance
    plan, due, used = plan_of(instance), rng.integers(1, 5, 2) * 1.0, rng.integers(0, 9, 2) * 1.0
    fair = fair_among_equals(instance, plan, due, used, clock=no_time)
    short = shortfalls(due, used)
    weight = [*(short - short.min() + PLACED_AT_ALL), PLACED_AT_ALL]

    def fairness(chosen: tuple[int, ...]) -> float:
        placed = [unit for unit, option in enumerate(chosen) if option >= 0]
        return sum(float(weight[instance.authority_of[unit]]) * len(instance.members[unit]) for unit in placed)

    equal = [fairness(chosen) for chosen in every_plan(instance) if worth_of(instance, chosen) >= plan.worth - 1e-9]
    assert keeps_the_rules(instance, tuple(fair.chosen.tolist()))
    assert fair.worth == pytest.approx(plan.worth)
    assert fairness(tuple(fair.chosen.tolist())) == pytest.approx(max(equal))
    again = fair_among_equals(instance, plan, due, used, clock=no_time)
    assert again.chosen.tolist() == fair.chosen.tolist()


@pytest.mark.parametrize(
    ("entitlement", "used", "sentence"),
    [
        ([1.0, 1.0], [0.0, 0.0, 0.0], "one number for each of the 3"),
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], "No authority is entitled"),
        ([1.0, -1.0, 1.0], [0.0, 0.0, 0.0], "entitlement of an authority is below 0"),
        ([1.0, 1.0, 1.0], [0.0, float("nan"), 0.0], "use so far of an authority"),
    ],
)
def test_shares_that_make_no_sense_are_refused(entitlement: list[float], used: list[float], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        fair_among_equals(ONE_PLACE, plan_of(ONE_PLACE), np.array(entitlement), np.array(used), clock=no_time)
