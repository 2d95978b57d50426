"""How long may a placement of this sort be expected to last, from how similar ones did?

Similar means: kind of home, distance band, planned or in an emergency, brothers and sisters together. Nothing about
who the child is goes in: no sex, ethnicity, disability, faith, nationality, and no age either, although age under 18 is
no protected characteristic in services. So it says something about placements, never about a child's "risk"; it is a
correlation in administrative records, never a cause.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True)
class PlacementCount:
    """How many placements of one sort there were that did not end well within a year, and how many lasted the year.

    One that ended well sooner (the child went home, was adopted, moved on as planned) counts in neither. `relation` is 'in_area', 'adjoining' or 'at_a_distance'; None where it is not known.
    """

    kind: str
    relation: str | None
    planned: bool
    siblings_together: bool
    placements: int
    lasted: int


@dataclass(frozen=True, slots=True)
class StabilityEvidence:
    """A small table of counts, and where it is from. `prior_placements` is how strongly small cells lean on large ones."""

    counts: tuple[PlacementCount, ...]
    source: str = "placements of the partnership"
    prior_placements: float = 20.0


@dataclass(frozen=True, slots=True)
class Expected:
    """The share of similar placements expected to last, with an interval (95 in 100), and on how many it rests."""

    share: float
    low: float
    high: float
    placements: int


def expected_to_last(evidence: StabilityEvidence, sort: PlacementCount) -> Expected | None:
    """What share of placements of this sort last? None where nothing at all was counted.

    `sort` names the kind, relation, planned and siblings_together; its counts are ignored. The share of the sort leans on
    that of its kind and band, that on its kind, that on all: each adds `prior_placements` placements at the share of
    the wider group, so that a small cell says little by itself. Where none of the sort was counted, the narrowest group
    that was stands for it; `placements` counts that group, and is 0 where the kind of home was never seen. The interval
    is Wilson's, on those placements and the ones they lean on.
    Raises ValueError if a count is negative or more lasted than began.
    """
    for row in evidence.counts:
        if not 0 <= row.lasted <= row.placements:
            raise ValueError(f"{row.lasted} of {row.placements} placements cannot have lasted: mend the table")
    groups = [
        list(evidence.counts),
        [row for row in evidence.counts if row.kind == sort.kind],
        [row for row in evidence.counts if (row.kind, row.relation) == (sort.kind, sort.relation)],
        [row for row in evidence.counts if _sort(row) == _sort(sort)],
    ]
    began, lasted = _totals(groups[0])
    if not began:
        return None
    share, counted = (lasted + 1) / (began + 2), 0
    for group in groups[1:]:
        began, lasted = _totals(group)
        if not began:
            break
        share, counted = (lasted + evidence.prior_placements * share) / (began + evidence.prior_placements), began
    low, high = _interval(share, counted + evidence.prior_placements)
    return Expected(round(share, 4), round(low, 4), round(high, 4), counted)


def _sort(row: PlacementCount) -> tuple[str, str | None, bool, bool]:
    return row.kind, row.relation, row.planned, row.siblings_together


def _totals(rows: Iterable[PlacementCount]) -> tuple[int, int]:
    rows = list(rows)
    return sum(row.placements for row in rows), sum(row.lasted for row in rows)


def _interval(share: float, count: float) -> tuple[float, float]:
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)
