"""An analysis as it may leave the authority: useful to its readers, and silent about single children."""

from dataclasses import replace
from typing import Final

from nearhome.sufficiency.calculations.figures import HIDDEN, Analysis, Breakdown, Cell, Column, Section
from nearhome.sufficiency.calculations.publishing.expected_numbers import (
    expected_as_published,
    without_exact_figures,
)
from nearhome.sufficiency.calculations.publishing.few_children import without_what_rests_on_few
from nearhome.sufficiency.calculations.publishing.hidden_cells import PUBLIC, is_small, kinds_of_rows
from nearhome.sufficiency.calculations.publishing.suppression import SETTINGS_APART, suppressed_together

_OF_ITS_COUNT: Final = {"share", "miles"}
# Of what the figures rest on, what counts nobody: numbers of rows, repairs and notes of files stay inside.
_FIT_TO_TELL: Final = {"date", "authorities", "collection_years", "reference", "months", "method", "seed", "version"}
Row = tuple[Cell, ...]


def published(analysis: Analysis) -> Analysis:
    """The analysis with small figures hidden in all its sections together, and without any list of single children.

    A table of shares by group keeps the shares, to a whole percent, and leaves the counts they are taken from inside:
    with every count beside its share, hiding the small ones would mean hiding nearly all.
    """
    if analysis.is_published:
        return analysis
    sections = suppressed_together(_without_inner_counts(section) for section in analysis.sections)
    sections = tuple(_whole_percents(section) for section in sections)
    sections = without_what_rests_on_few(sections)
    if analysis.name == "forecast":
        sections = expected_as_published(sections)
    data = {name: value for name, value in analysis.data.items() if name in _FIT_TO_TELL}
    extra = without_exact_figures(analysis.extra)
    return replace(analysis, sections=sections, data=data, extra=extra, is_published=True)


def _whole_percents(section: Section) -> Section:
    """An exact share would tell how few of how many it is of."""
    return replace(section, breakdowns=tuple(_all_rounded(table) for table in section.breakdowns))


def _all_rounded(table: Breakdown) -> Breakdown:
    kinds = [column.kind for column in table.columns]
    rows = (tuple(map(_rounded, row, kinds)) for row in table.rows)
    return replace(table, rows=tuple(rows), total=tuple(map(_rounded, table.total, kinds)) if table.total else None)


def _without_inner_counts(section: Section) -> Section:
    return replace(section, breakdowns=tuple(shares_only(table) for table in section.breakdowns))


def shares_only(table: Breakdown) -> Breakdown:
    """A table of shares by group without the counts they are taken from; another table as it is.

    A share is hidden where 1 to 5 children have the property, or all but 1 to 5; if that is so in one group alone, the
    group with the next fewest is hidden too, because the others and the total would tell. The total itself stays
    unless it is of so few. Shares that leave 1 to 5 children over between them lose the smallest. Shares are rounded
    to a whole percent. Of a table by several dimensions, every count stays inside.
    """
    at = {column.key: place for place, column in enumerate(table.columns)}
    several = len(set(kinds_of_rows(table))) > 1
    counted = {one.key for one in table.columns if one.kind == "count" and (one.rests_on or several)}
    inner = counted - PUBLIC
    if table.total is None or not any(one.kind in _OF_ITS_COUNT and one.rests_on in inner for one in table.columns):
        return table
    rows, total = [list(row) for row in table.rows], list(table.total)
    for place, column in enumerate(table.columns):
        if column.kind not in _OF_ITS_COUNT or column.rests_on not in at:
            continue
        counts = at[column.rests_on]
        whole = at.get(table.columns[counts].rests_on, counts)
        _hide(table, rows, place, counts, whole)
        total[place] = HIDDEN if _tells(table, table.total, counts, whole) else _rounded(total[place], column.kind)
        for row in rows:
            row[place] = _rounded(row[place], column.kind)
    kept = [place for place, column in enumerate(table.columns) if column.key not in inner]
    return replace(
        table,
        columns=tuple(_resting(table, place, inner) for place in kept),
        rows=tuple(tuple(row[place] for place in kept) for row in rows),
        total=tuple(total[place] for place in kept),
        chart=None if table.chart and {table.chart.along, *table.chart.lines} & inner else table.chart,
        definition=f"{table.definition} Shares are rounded to a whole percent.",
    )


def _resting(table: Breakdown, place: int, inner: set[str]) -> Column:
    column = table.columns[place]
    return replace(column, rests_on="") if column.rests_on in inner else column


def _hide(table: Breakdown, rows: list[list[Cell]], place: int, counts: int, whole: int) -> None:
    """Hide the few of one column, and the group with the next fewest where only one of its kind would be hidden."""
    kinds = kinds_of_rows(table)
    for kind in dict.fromkeys(kinds):
        these = [number for number, of in enumerate(kinds) if of == kind]
        few = [number for number in these if _tells(table, table.rows[number], counts, whole)]
        if len(few) == 1:
            others = [number for number in these if number not in few and table.rows[number][counts]]
            others.sort(key=lambda number: (_number(table.rows[number][counts]), str(table.rows[number][0])))
            few += others[:1]
        for number in few:
            rows[number][place] = HIDDEN


def _tells(table: Breakdown, row: Row, counts: int, whole: int) -> bool:
    return _is_few(row, counts, whole) or table.columns[counts].key == _smallest_of_settings(table, row)


def _smallest_of_settings(table: Breakdown, row: Row) -> str:
    """Which setting's share must go, because with the others it would tell that 1 to 5 children live in none of them?"""
    at = {column.key: place for place, column in enumerate(table.columns)}
    keys = [key for key in SETTINGS_APART if key in at]
    if len(keys) < len(SETTINGS_APART):
        return ""
    whole = at[table.columns[at[keys[0]]].rests_on]
    numbers = {key: _number(row[at[key]]) for key in keys}
    is_hidden = any(_is_few(row, at[key], whole) for key in keys)
    if is_hidden or not is_small(_number(row[whole]) - sum(numbers.values())):
        return ""
    return min((key for key in keys if numbers[key]), key=lambda key: (numbers[key], key), default="")


def _is_few(row: Row, counts: int, whole: int) -> bool:
    part, of = _number(row[counts]), _number(row[whole])
    return is_small(part) or is_small(of - part)


def _number(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0


def _rounded(cell: Cell, kind: str) -> Cell:
    return round(cell, 2) if kind == "share" and isinstance(cell, float) else cell
