"""What is wrong with the shape of a region's case, in plain words and with the place where it stands."""

import json
from collections.abc import Iterator
from typing import Any

from nearhome.matching.importers.plan_complaints import PlanFileError

_PLAIN_WORDS = (
    ("Expected `int | null`", "expected a whole number or null"), ("Expected `int`", "expected a whole number"),
    ("Expected `float | null`", "expected a number or null"), ("Expected `float`", "expected a number"),
    ("Expected `str | null`", "expected text or null"), ("Expected `str`", "expected text"),
    ("Expected `array`", "expected a list"), ("Expected `object`", "expected an object"),
    ("Expected `bool`", "expected true or false"), ("got `array`", "got a list"), ("got `str`", "got text"),
    ("got `int`", "got a whole number"), ("got `float`", "got a number"), ("got `bool`", "got true or false"),
    ("got `object`", "got an object"), ("got `null`", "got null"),
    ("Invalid RFC3339 encoded datetime", "no moment such as 2026-12-01T09:00:00"),
    ("Invalid RFC3339 encoded date", "no date such as 2026-12-01"),
    (">=", "of at least"), ("<=", "of at most"), ("Invalid enum value", "it may not be"),
    ("Object contains unknown field", "there is no field"), ("Object missing required field", "missing required field"),
)  # fmt: skip


def in_words(wrong: Exception) -> str:
    """msgspec's complaint, with the place first: “homes[0].min_age: Expected `int`, got `str`”."""
    words, _, where = str(wrong).partition(" - at `$")
    for name, plain in _PLAIN_WORDS:
        words = words.replace(name, plain)
    if where:
        return f"{where.rstrip('`').lstrip('.') or 'the file'}: {words}; `nearhome schema match-problem` says what it may be"
    return f"{words}; `nearhome schema match-problem` describes the file"


def refuse_no_number(content: bytes, name: str) -> None:
    """Says where NaN or Infinity stands, which JSON has no number for. Raises PlanFileError if it finds one."""
    try:
        told = json.loads(content, parse_constant=_NoNumber)
    except (ValueError, RecursionError):
        return
    for where, word in _where(told):
        raise PlanFileError(name, (f"{where}: {word} is not a number; give one, or take it out if it is not known",))


class _NoNumber:
    """Where a number should be."""

    def __init__(self, word: str) -> None:
        self.word = word


def _where(told: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(told, _NoNumber):
        yield path, told.word
    rows = told.items() if isinstance(told, dict) else enumerate(told) if isinstance(told, list) else ()
    for key, row in rows:
        yield from _where(row, f"{path}[{key}]" if isinstance(key, int) else f"{path}.{key}".lstrip("."))
