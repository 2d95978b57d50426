"""Plans in which one thing is different: what any plan with it could be worth at most, and the best of them exactly.

The upper bounds come from the linear relaxation, solved once and asked again with one option forced. They also show
which options no best plan can use, so that the exact solution is worked out on the few that are left, with a proof.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import highspy
import numpy as np

from nearhome.matching.calculations.planning.instance import (
    Flags,
    Floats,
    Instance,
    Ints,
    NoPlanError,
    Solution,
)
from nearhome.matching.calculations.planning.plain import plain_model
from nearhome.matching.calculations.planning.solving import Clock, OutOfTimeError, solve

MOST_OPTIONS_FOR_RELAXATION = 400_000
SLACK = 1e-7

Room = Callable[[], float | None]


@dataclass(frozen=True, slots=True, eq=False)
class Bounds:
    """No plan is worth more than `value`; none that uses option n more than `value + reduced[n]`. Shapes [N], [B]."""

    value: float
    reduced: Floats
    prices: Floats


class Relaxation:
    """Upper bounds for one instance: by its linear relaxation, or for a very large one by the prices of its plan."""

    def __init__(self, instance: Instance, prices: Floats) -> None:
        self._instance = instance
        self._most = fitting(instance).astype(np.float64)
        self._solver: highspy.Highs | None = None
        self.bounds = bounds_by_prices(instance, np.maximum(prices, 0.0))
        if len(instance.worth) <= MOST_OPTIONS_FOR_RELAXATION:
            self._solver = plain_model(instance, whole=False)
            self._limit(np.arange(len(instance.worth), dtype=np.int32), self._most)
            self.bounds = self._solved() or self.bounds

    def with_one_of(self, unit: int, allowed: Sequence[int]) -> Bounds | None:
        """The bounds of the plans in which the unit has one of these options; None if there can be none."""
        if self._solver is None:
            best = max((float(self.bounds.reduced[option]) for option in allowed), default=-np.inf)
            return replace(self.bounds, value=self.bounds.value + min(0.0, best)) if allowed else None
        options = np.array(self._instance.options_of(unit), dtype=np.int32)
        self._limit(options, np.where(np.isin(options, allowed), self._most[options], 0.0))
        self._solver.changeRowBounds(unit, 1.0, 1.0)
        bounds = self._solved()
        self._limit(options, self._most[options])
        self._solver.changeRowBounds(unit, 1.0 if self._instance.must_place[unit] else 0.0, 1.0)
        return bounds

    def with_place(self, bed: int, larger: Instance) -> Bounds:
        """The bounds of the instance with one more place of a kind; `larger` is that instance."""
        if self._solver is None:
            return bounds_by_prices(larger, np.maximum(self.bounds.prices, 0.0))
        options = np.unique(larger.option_of_use()[larger.use_bed == bed]).astype(np.int32)
        row, places = len(larger.units) + bed, float(larger.capacity[bed])
        self._limit(options, fitting(larger)[options].astype(np.float64))
        self._solver.changeRowBounds(row, 0.0, places)
        bounds = self._solved()
        self._limit(options, self._most[options])
        self._solver.changeRowBounds(row, 0.0, places - 1.0)
        return bounds or bounds_by_prices(larger, np.maximum(self.bounds.prices, 0.0))

    def _limit(self, options: Ints, most: Floats) -> None:
        assert self._solver is not None
        self._solver.changeColsBounds(len(options), options, np.zeros(len(options)), most)

    def _solved(self) -> Bounds | None:
        assert self._solver is not None
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found, units = self._solver.getSolution(), len(self._instance.units)
        prices = np.array(found.row_dual[units : units + len(self._instance.capacity)])
        return Bounds(float(self._solver.getInfo().objective_function_value), np.array(found.col_dual), prices)


def fitting(instance: Instance) -> Flags:
    """The options that take no more places than there are. Shape [N]."""
    fits = np.ones(len(instance.worth), dtype=bool)
    fits[instance.option_of_use()[instance.use_takes > instance.capacity[instance.use_bed]]] = False
    return fits


def bounds_by_prices(instance: Instance, prices: Floats) -> Bounds:
    """Bounds from any prices of places, 0 or more: what all places cost, and for each unit its best after paying.

    Living apart and floors are left out, which can only raise a bound. Shape of `prices`: [B].
    """
    cost = np.zeros(len(instance.worth))
    np.add.at(cost, instance.option_of_use(), prices[instance.use_bed] * instance.use_takes)
    left = instance.worth - cost
    best, fits = np.where(instance.must_place, -np.inf, 0.0), fitting(instance)
    np.maximum.at(best, instance.unit_of[fits], left[fits])
    best = np.where(np.isfinite(best), best, 0.0)
    value = float(prices @ instance.capacity + best.sum())
    return Bounds(value, left - best[instance.unit_of], prices)


def solved_within(
    instance: Instance, bounds: Bounds, start: Ints, *, clock: Clock, room: Room, margin: float = 0.0
) -> Solution:
    """The best plan, exactly, from as few options as the bounds allow.

    Options priced out by more than a margin are left out; a plan within the margin of the bound is then the best of
    all, otherwise the margin is widened to what is still open. `start`[U] is kept among the options, `margin` is the
    first to try. Raises NoPlanError if there is no plan at all.
    """
    margin = max(margin, SLACK * max(abs(bounds.value), 1.0))
    while True:
        keep = _open_options(instance, bounds, start, margin)
        whole = margin == np.inf or bool(keep.all())
        try:
            found = _solved_keeping(instance, keep, start, clock, room())
        except OutOfTimeError:
            raise
        except NoPlanError:
            if whole:
                raise
            margin = np.inf
            continue
        if whole or found.worth >= bounds.value - margin:
            return found if whole else _with_bound(found, bounds.value - margin)
        left = room()
        if found.status != "optimal" or (left is not None and left <= 0.0):
            return replace(found, bound=max(found.bound, bounds.value), status="time_limit")
        margin = bounds.value - found.worth + SLACK * max(abs(bounds.value), 1.0)


def _with_bound(found: Solution, left_out: float) -> Solution:
    return found if found.status == "optimal" else replace(found, bound=max(found.bound, left_out))


def _open_options(instance: Instance, bounds: Bounds, start: Ints, margin: float) -> Flags:
    keep = fitting(instance) & (bounds.reduced >= -margin)
    keep[start[start >= 0]] = True
    return keep


def _solved_keeping(instance: Instance, keep: Flags, start: Ints, clock: Clock, seconds: float | None) -> Solution:
    smaller, kept = instance.keeping(keep)
    number = np.full(len(instance.worth) + 1, -1, dtype=np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    found = solve(smaller, clock=clock, seconds=seconds, start=number[start])
    chosen = np.where(found.chosen >= 0, np.append(kept, -1)[found.chosen], -1).astype(np.int32)
    return replace(found, chosen=chosen)


def plan_with_one_of(
    instance: Instance, bounds: Bounds, allowed: Ints, start: Ints, *, clock: Clock, room: Room, margin: float = 0.0
) -> Solution | None:
    """The best plan in which a unit has one of its options `allowed`, in the instance's own numbers; None if none.

    `bounds` are those of such plans, `start`[U] any plan. Raises OutOfTimeError if none was found in time.
    """
    unit = int(instance.unit_of[allowed[0]])
    keep: Flags = instance.unit_of != unit
    keep[allowed] = True
    smaller, kept = instance.keeping(keep)
    must = instance.must_place.copy()
    must[unit] = True
    number = np.full(len(instance.worth) + 1, -1, dtype=np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    seen = replace(bounds, reduced=bounds.reduced[kept])
    begin = number[start_with(instance, start, int(allowed[np.argmax(bounds.reduced[allowed])]))]
    try:
        found = solved_within(replace(smaller, must_place=must), seen, begin, clock=clock, room=room, margin=margin)
    except OutOfTimeError:
        raise
    except NoPlanError:
        return None
    return replace(found, chosen=np.where(found.chosen >= 0, np.append(kept, -1)[found.chosen], -1).astype(np.int32))


def start_with(instance: Instance, chosen: Ints, option: int) -> Ints:
    """The plan with this option put in and everybody in its way taken out. Shape [U]."""
    plan = chosen.copy()
    unit = int(instance.unit_of[option])
    for other, _, _ in in_the_way(instance, chosen, option):
        plan[other] = -1
    plan[unit] = option
    return plan


def uses_of_plan(instance: Instance, chosen: Ints) -> Ints:
    """The numbers of the uses (places taken) of the chosen options."""
    flags = np.zeros(len(instance.worth), dtype=bool)
    flags[chosen[chosen >= 0]] = True
    return np.flatnonzero(np.repeat(flags, np.diff(instance.use_starts))).astype(np.int32)


def in_the_way(instance: Instance, chosen: Ints, option: int) -> tuple[tuple[int, str, int], ...]:
    """Who has what this option would need, as (unit, 'place' or 'apart', home), in order of unit.

    'place': the unit lives on places of which too few are left; 'apart': one of it may not live there with one of the
    option's unit. A unit in the way of both is named once, for the place.
    """
    unit = int(instance.unit_of[option])
    without = chosen.copy()
    without[unit] = -1
    taken = uses_of_plan(instance, without)
    who = instance.unit_of[instance.option_of_use()[taken]]
    found: dict[int, tuple[int, str, int]] = {}
    for use in range(int(instance.use_starts[option]), int(instance.use_starts[option + 1])):
        bed = int(instance.use_bed[use])
        home, here = int(instance.home_of_bed[bed]), instance.use_bed[taken] == bed
        if int(instance.use_takes[taken][here].sum()) + int(instance.use_takes[use]) > int(instance.capacity[bed]):
            found |= {int(other): (int(other), "place", home) for other in who[here]}
    for other, home in _apart_from(instance, taken, who, option):
        found.setdefault(other, (other, "apart", home))
    return tuple(found[other] for other in sorted(found))


def _apart_from(instance: Instance, taken: Ints, who: Ints, option: int) -> list[tuple[int, int]]:
    """(unit, home) of those in the plan who may not live with the option's unit where it would go."""
    unit, found = int(instance.unit_of[option]), []
    lives = members_in_homes(instance, option)
    for one, member, other, their in _pairs_of(instance, unit):
        if one == other:
            continue
        for use in taken[who == other]:
            home = int(instance.home_of_bed[instance.use_bed[use]])
            if lives.get(home, 0) >> member & 1 and int(instance.use_members[use]) >> their & 1:
                found.append((other, home))
    return found


def _pairs_of(instance: Instance, unit: int) -> list[tuple[int, int, int, int]]:
    """The pairs that must live apart with this unit first."""
    pairs = instance.apart
    mine = [(int(a), int(b), int(c), int(d)) for a, b, c, d in pairs[pairs[:, 0] == unit]]
    return mine + [(int(c), int(d), int(a), int(b)) for a, b, c, d in pairs[pairs[:, 2] == unit]]


def members_in_homes(instance: Instance, option: int) -> dict[int, int]:
    """For each home of an option, which members it places there (bits)."""
    lives: dict[int, int] = {}
    for use in range(int(instance.use_starts[option]), int(instance.use_starts[option + 1])):
        home = int(instance.home_of_bed[instance.use_bed[use]])
        lives[home] = lives.get(home, 0) | int(instance.use_members[use])
    return lives


def is_possible_alone(instance: Instance, option: int) -> bool:
    """Could the unit live there if nobody else were placed: enough places, and none of it to be kept apart there?"""
    uses = slice(int(instance.use_starts[option]), int(instance.use_starts[option + 1]))
    if bool((instance.use_takes[uses] > instance.capacity[instance.use_bed[uses]]).any()):
        return False
    lives, unit = members_in_homes(instance, option), int(instance.unit_of[option])
    inner = [pair for pair in _pairs_of(instance, unit) if pair[0] == pair[2]]
    return not any(bits >> member & 1 and bits >> their & 1 for bits in lives.values() for _, member, _, their in inner)


def worth_in(instance: Instance, chosen: Ints) -> Floats:
    """What each unit gets in a plan, 0 for one not placed. Shape [U]."""
    return np.where(chosen >= 0, np.append(instance.worth, 0.0)[chosen], 0.0)
