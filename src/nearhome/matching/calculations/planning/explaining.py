"""Why a unit does not have its best place: what it has, what it would have alone, who is there, what each would lose.

The regret of an option is what the whole plan loses when that option is forced: the plan's worth less the worth of the
best plan with it, worked out exactly. The nearest alternative is found in one go: the best plan in which the unit has
any option but the planned one; the second by leaving out the first as well, and so on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nearhome.matching.calculations.planning.forced import (
    Relaxation,
    in_the_way,
    is_possible_alone,
    plan_with_one_of,
    worth_in,
)
from nearhome.matching.calculations.planning.instance import Instance, Ints, Solution
from nearhome.matching.calculations.planning.not_placed import NotPlaced, why_not_placed
from nearhome.matching.calculations.planning.solving import Clock, OutOfTimeError


@dataclass(frozen=True, slots=True)
class Shift:
    """A unit with another option than before (-1: none), and what it gains by it (below 0: loses)."""

    unit: int
    before: int
    after: int
    gain: float


@dataclass(frozen=True, slots=True)
class Alternative:
    """An option forced: what the whole plan loses by it, and everybody whose place changes, the unit itself first.

    `regret` is exact when `proven`; otherwise time ran out and the exact one lies between `regret_at_least` and it.
    """

    option: int
    regret: float
    regret_at_least: float
    proven: bool
    shifts: tuple[Shift, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who is in the way at a home: on a place it needs ('place') or not to live with it ('apart').

    `loss` is what the holder loses in the best plan that gives the unit this option (below 0: it gains); None where
    there is no such plan, or no time was left to work it out.
    """

    unit: int
    because: str
    home: int
    loss: float | None


@dataclass(frozen=True, slots=True)
class UnitExplained:
    """One unit of a plan. `best_alone` and `planned` are options (-1: none), `difference` what it goes without.

    `holders` have the best place; `best` is the plan with it forced (None: it has it, or there is no such plan).
    `alternatives` are the nearest by regret; `proven` says that these are truly the nearest and exact.
    """

    unit: int
    best_alone: int
    planned: int
    difference: float
    holders: tuple[Holder, ...]
    best: Alternative | None
    alternatives: tuple[Alternative, ...]
    proven: bool
    not_placed: NotPlaced | None


class Forcing:
    """Options forced one after another on one instance and its plan; each answer is kept."""

    def __init__(self, instance: Instance, solution: Solution, clock: Clock, seconds: float | None) -> None:
        self.instance, self.solution, self._clock = instance, solution, clock
        self._until = None if seconds is None else clock() + seconds
        self._relaxation = Relaxation(instance, solution.prices)
        self._found: dict[tuple[int, ...], Alternative | None] = {}

    def room(self) -> float | None:
        """Seconds left; None without a limit."""
        return None if self._until is None else max(0.0, self._until - self._clock())

    def nearest(self, allowed: Sequence[int]) -> Alternative | None:
        """The option of smallest regret among these of one unit; None if no plan has any of them."""
        asked = tuple(allowed)
        if asked not in self._found:
            found = self._found[asked] = self._forced(asked) if asked else None
            if found is not None and found.proven:
                self._found.setdefault((found.option,), found)
        return self._found[asked]

    def _forced(self, allowed: tuple[int, ...]) -> Alternative | None:
        instance, solution, unit = self.instance, self.solution, int(self.instance.unit_of[allowed[0]])
        bounds = self._relaxation.with_one_of(unit, allowed)
        if bounds is None:
            return None
        gap, options = max(0.0, self._relaxation.bounds.value - solution.worth), np.array(allowed, dtype=np.int32)
        plan = plan_with_one_of(
            instance, bounds, options, solution.chosen, clock=self._clock, room=self.room, margin=1.5 * gap
        )
        if plan is None:
            return None
        shifts = sorted(shifts_between(instance, solution.chosen, plan.chosen), key=lambda shift: shift.unit != unit)
        return Alternative(
            option=int(plan.chosen[unit]),
            regret=solution.worth - plan.worth,
            regret_at_least=solution.worth - plan.bound,
            proven=plan.status == "optimal",
            shifts=tuple(shifts),
        )


def explain_unit(
    instance: Instance,
    solution: Solution,
    unit: int,
    *,
    clock: Clock,
    alternatives: int = 3,
    seconds: float | None = None,
) -> UnitExplained:
    """Why this unit has what it has in the plan, and what the nearest alternatives would cost everybody.

    After `seconds` of `clock` the answer is what has been found; what is not exact says so.
    """
    return _explained(Forcing(instance, solution, clock, seconds), unit, alternatives)


def explain_all(
    instance: Instance,
    solution: Solution,
    units: Sequence[int],
    *,
    clock: Clock,
    alternatives: int = 3,
    seconds: float | None = None,
) -> tuple[UnitExplained, ...]:
    """The same for several units, with one relaxation for all and one limit of time, in the order asked for."""
    forcing = Forcing(instance, solution, clock, seconds)
    return tuple(_explained(forcing, unit, alternatives) for unit in units)


def shifts_between(instance: Instance, before: Ints, after: Ints) -> tuple[Shift, ...]:
    """Every unit whose option differs between two plans of one instance, in order of unit."""
    gain = worth_in(instance, after) - worth_in(instance, before)
    changed = [unit for unit in range(len(before)) if before[unit] != after[unit]]
    return tuple(Shift(unit, int(before[unit]), int(after[unit]), float(gain[unit])) for unit in changed)


def best_alone(instance: Instance, unit: int, planned: int = -1) -> int:
    """The unit's option of greatest worth if it were alone in the region; -1 if it has none worth taking.

    Of equal ones the planned one, then the first. An option worth less than nothing counts only where it is planned or
    the unit must be placed.
    """
    able = [option for option in instance.options_of(unit) if is_possible_alone(instance, option)]
    if not instance.must_place[unit]:
        able = [option for option in able if option == planned or instance.worth[option] >= 0.0]
    return max(able, key=lambda option: (float(instance.worth[option]), option == planned, -option), default=-1)


def _explained(forcing: Forcing, unit: int, count: int) -> UnitExplained:
    instance, planned = forcing.instance, int(forcing.solution.chosen[unit])
    top = best_alone(instance, unit, planned)
    worth = [float(instance.worth[option]) if option >= 0 else 0.0 for option in (top, planned)]
    nearest, proven = _nearest(forcing, unit, count)
    best = _in_time(forcing, [top])[0] if top not in (-1, planned) else None
    return UnitExplained(
        unit=unit,
        best_alone=top,
        planned=planned,
        difference=worth[0] - worth[1],
        holders=_holders(forcing, top, best) if top != planned else (),
        best=best,
        alternatives=nearest,
        proven=proven,
        not_placed=_not_placed(forcing, unit, nearest, proven) if planned < 0 else None,
    )


def _holders(forcing: Forcing, option: int, forced: Alternative | None) -> tuple[Holder, ...]:
    loss = {} if forced is None else {shift.unit: -shift.gain for shift in forced.shifts}
    return tuple(
        Holder(unit, because, home, None if forced is None else loss.get(unit, 0.0))
        for unit, because, home in in_the_way(forcing.instance, forcing.solution.chosen, option)
    )


def _nearest(forcing: Forcing, unit: int, count: int) -> tuple[tuple[Alternative, ...], bool]:
    """The `count` options of smallest regret besides the planned one, nearest first, and whether that is certain."""
    instance, planned = forcing.instance, int(forcing.solution.chosen[unit])
    able = [option for option in instance.options_of(unit) if is_possible_alone(instance, option)]
    left = [option for option in able if option != planned]
    found: list[Alternative] = []
    while left and len(found) < count:
        alternative, in_time = _in_time(forcing, left)
        if not in_time:
            return tuple(found), False
        if alternative is None:
            break
        found.append(alternative)
        left.remove(alternative.option)
    return tuple(found), all(alternative.proven for alternative in found)


def _in_time(forcing: Forcing, allowed: Sequence[int]) -> tuple[Alternative | None, bool]:
    """The nearest of these options, and whether there was time to look for it."""
    if forcing.room() == 0.0:
        return None, False
    try:
        return forcing.nearest(allowed), True
    except OutOfTimeError:
        return None, False


def _not_placed(forcing: Forcing, unit: int, nearest: tuple[Alternative, ...], proven: bool) -> NotPlaced:
    cheapest = nearest[0] if nearest else None
    costs = None if cheapest is None else cheapest.regret + float(forcing.instance.worth[cheapest.option])
    return why_not_placed(
        forcing.instance, forcing.solution.chosen, unit, costs_others=costs, none_can=proven and cheapest is None
    )
