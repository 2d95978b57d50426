"""Writes made-up prices of placements as the table that `nearhome benchmark` reads."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import Random

from nearhome.demo.calculations.costs import COST_COLUMNS, draw_costs
from nearhome.demo.region import write_csv

FOUNDERS = ("886", "938", "851", "887")


def write_costs(
    path: Path, *, seed: int, on: date, authorities: Sequence[str] = FOUNDERS, placements: int = 400
) -> int:
    """Writes the prices of so many placements in each authority; says how many rows. The same seed, the same bytes."""
    drawn = draw_costs(Random(seed), authorities=authorities, placements=placements, on=on)  # noqa: S311 made-up data
    write_csv(path, COST_COLUMNS, drawn.rows)
    return len(drawn.rows)
