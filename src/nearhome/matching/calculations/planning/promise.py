"""No authority worse off for joining: what each could do alone, and the plan that gives each at least that."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nearhome.matching.calculations.planning.instance import (
    Flags,
    Floats,
    Floors,
    Instance,
    Ints,
    NoPlanError,
    Solution,
)
from nearhome.matching.calculations.planning.solving import Clock, solve

ROUNDING = 1e-9
SOLVER_TOLERANCE = 2e-6
FLOOR_POWER = 10  # each sum lies below 2 to this power


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """Whose gain an option is: `amount`[s] of `option`[s] is `authority`[s]'s. An option may be shared by several."""

    option: Ints
    authority: Ints
    amount: Floats

    def totals(self, chosen: Ints, authorities: int) -> Floats:
        """What each authority's children get under a plan (`chosen`[U]). Shape [authorities]."""
        if not len(self.option):
            return np.zeros(authorities)
        is_chosen = np.isin(self.option, chosen[chosen >= 0])
        totals: Floats = np.bincount(self.authority[is_chosen], self.amount[is_chosen], authorities).astype(np.float64)
        return totals


@dataclass(frozen=True, slots=True, eq=False)
class Alone:
    """What each authority's own children could get in its own homes: `totals`[A], and the plans together, `chosen`[U].

    `is_proven`[A] is False where the time ran out; then the total is the best that was found.
    """

    totals: Floats
    is_proven: Flags
    chosen: Ints

    def is_kept_by(self, totals: Floats) -> bool:
        """Is no authority worse off with these totals than alone?"""
        return bool((totals >= self.totals * (1 - ROUNDING)).all())


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """A plan, and what the places it leaves free are expected to be worth for `later` children; `more` says how."""

    solution: Solution
    later: float = 0.0
    more: Any = None

    @property
    def objective(self) -> float:
        return self.solution.worth + self.later

    @property
    def most(self) -> float:
        """What no plan can exceed, today and later together."""
        return self.solution.bound + self.later


@dataclass(frozen=True, slots=True)
class Promised:
    """The plan that keeps the promise, and its price: what is given up for it; None where it is not proven."""

    planned: Planned
    price: float | None


@dataclass(frozen=True, slots=True)
class Watch:
    """The time that is left until `ends_at` on a clock; with None there is no end."""

    clock: Clock
    ends_at: float | None

    def left(self, share: float = 1.0) -> float | None:
        """This share of the seconds that are left, never quite nothing."""
        return None if self.ends_at is None else max(0.01, (self.ends_at - self.clock()) * share)


Planner = Callable[[Instance, float | None, Ints | None], Planned]


def shares_of_units(instance: Instance) -> Shares:
    """Each option's worth is its unit's authority's; what belongs to several authorities is left out."""
    authority = instance.authority_of[instance.unit_of]
    options = np.flatnonzero(authority >= 0).astype(np.int32)
    return Shares(options, authority[options], instance.worth[options])


def alone_plans(instance: Instance, home_authority: Ints, *, clock: Clock, seconds: float | None = None) -> Alone:
    """The best each authority could do with its own units in its own homes, each found exactly.

    `home_authority`[H] indexes `instance.authorities`. A unit of several authorities can be placed by none of them
    alone. `seconds` are shared out among the authorities that still wait.
    """
    watch = Watch(clock, None if seconds is None else clock() + seconds)
    own, numbers = instance.keeping(own_options(instance, home_authority))
    count = len(instance.authorities)
    totals, is_proven = np.zeros(count), np.ones(count, dtype=bool)
    chosen = np.full(len(instance.units), -1, dtype=np.int32)
    for authority in range(count):
        part, units, options = _part(own, authority)
        if not len(options):
            continue
        found = solve(part, clock=clock, seconds=watch.left(1 / (count - authority)))
        placed = found.chosen >= 0
        chosen[units[placed]] = numbers[options[found.chosen[placed]]]
        totals[authority] = float(part.worth[found.chosen[placed]].sum())
        is_proven[authority] = found.status == "optimal"
    return Alone(totals, is_proven, chosen)


def alone_by(
    instance: Instance, home_authority: Ints, planner: "Planner", *, clock: Clock, seconds: float | None = None
) -> Alone:
    """The same where a plan is more than the greatest worth: each authority plans alone in the way `planner` plans for all."""
    watch = Watch(clock, None if seconds is None else clock() + seconds)
    own, count = own_options(instance, home_authority), len(instance.authorities)
    totals, is_proven = np.zeros(count), np.ones(count, dtype=bool)
    chosen = np.full(len(instance.units), -1, dtype=np.int32)
    nobody_must = np.zeros(len(instance.units), dtype=bool)
    for authority in range(count):
        part, options = instance.keeping(own & (instance.authority_of[instance.unit_of] == authority))
        if not len(options):
            continue
        part = replace(part, must_place=nobody_must, floors=None)
        found = planner(part, watch.left(1 / (count - authority)), None).solution
        placed = found.chosen >= 0
        chosen[placed] = options[found.chosen[placed]]
        totals[authority] = float(part.worth[found.chosen[placed]].sum())
        is_proven[authority] = found.status == "optimal"
    return Alone(totals, is_proven, chosen)


def own_options(instance: Instance, home_authority: Ints) -> Flags:
    """Options of a unit of one authority that use that authority's homes only. Shape [N]."""
    option = instance.option_of_use()
    theirs = home_authority[instance.home_of_bed[instance.use_bed]]
    is_foreign = theirs != instance.authority_of[instance.unit_of[option]]
    return np.bincount(option, weights=is_foreign, minlength=len(instance.worth)) == 0


def _part(own: Instance, authority: int) -> tuple[Instance, Ints, Ints]:
    """One authority's units and beds as an instance of their own; their numbers and its options' numbers in `own`."""
    smaller, options = own.keeping(own.authority_of[own.unit_of] == authority)
    units = np.unique(smaller.unit_of).astype(np.int32)
    beds = np.unique(smaller.use_bed).astype(np.int32)
    homes, home_of_bed = np.unique(own.home_of_bed[beds], return_inverse=True)
    is_here = np.isin(own.apart[:, 0], units) & np.isin(own.apart[:, 2], units)
    apart = own.apart[is_here].copy()
    apart[:, [0, 2]] = np.searchsorted(units, apart[:, [0, 2]])
    part = replace(
        smaller,
        units=tuple(own.units[unit] for unit in units),
        members=tuple(own.members[unit] for unit in units),
        authority_of=own.authority_of[units],
        must_place=np.zeros(len(units), dtype=bool),
        homes=tuple(own.homes[home] for home in homes),
        home_of_bed=home_of_bed.astype(np.int32),
        capacity=own.capacity[beds],
        unit_of=np.searchsorted(units, smaller.unit_of).astype(np.int32),
        use_bed=np.searchsorted(beds, smaller.use_bed).astype(np.int32),
        apart=apart,
        floors=None,
    )
    return part, units, options


def with_promise(instance: Instance, alone: Alone, shares: Shares, *, above: float = 0.0) -> Instance:
    """The instance in which each authority's total must reach what it had alone, and `above` more of it.

    Each sum is written in a unit of its own, and an option that reaches it alone counts for no more than that: a solver's
    tolerance is the same for a small authority as for a large one.
    """
    counting = np.flatnonzero(alone.totals > 0)
    number = np.full(len(alone.totals), -1, dtype=np.int32)
    number[counting] = np.arange(len(counting), dtype=np.int32)
    counts = number[shares.authority] >= 0
    floor = number[shares.authority[counts]]
    unit = np.ldexp(1.0, FLOOR_POWER - np.frexp(alone.totals[counting])[1])
    at_least = alone.totals[counting] * unit * (1 - ROUNDING / 2) + above
    floors = Floors(
        names=tuple(instance.authorities[authority] for authority in counting),
        at_least=at_least,
        floor=floor,
        option=shares.option[counts],
        amount=np.minimum(shares.amount[counts] * unit[floor], at_least[floor]),
    )
    return replace(instance, floors=floors)


def promised_plan(instance: Instance, alone: Alone, shares: Shares, *, planner: Planner, watch: Watch) -> Promised:
    """The best plan in which no authority is worse off than alone, and the price of that.

    The plan without the promise comes first: where it keeps the promise by itself, the price is 0. There always is
    such a plan: the plans of each alone, put together.
    """
    free = planner(instance, watch.left(0.5), None)
    free = _bounded(free, free.most)
    if _keeps(free, alone, shares) and free.solution.status == "optimal":
        return Promised(free, 0.0)
    together = _together(instance, alone, free)
    possible = [one for one in (free, together) if _keeps(one, alone, shares)]
    start, most = max(possible, key=_objective).solution.chosen, free.most
    for above in (0.0, SOLVER_TOLERANCE):
        kept = _with_floors(with_promise(instance, alone, shares, above=above), planner, watch, start)
        if kept is None:
            continue
        most = min(most, kept.most) if not above else most
        if _keeps(kept, alone, shares):
            possible.append(kept)
            break
    best = _bounded(max(possible, key=_objective), most)
    both = best.solution.status == free.solution.status == "optimal"
    return Promised(best, max(0.0, free.objective - best.objective) if both else None)


def _with_floors(instance: Instance, planner: Planner, watch: Watch, start: Ints) -> Planned | None:
    try:
        return planner(instance, watch.left(), start)
    except NoPlanError:  # only by rounding
        return None


def better_of(planned: Planned, instance: Instance, alone: Alone) -> Planned:
    """The plan, or the plans of each alone together where the time was too short to find as good a one."""
    together = _together(instance, alone, planned)
    best = max((planned, together), key=_objective)
    return _bounded(best, planned.most)


def _together(instance: Instance, alone: Alone, like: Planned) -> Planned:
    worth = float(instance.worth[alone.chosen[alone.chosen >= 0]].sum())
    found = replace(like.solution, chosen=alone.chosen, worth=worth, status="time_limit")
    return Planned(found, 0.0, like.more)


def _bounded(planned: Planned, most: float) -> Planned:
    """The plan with what no plan can exceed; it is optimal when it reaches that."""
    found = planned.solution
    bound = max(found.worth, most - planned.later)
    is_proven = found.status == "optimal" or bound <= found.worth
    return replace(planned, solution=replace(found, bound=bound, status="optimal" if is_proven else "time_limit"))


def _keeps(planned: Planned, alone: Alone, shares: Shares) -> bool:
    return alone.is_kept_by(shares.totals(planned.solution.chosen, len(alone.totals)))


def _objective(planned: Planned) -> float:
    return planned.objective
