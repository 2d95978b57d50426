"""A bed is kept back for a later child exactly when that is worth more, and nobody waits for it who need not."""

from itertools import product
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from nearhome.matching.calculations.planning.bare import LaterArrivals
from nearhome.matching.calculations.planning.instance import Instance, NoPlanError
from nearhome.matching.calculations.planning.keeping_back import KeptBack, plan_keeping_back
from nearhome.matching.calculations.planning.keeping_back_cuts import planned_by_cuts
from nearhome.matching.calculations.planning.keeping_back_later import LaterBeds
from nearhome.matching.calculations.planning.keeping_back_stages import Stages
from nearhome.matching.calculations.planning.solving import solve

Unit = tuple[int, dict[int, float]]
"""How many children, and what each home is worth to them."""


def instance_with(units: list[Unit], beds: list[int], must: tuple[int, ...] = ()) -> Instance:
    """Units with options at homes."""
    sizes = np.array([size for size, _ in units], dtype=np.int32)
    options = [(number, home, worth) for number, (_, homes) in enumerate(units) for home, worth in homes.items()]
    unit_of = np.array([unit for unit, _, _ in options], dtype=np.int32)
    return Instance(
        units=tuple(f"unit {number}" for number in range(len(units))),
        members=tuple(tuple(f"child {number}.{one}" for one in range(size)) for number, size in enumerate(sizes)),
        authorities=("Madeup",),
        authority_of=np.zeros(len(units), dtype=np.int32),
        must_place=np.isin(np.arange(len(units)), must),
        homes=tuple(f"home {number}" for number in range(len(beds))),
        home_of_bed=np.arange(len(beds), dtype=np.int32),
        capacity=np.array(beds, dtype=np.int32),
        unit_of=unit_of,
        worth=np.array([worth for _, _, worth in options], dtype=np.float64),
        use_starts=np.arange(len(options) + 1, dtype=np.int32),
        use_bed=np.array([home for _, home, _ in options], dtype=np.int32),
        use_members=(np.uint64(1) << sizes[unit_of].astype(np.uint64)) - np.uint64(1),
        use_takes=sizes[unit_of],
        apart=np.zeros((0, 4), dtype=np.int32),
    )


def later_with(futures: list[list[Unit]]) -> LaterArrivals:
    """Trajectories of units with options at homes."""
    rows, number = [], 0
    for trajectory, units in enumerate(futures):
        for size, homes in units:
            rows += [(trajectory, number, home, size, worth) for home, worth in homes.items()]
            number += 1
    columns = np.array(rows, dtype=np.float64).reshape(-1, 5).T
    return LaterArrivals(len(futures), *(column.astype(np.int32) for column in columns[:4]), columns[4])


def kept(units: list[Unit], beds: list[int], futures: list[list[Unit]], **asked: bool) -> KeptBack:
    """The plan."""
    return plan_keeping_back(instance_with(units, beds), later_with(futures), clock=perf_counter, **asked)


def homes_chosen(instance: Instance, plan: KeptBack) -> list[int | None]:
    """The home of each unit, None for none."""
    return [None if option < 0 else int(instance.use_bed[option]) for option in plan.solution.chosen]


def later_value(units: list[Unit], left: list[int], beds: list[int]) -> float:
    """The same linear programme by another solver, written out row by row."""
    columns = [
        (n, home, size, worth)
        for n, (size, homes) in enumerate(units)
        for home, worth in homes.items()
        if size <= beds[home]
    ]
    if not columns:
        return 0.0
    rows = [[float(unit == n) for unit, *_ in columns] for n in range(len(units))]
    rows += [[size * float(home == h) for _, home, size, _ in columns] for h in range(len(left))]
    found = linprog([-worth for *_, worth in columns], rows, [1.0] * len(units) + [float(one) for one in left])
    return -float(found.fun)


def best_of_all(units: list[Unit], beds: list[int], futures: list[list[Unit]]) -> float:
    """The best of every choice today, each with the mean worth of what it leaves."""
    best = -np.inf
    for homes in product(*([None, *options] for _, options in units)):
        left = list(beds)
        for (size, _), home in zip(units, homes, strict=True):
            if home is not None:
                left[home] -= size
        if min(left) >= 0:
            now = sum(options[home] for (_, options), home in zip(units, homes, strict=True) if home is not None)
            best = max(best, now + float(np.mean([later_value(future, left, beds) for future in futures])))
    return best


some_homes = st.dictionaries(st.integers(0, 2), st.integers(1, 20).map(float), max_size=3)
some_units = st.lists(st.tuples(st.integers(1, 2), some_homes), min_size=1, max_size=3)
some_futures = st.lists(st.lists(st.tuples(st.integers(1, 2), some_homes), max_size=3), min_size=1, max_size=3)
some_beds = st.lists(st.integers(0, 3), min_size=3, max_size=3)


@settings(max_examples=60, deadline=None)
@given(some_units, some_beds, some_futures)
def test_the_plan_is_the_best_of_every_choice(units: list[Unit], beds: list[int], futures: list[list[Unit]]) -> None:
    plan = kept(units, beds, futures)
    assert plan.solution.worth + plan.expected_later == pytest.approx(best_of_all(units, beds, futures), abs=1e-3)
    assert plan.solution.status == "optimal"
    assert plan.solution.bound == plan.solution.worth


@settings(max_examples=40, deadline=None)
@given(some_units, some_beds, some_futures)
def test_a_plan_by_prices_says_how_far_it_may_be_from_the_best(
    units: list[Unit], beds: list[int], futures: list[list[Unit]]
) -> None:
    instance, later = instance_with(units, beds), later_with(futures)
    stages = Stages(instance, LaterBeds(later, instance))
    found = planned_by_cuts(stages, start=None, clock=perf_counter, ends=None)
    best = best_of_all(units, beds, futures)
    assert found.worth <= best + 1e-3
    assert found.bound >= best - 1e-4
    assert (stages.left_after(found.chosen) >= 0).all()


@settings(max_examples=40, deadline=None)
@given(some_units, some_beds, some_futures)
def test_nobody_waits_for_the_sake_of_a_later_child(
    units: list[Unit], beds: list[int], futures: list[list[Unit]]
) -> None:
    instance = instance_with(units, beds)
    sizes = np.array([size for size, _ in units])
    most = solve(instance.with_worth(sizes[instance.unit_of].astype(np.float64)), clock=perf_counter).worth
    plan = kept(units, beds, futures, nobody_waits=True)
    assert sizes[plan.solution.chosen >= 0].sum() == most


def test_a_certain_later_child_has_the_only_bed_that_suits() -> None:
    units: list[Unit] = [(1, {0: 10.0, 1: 9.0})]
    plan = kept(units, [1, 1], [[(1, {0: 10.0})]])
    assert homes_chosen(instance_with(units, [1, 1]), plan) == [1]
    assert plan.solution.worth == 9.0
    assert plan.expected_later == pytest.approx(10.0)


@pytest.mark.parametrize(("of_twenty", "home"), [(1, 0), (2, 0), (3, 1), (20, 1)])
def test_a_bed_is_kept_back_once_the_chance_times_the_worth_exceeds_the_cost(of_twenty: int, home: int) -> None:
    units: list[Unit] = [(1, {0: 10.0, 1: 9.0})]
    futures: list[list[Unit]] = [[(1, {0: 10.0})]] * of_twenty + [[]] * (20 - of_twenty)
    assert homes_chosen(instance_with(units, [1, 1]), kept(units, [1, 1], futures)) == [home]


def test_without_futures_it_is_the_plain_plan() -> None:
    units: list[Unit] = [(1, {0: 10.0, 1: 9.0}), (2, {1: 5.0})]
    for futures in ([], [[], [], []]):
        plan = kept(units, [1, 2], futures)
        assert plan.solution.worth == solve(instance_with(units, [1, 2]), clock=perf_counter).worth == 15.0
        assert plan.expected_later == 0.0
        assert not plan.bed_worth.any()


def test_the_order_of_the_futures_does_not_matter() -> None:
    units: list[Unit] = [(1, {0: 10.0, 1: 8.0}), (1, {0: 9.0, 2: 4.0})]
    futures: list[list[Unit]] = [[(1, {0: 12.0})], [(1, {1: 3.0}), (1, {2: 7.0})], []]
    one, other = kept(units, [1, 1, 1], futures), kept(units, [1, 1, 1], [list(reversed(f)) for f in reversed(futures)])
    assert one.solution.chosen.tolist() == other.solution.chosen.tolist()
    assert one.bed_worth.tolist() == pytest.approx(other.bed_worth.tolist())


def test_the_price_of_a_bed_is_the_lowest_that_is_right_and_its_spread_is_told() -> None:
    plan = kept([(1, {1: 5.0})], [1, 1, 1], [[(1, {0: 10.0})], [(1, {0: 10.0}), (1, {0: 6.0})]])
    assert plan.bed_worth.tolist() == pytest.approx([3.0, 0.0, 0.0])
    assert plan.spread.tolist() == pytest.approx([3.0, 0.0, 0.0])


def test_a_child_waits_for_a_later_one_unless_nobody_is_to_wait() -> None:
    units: list[Unit] = [(1, {0: 5.0})]
    assert kept(units, [1], [[(1, {0: 10.0})]]).solution.chosen.tolist() == [-1]
    assert kept(units, [1], [[(1, {0: 10.0})]], nobody_waits=True).solution.chosen.tolist() == [0]


def test_an_urgent_child_comes_before_two_who_are_not() -> None:
    instance = instance_with([(1, {0: 1.0}), (2, {0: 9.0})], [2])
    plan = plan_keeping_back(
        instance, later_with([[(1, {0: 50.0})]]), clock=perf_counter, nobody_waits=True, urgent=np.array([True, False])
    )
    assert plan.solution.chosen.tolist() == [0, -1]


def test_a_child_who_must_be_placed_is_placed_or_it_is_said() -> None:
    later = later_with([[(1, {0: 99.0})]])
    plan = plan_keeping_back(instance_with([(1, {0: 1.0})], [1], must=(0,)), later, clock=perf_counter)
    assert plan.solution.chosen.tolist() == [0]
    with pytest.raises(NoPlanError):
        plan_keeping_back(instance_with([(2, {0: 1.0})], [1], must=(0,)), later, clock=perf_counter)
