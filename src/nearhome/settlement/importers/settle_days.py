"""Days of a settle file outside the years that make sense; later sums may then add years without leaving the calendar."""

import types
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any, Union, get_args, get_origin

import msgspec

from nearhome.settlement.importers.settle_rows import FIRST_DAY, LAST_DAY, Record


def days_out_of_reach(record: Record, where: str = "") -> Iterator[str]:
    """A sentence for each day before 1990 or after 2199, with its row and field."""
    days, lists, single = _fields(type(record))
    for name in days:
        day = getattr(record, name)
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            yield f"{where}{name}: {day} is not a day from {FIRST_DAY} to {LAST_DAY}; mend it, or leave it out where it may be"
    for name in lists:
        for number, row in enumerate(getattr(record, name)):
            yield from days_out_of_reach(row, f"{where}{name}[{number}].")
    for name in single:
        row = getattr(record, name)
        if row is not None:
            yield from days_out_of_reach(row, f"{where}{name}.")


@cache
def _fields(record: type[Record]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The names of a record's days, of its lists of records, and of single records in it."""
    days, lists, single = [], [], []
    for field in msgspec.structs.fields(record):
        for one in _parts(field.type):
            if one is date:
                days.append(field.name)
            elif get_origin(one) is list and _is_record(get_args(one)[0]):
                lists.append(field.name)
            elif _is_record(one):
                single.append(field.name)
    return tuple(days), tuple(lists), tuple(single)


def _parts(kind: Any) -> Iterator[Any]:
    """What a field may hold, without its notes and without None."""
    if hasattr(kind, "__metadata__"):
        yield from _parts(get_args(kind)[0])
    elif get_origin(kind) in (Union, types.UnionType):
        for one in get_args(kind):
            yield from _parts(one)
    else:
        yield kind


def _is_record(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Record)
