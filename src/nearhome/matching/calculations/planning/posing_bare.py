"""From children, homes and values to the arrays of a plan: a group becomes one unit with the homes all could go to."""

import numpy as np

from nearhome.matching.calculations.planning.bare import BareProblem
from nearhome.matching.calculations.planning.instance import Flags, Instance, Ints


def instance_of(problem: BareProblem) -> Instance:
    """The plan's arrays. A group has an option only at a home that is an option of each of its children.

    The order of the input does not matter: children, homes and groups come in the order of their references.
    """
    unit_of_child, units, members = _units(problem)
    unit = unit_of_child[problem.option_child]
    size = np.bincount(unit_of_child, minlength=len(units)).astype(np.int32)
    order = np.lexsort((problem.option_home, unit))
    key_unit, key_home = unit[order], problem.option_home[order]
    starts = np.flatnonzero(_changes(key_unit, key_home)) if len(order) else np.zeros(0, dtype=np.intp)
    counts = np.diff(np.append(starts, len(order))) if len(starts) else np.zeros(0, dtype=np.intp)
    worth = np.add.reduceat(problem.value[order], starts) if len(starts) else np.zeros(0)
    whole = counts == size[key_unit[starts]] if len(starts) else np.zeros(0, dtype=bool)
    of, home = key_unit[starts][whole].astype(np.int32), key_home[starts][whole].astype(np.int32)
    return Instance(
        units=units,
        members=members,
        authorities=problem.authorities,
        authority_of=_authority_of(problem, unit_of_child, len(units)),
        must_place=np.zeros(len(units), dtype=bool),
        homes=problem.homes,
        home_of_bed=np.arange(len(problem.homes), dtype=np.int32),
        capacity=problem.capacity,
        unit_of=of,
        worth=worth[whole],
        use_starts=np.arange(len(of) + 1, dtype=np.int32),
        use_bed=home,
        use_members=(np.uint64(1) << size[of].astype(np.uint64)) - np.uint64(1),
        use_takes=size[of],
        apart=_apart(problem, unit_of_child, members),
    )


def _units(problem: BareProblem) -> tuple[Ints, tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The unit of each child, in the order of each unit's first child."""
    first: dict[int, int] = {}
    unit_of = np.zeros(len(problem.children), dtype=np.int32)
    units: list[str] = []
    members: list[list[str]] = []
    for child, (ref, group) in enumerate(zip(problem.children, problem.group_of.tolist(), strict=True)):
        if group >= 0 and group in first:
            unit_of[child] = first[group]
            members[first[group]].append(ref)
            continue
        if group >= 0:
            first[group] = len(units)
        unit_of[child] = len(units)
        units.append(problem.groups[group] if group >= 0 else ref)
        members.append([ref])
    return unit_of, tuple(units), tuple(tuple(one) for one in members)


def _changes(unit: Ints, home: Ints) -> Flags:
    new = np.ones(len(unit), dtype=bool)
    new[1:] = (unit[1:] != unit[:-1]) | (home[1:] != home[:-1])
    return new


def _authority_of(problem: BareProblem, unit_of_child: Ints, units: int) -> Ints:
    lowest = np.full(units, np.iinfo(np.int32).max, dtype=np.int32)
    highest = np.full(units, -1, dtype=np.int32)
    np.minimum.at(lowest, unit_of_child, problem.child_authority)
    np.maximum.at(highest, unit_of_child, problem.child_authority)
    return np.where(lowest == highest, lowest, -1).astype(np.int32)


def _apart(problem: BareProblem, unit_of_child: Ints, members: tuple[tuple[str, ...], ...]) -> Ints:
    """Pairs as (unit, member, unit, member); a pair within one unit stays, and bars every home for it."""
    rows = []
    for one, other in problem.apart.tolist():
        pair = [
            (int(unit_of_child[child]), members[unit_of_child[child]].index(problem.children[child]))
            for child in (one, other)
        ]
        rows.append([*pair[0], *pair[1]])
    return np.array(rows, dtype=np.int32).reshape(-1, 4)
