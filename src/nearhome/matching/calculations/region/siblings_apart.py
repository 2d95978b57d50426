"""Two homes near each other for one sibling group: which pairs of homes, and who goes where."""

from collections.abc import Iterator, Mapping

import numpy as np

from nearhome.geography.calculations.distance import KILOMETRES_PER_MILE, Point, straight_line_miles

METRES_PER_MILE = 1000 * float(KILOMETRES_PER_MILE)
# Miles are rounded to a tenth: homes a little further away may still count as so many miles apart.
_ROUNDING = 0.1


def pairs_near(points: Mapping[str, Point | None], miles: float, best: Mapping[str, float]) -> list[tuple[str, str]]:
    """Pairs of homes at most so many straight-line miles apart, those worth most to the group first.

    A home whose place on the map is not known is in no pair. `best` is the most a home is worth to any of the group.
    """
    known = sorted((home, point) for home, point in points.items() if point is not None)
    metres = np.array([(point.easting, point.northing) for _, point in known], dtype=np.float64).reshape(-1, 2)
    away = np.hypot(*(metres[:, None] - metres[None]).transpose(2, 0, 1))
    within = np.argwhere(np.triu(away <= (miles + _ROUNDING) * METRES_PER_MILE, 1)).tolist()
    found = [
        (known[one][0], known[other][0])
        for one, other in within
        if straight_line_miles(known[one][1], known[other][1]) <= miles
    ]
    return sorted(found, key=lambda pair: (-(best[pair[0]] + best[pair[1]]), pair))


def sides(members: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Every way to send members to a first and a second home, neither empty: 2 for two members, 6 for three, 14 for four."""
    for bits in range(1, (1 << members) - 1):
        here = tuple(member for member in range(members) if bits >> member & 1)
        yield here, tuple(member for member in range(members) if not bits >> member & 1)
