"""Reads what ships with the stage: limits of time with their sources, and starting points for lots and criteria."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from nearhome.tendering.calculations.timetable.limits import Limit

FOLDER = Path(__file__).resolve().parents[1] / "reference"


@cache
def tender_limits() -> tuple[Limit, ...]:
    """The limits of `reference/tender_limits.json`."""
    return tuple(
        Limit(**one | {"instruments": tuple(one.get("instruments", ()))}) for one in _read("tender_limits.json")
    )


@cache
def starting_points() -> dict[str, dict[str, Any]]:
    """Shipped lots and criteria trees by key, each with the words it is offered by and its source."""
    found: dict[str, dict[str, Any]] = _read("starting_points.json")
    return found


def _read(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))
