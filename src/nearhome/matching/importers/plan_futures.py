"""The file of later children (`nearhome plan --future`): sampled futures, read into arrays."""

from itertools import chain
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from nearhome.matching.calculations.planning.bare import BareProblem, LaterArrivals
from nearhome.matching.calculations.planning.instance import Floats, Ints
from nearhome.matching.importers.plan_complaints import (
    MOST_IN_A_GROUP,
    Complaints,
    PlanFileError,
    group_in,
    kind_of,
    quoted,
    read_slowly,
    rows,
    text,
    too_large,
    unknown_keys,
    value_in,
)
from nearhome.matching.importers.plan_files import (
    Name,
    Record,
    Value,
    WrongError,
    column,
    content_of,
    numbered,
    values_of,
)


class LaterOption(Record, kw_only=True):
    home: Name
    value: Value
    note: str | None = None
    comment: str | None = None


class LaterChild(Record, kw_only=True):
    child: Name
    authority: Name
    group: Name | None = None
    options: list[LaterOption]
    note: str | None = None
    comment: str | None = None


class FutureFile(Record, kw_only=True):
    trajectories: list[list[LaterChild]]
    note: str | None = None
    comment: str | None = None


def read_future(path: Path, problem: BareProblem) -> LaterArrivals:
    """The later children of a file, at the homes of the problem.

    A group is one unit: its options are the homes that all its children have, its value their sum. Groups of
    different trajectories, and of the plan itself, are different groups even under one name.
    Raises PlanFileError with every sentence a person needs to mend the file.
    """
    content = content_of(path)
    try:
        return _arrivals(msgspec.json.decode(content, type=FutureFile), problem)
    except (WrongError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as refused:
        found = complaints_of_future(read_slowly(content, path.name), set(problem.homes))
        raise PlanFileError(path.name, found or (f"{refused}",)) from None


def _arrivals(file: FutureFile, problem: BareProblem) -> LaterArrivals:
    children, unit_of_child, trajectory_of_unit = _units(file.trajectories)
    size = np.bincount(unit_of_child, minlength=len(trajectory_of_unit)).astype(np.int32)
    options = list(chain.from_iterable(map(attrgetter("options"), children)))
    home = column(options, "home", {name: number for number, name in enumerate(problem.homes)})
    lengths = np.array([len(one.options) for one in children], dtype=np.int32)
    _each_once(np.repeat(np.arange(len(children)), lengths), home, len(problem.homes))
    unit, home, value, counts = _summed(np.repeat(unit_of_child, lengths), home, values_of(options))
    whole = counts == size[unit]
    unit, home, value = unit[whole], home[whole], value[whole]
    return LaterArrivals(
        count=len(file.trajectories),
        trajectory=trajectory_of_unit[unit],
        unit=unit,
        home=home,
        takes=size[unit],
        value=value,
    )


def _units(trajectories: list[list[LaterChild]]) -> tuple[list[LaterChild], Ints, Ints]:
    """The children in order, the unit of each, and the trajectory of each unit."""
    children: list[LaterChild] = []
    units: list[int] = []
    trajectory_of: list[int] = []
    for number, arriving in enumerate(trajectories):
        numbered([one.child for one in arriving])
        known: dict[str, int] = {}
        for one in sorted(arriving, key=attrgetter("child")):
            unit = len(trajectory_of) if one.group is None else known.setdefault(one.group, len(trajectory_of))
            if unit == len(trajectory_of):
                trajectory_of.append(number)
            children.append(one)
            units.append(unit)
    if np.bincount(np.array(units, dtype=np.int32)).max(initial=0) > MOST_IN_A_GROUP:
        raise WrongError("a group is too large")
    return children, np.array(units, dtype=np.int32), np.array(trajectory_of, dtype=np.int32)


def _each_once(child: Any, home: Ints, homes: int) -> None:
    key = np.sort(child.astype(np.int64) * max(homes, 1) + home)
    if (key[1:] == key[:-1]).any():
        raise WrongError("two options for one child and home")


def _summed(unit: Ints, home: Ints, value: Floats) -> tuple[Ints, Ints, Floats, Ints]:
    """For each unit and home: the sum of the values, and how many children have the home."""
    order = np.lexsort((home, unit))
    unit, home, value = unit[order], home[order], value[order]
    is_new = np.ones(len(unit), dtype=bool)
    is_new[1:] = (unit[1:] != unit[:-1]) | (home[1:] != home[:-1])
    starts = np.flatnonzero(is_new)
    counts = np.diff(np.append(starts, len(unit))).astype(np.int32)
    sums = np.add.reduceat(value, starts) if len(starts) else value
    return unit[starts], home[starts], sums, counts


def complaints_of_future(data: Any, homes: set[str]) -> tuple[str, ...]:
    """Every fault of the file's content; none if it is right."""
    said = Complaints()
    if not isinstance(data, dict):
        said.add("top", f"it must be an object with trajectories, not {kind_of(data)}")
        return said.sentences()
    unknown_keys(said, "the file", data, ("trajectories",))
    found = data.get("trajectories")
    if not isinstance(found, list):
        said.add("trajectories", "“trajectories” must be a list of lists of later children, one list for each future")
        return said.sentences()
    for number, arriving in enumerate(found, 1):
        _trajectory(said, f"trajectory {number}", arriving, homes)
    return said.sentences()


def _trajectory(said: Complaints, where: str, arriving: Any, homes: set[str]) -> None:
    if not isinstance(arriving, list):
        said.add("trajectory", f"{where} must be a list of children, not {kind_of(arriving)}")
        return
    first: dict[str, int] = {}
    groups = []
    for number, row in rows(said, {"child": arriving}, "child", f"{where}, child"):
        at = f"{where}, child {number}"
        unknown_keys(said, at, row, ("child", "authority", "group", "options"))
        reference = text(said, at, row, "child")
        text(said, at, row, "authority")
        groups.append(group_in(said, at, row))
        if reference and (before := first.setdefault(reference, number)) != number:
            said.add("child twice", f"{at} has the id {quoted(reference)} of child {before}; ids in one trajectory must differ")  # fmt: skip
        _later_options(said, f"{at} ({quoted(reference)})", row, homes)
    too_large(said, groups, f"{where}, ")


def _later_options(said: Complaints, where: str, row: dict[str, Any], homes: set[str]) -> None:
    if "options" not in row:
        said.add("options", f"{where} has no options; give a list, which may be empty")
    first: dict[str, int] = {}
    for number, option in rows(said, row, "options", f"{where}, option"):
        at = f"{where}, option {number}"
        unknown_keys(said, at, option, ("home", "value"))
        home = text(said, at, option, "home")
        if home and home not in homes:
            said.add("unknown home", f"{at}: home {quoted(home)} is not among the homes of the plan; add it there or leave the option out")  # fmt: skip
        if home and (before := first.setdefault(home, number)) != number:
            said.add("option twice", f"{where}: options {before} and {number} are both for home {quoted(home)}; keep one")  # fmt: skip
        value_in(said, at, option)
