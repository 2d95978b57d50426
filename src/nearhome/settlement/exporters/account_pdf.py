"""Tables of an account as a tagged PDF in English: a statement between two authorities, a remittance advice."""

from collections.abc import Sequence
from datetime import date
from importlib.resources import files
from typing import Any

from nearhome.design.tables import Table
from nearhome.design.typeset import pdf_from

LONG = "Why"


def account_pdf(
    title: str, author: str, *, made_on: date, introduction: Sequence[str], tables: Sequence[Table]
) -> bytes:
    """Each table with its title and the rows as the page shows them, as PDF/UA-1. The same input makes the same bytes.

    Raises CannotTypesetError where a character cannot be shown.
    """
    template = (files(__package__) / "statement.typ").read_bytes()
    data = {
        "title": title,
        "author": author,
        "made_on": [made_on.year, made_on.month, made_on.day],
        "footer": title,
        "introduction": list(introduction),
        "sections": [_section(one) for one in tables],
    }
    return pdf_from(template, data, made_on=made_on)


def _section(table: Table) -> dict[str, Any]:
    columns = table.columns
    empty = not table.rows
    rows = [*table.rows, *([table.totals] if table.totals else [])]
    return {
        "heading": table.title,
        "paragraphs": [table.when_empty] if empty else [],
        "header": [one.heading for one in columns],
        "columns": [6 if one.heading == LONG else 2 for one in columns],
        "numbers": [place for place, one in enumerate(columns) if one.is_numeric],
        "rows": [] if empty else [_row(table, row) for row in rows],
    }


def _row(table: Table, row: Sequence[Any]) -> list[str]:
    return [table.shown(column, cell) for column, cell in zip(table.columns, row, strict=True)]
