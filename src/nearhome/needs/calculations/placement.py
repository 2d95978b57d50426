"""How far from home and in whose area is a child placed, as the return counts it?"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from nearhome.geography.calculations.distance import UNKNOWN_MILES, Point, straight_line_miles
from nearhome.needs.calculations.rows import EpisodeRow

SHORT_BREAKS = frozenset({"V3", "V4"})


@dataclass(frozen=True, slots=True)
class PlacementPlace:
    """Where a placement is: the upper-tier authority (DfE code, or WAL, SCO, NIR) and the grid reference if known."""

    authority: str
    point: Point | None


@dataclass(frozen=True, slots=True)
class PlacementFacts:
    """The derived items of an episode: PL_DISTANCE (None when blank), PL_LA and PL_LOCATION (empty when not known)."""

    miles: Decimal | None
    pl_la: str
    location: str


def placement_facts(
    episode: EpisodeRow,
    home_point: Point | None,
    placement_place: PlacementPlace | None,
    *,
    is_recent_uasc: bool,
    authority: str,
) -> PlacementFacts:
    """What are PL_DISTANCE, PL_LA and PL_LOCATION of this episode for the responsible `authority` (DfE code)?

    `home_point` is None when the home postcode is not known or outside England. Distance is blank for short breaks
    (V3, V4) and for a child who is or recently was an unaccompanied asylum seeker, 999.9 where a place is not known.
    Source: derived items of the SSDA903 return. It is a statistic, not the test for "at a distance" in law.
    """
    area = placement_place.authority if placement_place else ""
    location = "" if not area else "IN" if area == authority else "OUT"
    if is_recent_uasc or episode.legal_status in SHORT_BREAKS:
        return PlacementFacts(None, area, location)
    point = placement_place.point if placement_place else None
    miles = straight_line_miles(home_point, point) if home_point and point else UNKNOWN_MILES
    return PlacementFacts(miles, area, location)


def was_recently_uasc(ceased_on: date | None, year: int) -> bool:
    """Was a child in the UASC table unaccompanied in this collection year or either of the two before it?

    `ceased_on` is DUC, None while the status lasts.
    """
    return ceased_on is None or ceased_on >= date(year - 3, 4, 1)
