"""Tables that say row by row whether their figures rest on 1 to 5 children: how do they leave the authority?"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from nearhome.sufficiency.calculations.figures import HIDDEN, Breakdown, Cell, Section

FEW: Final = "few"  # the column of yes or no
_STAYS: Final = frozenset({"outcome", "group", "word"})  # says what a row is of, and no figure


def without_what_rests_on_few(sections: Iterable[Section]) -> tuple[Section, ...]:
    """Tables with a column `few`: figures of rows that say yes are hidden, and the numbers of children stay inside.

    A share without how many it is of tells no number; differences are rounded to the whole for the same reason.
    """
    return tuple(
        replace(section, breakdowns=tuple(_fit_to_leave(table) for table in section.breakdowns)) for section in sections
    )


def _fit_to_leave(table: Breakdown) -> Breakdown:
    keys = [column.key for column in table.columns]
    if FEW not in keys:
        return table
    few, digits = keys.index(FEW), 0 if any(column.kind == "share" for column in table.columns) else 1
    kept = [place for place, column in enumerate(table.columns) if column.kind != "count" and place != few]
    rows = (
        tuple(_cell(row[place], keys[place], hides=row[few] is True, digits=digits) for place in kept)
        for row in table.rows
    )
    columns = tuple(replace(table.columns[place], rests_on="") for place in kept)
    return replace(table, columns=columns, rows=tuple(rows))


def _cell(cell: Cell, key: str, *, hides: bool, digits: int) -> Cell:
    if hides and key not in _STAYS:
        return HIDDEN
    is_difference = key.startswith(("difference", "alike"))
    return round(cell, digits) if isinstance(cell, float) and is_difference else cell
