"""An analysis as plain values, the stable JSON form that other programs read."""

import datetime as dt
from collections.abc import Mapping
from math import isfinite
from typing import Any

from nearhome.sufficiency.calculations.figures import HIDDEN, Analysis, Breakdown, Cell, Indicator, Section

VERSION = 1


def as_plain(analysis: Analysis) -> dict[str, Any]:
    """The analysis in the shape that `nearhome schema` prints; a hidden figure is null and named in `hidden`."""
    return {
        "schema": f"nearhome/{analysis.name}/{VERSION}",
        "title": analysis.title,
        "subtitle": analysis.subtitle,
        "published": analysis.is_published,
        "data": plain_value(analysis.data),
        "indicators": {one.name: _indicator(one) for one in analysis.indicators()},
        "sections": [_section(section) for section in analysis.sections],
        **{key: plain_value(value) for key, value in analysis.extra.items()},
    }


def plain_value(value: Any) -> Any:
    """A value as JSON can hold it: dates as YYYY-MM-DD, tuples as lists; hidden figures and what is no number as null."""
    if isinstance(value, float):  # most values are
        return value if isfinite(value) else None
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain_value(item) for item in value]
    if isinstance(value, (str, int)) or value is None:
        return value
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    return None if value is HIDDEN else value.isoformat() if isinstance(value, dt.date) else value


def _indicator(one: Indicator) -> dict[str, Any]:
    return {
        "value": None if one.suppressed else plain_value(one.value),
        "numerator": None if one.suppressed else one.numerator,
        "denominator": None if one.suppressed else one.denominator,
        "unit": one.unit,
        "title": one.title,
        "definition": one.definition,
        "suppressed": one.suppressed,
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": section.title,
        "opening": section.opening,
        "indicators": [one.name for one in section.indicators],
        "tables": [_table(table) for table in section.breakdowns],
        "limits": list(section.limits),
    }


def _table(table: Breakdown) -> dict[str, Any]:
    keys = [column.key for column in table.columns]
    return {
        "name": table.name,
        "title": table.title,
        "definition": table.definition,
        "about_single_children": table.about_single_children,
        "columns": [{"key": one.key, "title": one.title, "kind": one.kind} for one in table.columns],
        "rows": [_row(keys, row) for row in table.rows],
        "total": _row(keys, table.total) if table.total else None,
    }


def _row(keys: list[str], row: tuple[Cell, ...]) -> dict[str, Any]:
    hidden = [key for key, cell in zip(keys, row, strict=True) if cell is HIDDEN]
    plain = {key: plain_value(cell) for key, cell in zip(keys, row, strict=True)}
    return plain | ({"hidden": hidden} if hidden else {})
