"""What if: a plan worked out again with a pair fixed or forbidden, a home added or closed, a referral or places added."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from nearhome.matching.calculations.planning.changing import (
    AddHome,
    AddPlaces,
    AddReferral,
    Change,
    CloseHome,
    FixPair,
    ForbidPair,
    changed_instance,
)
from nearhome.matching.calculations.planning.forced import worth_in
from nearhome.matching.calculations.planning.instance import Flags, Floors, Instance, Ints, NoPlanError, Solution
from nearhome.matching.calculations.planning.solving import Clock, OutOfTimeError, solve

__all__ = [
    "AddHome",
    "AddPlaces",
    "AddReferral",
    "Change",
    "CloseHome",
    "FixPair",
    "ForbidPair",
    "Moved",
    "WhatIf",
    "what_if",
]


@dataclass(frozen=True, slots=True)
class Moved:
    """A unit whose place is another one: the homes before and after (empty: none), and what it gains (below 0: loses)."""

    unit: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    gain: float


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """The changed instance, its plan, and the difference from the plan before.

    `moved` in order of unit; `by_authority` the change of worth of each authority's own units (those of several are
    under ''); `worth_change` of the whole plan; `placed_change` in children placed. `proven`: the new plan is optimal;
    otherwise up to `worth_missing` more may be possible.
    """

    instance: Instance
    solution: Solution
    moved: tuple[Moved, ...]
    by_authority: dict[str, float]
    worth_change: float
    placed_change: int
    proven: bool
    worth_missing: float


def what_if(
    instance: Instance,
    solution: Solution,
    changes: Sequence[Change],
    *,
    clock: Clock,
    seconds: float | None = 1.0,
    floors_again: Callable[[Instance], Floors | None] | None = None,
) -> WhatIf:
    """The best plan after the changes, all of them together, found in `seconds` of `clock` or with its gap said.

    Floors stay as they are unless `floors_again` works them out for the changed instance (closing a home lowers what
    its authority could do alone). Raises ValueError with a sentence for changes that are unknown or contradict.
    """
    after, number_of = changed_instance(instance, changes)
    _refuse_contradictions(after, changes, clock)
    if floors_again is not None:
        after = replace(after, floors=floors_again(after))
    start = _start(after, number_of, solution.chosen)
    try:
        found = solve(after, clock=clock, seconds=seconds, start=start)
    except OutOfTimeError:
        raise ValueError("No plan with these changes was found in the time given. Allow more time.") from None
    except NoPlanError:
        raise ValueError(
            "No plan keeps all of these changes: a promise to an authority, or a place for somebody who must have one, "
            "could not be kept. Take one change back."
        ) from None
    return _compared(instance, solution, after, found)


def _refuse_contradictions(after: Instance, changes: Sequence[Change], clock: Clock) -> None:
    """ValueError that names the first fixed pair, or two of them, that no plan can have."""
    fixed = [(after.units.index(change.unit), change) for change in changes if isinstance(change, FixPair)]
    units = list(dict.fromkeys(unit for unit, _ in fixed))
    if not units or _can_all(after, units, clock):
        return
    said = {unit: f"{change.unit} at {change.home}" for unit, change in fixed}
    for at, unit in enumerate(units):
        if not _can_all(after, [unit], clock):
            raise ValueError(f"{said[unit]} cannot be fixed: there are not enough places, or two must live apart.")
        for other in units[:at]:
            if not _can_all(after, [unit, other], clock):
                raise ValueError(
                    f"{said[other]} and {said[unit]} cannot both be fixed: there are too few places for both, "
                    "or they may not live together."
                )
    raise ValueError(f"{', '.join(said.values())} cannot all be fixed: there are too few places for all of them.")


def _can_all(instance: Instance, units: list[int], clock: Clock) -> bool:
    """Could these units all be placed if there were nobody else?"""
    keep: Flags = np.isin(instance.unit_of, units)
    smaller, _ = replace(instance, floors=None).keeping(keep)
    must = np.isin(np.arange(len(instance.units)), units)
    try:
        solve(replace(smaller, must_place=must), clock=clock)
    except NoPlanError:
        return False
    return True


def _start(after: Instance, number_of: Ints, chosen: Ints) -> Ints:
    """The plan before in the new numbers, without those whose option is gone or whose places are needed. Shape [U]."""
    start = np.full(len(after.units), -1, dtype=np.int32)
    start[: len(chosen)] = np.append(number_of, -1)[chosen]
    left, of = after.capacity.astype(np.int64), np.diff(after.use_starts)
    for unit in np.argsort(~after.must_place, kind="stable"):
        options = after.options_of(int(unit))
        if after.must_place[unit] and start[unit] < 0 and len(options):
            start[unit] = max(options, key=lambda option: float(after.worth[option]))
        if start[unit] < 0:
            continue
        first = int(after.use_starts[start[unit]])
        uses = slice(first, first + int(of[start[unit]]))
        beds, takes = after.use_bed[uses], after.use_takes[uses]
        if bool((left[beds] < takes).any()):
            start[unit] = -1
        else:
            left[beds] -= takes
    return start


def _compared(before: Instance, plan: Solution, after: Instance, found: Solution) -> WhatIf:
    known = len(before.units)
    was, now = np.zeros(len(after.units)), worth_in(after, found.chosen)
    was[:known] = worth_in(before, plan.chosen)
    moved: list[Moved] = []
    gains: defaultdict[str, float] = defaultdict(float)
    for unit, name in enumerate(after.units):
        old = _homes(before, int(plan.chosen[unit])) if unit < known else ()
        new, gain = _homes(after, int(found.chosen[unit])), float(now[unit] - was[unit])
        if old != new or gain != 0.0:
            moved.append(Moved(name, old, new, gain))
            at = int(after.authority_of[unit])
            gains[after.authorities[at] if at >= 0 else ""] += gain
    return WhatIf(
        instance=after,
        solution=found,
        moved=tuple(moved),
        by_authority={name: float(gains[name]) for name in (*after.authorities, "") if name or "" in gains},
        worth_change=found.worth - plan.worth,
        placed_change=_placed(after, found.chosen) - _placed(before, plan.chosen),
        proven=found.status == "optimal",
        worth_missing=max(0.0, found.bound - found.worth),
    )


def _homes(instance: Instance, option: int) -> tuple[str, ...]:
    """Names of the homes of an option, each once."""
    return tuple(instance.homes[home] for home in dict.fromkeys(instance.homes_of(option))) if option >= 0 else ()


def _placed(instance: Instance, chosen: Ints) -> int:
    return sum(len(members) for members, option in zip(instance.members, chosen.tolist(), strict=True) if option >= 0)
