"""Tables as plain values: shown on a page, downloaded as CSV or as an Excel workbook, always the same rows."""

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

import xlsxwriter
from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify

from nearhome.design import wording

Kind = Literal["text", "number", "money", "weekly", "date", "moment", "percent", "share", "miles"]
NUMERIC: frozenset[Kind] = frozenset({"number", "money", "weekly", "percent", "share", "miles"})
WORDS: dict[Kind, Callable[[Any], str]] = {
    "money": wording.money,
    "weekly": wording.weekly,
    "date": wording.short_date,
    "moment": wording.moment,
    "percent": wording.percent,
    "share": wording.share,
    "miles": wording.miles,
}
EXCEL_FORMATS = {
    "money": "£#,##0.00",
    "weekly": "£#,##0.00",
    "date": "d mmm yyyy",
    "moment": "d mmm yyyy hh:mm",
    "percent": "0%",
    "share": "0.0%",
    "miles": "0.0",
}
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class Column:
    """A heading and the kind of value below it: money and weekly in pence, percent and share (to one decimal) as a fraction of one."""

    heading: str
    kind: Kind = "text"

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC


@dataclass(frozen=True)
class Link:
    """A cell that leads somewhere; downloads keep its text. `hidden` says more to a screen reader."""

    text: str
    href: str
    hidden: str = ""


@dataclass(frozen=True)
class Tag:
    """A cell shown as a status tag; downloads keep its text."""

    text: str
    colour: str = ""


Cell = Any  # str, int, float, Decimal, bool, date, datetime, Link, Tag or None


@dataclass(frozen=True)
class Table:
    """A titled table. The first cell of a row is its heading. `totals` is a last row, set apart."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Cell] | None = None
    when_empty: str = "Nothing to show."
    is_wide: bool = False  # keeps its columns on a phone and scrolls sideways instead of stacking
    hides_title: bool = False
    slug: str = field(default="")

    def __post_init__(self) -> None:
        for row in (*self.rows, *([self.totals] if self.totals else [])):
            if len(row) != len(self.columns):
                # Never the row itself: what is raised is logged, and a row may be about a child.
                raise ValueError(f"Table “{self.title}” has {len(self.columns)} columns but a row of {len(row)}")
        object.__setattr__(self, "slug", self.slug or slugify(self.title) or "table")

    def shown(self, column: Column, cell: Cell) -> str:
        return cell_text(column.kind, cell)


def cell_text(kind: Kind, cell: Cell) -> str:
    """A cell as a person reads it on the page."""
    if isinstance(cell, Link | Tag):
        return cell.text
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Yes" if cell else "No"
    if kind in WORDS and not isinstance(cell, str):
        return WORDS[kind](cell)
    if isinstance(cell, dt.datetime):
        return wording.moment(cell)
    if isinstance(cell, dt.date):
        return wording.short_date(cell)
    return f"{cell:,}" if kind == "number" and isinstance(cell, int | float | Decimal) else str(cell)


def table_as_csv(table: Table) -> str:
    """Plain values for another program: pounds as 1234.56, dates as 2026-11-22; text cannot run as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([disarmed(column.heading) for column in table.columns])
    for row in _all_rows(table):
        writer.writerow([csv_cell(column.kind, cell) for column, cell in zip(table.columns, row, strict=True)])
    return out.getvalue()


def csv_cell(kind: Kind, cell: Cell) -> str:
    value = _plain(kind, cell)
    if isinstance(value, str):
        return disarmed(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    return "" if value is None else str(value)


def disarmed(text: str) -> str:
    """Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    return f"'{text}" if text.lstrip(" \n").startswith(DANGEROUS) or text.startswith(DANGEROUS) else text


def table_as_xlsx(table: Table) -> bytes:
    """One sheet with typed cells; text is always written as text, never as a formula or a link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_sheet_name(table.title))
        bold = book.add_format({"bold": True})
        formats = {kind: book.add_format({"num_format": shape}) for kind, shape in EXCEL_FORMATS.items()}
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.columns):
            sheet.write_string(0, place, column.heading, bold)
            sheet.set_column(place, place, min(40, max(12, len(column.heading) + 2)))
        for line, row in enumerate(_all_rows(table), start=1):
            for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                _write_cell(sheet, (line, place), _plain(column.kind, cell), formats.get(column.kind))
    return out.getvalue()


def table_response(request: HttpRequest, *tables: Table) -> HttpResponse | None:
    """The download that the address asks for (?download=csv or xlsx, &table=its slug), or None to show the page."""
    kind = request.GET.get("download", "")
    named = request.GET.get("table") or (tables[0].slug if tables else "")
    table = next((each for each in tables if each.slug == named), None)
    if kind not in CONTENT_TYPES or table is None:
        return None
    body = table_as_xlsx(table) if kind == "xlsx" else "\N{BYTE ORDER MARK}" + table_as_csv(table)
    response = HttpResponse(body, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{table.slug}.{kind}"'
    return response


def _all_rows(table: Table) -> list[Sequence[Cell]]:
    return [*table.rows, *([table.totals] if table.totals else [])]


def _plain(kind: Kind, cell: Cell) -> str | int | float | Decimal | dt.date | None:
    """A cell without its looks: pence become pounds, a moment becomes London time, yes and no become words."""
    if isinstance(cell, Link | Tag | bool):
        return cell_text(kind, cell)
    if kind in {"money", "weekly"} and isinstance(cell, int):
        return Decimal(cell).scaleb(-2)
    if isinstance(cell, dt.datetime):
        return cell.astimezone(wording.LONDON).replace(tzinfo=None) if cell.tzinfo else cell
    if cell is None or isinstance(cell, int | float | Decimal | dt.date):
        return cell
    return str(cell)


def _write_cell(sheet: Any, where: tuple[int, int], value: Any, shape: Any) -> None:
    if value is None:
        sheet.write_blank(*where, None)
    elif isinstance(value, dt.date):
        sheet.write_datetime(*where, value, shape)
    elif isinstance(value, str):
        sheet.write_string(*where, value)
    else:
        sheet.write_number(*where, value, shape)


def _sheet_name(title: str) -> str:
    allowed = "".join(" " if letter in "[]:*?/\\" else letter for letter in title).strip(" '")
    return allowed[:31].strip(" '") or "Table"
