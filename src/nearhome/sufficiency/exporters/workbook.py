"""An analysis as an Excel workbook: what it rests on, the indicators, then one sheet for each table."""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from nearhome.sufficiency.calculations.figures import HIDDEN, Analysis, Breakdown, Cell, Indicator, Kind
from nearhome.sufficiency.exporters.words import indicator_words

_SHAPES: dict[Kind, str] = {
    "share": "0.0%",
    "rate": "0.0",
    "miles": "0.0",
    "weekly": "£#,##0.00",
    "money": "£#,##0.00",
    "date": "d mmm yyyy",
    "count": "#,##0",
}
_IN_PENCE: frozenset[Kind] = frozenset({"weekly", "money"})
_FORBIDDEN = "[]:*?/\\'"


def workbook(analysis: Analysis) -> bytes:
    """The workbook's bytes; text is never read as a formula, and a hidden figure is the letter c."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "d mmm yyyy",
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": analysis.title, "comments": analysis.subtitle})
        book.set_calc_mode("auto")
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        shapes = {kind: book.add_format({"num_format": shape}) for kind, shape in _SHAPES.items()}
        _about(book.add_worksheet("About"), analysis, bold, wrap)
        _indicators(book.add_worksheet("Indicators"), analysis.indicators(), bold, wrap)
        names: set[str] = {"about", "indicators"}
        for section in analysis.sections:
            for table in section.breakdowns:
                _table(book.add_worksheet(_sheet_name(table.title, names)), table, bold, shapes)
    return out.getvalue()


def _about(sheet: Any, analysis: Analysis, bold: Any, wrap: Any) -> None:
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 110)
    lines: list[tuple[str, str]] = [("Title", analysis.title), ("", analysis.subtitle)]
    if analysis.is_published:
        lines.append(("Small numbers", "Hidden figures are the letter c. No list of single children is in this file."))
    else:
        lines.append(("Small numbers", "Not hidden. For use inside the authority; do not send it on."))
    lines.extend((str(key).replace("_", " ").capitalize(), _said(value)) for key, value in analysis.data.items())
    for section in analysis.sections:
        lines.append((section.title, section.opening))
        lines.extend(("Limits", limit) for limit in section.limits)
    for line, (name, words) in enumerate(lines):
        sheet.write_string(line, 0, name, bold)
        sheet.write_string(line, 1, words, wrap)


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(_said(item) for item in value)
    if isinstance(value, dict):
        return "; ".join(f"{key} {_said(item)}" for key, item in value.items())
    return str(value)


def _indicators(sheet: Any, indicators: Sequence[Indicator], bold: Any, wrap: Any) -> None:
    headings = ("Indicator", "Name", "Value", "In words", "Numerator", "Denominator", "Unit", "Definition")
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading, bold)
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 1, 34)
    sheet.set_column(2, 6, 14)
    sheet.set_column(7, 7, 100, wrap)
    for line, one in enumerate(indicators, start=1):
        value, *counts = (None, None, None) if one.suppressed else (one.value, one.numerator, one.denominator)
        sheet.write_string(line, 0, one.title)
        sheet.write_string(line, 1, one.name)
        for place, figure in zip((2, 4, 5), (value, *counts), strict=True):
            if figure is not None:
                sheet.write_number(line, place, figure)
        sheet.write_string(line, 3, indicator_words(one))
        sheet.write_string(line, 6, one.unit)
        sheet.write_string(line, 7, one.definition)


def _table(sheet: Any, table: Breakdown, bold: Any, shapes: dict[Kind, Any]) -> None:
    sheet.write_string(0, 0, table.title, bold)
    sheet.write_string(1, 0, table.definition)
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, max(1, len(table.columns) - 1), 16)
    for place, column in enumerate(table.columns):
        sheet.write_string(3, place, column.title, bold)
    sheet.freeze_panes(4, 1)
    for line, row in enumerate([*table.rows, *([table.total] if table.total else [])], start=4):
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            _write(sheet, line, place, column.kind, cell, shapes.get(column.kind))


def _write(sheet: Any, line: int, place: int, kind: Kind, cell: Cell, shape: Any) -> None:
    if cell is None:
        return
    if cell is HIDDEN:
        sheet.write_string(line, place, "c")
    elif isinstance(cell, bool):
        sheet.write_string(line, place, "Yes" if cell else "No")
    elif isinstance(cell, dt.date):
        sheet.write_datetime(line, place, cell, shape)
    elif isinstance(cell, int | float):
        sheet.write_number(line, place, cell / 100 if kind in _IN_PENCE else cell, shape)
    else:
        sheet.write_string(line, place, str(cell))


def _sheet_name(title: str, taken: set[str]) -> str:
    plain = "".join(" " if letter in _FORBIDDEN else letter for letter in title).strip()[:31] or "Table"
    name, number = plain, 2
    while name.casefold() in taken:
        name, number = f"{plain[:28]} {number}", number + 1
    taken.add(name.casefold())
    return name
