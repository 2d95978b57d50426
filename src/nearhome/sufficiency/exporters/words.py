"""How a figure is written for people, the same on a page, in a report and on the terminal."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from nearhome.design import wording
from nearhome.sufficiency.calculations.figures import HIDDEN, Cell, Indicator, Kind

NUMERIC: frozenset[Kind] = frozenset({"count", "share", "rate", "miles", "days", "weekly", "money", "number"})


def cell_words(kind: Kind, cell: Cell) -> str:
    """One cell as a person reads it: a hidden one is "c", nothing is empty."""
    if cell is None:
        return ""
    if cell is HIDDEN:
        return "c"
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if isinstance(cell, dt.date):
        return wording.short_date(cell)
    if isinstance(cell, int | float):
        return _WRITERS.get(kind, _number)(cell)
    return str(cell)


def indicator_words(one: Indicator) -> str:
    """The value of an indicator with its unit; "hidden: small number" or "nothing to count" where there is none."""
    if one.suppressed:
        return "hidden: small number"
    if one.value is None:
        return "nothing to count"
    return _UNITS.get(one.unit, _number)(one.value)


def out_of(one: Indicator) -> str:
    """How many of how many, where the indicator is a share: "42 of 336"."""
    if one.suppressed or one.numerator is None or one.denominator is None:
        return ""
    return f"{one.numerator:,} of {one.denominator:,}"


def said(value: Any) -> str:
    """A value of what an analysis rests on, in words."""
    if isinstance(value, Mapping):
        return "; ".join(f"{str(key).replace('_', ' ')}: {said(item)}" for key, item in value.items())
    return "; ".join(said(item) for item in value) if isinstance(value, list | tuple) else str(value)


def _number(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    places = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0  # no more than a reader can use
    written = f"{value:,.{places}f}"
    return written.rstrip("0").rstrip(".") if places else written


def _one_decimal(value: float) -> str:
    return f"{value:,.1f}"


_WRITERS: dict[Kind, Callable[[Any], str]] = {
    "share": wording.share,
    "rate": _one_decimal,
    "miles": _one_decimal,
    "days": lambda days: f"{days:,.0f}",
    "weekly": lambda pence: wording.pounds(round(pence)),
    "money": lambda pence: wording.pounds(round(pence)),
}
_UNITS: dict[str, Callable[[Any], str]] = {
    "share": wording.share,
    "miles": lambda miles: f"{miles:,.1f} miles",
    "days": lambda days: f"{days:,.0f} days",
    "per 10,000": lambda rate: f"{rate:,.1f} per 10,000",
    "pence a week": lambda pence: f"{wording.pounds(round(pence))} a week",
    "pence": lambda pence: wording.pounds(round(pence)),
}
