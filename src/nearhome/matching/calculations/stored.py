"""What is kept of a ranking: the first homes in full, the others in short, so that a page reads it quickly.

All of it is plain JSON values, and the same inputs always give the same: that is how a stored ranking is checked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from nearhome.geography.calculations.distance import Point, straight_line_miles
from nearhome.matching.calculations.candidates import FOSTER, Candidate
from nearhome.matching.calculations.feasibility import NotPossible
from nearhome.matching.calculations.ranked import RankedHome, Ranking
from nearhome.referrals.calculations.plain import as_plain

IN_FULL, NEAREST_NOT_POSSIBLE = 200, 50
NO_PLACE_RULE = ("C01", "Free places")
_BLUR_METRES = 1000


def stored_ranking(
    ranking: Ranking, candidates: Sequence[Candidate], centre: Point | None, no_place_further_away: Mapping[str, int]
) -> dict[str, Any]:
    """The ranking in the form in which it is kept.

    `ranked` are the first homes in full, `rest` the others in short, `marks` where each is on the map, `nearest` the
    nearest homes that are not possible in full, `others` the rest of those in short, `by_rule` how many homes each
    rule refuses. Homes counted in `no_place_further_away` had no free place and were not looked at any further.
    """
    homes = {home.home_ref: home for home in candidates}
    refused = sorted(ranking.not_possible, key=lambda home: (_miles(homes[home.home_ref], centre), home.home_ref))
    return {
        "policy_version": ranking.policy_version,
        "rule_versions": as_plain(ranking.rule_versions),
        "criterion_versions": as_plain(ranking.criterion_versions),
        "ranked": [as_plain(home) for home in ranking.ranked[:IN_FULL]],
        "rest": [_short(home) for home in ranking.ranked[IN_FULL:]],
        "marks": [_mark(home, homes[home.home_ref]) for home in ranking.ranked],
        "nearest": [_refused(home, homes[home.home_ref], centre) for home in refused[:NEAREST_NOT_POSSIBLE]],
        "others": [_refused_short(home, homes[home.home_ref], centre) for home in refused[NEAREST_NOT_POSSIBLE:]],
        "by_rule": _by_rule(ranking.not_possible, sum(no_place_further_away.values())),
        "no_place_further_away": dict(sorted(no_place_further_away.items())),
    }


def shown_point(kind: str, point: Point) -> Point:
    """Where a home is drawn: a household's address is its own, so it is drawn to the kilometre."""
    if kind != FOSTER:
        return point
    half = _BLUR_METRES // 2
    return Point(
        point.easting // _BLUR_METRES * _BLUR_METRES + half, point.northing // _BLUR_METRES * _BLUR_METRES + half
    )


def _short(home: RankedHome) -> dict[str, Any]:
    kept = ("position", "home_ref", "home_name", "kind", "group", "unmet_essential", "need_fit", "total", "relation")
    more = ("weekly_price_pence", "miles_home", "miles_school", "miles_family", "confidence", "why_here")
    short = {name: getattr(home, name) for name in (*kept, *more)}
    return short | {"route": {"words": home.route.words, "kind": home.route.kind, "tier": home.route.tier}}


def _mark(home: RankedHome, candidate: Candidate) -> list[Any]:
    if candidate.point is None:
        return [home.position, home.kind, None, None]
    shown = shown_point(home.kind, candidate.point)
    return [home.position, home.kind, shown.easting, shown.northing]


def _refused(home: NotPossible, candidate: Candidate, centre: Point | None) -> dict[str, Any]:
    plain: dict[str, Any] = as_plain(home)
    return plain | {"kind": candidate.kind, "miles": _miles_or_none(candidate, centre)}


def _refused_short(home: NotPossible, candidate: Candidate, centre: Point | None) -> list[Any]:
    rules = [reason.rule_id for reason in home.reasons]
    return [home.home_ref, home.home_name, candidate.kind, _miles_or_none(candidate, centre), rules]


def _by_rule(refused: Sequence[NotPossible], no_place: int) -> list[list[Any]]:
    """Rule, its name, how many homes it refuses, how many it alone refuses; most first."""
    counts = Counter((reason.rule_id, reason.rule_name) for home in refused for reason in home.reasons)
    alone = Counter(home.reasons[0].rule_id for home in refused if len(home.reasons) == 1)
    if no_place:
        counts[NO_PLACE_RULE] += no_place
    return [[rule, name, count, alone[rule]] for (rule, name), count in sorted(counts.items(), key=_most_first)]


def _most_first(item: tuple[tuple[str, str], int]) -> tuple[int, tuple[str, str]]:
    return -item[1], item[0]


def _miles_or_none(candidate: Candidate, centre: Point | None) -> float | None:
    return float(straight_line_miles(candidate.point, centre)) if candidate.point and centre else None


def _miles(candidate: Candidate, centre: Point | None) -> float:
    miles = _miles_or_none(candidate, centre)
    return float("inf") if miles is None else miles
