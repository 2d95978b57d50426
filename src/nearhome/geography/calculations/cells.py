"""Which squares of a map belong to which authority?"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle on the national grid, in metres; the east and north edges are outside."""

    west: int
    south: int
    east: int
    north: int

    def holds(self, easting: int, northing: int) -> bool:
        """Is this place inside the rectangle?"""
        return self.west <= easting < self.east and self.south <= northing < self.north


@dataclass(frozen=True, slots=True)
class CellRun:
    """A run of cells in one row: `x` from the west, `y` from the north (as a drawing counts), `width` in cells."""

    x: int
    y: int
    width: int


def owners_of_cells(
    positions: Iterable[tuple[str, int, int]], bounds: Bounds, size_metres: int
) -> dict[tuple[int, int], str]:
    """Which authority does each cell of a grid belong to?

    `positions` are (authority, easting, northing); a cell goes to the authority with most positions in it,
    the lower code if two have the same number. Cells are keyed (x, y) as in CellRun.
    """
    counts: dict[tuple[int, int], Counter[str]] = {}
    for authority, easting, northing in positions:
        if bounds.holds(easting, northing):
            cell = (
                (easting - bounds.west) // size_metres,
                (bounds.north - 1 - northing) // size_metres,
            )
            counts.setdefault(cell, Counter())[authority] += 1
    return {cell: min(found, key=lambda code: (-found[code], code)) for cell, found in counts.items()}


def runs_by_owner(owners: Mapping[tuple[int, int], str]) -> dict[str, list[CellRun]]:
    """Which runs of neighbouring cells does each authority have, north to south and west to east?"""
    runs: dict[str, list[CellRun]] = {}
    for x, y in sorted(owners, key=lambda cell: (cell[1], cell[0])):
        mine = runs.setdefault(owners[x, y], [])
        if mine and mine[-1].y == y and mine[-1].x + mine[-1].width == x:
            mine[-1] = CellRun(mine[-1].x, y, mine[-1].width + 1)
        else:
            mine.append(CellRun(x, y, 1))
    return runs
