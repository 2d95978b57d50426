"""Figures of an analysis as the site's tables, charts and key figures."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from nearhome.design.tables import Column, Table
from nearhome.design.tables import Kind as TableKind
from nearhome.sufficiency.calculations.figures import HIDDEN, Analysis, Breakdown, Cell, Indicator, Kind, Section
from nearhome.sufficiency.exporters.arranging import arranged
from nearhome.sufficiency.exporters.charts import chart_of
from nearhome.sufficiency.exporters.in_short import in_short
from nearhome.sufficiency.exporters.words import cell_words, indicator_words, out_of

_KINDS: dict[Kind, TableKind] = {
    "count": "number",
    "number": "number",
    "rate": "number",
    "days": "number",
    "miles": "number",
    "share": "share",
    "weekly": "money",
    "money": "money",
    "date": "date",
}
_ROUNDED: dict[Kind, int] = {"rate": 1, "miles": 1, "number": 2, "days": 0}
FIRST = (
    "children_looked_after", "started_in_year", "share_outside_authority", "share_over_20_miles",
    "far_with_no_recorded_reason", "under_16_unlawful_settings", "three_or_more_placements", "share_residential",
)  # fmt: skip
MOST_COLUMNS_STACKED = 6


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table, what it counts, and its drawing with a sentence where it has one."""

    table: Table
    definition: str
    svg: Markup | None
    summary: str
    is_alike: bool = False


def shown_section(section: Section) -> list[ShownTable]:
    """Every table of a section, ready for a page; those that count the same by age, sex, need … come last, marked."""
    parts = arranged(section)
    return [*shown_tables(parts.tables), *(replace(one, is_alike=True) for one in shown_tables(parts.alike))]


def shown_tables(breakdowns: Iterable[Breakdown]) -> list[ShownTable]:
    """Tables of figures, ready for a page."""
    return [_shown(breakdown) for breakdown in breakdowns]


def first_figures(analysis: Analysis) -> list[tuple[str, str]]:
    """What to know first, as sentences, each with the part that tells more."""
    return in_short(analysis)


def first_to_look_at(analysis: Analysis) -> tuple[Indicator, ...]:
    """The figures of a picture that say most: how many, how far from home and why, in what, how settled."""
    named = {one.name: one for one in analysis.indicators()}
    return tuple(named[name] for name in FIRST if name in named)


def key_figures(indicators: tuple[Indicator, ...]) -> list[dict[str, str]]:
    """Indicators as headline figures: the figure, what it counts, how many of how many, its definition."""
    return [
        {"figure": indicator_words(one), "about": one.title, "of": out_of(one), "definition": one.definition}
        for one in indicators
    ]


def _shown(breakdown: Breakdown) -> ShownTable:
    columns = [Column(column.title, _KINDS.get(column.kind, "text")) for column in breakdown.columns]
    rows = [_cells(breakdown, row) for row in breakdown.rows]
    table = Table(
        breakdown.title,
        columns,
        rows,
        totals=_cells(breakdown, breakdown.total) if breakdown.total else None,
        when_empty=breakdown.when_empty,
        is_wide=len(columns) > MOST_COLUMNS_STACKED,
        slug=breakdown.name.replace("_", "-"),
    )
    svg = chart_of(breakdown)
    words = breakdown.chart.words if breakdown.chart else ""
    return ShownTable(table, breakdown.definition, svg, words or breakdown.title)


def _cells(breakdown: Breakdown, row: tuple[Cell, ...]) -> tuple[Any, ...]:
    return tuple(_cell(column.kind, cell) for column, cell in zip(breakdown.columns, row, strict=True))


def _cell(kind: Kind, cell: Cell) -> Any:
    if cell is HIDDEN or isinstance(cell, bool):
        return cell_words(kind, cell)
    if isinstance(cell, float) and kind in _ROUNDED:
        return round(cell, _ROUNDED[kind]) + 0.0 if kind != "days" else round(cell)
    if isinstance(cell, float) and kind in {"weekly", "money", "count"}:
        return round(cell)
    return cell
