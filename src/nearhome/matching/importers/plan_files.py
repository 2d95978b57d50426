"""The file of `nearhome plan`: read at once when it is right, and looked at line by line only when it is not.

Two million options are decoded into typed records in one pass and become arrays of whole numbers; the sentences about
what is wrong are written by the slow look in `plan_complaints`, which a right file never meets.
"""

import sys
from collections.abc import Sequence
from itertools import repeat
from operator import attrgetter
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np
from msgspec import Meta

from nearhome.matching.calculations.planning.bare import BareProblem
from nearhome.matching.calculations.planning.instance import Floats, Ints
from nearhome.matching.importers.plan_complaints import (
    MOST_IN_A_GROUP,
    MOST_PLACES,
    MOST_VALUE,
    PlanFileError,
    complaints_of_plan,
    read_slowly,
)

Name = Annotated[str, Meta(min_length=1)]
Value = Annotated[float, Meta(ge=0, le=MOST_VALUE)]


class Record(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """One object of the file. Anybody may write a note or a comment to it."""


class ChildRow(Record, kw_only=True):
    id: Name
    authority: Name
    group: Name | None = None
    note: str | None = None
    comment: str | None = None


class HomeRow(Record, kw_only=True):
    id: Name
    authority: Name
    capacity: Annotated[float, Meta(ge=0, le=MOST_PLACES)]  # 2.0 is as whole as 2
    note: str | None = None
    comment: str | None = None


class OptionRow(Record, kw_only=True):
    child: Name
    home: Name
    value: Value
    note: str | None = None
    comment: str | None = None


class PlanFile(Record, kw_only=True):
    children: list[ChildRow]
    homes: list[HomeRow]
    options: list[OptionRow]
    conflicts: list[tuple[Name, Name]] = []
    promise: bool = False
    note: str | None = None
    comment: str | None = None


class WrongError(Exception):
    """Something in the file is wrong; the slow look says what."""


def read_plan(path: Path) -> BareProblem:
    """The problem of a file, children, homes and groups in the order of their references.

    Raises PlanFileError with every sentence a person needs to mend the file.
    """
    content = content_of(path)
    try:
        return _problem(msgspec.json.decode(content, type=PlanFile))
    except (WrongError, msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as refused:
        found = complaints_of_plan(read_slowly(content, path.name))
        raise PlanFileError(path.name, found or (f"{refused}",)) from None


def content_of(path: Path) -> bytes:
    """The bytes of a file, or of the standard input for `-`. Raises PlanFileError with the reason in words."""
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except IsADirectoryError:
        raise PlanFileError(path.name or str(path), ("this is a folder; give the file itself",)) from None
    except FileNotFoundError:
        raise PlanFileError(str(path), ("there is no such file",)) from None
    except (OSError, ValueError) as error:
        raise PlanFileError(str(path), (f"it cannot be read: {getattr(error, 'strerror', error)}",)) from None
    if not content.strip():
        raise PlanFileError(path.name, ("the file is empty",))
    if content.startswith((b"\x1f\x8b", b"PK\x03\x04")):
        raise PlanFileError(path.name, ("it is compressed; unpack it and give the file inside",))
    if content.startswith(b"\xef\xbb\xbf"):
        raise PlanFileError(path.name, ("it begins with a byte order mark; save it as UTF-8 without one",))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:4]:
        raise PlanFileError(path.name, ("it is in UTF-16; save it as UTF-8",))
    return content


def column(rows: Sequence[object], field: str, numbers: dict[str, int]) -> Ints:
    """The numbers of one field's references. Raises WrongError if one is not known."""
    found = np.fromiter(map(numbers.get, map(attrgetter(field), rows), repeat(-1)), dtype=np.int32, count=len(rows))
    if len(found) and found.min() < 0:
        raise WrongError(f"{field} unknown")
    return found


def values_of(rows: Sequence[object]) -> Floats:
    """The values of options. Shape [N]."""
    return np.fromiter(map(attrgetter("value"), rows), dtype=np.float64, count=len(rows))


def numbered(names: Sequence[str]) -> dict[str, int]:
    """References in their order, each with its number. Raises WrongError if one is there twice."""
    numbers = {name: number for number, name in enumerate(sorted(names))}
    if len(numbers) < len(names):
        raise WrongError("one is there twice")
    return numbers


def _problem(file: PlanFile) -> BareProblem:
    children = sorted(file.children, key=attrgetter("id"))
    homes = sorted(file.homes, key=attrgetter("id"))
    child_numbers, home_numbers = numbered([one.id for one in children]), numbered([one.id for one in homes])
    authorities = numbered(list({one.authority for one in children} | {one.authority for one in homes}))
    groups = numbered(list({one.group for one in children if one.group is not None}))
    group_of = np.array([-1 if one.group is None else groups[one.group] for one in children], dtype=np.int32)
    option_child = column(file.options, "child", child_numbers)
    option_home = column(file.options, "home", home_numbers)
    order = _in_order(option_child, option_home, len(homes))
    return BareProblem(
        children=tuple(child_numbers),
        authorities=tuple(authorities),
        child_authority=column(children, "authority", authorities),
        groups=tuple(groups),
        group_of=_small_enough(group_of),
        homes=tuple(home_numbers),
        home_authority=column(homes, "authority", authorities),
        capacity=_whole([one.capacity for one in homes]),
        option_child=option_child[order],
        option_home=option_home[order],
        value=values_of(file.options)[order],
        apart=_apart(file.conflicts, child_numbers),
        promise=file.promise,
    )


def _whole(places: list[float]) -> Ints:
    if any(number % 1 for number in places):
        raise WrongError("a capacity is not whole")
    return np.array(places, dtype=np.int32)


def _small_enough(group_of: Ints) -> Ints:
    if np.bincount(group_of + 1)[1:].max(initial=0) > MOST_IN_A_GROUP:
        raise WrongError("a group is too large")
    return group_of


def _in_order(child: Ints, home: Ints, homes: int) -> Ints:
    """The order of options by child, then home. Raises WrongError if a pair is there twice."""
    key = child.astype(np.int64) * max(homes, 1) + home
    order = np.argsort(key, kind="stable").astype(np.int32)
    key = key[order]
    if (key[1:] == key[:-1]).any():
        raise WrongError("two options for one child and home")
    return order


def _apart(conflicts: list[tuple[str, str]], numbers: dict[str, int]) -> Ints:
    """Pairs of children, each once, in order. A pair within a group stays: the group cannot be placed."""
    if not conflicts:
        return np.zeros((0, 2), dtype=np.int32)
    found = [numbers.get(name, -1) for pair in conflicts for name in pair]
    pairs = np.unique(np.sort(np.array(found, dtype=np.int32).reshape(-1, 2), axis=1), axis=0)
    one, other = pairs.T
    if (one < 0).any() or (one == other).any():
        raise WrongError("conflicts")
    return pairs
