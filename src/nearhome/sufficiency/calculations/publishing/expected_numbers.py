"""A forecast as it may leave the authority: it starts from children who are there now, and few of them are not told."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from nearhome.sufficiency.calculations.figures import HIDDEN, Breakdown, Cell, Section
from nearhome.sufficiency.calculations.forecasting.counting_days import CATEGORIES
from nearhome.sufficiency.calculations.publishing.hidden_cells import is_small

_EXPECTED: Final = ("expected", "base", "with")  # of a table with a row for each group
_OF_METHODS: Final = "backtest"  # its numbers are errors of methods, not children


def without_exact_figures(extra: Mapping[str, Any]) -> dict[str, Any]:
    """What a forecast's JSON carries beside its sections, its names kept and its figures left inside."""
    return {key: _emptied(value) for key, value in extra.items()}


def expected_as_published(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The sections of a forecast, numbers expected rounded to whole children, and no series that starts from 1 to 5.

    Where one series alone would be hidden, the next smallest goes with it: the sum of all is told.
    """
    tables = [table for section in sections for table in section.breakdowns]
    few = {key for table in tables for key in _few(table)}
    return tuple(replace(one, breakdowns=tuple(_written(table, few) for table in one.breakdowns)) for one in sections)


def _emptied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {}
    return [] if isinstance(value, list | tuple) else value if isinstance(value, str) else None


def _few(table: Breakdown) -> list[str]:
    """The series of a table that start from few children, or of the places to find those that add up to few."""
    keys = [column.key for column in table.columns]
    series = [key for key in keys if f"{key}_low" in keys]
    judged = table.rows[0] if series and table.rows else table.total
    if not series and table.total:
        series = [key for key in CATEGORIES if key in keys]
    if judged is None:
        return []
    return _hidden_together({key: _whole(judged[keys.index(key)]) for key in series})


def _hidden_together(numbers: Mapping[str, int]) -> list[str]:
    order = sorted((key for key in numbers if numbers[key]), key=lambda key: (numbers[key], key))
    hidden = [key for key in order if is_small(numbers[key])]
    while hidden and len(hidden) < len(order) and (len(hidden) == 1 or _are_all_one(hidden, numbers)):
        hidden.append(order[len(hidden)])
    return hidden


def _are_all_one(hidden: Sequence[str], numbers: Mapping[str, int]) -> bool:
    return sum(numbers[key] for key in hidden) == len(hidden)


def _written(table: Breakdown, few: set[str]) -> Breakdown:
    keys = [column.key for column in table.columns]
    gone = {key for key in keys if key.removesuffix("_low").removesuffix("_high") in few}
    rows = tuple(_row(table, row, gone) for row in table.rows)
    return replace(table, rows=rows, total=_row(table, table.total, gone) if table.total else None)


def _row(table: Breakdown, row: tuple[Cell, ...], gone: set[str]) -> tuple[Cell, ...]:
    told = [
        cell for column, cell in zip(table.columns, row, strict=True) if column.key in _EXPECTED and _has_groups(table)
    ]
    is_of_few = any(is_small(_whole(cell)) for cell in told)
    return tuple(
        HIDDEN
        if column.kind in ("number", "money") and (column.key in gone or is_of_few)
        else round(cell)
        if column.kind == "number" and isinstance(cell, float) and table.name != _OF_METHODS
        else cell
        for column, cell in zip(table.columns, row, strict=True)
    )


def _has_groups(table: Breakdown) -> bool:
    return any(column.kind == "text" for column in table.columns)


def _whole(cell: Cell) -> int:
    return round(cell) if isinstance(cell, int | float) else 0
