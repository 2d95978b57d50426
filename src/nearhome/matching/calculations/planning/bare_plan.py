"""The answer to a bare problem: the plan, what each authority gets, what the promise costs, and who is left over."""

from dataclasses import dataclass, replace
from math import frexp, ldexp

import numpy as np

from nearhome.matching.calculations.planning.bare import AuthorityTotal, BareAnswer, BareProblem, LaterArrivals
from nearhome.matching.calculations.planning.bare_unplaced import Unplaced, starts_of, unplaced_children
from nearhome.matching.calculations.planning.instance import Floats, Instance, Ints, Solution
from nearhome.matching.calculations.planning.posing_bare import instance_of
from nearhome.matching.calculations.planning.promise import (
    Alone,
    Planned,
    Planner,
    Shares,
    Watch,
    alone_plans,
    better_of,
    promised_plan,
)
from nearhome.matching.calculations.planning.solving import Clock, solve

NOTHING = np.zeros(0, dtype=np.int32)
DECIMALS = (1.0, 10.0, 100.0, 1000.0)
MOST_WHOLE = 2.0**24
COMFORTABLE = 20
"""The power of two below which the greatest value is brought where values are not whole; tolerances are not relative."""
ROUNDING = 4 * float(np.finfo(np.float64).eps)


@dataclass(frozen=True, slots=True)
class PlaceWorth:
    """What one more place at a home is expected to be worth for later children, how far the futures differ on it, and
    how many places the plan leaves there."""

    home: str
    places_left: int
    worth: float
    spread: float


@dataclass(frozen=True, slots=True)
class HeldBack:
    """What the places left free are expected to be worth for later children, and the homes where that counts."""

    trajectories: int
    expected_later: float
    places: tuple[PlaceWorth, ...]


@dataclass(frozen=True, slots=True)
class WorkedPlan:
    """The answer; the children without a place, each with the reason; and what a reader should know besides."""

    answer: BareAnswer
    unplaced: tuple[Unplaced, ...]
    notes: tuple[str, ...] = ()
    held_back: HeldBack | None = None


def plan_bare(
    problem: BareProblem,
    *,
    clock: Clock,
    seconds: float | None = None,
    later: LaterArrivals | None = None,
    nobody_waits: bool = False,
) -> WorkedPlan:
    """The plan of greatest value for a bare problem; with `later`, places are kept back where that is worth it.

    With `nobody_waits` as many children are placed as could be without any thought of later ones.
    `clock` gives seconds from any beginning; after `seconds` the best plan so far is returned with its gap.
    The order of children, homes and options does not matter if the problem has them in the order of their references.
    """
    watch = Watch(clock, None if seconds is None else clock() + seconds)
    scale = _scale(problem, later)
    posed = replace(problem, value=_scaled(problem.value, scale))
    instance = instance_of(posed)
    shares = shares_of_children(posed, instance)
    alone = alone_plans(instance, problem.home_authority, clock=clock, seconds=watch.left(0.3))
    planner = _planner(clock, None if later is None else replace(later, value=later.value * scale), nobody_waits)
    price: float | None = None
    if problem.promise:
        promised = promised_plan(instance, alone, shares, planner=planner, watch=watch)
        planned, price = promised.planned, promised.price
    else:
        planned = better_of(planner(instance, watch.left(), None), instance, alone)
    solution, totals = planned.solution, shares.totals(planned.solution.chosen, len(problem.authorities))
    return WorkedPlan(
        answer=_answer(posed, instance, planned, (totals, alone.totals), price, scale),
        unplaced=unplaced_children(posed, instance, solution, looks_ahead=later is not None),
        notes=_notes(problem, alone, planned, price),
        held_back=None if later is None else _held_back(instance, planned, later.count, scale),
    )


def shares_of_children(problem: BareProblem, instance: Instance) -> Shares:
    """Each child's value is its own authority's, in a group of several authorities too."""
    authority = instance.authority_of[instance.unit_of]
    whole = np.flatnonzero(authority >= 0).astype(np.int32)
    option, mixed, amount = _mixed_shares(problem, instance)
    return Shares(
        np.concatenate([whole, option]),
        np.concatenate([authority[whole], mixed]),
        np.concatenate([instance.worth[whole], amount]),
    )


def _mixed_shares(problem: BareProblem, instance: Instance) -> tuple[Ints, Ints, Floats]:
    """(option, authority, amount) of the groups whose children are of several authorities."""
    number = {name: child for child, name in enumerate(problem.children)}
    unit_starts = starts_of(instance.unit_of, len(instance.units))
    child_starts = starts_of(problem.option_child, len(problem.children))
    found: list[tuple[Ints, Ints, Floats]] = [(NOTHING, NOTHING, np.zeros(0))]
    for unit in np.flatnonzero(instance.authority_of < 0).tolist():
        options = np.arange(unit_starts[unit], unit_starts[unit + 1], dtype=np.int32)
        sums: dict[int, Floats] = {}
        for child in (number[name] for name in instance.members[unit]):
            first, last = child_starts[child], child_starts[child + 1]
            at = first + np.searchsorted(problem.option_home[first:last], instance.use_bed[options])
            authority = int(problem.child_authority[child])
            sums[authority] = sums.get(authority, 0.0) + problem.value[at]
        found += [(options, np.full_like(options, authority), values) for authority, values in sums.items()]
    option, mixed, amount = (np.concatenate(column) for column in zip(*found, strict=True))
    return option, mixed, amount


def _scale(problem: BareProblem, later: LaterArrivals | None) -> float:
    """What to multiply the values by, so that they are whole numbers or a solver's tolerances are small beside them."""
    greatest = max(problem.value.max(initial=0.0), 0.0 if later is None else later.value.max(initial=0.0))
    for times in DECIMALS:
        many = problem.value * times
        if greatest * times <= MOST_WHOLE and (np.abs(many - np.round(many)) <= ROUNDING * many).all():
            return times
    return ldexp(1.0, COMFORTABLE - frexp(greatest)[1]) if greatest > 0 else 1.0


def _scaled(value: Floats, scale: float) -> Floats:
    many = value * scale
    return np.round(many) if scale in DECIMALS and (np.abs(many - np.round(many)) <= ROUNDING * many).all() else many


def _planner(clock: Clock, later: LaterArrivals | None, nobody_waits: bool) -> Planner:
    """How a plan is found: for today alone, or with an eye on later children."""
    if later is None:

        def today(instance: Instance, seconds: float | None, start: Ints | None) -> Planned:
            found = solve(instance, clock=clock, seconds=seconds, start=start)
            return Planned(bounded(found, best_of_each(instance.unit_of, instance.worth)))

        return today
    from nearhome.matching.calculations.planning.keeping_back import plan_keeping_back

    later_most = best_of_each(later.unit, later.value) / max(later.count, 1)

    def keeping_back(instance: Instance, seconds: float | None, start: Ints | None) -> Planned:
        kept = plan_keeping_back(instance, later, clock=clock, seconds=seconds, start=start, nobody_waits=nobody_waits)
        most = best_of_each(instance.unit_of, instance.worth) + later_most - kept.expected_later
        return Planned(bounded(kept.solution, most), kept.expected_later, kept)

    return keeping_back


def bounded(solution: Solution, most: float) -> Solution:
    """The solution with a bound no higher than `most`: a solver stopped early may not have found any."""
    return replace(solution, bound=max(solution.worth, min(solution.bound, most)))


def best_of_each(unit: Ints, worth: Floats) -> float:
    """What all units would be worth if each had its best option: `unit` and `worth` by option."""
    best = np.zeros(int(unit.max(initial=-1)) + 1)
    np.maximum.at(best, unit, worth)
    return float(best.sum())


def _answer(
    problem: BareProblem,
    instance: Instance,
    planned: Planned,
    totals: tuple[Floats, Floats],
    price: float | None,
    scale: float,
) -> BareAnswer:
    solution = planned.solution
    value, bound = solution.worth / scale, solution.bound / scale
    bound = value if solution.status == "optimal" else max(value, bound)
    pairs = zip(problem.authorities, *((of / scale).tolist() for of in totals), strict=True)
    return BareAnswer(
        status=solution.status,
        value=value,
        bound=bound,
        gap=(bound - value) / max(abs(value), 1e-9) if bound > value else 0.0,
        placements=_placements(instance, solution),
        by_authority={name: AuthorityTotal(got, alone) for name, got, alone in pairs},
        price_of_promise=None if price is None else price / scale,
    )


def _placements(instance: Instance, solution: Solution) -> tuple[tuple[str, str], ...]:
    """(child, home) in the order of the children."""
    chosen = solution.chosen
    return tuple(
        sorted(
            (child, instance.homes[instance.homes_of(int(chosen[unit]))[0]])
            for unit in np.flatnonzero(chosen >= 0)
            for child in instance.members[unit]
        )
    )


def _notes(problem: BareProblem, alone: Alone, planned: Planned, price: float | None) -> tuple[str, ...]:
    notes = _torn_groups(problem)
    if not alone.is_proven.all():
        names = ", ".join(problem.authorities[number] for number in np.flatnonzero(~alone.is_proven))
        notes.append(f"The time was too short to prove the best that these could reach alone: {names}")
    if problem.promise and price is None:
        notes.append(
            "The price of the promise is not known: the plans with and without it are not both proven the best"
        )
    return tuple(notes)


def _torn_groups(problem: BareProblem) -> list[str]:
    """A sentence for each conflict within a group: such a group can never be placed."""
    one, other = problem.group_of[problem.apart].reshape(-1, 2).T
    return [
        f"Children {problem.children[first]} and {problem.children[second]} are in conflict and both in group"
        f" {problem.groups[problem.group_of[first]]}, which goes to one home, so it cannot be placed;"
        " take out the conflict or one child's group"
        for first, second in problem.apart[(one == other) & (one >= 0)].tolist()
    ]


def _held_back(instance: Instance, planned: Planned, trajectories: int, scale: float) -> HeldBack:
    """The homes where one more place is expected to be worth something later."""
    kept, chosen = planned.more, planned.solution.chosen
    left = instance.capacity.astype(np.int64)
    for option in chosen[chosen >= 0]:
        uses = slice(instance.use_starts[option], instance.use_starts[option + 1])
        left[instance.use_bed[uses]] -= instance.use_takes[uses]
    counted = np.flatnonzero(np.asarray(kept.bed_worth) > 0)
    places = tuple(
        PlaceWorth(
            instance.homes[instance.home_of_bed[bed]],
            int(left[bed]),
            float(kept.bed_worth[bed]) / scale,
            float(kept.spread[bed]) / scale,
        )
        for bed in counted
    )
    return HeldBack(trajectories, planned.later / scale, places)
