"""Criteria as they were in earlier versions, kept so that rankings made by them can be made again. Never edited."""

from math import sqrt

from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.measured import Measured, not_known
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.rule import plural
from nearhome.matching.calculations.stability import PlacementCount, StabilityEvidence

_Sort = tuple[str, str | None, bool, bool]


def stability_expected_1(search: Search, home: Candidate, policy: Policy) -> Measured | None:
    """Version 1: a sort of which nothing was counted rested on no placements, whatever was counted of its kind."""
    not_told = not_known("stability", "how long placements like this one last")
    if search.evidence is None or home.relation is None:
        return not_told
    together = search.siblings > 0 and home.free_places > search.siblings
    found = _expected(search.evidence, (home.kind, home.relation, not search.emergency, together))
    if found is None:
        return not_told
    share, low, high, count = found
    words = f"{share:.0%} of similar placements are expected to last, between {low:.0%} and {high:.0%}"
    words += f" (on {plural(count, 'placement')})"
    return Measured("stability", words, share, share, "share", is_known=count > 0)


def _expected(evidence: StabilityEvidence, sort: _Sort) -> tuple[float, float, float, int] | None:
    began, lasted = _totals(evidence, ())
    if not began:
        return None
    share, prior = (lasted + 1) / (began + 2), evidence.prior_placements
    for group in (sort[:1], sort[:2], sort):
        began, lasted = _totals(evidence, group)
        share = (lasted + prior * share) / (began + prior)
    low, high = _interval(share, began + prior)
    return round(share, 4), round(low, 4), round(high, 4), began


def _totals(evidence: StabilityEvidence, group: tuple[object, ...]) -> tuple[int, int]:
    rows = [row for row in evidence.counts if _sort(row)[: len(group)] == group]
    return sum(row.placements for row in rows), sum(row.lasted for row in rows)


def _sort(row: PlacementCount) -> _Sort:
    return row.kind, row.relation, row.planned, row.siblings_together


def _interval(share: float, count: float) -> tuple[float, float]:
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return max(0.0, middle - half), min(1.0, middle + half)
