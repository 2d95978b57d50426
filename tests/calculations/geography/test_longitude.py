"""Where a grid reference is on the globe, against published points."""

import pytest

from nearhome.geography.calculations.distance import Point
from nearhome.geography.calculations.longitude import longitude_latitude

FIVE_METRES = 0.00005

# The Ordnance Survey's worked example (Caister water tower), and well-known places to about 100 metres.
PUBLISHED = [
    (Point(651_409, 313_177), 1.71605, 52.65798, FIVE_METRES),
    (Point(530_034, 180_381), -0.1276, 51.5074, 0.002),
    (Point(325_800, 673_900), -3.188, 55.953, 0.01),
]


@pytest.mark.parametrize(("at", "east", "north", "within"), PUBLISHED)
def test_a_grid_reference_is_where_it_is_published_to_be(at: Point, east: float, north: float, within: float) -> None:
    longitude, latitude = longitude_latitude(at)
    assert longitude == pytest.approx(east, abs=within)
    assert latitude == pytest.approx(north, abs=within)


def test_a_kilometre_north_is_the_right_part_of_a_degree() -> None:
    _, here = longitude_latitude(Point(580_000, 160_000))
    _, there = longitude_latitude(Point(580_000, 161_000))
    assert there - here == pytest.approx(0.00899, abs=0.00005)
