"""Why a child has no place in a bare plan, in one plain sentence."""

from dataclasses import dataclass

import numpy as np

from nearhome.matching.calculations.planning.bare import BareProblem
from nearhome.matching.calculations.planning.instance import Instance, Ints, Solution


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A child without a place, and the reason."""

    child: str
    why: str


@dataclass(slots=True, eq=False)
class _Plan:
    """The plan, the children with any option, the places left at each home, where each member of a unit lives, and who may not live with whom."""

    with_option: set[str]
    instance: Instance
    looks_ahead: bool
    unit_starts: Ints
    left: list[int]
    lives_at: dict[tuple[int, int], int]
    apart: dict[tuple[int, int], list[tuple[int, int]]]


def unplaced_children(
    problem: BareProblem, instance: Instance, solution: Solution, *, looks_ahead: bool = False
) -> tuple[Unplaced, ...]:
    """The children whom the plan leaves without a place, in order, each with the reason.

    `instance` is `instance_of(problem)`: one kind of bed at each home, each option at one home. `looks_ahead`: places
    may have been kept back for later children.
    """
    unit_starts = starts_of(instance.unit_of, len(instance.units))
    with_option = {problem.children[child] for child in np.unique(problem.option_child)}
    plan = _Plan(with_option, instance, looks_ahead, unit_starts, instance.capacity.tolist(), {}, {})
    for unit in np.flatnonzero(solution.chosen >= 0).tolist():
        home = int(instance.use_bed[instance.use_starts[solution.chosen[unit]]])
        plan.left[home] -= len(instance.members[unit])
        plan.lives_at |= {(unit, member): home for member in range(len(instance.members[unit]))}
    for unit, member, other, their in instance.apart.tolist():
        plan.apart.setdefault((unit, member), []).append((other, their))
        plan.apart.setdefault((other, their), []).append((unit, member))
    found = []
    for unit in np.flatnonzero(solution.chosen < 0).tolist():
        why = _why(plan, unit)
        found += [Unplaced(child, why) for child in instance.members[unit]]
    return tuple(sorted(found, key=lambda one: one.child))


def starts_of(numbers: Ints, count: int) -> Ints:
    """Where each of the numbers 0 to count begins in an array that never falls. Shape [count + 1]."""
    return np.searchsorted(numbers, np.arange(count + 1, dtype=np.int32)).astype(np.int32)


def _why(plan: _Plan, unit: int) -> str:
    instance, members = plan.instance, plan.instance.members[unit]
    options = slice(plan.unit_starts[unit], plan.unit_starts[unit + 1])
    homes, worths = instance.use_bed[options].tolist(), instance.worth[options].tolist()
    group = f"all {len(members)} children of group {instance.units[unit]}"
    if not homes:
        return _no_option(plan, members, group)
    if within := _within(plan, unit):
        return f"Group {instance.units[unit]} cannot be in one home: {within[0]} and {within[1]}, both of it, must live apart"
    if max(instance.capacity[homes]) < len(members):
        return _too_small(len(members), group)
    roomy = {home: worth for home, worth in zip(homes, worths, strict=True) if plan.left[home] >= len(members)}
    if not roomy:
        return _taken(len(homes), len(members), group)
    free = [worth for home, worth in roomy.items() if not _meets(plan, unit, home)]
    if not free:
        return "Where there is room, the plan has a child who must live apart from this one or a brother or sister"
    if max(free) <= 0:
        return "The homes with room are options of value 0, so placing adds nothing to the plan"
    if plan.looks_ahead:
        return "A place is free, but kept back: it is expected to be worth more to a child who comes later"
    return "A place is free, but no plan that uses it was found in the time"


def _within(plan: _Plan, unit: int) -> tuple[str, str] | None:
    """Two children of one group who may not live together."""
    members = plan.instance.members[unit]
    for member, name in enumerate(members):
        for other, their in plan.apart.get((unit, member), []):
            if other == unit:
                return name, members[their]
    return None


def _no_option(plan: _Plan, members: tuple[str, ...], group: str) -> str:
    if len(members) == 1:
        return "There is no option for this child"
    for child in members:
        if child not in plan.with_option:
            return f"No home is an option for {group}: there is none for {child}"
    return f"No home is an option for {group}"


def _too_small(size: int, group: str) -> str:
    if size == 1:
        return "The homes that are options have no places"
    return f"No home that is an option has room for {group}, even when empty"


def _taken(homes: int, size: int, group: str) -> str:
    words = {1: "the one home that is an option", 2: "both homes that are options"}
    which = words.get(homes, f"all {homes} homes that are options")
    if size == 1:
        return f"The plan gives the places of {which} to other children"
    return f"The plan leaves too little room in {which} for {group}"


def _meets(plan: _Plan, unit: int, home: int) -> bool:
    """Does somebody live there in the plan with whom a child of the unit may not live?"""
    return any(
        plan.lives_at.get(other) == home
        for member in range(len(plan.instance.members[unit]))
        for other in plan.apart.get((unit, member), [])
    )
