"""Travel minutes from the places that matter to a child to every home, where the authority runs a routing service."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings

from nearhome.geography.calculations.distance import Point
from nearhome.geography.travel import travel_minutes
from nearhome.matching.calculations.candidates import Candidate
from nearhome.referrals.calculations.profile import NeedsProfile

MEASURED = ("home", "school", "family", "friends", "worship", "health")
STRAIGHT = "Distances are straight lines in miles."
BY_ROAD = "Travel minutes are by road, from the routing service this site uses."
NO_ANSWER = "The routing service gave no travel times for this list, so distances are straight lines in miles."


def with_travel_minutes(candidates: tuple[Candidate, ...], profile: NeedsProfile) -> tuple[Candidate, ...]:
    """The candidates with minutes to the nearest place of each kind; as they are where there is no service or answer."""
    kinds, points = _places(profile)
    placed = [home for home in candidates if home.point is not None]
    ends = [home.point for home in placed if home.point is not None]
    if not settings.NEARHOME_TRAVEL_URL or not points:
        return candidates
    table = travel_minutes(settings.NEARHOME_TRAVEL_URL, points, ends)
    if table is None:
        return candidates
    found = {
        home.home_ref: _by_kind(kinds, column) for home, column in zip(placed, zip(*table, strict=True), strict=True)
    }
    return tuple(replace(home, minutes_to=found.get(home.home_ref, ())) for home in candidates)


def how_measured(result: Mapping[str, Any]) -> str:
    """How far away the homes of a kept ranking are: by minutes, or by miles and why."""
    parts = (part for home in result["ranked"] for part in home.get("contributions", ()))
    if any(part["unit"] == "minutes" for part in parts):
        return BY_ROAD
    return NO_ANSWER if settings.NEARHOME_TRAVEL_URL else STRAIGHT


def _places(profile: NeedsProfile) -> tuple[list[str], list[Point]]:
    rows = [
        (place.kind, Point(place.easting, place.northing))
        for place in profile.important_places
        if place.kind in MEASURED and place.easting is not None and place.northing is not None
    ]
    return [kind for kind, _ in rows], [point for _, point in rows]


def _by_kind(kinds: Sequence[str], column: Sequence[float | None]) -> tuple[tuple[str, float], ...]:
    nearest: dict[str, list[float]] = defaultdict(list)
    for kind, minutes in zip(kinds, column, strict=True):
        if minutes is not None:
            nearest[kind].append(minutes)
    return tuple((kind, min(nearest[kind])) for kind in MEASURED if kind in nearest)
