"""The regional plan is the best there is: held against brute force and three independent solvers."""

import json
import subprocess
import sys
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nearhome.matching.calculations.planning import solving
from nearhome.matching.calculations.planning.bare import BareProblem
from nearhome.matching.calculations.planning.cliques import cliques_over
from nearhome.matching.calculations.planning.instance import NoPlanError
from nearhome.matching.calculations.planning.plain import plain_plan
from nearhome.matching.calculations.planning.posing_bare import instance_of
from nearhome.matching.calculations.planning.solving import solve
from scenes_exact_plan import best_by_trying_all, is_allowed, region, small_instance


@settings(max_examples=1200, deadline=None)
@given(st.integers(0, 10**9))
def test_no_plan_of_a_small_problem_is_better(seed: int) -> None:
    instance = small_instance(seed)
    best = best_by_trying_all(instance)
    if best is None:
        with pytest.raises(NoPlanError):
            solve(instance, clock=time.monotonic)
        return
    found = solve(instance, clock=time.monotonic)
    assert found.status == "optimal"
    assert found.worth == pytest.approx(best, abs=1e-6)
    assert found.bound == found.worth
    assert is_allowed(instance, tuple(found.chosen.tolist()))
    assert (found.prices >= 0).all()


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**9))
def test_it_agrees_with_the_plain_programme(seed: int) -> None:
    instance = instance_of(region(seed, children=18, homes=12))
    assert solve(instance, clock=time.monotonic).worth == pytest.approx(plain_plan(instance).worth)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_independent_constraint_solver_finds_the_same_worth(seed: int) -> None:
    problem = region(seed, children=40, homes=50)
    found = solve(instance_of(problem), clock=time.monotonic)
    assert found.worth == best_by_constraints(problem)
    assert found.status == "optimal"


def best_by_constraints(problem: BareProblem) -> float:
    """The same problem as a CP-SAT model, in a process of its own: ortools brings another copy of HiGHS along."""
    told = {
        "goes": [
            [int(child), int(home), int(value)]
            for child, home, value in zip(problem.option_child, problem.option_home, problem.value, strict=True)
        ],
        "groups": [np.flatnonzero(problem.group_of == group).tolist() for group in range(len(problem.groups))],
        "capacity": problem.capacity.tolist(),
        "apart": problem.apart.tolist(),
    }
    command = [sys.executable, "-c", BY_CONSTRAINTS]
    answer = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, check=True, timeout=120)
    return float(answer.stdout)


BY_CONSTRAINTS = """
import json, sys
from ortools.sat.python import cp_model
told = json.load(sys.stdin)
model = cp_model.CpModel()
goes = {(child, home): model.NewBoolVar("") for child, home, _ in told["goes"]}
homes = range(len(told["capacity"]))
for child in {pair[0] for pair in goes}:
    model.AddAtMostOne([goes[pair] for pair in goes if pair[0] == child])
for home in homes:
    for group in told["groups"]:
        for other in group[1:]:
            model.Add(goes.get((group[0], home), 0) == goes.get((other, home), 0)) if (
                (group[0], home) in goes or (other, home) in goes) else None
    model.Add(sum(goes[pair] for pair in goes if pair[1] == home) <= told["capacity"][home])
    for one, other in told["apart"]:
        if (one, home) in goes and (other, home) in goes:
            model.AddAtMostOne([goes[one, home], goes[other, home]])
model.Maximize(sum(value * goes[child, home] for child, home, value in told["goes"]))
solver = cp_model.CpSolver()
solver.parameters.num_workers = 8
assert solver.Solve(model) == cp_model.OPTIMAL
print(solver.ObjectiveValue())
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_without_side_rules_it_is_the_assignment_problem(seed: int) -> None:
    from scipy.optimize import linear_sum_assignment

    problem = region(seed, children=60, homes=80, plain=True)
    matrix = np.zeros((60, 80))
    matrix[problem.option_child, problem.option_home] = problem.value
    rows, columns = linear_sum_assignment(matrix, maximize=True)
    assert solve(instance_of(problem), clock=time.monotonic).worth == matrix[rows, columns].sum()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_the_order_of_the_options_does_not_change_the_worth(seed: int) -> None:
    problem = region(seed, children=16, homes=10)
    order = np.random.default_rng(seed).permutation(len(problem.value))
    turned = replace(
        problem,
        option_child=problem.option_child[order],
        option_home=problem.option_home[order],
        value=problem.value[order],
        apart=problem.apart[::-1, ::-1],
    )
    one, other = (solve(instance_of(each), clock=time.monotonic) for each in (problem, turned))
    assert one.worth == other.worth
    assert one.chosen.tolist() == other.chosen.tolist()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 9))
def test_another_place_never_lowers_the_worth(seed: int, home: int) -> None:
    problem = region(seed, children=16, homes=10)
    more = problem.capacity.copy()
    more[home] += 1
    wider = replace(problem, capacity=more)
    before, after = (solve(instance_of(each), clock=time.monotonic).worth for each in (problem, wider))
    assert after >= before


def test_a_thousand_places_that_are_all_alike() -> None:
    children, homes = 30, 1000
    child, home = np.divmod(np.arange(children * homes), homes)
    problem = BareProblem(
        children=tuple(f"c{number}" for number in range(children)),
        authorities=("a",),
        child_authority=np.zeros(children, np.int32),
        groups=(),
        group_of=np.full(children, -1, np.int32),
        homes=tuple(f"h{number}" for number in range(homes)),
        home_authority=np.zeros(homes, np.int32),
        capacity=np.ones(homes, np.int32),
        option_child=child.astype(np.int32),
        option_home=home.astype(np.int32),
        value=np.full(children * homes, 7.0),
        apart=np.array([[0, 1]], np.int32),
    )
    found = solve(instance_of(problem), clock=time.monotonic)
    assert (found.worth, found.status) == (210.0, "optimal")


def test_no_children_no_homes_and_no_options_are_answered() -> None:
    empty = region(1, children=6, homes=3)
    none = replace(empty, option_child=empty.option_child[:0], option_home=empty.option_home[:0], value=empty.value[:0])
    found = solve(instance_of(none), clock=time.monotonic)
    assert (found.worth, found.bound, found.status) == (0.0, 0.0, "optimal")
    assert (found.chosen == -1).all()


@pytest.mark.parametrize("seed", range(60))
def test_options_that_come_in_late_are_weighed_as_if_there_from_the_start(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solving, "FIRST_OPTIONS", 1)
    monkeypatch.setattr(solving, "MORE_OPTIONS", 1)
    monkeypatch.setattr(solving, "FIRST_PART", 0.5)
    instance = instance_of(region(seed, children=24, homes=14))
    found = solve(instance, clock=time.monotonic)
    assert (found.worth, found.status) == (plain_plan(instance).worth, "optimal")


@settings(max_examples=100, deadline=None)
@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1])))
def test_cliques_hold_every_pair_and_no_other(edges: set[tuple[int, int]]) -> None:
    found = cliques_over(sorted(edges))
    held = {(one, other) for clique in found for one in clique for other in clique if one < other}
    assert held == edges


def test_children_of_whom_no_two_may_meet_share_one_row() -> None:
    everybody = [(one, other) for other in range(9) for one in range(other)]
    assert [sorted(clique) for clique in cliques_over(everybody)] == [list(range(9))]
