"""Among plans of equal worth, the one that favours authorities which have had less than their share so far."""

from dataclasses import replace

import numpy as np

from nearhome.matching.calculations.planning.forced import SLACK, Relaxation, worth_in
from nearhome.matching.calculations.planning.instance import Flags, Floats, Floors, Instance, NoPlanError, Solution
from nearhome.matching.calculations.planning.solving import Clock, solve

PLACED_AT_ALL = 0.001
ROUNDING = 1e-9


def shortfalls(entitlement: Floats, used: Floats) -> Floats:
    """What each authority is short of: its share of all entitlement less its share of all use so far. Shapes [A].

    Between -1 and 1, adding up to 0; while nothing has been used, the share of entitlement itself. Raises ValueError
    for numbers below 0 or not finite, and where nobody is entitled to anything.
    """
    for what, numbers in (("entitlement", entitlement), ("use so far", used)):
        if not bool(np.isfinite(numbers).all()) or bool((numbers < 0.0).any()):
            raise ValueError(f"The {what} of an authority is below 0 or not a number.")
    if not entitlement.sum() > 0.0:
        raise ValueError("No authority is entitled to anything. Give at least one a share above 0.")
    share: Floats = entitlement / entitlement.sum()
    return share - used / used.sum() if used.sum() > 0.0 else share


def fair_among_equals(
    instance: Instance,
    solution: Solution,
    entitlement: Floats,
    used: Floats,
    *,
    clock: Clock,
    tolerance: float = 0.0,
    seconds: float | None = None,
) -> Solution:
    """A plan worth as much as the solution (less `tolerance` at most) that favours authorities short of their share.

    Maximises the sum over placed children of (shortfall of their authority, less the smallest shortfall) + 0.001; a
    child of a unit of several authorities counts 0.001. `entitlement` and `used`, shape [A], in any unit, the same for
    all. If time runs out before a fairer plan is found the solution itself is returned.
    """
    if len(entitlement) != len(instance.authorities) or len(used) != len(instance.authorities):
        raise ValueError(f"Give one number for each of the {len(instance.authorities)} authorities.")
    weight = _weights(instance, shortfalls(entitlement, used))
    smaller, kept = _tied(instance, solution, tolerance).keeping(_may_tie(instance, solution, tolerance))
    number = np.full(len(instance.worth) + 1, -1, dtype=np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    posed = smaller.with_worth(weight[instance.unit_of[kept]])
    try:
        found = solve(posed, clock=clock, seconds=seconds, start=number[solution.chosen])
    except NoPlanError:
        return solution
    chosen = np.where(found.chosen >= 0, np.append(kept, -1)[found.chosen], -1).astype(np.int32)
    worth = float(worth_in(instance, chosen).sum())
    if worth < solution.worth - tolerance - _rounding(solution):
        return solution
    return replace(solution, chosen=chosen, worth=worth, bound=max(solution.bound, worth))


def _weights(instance: Instance, short: Floats) -> Floats:
    """What placing each unit counts for. Shape [U]."""
    sizes = np.array([len(members) for members in instance.members], dtype=np.float64)
    lifted = np.append(short - short.min(), 0.0)
    return sizes * (lifted[instance.authority_of] + PLACED_AT_ALL)


def _rounding(solution: Solution) -> float:
    return ROUNDING * max(abs(solution.worth), 1.0)


def _tied(instance: Instance, solution: Solution, tolerance: float) -> Instance:
    """With one floor more: the worth of the whole plan."""
    least, number = solution.worth - tolerance - _rounding(solution), np.arange(len(instance.worth), dtype=np.int32)
    floors = instance.floors or Floors((), np.zeros(0), number[:0], number[:0], np.zeros(0))
    at = np.full(len(number), len(floors.names), dtype=np.int32)
    return replace(
        instance,
        floors=Floors(
            (*floors.names, "the worth of the plan"),
            np.append(floors.at_least, least),
            np.concatenate([floors.floor, at]),
            np.concatenate([floors.option, number]),
            np.concatenate([floors.amount, instance.worth]),
        ),
    )


def _may_tie(instance: Instance, solution: Solution, tolerance: float) -> Flags:
    """The options a plan of this worth can use: those that the relaxation does not price out. Shape [N]."""
    bounds = Relaxation(instance, solution.prices).bounds
    keep = np.asarray(bounds.value + bounds.reduced >= solution.worth - tolerance - SLACK * max(abs(bounds.value), 1.0))
    keep[solution.chosen[solution.chosen >= 0]] = True
    return keep
