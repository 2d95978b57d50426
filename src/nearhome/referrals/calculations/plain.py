"""Frozen dataclasses to plain JSON values and back, exactly, so that what was decided on can be stored and replayed."""

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def as_plain(value: Any) -> Any:
    """The value in lists, dicts, strings, numbers, booleans and None; sets are sorted so that equal means identical."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(as_plain(item) for item in value)
    if isinstance(value, Mapping):
        return {str(key): as_plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [as_plain(item) for item in value]
    return value


def from_plain(kind: type[T], data: Any) -> T:
    """The dataclass `kind` from what `as_plain` made of it.

    Keys that `kind` does not know are left out, so that a newer record opens in an older program.
    Raises TypeError if a field without a default is absent, ValueError if a date, number or code cannot be read.
    """
    return _read(kind, data)


def _read(kind: Any, data: Any) -> Any:
    if kind is Any or data is None:
        return data
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _read(next(option for option in get_args(kind) if option is not type(None)), data)
    if origin is tuple:
        return _read_tuple(get_args(kind), data)
    if origin is frozenset:
        return frozenset(_read(get_args(kind)[0], item) for item in data)
    if is_dataclass(kind):
        return _read_dataclass(kind, data)
    if kind is date:
        return date.fromisoformat(data)
    return kind(data) if kind in (int, float) or (isinstance(kind, type) and issubclass(kind, Enum)) else data


def _read_tuple(kinds: tuple[Any, ...], data: Any) -> tuple[Any, ...]:
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        return tuple(_read(kinds[0], item) for item in data)
    return tuple(_read(kind, item) for kind, item in zip(kinds, data, strict=True))


def _read_dataclass(kind: Any, data: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    return kind(**{name: _read(hint, data[name]) for name, hint in hints.items() if name in data})


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
