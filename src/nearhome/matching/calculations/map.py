"""Where do the ranked homes go on a map drawn by the server, numbered as in the list?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nearhome.geography.calculations.distance import KILOMETRES_PER_MILE, Point, straight_line_miles
from nearhome.matching.calculations.ranked import Ranking

METRES_PER_MILE = KILOMETRES_PER_MILE * 1000
RING_MILES = (10, 20, 50)
CLOSE_MILES, WIDE_MILES = 20, 60
_LEAST_SPAN_MILES = 12
_EDGE = 0.08


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle on the national grid, metres."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class FurtherAway:
    """A ranked home too far away to be on the map, with its number and its miles from the centre."""

    number: int
    home_ref: str
    miles: float


@dataclass(frozen=True, slots=True)
class MapMark:
    """A home on the map: its number in the list, and where it goes in pixels from the top left corner."""

    number: int
    home_ref: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle of so many miles around the centre, with its radius in pixels."""

    miles: int
    radius: float


def choose_bounds(points: Mapping[str, Point], centre: Point, within_miles: float = WIDE_MILES) -> Bounds:
    """The smallest area with a margin that shows the centre and every home within so many miles of it.

    Give a smaller `within_miles` to look closer; homes beyond it may still lie in the corners.
    """
    near = [point for point in points.values() if _miles(centre, point) <= within_miles]
    shown = [centre, *near]
    eastings, northings = [point.easting for point in shown], [point.northing for point in shown]
    west, east = _widened(min(eastings), max(eastings))
    south, north = _widened(min(northings), max(northings))
    return Bounds(west, south, east, north)


def miles_to_show(points: Iterable[Point], centre: Point) -> float:
    """How far a map should reach for the homes on the page: CLOSE_MILES where all lie within them, else WIDE_MILES."""
    return CLOSE_MILES if all(_miles(centre, point) <= CLOSE_MILES for point in points) else WIDE_MILES


def map_marks(
    ranking: Ranking, points: Mapping[str, Point], bounds: Bounds, width: float, height: float
) -> tuple[MapMark, ...]:
    """A mark for each ranked home whose point is known and inside the bounds, last number first.

    Drawn in this order the best homes lie on top. Points are grid references by home reference.
    """
    marks = [
        MapMark(home.position, home.home_ref, *position_on_map(points[home.home_ref], bounds, width, height))
        for home in ranking.ranked
        if home.home_ref in points and _is_inside(points[home.home_ref], bounds)
    ]
    return tuple(reversed(marks))


def further_away(
    ranking: Ranking, points: Mapping[str, Point], bounds: Bounds, centre: Point
) -> tuple[FurtherAway, ...]:
    """The ranked homes that lie outside the bounds, to be listed beside the map."""
    outside = (
        home for home in ranking.ranked if home.home_ref in points and not _is_inside(points[home.home_ref], bounds)
    )
    return tuple(FurtherAway(home.position, home.home_ref, _miles(centre, points[home.home_ref])) for home in outside)


def position_on_map(point: Point, bounds: Bounds, width: float, height: float) -> tuple[float, float]:
    """Pixels from the left and from the top. One scale both ways, so that circles stay round."""
    scale = _pixels_per_metre(bounds, width, height)
    left = (width - (bounds.east - bounds.west) * scale) / 2
    top = (height - (bounds.north - bounds.south) * scale) / 2
    return round(left + (point.easting - bounds.west) * scale, 1), round(
        top + (bounds.north - point.northing) * scale, 1
    )


def ring_radii(bounds: Bounds, width: float, height: float, miles: Iterable[int] = RING_MILES) -> tuple[Ring, ...]:
    """The radius in pixels of each ring of miles."""
    scale = _pixels_per_metre(bounds, width, height)
    return tuple(Ring(distance, round(distance * METRES_PER_MILE * scale, 1)) for distance in miles)


def _pixels_per_metre(bounds: Bounds, width: float, height: float) -> float:
    return min(width / (bounds.east - bounds.west), height / (bounds.north - bounds.south))


def _widened(low: float, high: float) -> tuple[float, float]:
    span = max(high - low, _LEAST_SPAN_MILES * METRES_PER_MILE) * (1 + 2 * _EDGE)
    middle = (low + high) / 2
    return middle - span / 2, middle + span / 2


def _is_inside(point: Point, bounds: Bounds) -> bool:
    return bounds.west <= point.easting <= bounds.east and bounds.south <= point.northing <= bounds.north


def _miles(a: Point, b: Point) -> float:
    return float(straight_line_miles(a, b))
