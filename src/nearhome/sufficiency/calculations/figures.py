"""The figures an analysis comes to, in the one shape in which they are shown, downloaded, shared and kept."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final, Literal


class Hidden(Enum):
    """A figure that is too small to leave the authority: shown as "c", never as a number."""

    SMALL = "c"


HIDDEN: Final = Hidden.SMALL
Cell = str | int | float | bool | dt.date | None | Hidden
Unit = Literal["children", "share", "miles", "days", "per 10,000", "pence a week", "pence", "places", "number"]
Kind = Literal[
    "text", "count", "share", "rate", "miles", "days", "weekly", "money", "number", "date", "yes_no"
]  # weekly and money in pence, share of one


@dataclass(frozen=True, slots=True)
class Indicator:
    """One figure with what it counts. `value` is numerator / denominator for a share; None when there is nothing to say.

    `definition` says in one or two sentences who is counted and who is left out.
    """

    name: str
    title: str
    value: float | int | None
    unit: Unit
    definition: str
    numerator: int | None = None
    denominator: int | None = None
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `rests_on` is the key of the count whose suppression hides this column's cell too."""

    key: str
    title: str
    kind: Kind = "text"
    rests_on: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """How a table is drawn: `along` is the key of the labels' column, `lines` the keys of what is drawn.

    "bars" draws the first of `lines`; "lines" each; "bands" each with `low` and `high`, pair by pair; "funnel" points
    of `lines[0]` over a numeric `along` between curves `low` and `high`; "flows" a map: `along` is the column of the
    authority from, `to` the one to (DfE codes), `lines[0]` how many.
    """

    kind: Literal["bars", "lines", "bands", "funnel", "flows"]
    along: str
    lines: tuple[str, ...]
    low: tuple[str, ...] = ()
    high: tuple[str, ...] = ()
    to: str = ""
    words: str = ""  # one sentence that says what the picture shows, for people who do not see it


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A table of figures. A cell is what its column's kind says; counts are whole numbers, shares fractions of one.

    `about_single_children` marks a list that never leaves the authority that holds the children.
    """

    name: str
    title: str
    definition: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    chart: Chart | None = None
    about_single_children: bool = False
    when_empty: str = "Nothing to show."

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.total] if self.total else [])):
            if len(row) != len(self.columns):
                raise ValueError(f"“{self.title}” has {len(self.columns)} columns but a row of {len(row)}")
        drawn = self.chart
        asked = {drawn.along, *drawn.lines, *drawn.low, *drawn.high, drawn.to} - {""} if drawn else set()
        if unknown := asked - {column.key for column in self.columns}:
            raise ValueError(f"“{self.title}” has no column {', '.join(sorted(unknown))} for its chart")

    def column(self, key: str) -> tuple[Cell, ...]:
        """Every cell of one column, top to bottom. Raises KeyError if there is no such column."""
        at = {column.key: place for place, column in enumerate(self.columns)}[key]
        return tuple(row[at] for row in self.rows)


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the picture: what it is about, its indicators, its tables, and what the data cannot say."""

    name: str
    title: str
    opening: str
    indicators: tuple[Indicator, ...] = ()
    breakdowns: tuple[Breakdown, ...] = ()
    limits: tuple[str, ...] = field(default=())

    def fit_to_leave(self) -> "Section":
        """Without any list of single children."""
        return replace(self, breakdowns=tuple(one for one in self.breakdowns if not one.about_single_children))


def share(name: str, title: str, numerator: int, denominator: int, definition: str) -> Indicator:
    """The indicator numerator / denominator; its value is None when the denominator is 0."""
    value = numerator / denominator if denominator else None
    return Indicator(name, title, value, "share", definition, numerator, denominator)


def count(name: str, title: str, value: int, definition: str, unit: Unit = "children") -> Indicator:
    """The indicator of a plain count; its numerator is the count."""
    return Indicator(name, title, value, unit, definition, numerator=value)


@dataclass(frozen=True, slots=True)
class Analysis:
    """A whole analysis: `name` is that of its JSON Schema, `data` says plainly what went in (files, years, repairs).

    `extra` is what the JSON form carries beside the sections, already plain. `is_published` says that small numbers
    are hidden and no list of single children is in it.
    """

    name: str
    title: str
    subtitle: str
    sections: tuple[Section, ...]
    data: Mapping[str, Any]
    extra: Mapping[str, Any] = field(default_factory=dict)
    is_published: bool = False

    def indicators(self) -> tuple[Indicator, ...]:
        """Every indicator once, in the order of the sections; one that stands in two is the first section's."""
        named: dict[str, Indicator] = {}
        for section in self.sections:
            for one in section.indicators:
                named.setdefault(one.name, one)
        return tuple(named.values())
