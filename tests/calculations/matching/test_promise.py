"""No authority is worse off for joining: what the promise gives, what it costs, and what happens without time."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings

from nearhome.matching.calculations.planning import bare_plan
from nearhome.matching.calculations.planning import promise as promising
from nearhome.matching.calculations.planning.bare import BareProblem
from nearhome.matching.calculations.planning.bare_plan import plan_bare, shares_of_children
from nearhome.matching.calculations.planning.instance import Instance, Ints, Solution
from nearhome.matching.calculations.planning.posing_bare import instance_of
from nearhome.matching.calculations.planning.promise import Planned, Watch, alone_plans, promised_plan, shares_of_units
from nearhome.matching.calculations.planning.solving import solve
from nearhome.matching.importers.plan_files import read_plan
from scenes_plan import Plan, keeps_the_rules, plan_of, small_plans


def still() -> float:
    return 0.0


def posed(plan: Plan) -> BareProblem:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        path.write_text(json.dumps(plan))
        return read_plan(path)


@settings(max_examples=100, deadline=None)
@given(small_plans(promise=True))
def test_a_plan_always_exists_in_which_nobody_is_worse_off_and_it_never_costs_less_than_nothing(plan: Plan) -> None:
    kept = plan_bare(posed(plan), clock=still).answer
    free = plan_bare(posed(plan | {"promise": False}), clock=still).answer
    assert kept.status == "optimal"
    assert all(one.value >= one.alone * (1 - 1e-9) for one in kept.by_authority.values())
    assert kept.value <= free.value + 1e-7
    assert kept.price_of_promise == pytest.approx(free.value - kept.value, abs=1e-7)
    assert {name: one.alone for name, one in kept.by_authority.items()} == {
        name: one.alone for name, one in free.by_authority.items()
    }


@settings(max_examples=60, deadline=None)
@given(small_plans())
def test_the_plans_of_each_alone_together_are_a_plan_that_keeps_every_rule(plan: Plan) -> None:
    problem = posed(plan)
    instance = instance_of(problem)
    alone = alone_plans(instance, problem.home_authority, clock=still)
    placed: dict[str, str] = {}
    for unit in np.flatnonzero(alone.chosen >= 0):
        home = instance.homes[instance.homes_of(int(alone.chosen[unit]))[0]]
        placed |= dict.fromkeys(instance.members[unit], home)
    assert keeps_the_rules(plan, placed)
    assert alone.is_proven.all()
    totals = shares_of_units(instance).totals(alone.chosen, len(problem.authorities))
    assert totals == pytest.approx(alone.totals)


def test_a_group_of_several_authorities_is_nobodys_alone_and_each_childs_value_counts_for_its_own() -> None:
    plan = plan_of("a:A:g b:B:g c:A", "h:A:2 k:B:2", "a-h:3 b-h:4 a-k:6 b-k:1 c-k:2", promise=True)
    answer = plan_bare(posed(plan), clock=still).answer
    assert {name: one.alone for name, one in answer.by_authority.items()} == {"A": 0, "B": 0}
    assert answer.value == 9
    assert {name: one.value for name, one in answer.by_authority.items()} == {"A": 5, "B": 4}


def test_many_authorities_each_have_their_own_total_alone() -> None:
    children = " ".join(f"c{n}:A{n}" for n in range(6))
    homes = " ".join(f"h{n}:A{n}:1" for n in range(6))
    options = " ".join(f"c{n}-h{m}:{10 * m + n + 1}" for n in range(6) for m in range(6))
    answer = plan_bare(posed(plan_of(children, homes, options, promise=True)), clock=still).answer
    assert [answer.by_authority[f"A{n}"].alone for n in range(6)] == [1, 12, 23, 34, 45, 56]
    assert len(answer.placements) == 6


def no_time() -> Callable[[], float]:
    ticks: Iterator[int] = count()
    return lambda: float(next(ticks))


def unproven(found: Callable[[Instance], Ints]) -> Callable[..., Planned]:
    """A planner whose time always runs out with the plan given."""

    def planner(instance: Instance, seconds: float | None, start: Ints | None) -> Planned:
        chosen = found(instance)
        worth = float(instance.worth[chosen[chosen >= 0]].sum())
        return Planned(Solution(chosen, worth, 1000.0, "time_limit", np.zeros(len(instance.capacity))))

    return planner


TIGHT = plan_of("a:A b:B", "h:A:1 k:B:1", "a-h:4 b-k:3 b-h:9", promise=True)


@pytest.mark.parametrize("chosen", [[-1, -1], [-1, 1], [0, -1]])
def test_when_the_time_is_too_short_the_promise_is_kept_all_the_same(chosen: list[int]) -> None:
    problem = posed(TIGHT)
    instance = instance_of(problem)
    shares = shares_of_children(problem, instance)
    alone = alone_plans(instance, problem.home_authority, clock=still)
    planner = unproven(lambda _: np.array(chosen, dtype=np.int32))
    found = promised_plan(instance, alone, shares, planner=planner, watch=Watch(no_time(), 1.0))
    assert shares.totals(found.planned.solution.chosen, 2) == pytest.approx([4, 3])
    assert (found.planned.solution.worth, found.planned.solution.bound) == (7, 1000)
    assert (found.planned.solution.status, found.price) == ("time_limit", None)


def test_a_total_alone_that_is_not_proven_is_said_to_be_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def hurried(instance: Instance, **given: object) -> Solution:
        found = solve(instance, clock=still)
        return Solution(found.chosen, found.worth, found.worth + 1, "time_limit", found.prices)

    monkeypatch.setattr(promising, "solve", hurried)
    worked = plan_bare(posed(TIGHT), clock=still, seconds=5.0)
    assert worked.notes == ("The time was too short to prove the best that these could reach alone: A, B",)
    assert worked.answer.value == 7


@pytest.mark.parametrize("promise", [True, False])
def test_a_solver_stopped_before_it_found_anything_still_gives_a_plan_and_a_bound(
    monkeypatch: pytest.MonkeyPatch, promise: bool
) -> None:
    def stopped(instance: Instance, **given: object) -> Solution:
        nothing = np.full(len(instance.units), -1, dtype=np.int32)
        return Solution(nothing, 0.0, float("inf"), "time_limit", np.zeros(len(instance.capacity)))

    monkeypatch.setattr(bare_plan, "solve", stopped)
    answer = plan_bare(posed(TIGHT | {"promise": promise}), clock=still, seconds=1.0).answer
    assert (answer.status, answer.value, answer.bound) == ("time_limit", 7, 13)
    assert answer.gap == pytest.approx(6 / 7)
