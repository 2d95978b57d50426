"""An analysis as a tagged PDF in plain English that an authority can publish."""

from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from math import ceil
from typing import Any

from nearhome.design.typeset import pdf_from
from nearhome.sufficiency.calculations.figures import Analysis, Breakdown, Cell, Section
from nearhome.sufficiency.exporters.arranging import arranged, charts_once, only_here, told_later
from nearhome.sufficiency.exporters.in_short import in_short
from nearhome.sufficiency.exporters.words import NUMERIC, cell_words, indicator_words, out_of, said

MOST_ROWS, MOST_CHILDREN, MOST_MONTHS = 60, 25, 13
MOST_COLUMNS, NARROWEST, WIDEST = 7, 9, 30  # columns side by side; letters of a column
INSIDE = (
    "For use inside the authority: small numbers are not hidden, and single children are listed. Do not send it on."
)
PUBLISHED = "Small numbers are hidden: “c” stands where a figure could say something about one child."


def document(analysis: Analysis, *, authority: str, made_on: date) -> bytes:
    """The report as PDF/UA-1: each figure with its definition, each chart with its table. Same input, same bytes.

    What matters first stands first, and the same figures by age, sex, need … in an annex. A table longer than 60 rows
    shows the first 60 (by month the last 13, of single children the first 25) and says so; the workbook has all. Raises CannotTypesetError.
    """
    template = (files(__package__) / "document.typ").read_bytes()
    report = _Report(analysis)
    data = {
        "title": analysis.title,
        "author": authority,
        "made_on": [made_on.year, made_on.month, made_on.day],
        "subtitle": analysis.subtitle,
        "notice": PUBLISHED if analysis.is_published else INSIDE,
        "in_short": [sentence for sentence, _ in in_short(analysis)],
        "sections": [report.section(section) for section in analysis.sections],
        "annex": [part for section in analysis.sections for part in report.annex(section)],
        "rests_on": [[str(name).replace("_", " ").capitalize(), said(value)] for name, value in analysis.data.items()],
    }
    return pdf_from(template, data, made_on=made_on)


class _Report:
    """The parts of one report; a chart is drawn where it stands first, and an indicator defined where it is told."""

    def __init__(self, analysis: Analysis) -> None:
        self._charts = charts_once(analysis)
        self._later = told_later(analysis)

    def section(self, section: Section) -> dict[str, Any]:
        """What a reader meets first of a section; the same by age, sex, need … is in the annex."""
        parts = arranged(section)
        told = only_here(section, self._later)
        return {
            "title": section.title,
            "opening": section.opening,
            "indicators": [[one.title, indicator_words(one), out_of(one), one.definition] for one in told],
            "brief": [[one.title, indicator_words(one), out_of(one)] for one in section.indicators if one not in told],
            "tables": [self._table(section, table) for table in parts.tables],
            "see": f"The same {parts.alike_title[:1].lower()}{parts.alike_title[1:]} is in the annex." if parts.alike else "",
            "limits": list(section.limits),
        }  # fmt: skip

    def annex(self, section: Section) -> list[dict[str, Any]]:
        """The tables of a section that count the same by one thing after another, if it has any."""
        parts = arranged(section)
        if not parts.alike:
            return []
        tables = [
            self._table(section, table, "" if parts.alike_definition else table.definition) for table in parts.alike
        ]
        return [{"title": f"Annex: {section.title}", "definition": parts.alike_definition, "tables": tables}]

    def _table(self, section: Section, table: Breakdown, definition: str | None = None) -> dict[str, Any]:
        drawing = self._charts.get((section.name, table.name))
        shown = _rows_shown(table)
        return {
            "title": table.title,
            "definition": table.definition if definition is None else definition,
            "chart": str(drawing) if drawing else "",
            "alt": (table.chart.words if table.chart else "") or table.title,
            "pieces": [_piece(table, shown, places) for places in _places(table)] if table.rows else [],
            "empty": table.when_empty,
            "more": _more(table, len(shown)),
        }


def _is_by_month(table: Breakdown) -> bool:
    return bool(table.rows) and isinstance(table.rows[0][0], date)


def _rows_shown(table: Breakdown) -> tuple[tuple[Cell, ...], ...]:
    if _is_by_month(table):
        return table.rows[-MOST_MONTHS:]
    return table.rows[: MOST_CHILDREN if table.about_single_children else MOST_ROWS]


def _more(table: Breakdown, shown: int) -> str:
    if shown == len(table.rows):
        return ""
    return (
        f"The {'last' if _is_by_month(table) else 'first'} {shown} of {len(table.rows):,} rows; the workbook has all."
    )


def _places(table: Breakdown) -> list[list[int]]:
    """Which columns stand side by side: a wide table goes on below, its first column said again.

    In a list of one authority's children its name is left out, so that the first column says which child.
    """
    first, *others = [place for place in range(len(table.columns)) if not _says_nothing(table, place)]
    parts = ceil(len(others) / (MOST_COLUMNS - 1)) or 1
    each = ceil(len(others) / parts) or 1
    return [[first, *others[at : at + each]] for at in range(0, max(1, len(others)), each)]


def _says_nothing(table: Breakdown, place: int) -> bool:
    is_of_authorities = table.columns[place].key in {"authority", "name", "authority_name"}
    return table.about_single_children and is_of_authorities and len({row[place] for row in table.rows}) == 1


def _piece(table: Breakdown, rows: Sequence[tuple[Cell, ...]], places: Sequence[int]) -> dict[str, Any]:
    every = [*rows, *([table.total] if table.total else [])]
    columns = [table.columns[place] for place in places]
    told = [
        [cell_words(column.kind, row[place]) for column, place in zip(columns, places, strict=True)] for row in every
    ]
    widths = [max(len(row[at]) for row in told) for at in range(len(places))]
    return {
        "header": [column.title for column in columns],
        "widths": [min(max(wide, _longest_word(column.title), NARROWEST), WIDEST) for column, wide in zip(columns, widths, strict=True)],
        "numbers": [at for at, column in enumerate(columns) if column.kind in NUMERIC],
        "rows": told,
    }  # fmt: skip


def _longest_word(title: str) -> int:
    return max(map(len, title.split()), default=0)
