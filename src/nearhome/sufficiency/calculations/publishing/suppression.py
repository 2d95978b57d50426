"""Which figures are too small to leave an authority, and which others must be hidden so that nobody can work them out?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from nearhome.sufficiency.calculations.children.measures import EVERYBODY, SETTINGS, STABILITY, STOCK, WHERE
from nearhome.sufficiency.calculations.figures import HIDDEN, Breakdown, Indicator, Section
from nearhome.sufficiency.calculations.publishing.hidden_cells import is_small, with_small_cells_hidden

ENOUGH_TO_ROUND: Final = 100  # from here on a whole percent fits every denominator nearby
SETTINGS_APART: Final = ("share_foster_children", "share_residential_children", "share_supported_children")
_SHIPPED: Final = (*STOCK, *WHERE, *STABILITY, *SETTINGS)
_NAME_OF_COUNT: Final = {one.count_key: one.name for one in _SHIPPED}
_PART_OF: Final = {
    one.name: _NAME_OF_COUNT[one.part_of]
    for one in _SHIPPED
    if one.part_of in _NAME_OF_COUNT and one.part_of != EVERYBODY
}


def suppressed(section: Section) -> Section:
    """The section as it may leave the authority: small figures HIDDEN with what would give them away, no single child.

    A figure that has to be hidden in one table is hidden in every table of the section, a total as an indicator too.
    """
    return suppressed_together((section,))[0]


def suppressed_together(sections: Iterable[Section]) -> tuple[Section, ...]:
    """The sections as they may leave together: what one hides no other shows."""
    fit = [one.fit_to_leave() for one in sections]
    tables = iter(with_small_cells_hidden([table for one in fit for table in one.breakdowns]))
    told = [replace(one, breakdowns=tuple(islice(tables, len(one.breakdowns)))) for one in fit]
    totals = frozenset(key for one in told for table in one.breakdowns for key in _totals_hidden(table))
    everybody = next((one for one in map(_everybody, fit) if one is not None), None)
    return tuple(
        replace(one, indicators=suppressed_indicators(one.indicators, everybody=everybody, hidden_totals=totals))
        for one in told
    )


def suppressed_indicator(indicator: Indicator) -> Indicator:
    """The indicator, without its figures if its numerator or (denominator − numerator) is from 1 to 5.

    A median is hidden if the number it is taken over is.
    """
    numerator, denominator = indicator.numerator, indicator.denominator
    of_children = indicator.unit == "share" or numerator is None
    left = denominator - (numerator or 0) if denominator is not None and of_children else None
    return _without(indicator) if is_small(numerator) or is_small(left) else indicator


def suppressed_indicators(
    indicators: Iterable[Indicator], *, everybody: int | None = None, hidden_totals: frozenset[str] = frozenset()
) -> tuple[Indicator, ...]:
    """The indicators told together: besides each by itself, what one less another would give away is hidden.

    `everybody` is the number of children looked after, if it is told with them. If only 1 to 5 children are left out
    of a denominator, numerator and denominator are not told and the share is rounded to a whole percent (hidden if
    the denominator is under 100).
    """
    given = tuple(indicators)
    whole = {one.name: one for one in given}
    everybody = whole[EVERYBODY].numerator if EVERYBODY in whole else everybody
    gone = _hidden_names(given, whole, hidden_totals)
    return tuple(_without(one) if one.name in gone else _denominator_hidden(one, everybody) for one in given)


def _hidden_names(
    given: Sequence[Indicator], whole: Mapping[str, Indicator], hidden_totals: frozenset[str]
) -> frozenset[str]:
    gone = {one.name for one in given if one.suppressed or suppressed_indicator(one).suppressed}
    gone |= {_NAME_OF_COUNT.get(key, key.removesuffix("_children")) for key in hidden_totals}
    for one in given:  # the shipped measures name the larger count before its parts
        parent = whole.get(_PART_OF.get(one.name, ""))
        if parent and one.numerator and (parent.name in gone or is_small((parent.numerator or 0) - one.numerator)):
            gone.add(one.name)
    return frozenset(gone | _smallest_of_settings(whole, gone))


def _smallest_of_settings(whole: Mapping[str, Indicator], gone: set[str]) -> set[str]:
    """The setting that must go, because with the others it would tell that 1 to 5 children live in none of them."""
    names = [_NAME_OF_COUNT[key] for key in SETTINGS_APART]
    if gone & set(names) or not all(name in whole for name in names):
        return set()
    numbers = {name: whole[name].numerator or 0 for name in names}
    if not is_small((whole[names[0]].denominator or 0) - sum(numbers.values())):
        return set()
    return set(sorted((name for name in names if numbers[name]), key=lambda name: (numbers[name], name))[:1])


def _denominator_hidden(one: Indicator, everybody: int | None) -> Indicator:
    if everybody is None or one.unit not in ("share", "miles") or one.denominator is None:
        return one
    if not is_small(everybody - one.denominator):
        return one
    if one.unit == "miles":
        return replace(one, denominator=None)
    if one.denominator < ENOUGH_TO_ROUND or one.value is None:
        return _without(one)
    words = f"{one.definition} Rounded to a whole percent, because few children are left out."
    return replace(one, value=round(one.value, 2), numerator=None, denominator=None, definition=words)


def _without(one: Indicator) -> Indicator:
    return replace(one, value=None, numerator=None, denominator=None, suppressed=True)


def _totals_hidden(table: Breakdown) -> frozenset[str]:
    cells = zip(table.columns, table.total or (), strict=False)
    return frozenset(column.key for column, cell in cells if column.kind == "count" and cell is HIDDEN)


def _everybody(section: Section) -> int | None:
    """The children looked after on the day, if a table's total tells it."""
    for table in section.breakdowns:
        for column, cell in zip(table.columns, table.total or (), strict=False):
            if column.key == EVERYBODY and isinstance(cell, int):
                return cell
    return None
