"""Children who may come later, as told by home, on the rows of places of a posed region."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nearhome.matching.calculations.planning.bare import LaterArrivals
from nearhome.matching.calculations.region.posing import Posed


@dataclass(frozen=True, slots=True)
class LaterChild:
    """A child of one sampled future, with what each possible home would be worth, in points of the plan."""

    child_ref: str
    authority: str
    options: tuple[tuple[str, float], ...]
    group: str = ""


def later_arrivals(posed: Posed, futures: Sequence[Sequence[LaterChild]]) -> LaterArrivals:
    """The futures on the posed region's places. A sibling group is one unit, at homes possible for all of it.

    Places still kept for another authority count for nobody else, and places that a move would free for nobody.
    """
    rows: list[tuple[int, int, int, int, float]] = []
    unit = 0
    for trajectory, children in enumerate(futures):
        groups: dict[tuple[str, str], list[LaterChild]] = defaultdict(list)
        for child in children:
            groups[(child.group, "") if child.group else ("", child.child_ref)].append(child)
        for _, together in sorted(groups.items()):
            values = [dict(child.options) for child in together]
            for home in sorted(set.intersection(*(set(one) for one in values))):
                worth = sum(one[home] for one in values)
                beds = _beds(posed, home, {child.authority for child in together})
                rows += [(trajectory, unit, bed, len(together), worth) for bed in beds]
            unit += 1
    columns = np.array([row[:4] for row in rows], dtype=np.int32).reshape(-1, 4).T
    value = np.array([row[4] for row in rows], dtype=np.float64)
    return LaterArrivals(len(futures), columns[0], columns[1], columns[2], columns[3], value)


def _beds(posed: Posed, home: str, authorities: set[str]) -> list[int]:
    return [
        bed
        for bed, label in enumerate(posed.beds)
        if label.home_ref == home
        and label.kind == "places"
        and authorities <= {label.kept_for or one for one in authorities}
    ]
