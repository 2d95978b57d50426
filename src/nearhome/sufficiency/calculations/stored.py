"""An analysis as it is kept, and read back exactly: the same figures, the same words, the same charts."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from nearhome.sufficiency.calculations.figures import (
    HIDDEN,
    Analysis,
    Breakdown,
    Cell,
    Chart,
    Column,
    Indicator,
    Section,
)


def stored(analysis: Analysis) -> dict[str, Any]:
    """The analysis as plain values; dates and hidden figures are marked, so that they come back as they were."""
    return {
        "name": analysis.name,
        "title": analysis.title,
        "subtitle": analysis.subtitle,
        "is_published": analysis.is_published,
        "data": _plain(analysis.data),
        "extra": _plain(analysis.extra),
        "sections": [_section(section) for section in analysis.sections],
    }


def restored(kept: Mapping[str, Any]) -> Analysis:
    """The analysis that `stored` kept. Raises KeyError where something is missing."""
    return Analysis(
        kept["name"],
        kept["title"],
        kept["subtitle"],
        tuple(_section_back(section) for section in kept["sections"]),
        kept["data"],
        kept["extra"],
        kept["is_published"],
    )


def digest_of_result(kept: Mapping[str, Any]) -> str:
    """A fingerprint of every figure and word of what `stored` gave."""
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def _section(section: Section) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": section.title,
        "opening": section.opening,
        "limits": list(section.limits),
        "indicators": [{key: getattr(one, key) for key in Indicator.__slots__} for one in section.indicators],
        "breakdowns": [_breakdown(table) for table in section.breakdowns],
    }


def _section_back(kept: Mapping[str, Any]) -> Section:
    return Section(
        kept["name"],
        kept["title"],
        kept["opening"],
        tuple(Indicator(**one) for one in kept["indicators"]),
        tuple(_breakdown_back(table) for table in kept["breakdowns"]),
        tuple(kept["limits"]),
    )


def _breakdown(table: Breakdown) -> dict[str, Any]:
    chart = {key: getattr(table.chart, key) for key in Chart.__slots__} if table.chart else None
    return {
        "name": table.name,
        "title": table.title,
        "definition": table.definition,
        "columns": [{key: getattr(column, key) for key in Column.__slots__} for column in table.columns],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
        "total": [_cell(cell) for cell in table.total] if table.total else None,
        "chart": chart,
        "about_single_children": table.about_single_children,
        "when_empty": table.when_empty,
    }


def _breakdown_back(kept: Mapping[str, Any]) -> Breakdown:
    chart: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in (kept["chart"] or {}).items()
    }
    return Breakdown(
        kept["name"],
        kept["title"],
        kept["definition"],
        tuple(Column(**column) for column in kept["columns"]),
        tuple(tuple(_cell_back(cell) for cell in row) for row in kept["rows"]),
        tuple(_cell_back(cell) for cell in kept["total"]) if kept["total"] else None,
        Chart(**chart) if chart else None,
        kept["about_single_children"],
        kept["when_empty"],
    )


def _cell(cell: Cell) -> Any:
    if cell is HIDDEN:
        return {"hidden": True}
    return {"date": cell.isoformat()} if isinstance(cell, dt.date) else cell


def _cell_back(kept: Any) -> Cell:
    if isinstance(kept, Mapping):
        return HIDDEN if "hidden" in kept else dt.date.fromisoformat(kept["date"])
    cell: Cell = kept
    return cell


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value
