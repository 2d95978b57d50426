"""The map says the same as the list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.map import (
    METRES_PER_MILE,
    Bounds,
    choose_bounds,
    further_away,
    map_marks,
    miles_to_show,
    position_on_map,
    ring_radii,
)
from nearhome.matching.calculations.ranking import rank_homes

CENTRE = Point(590000, 160000)
POINTS = {"A": Point(600000, 160000), "B": Point(590000, 150000), "C": Point(400000, 300000)}


@pytest.fixture
def ranking(a_search, a_home, policy):
    return rank_homes(a_search(), [a_home(home_ref=ref) for ref in [*POINTS, "D"]], policy)


def test_marks_carry_the_numbers_of_the_list_and_the_best_lies_on_top(ranking):
    marks = map_marks(ranking, POINTS, choose_bounds(POINTS, CENTRE), 400, 300)
    assert [(mark.number, mark.home_ref) for mark in marks] == [(2, "B"), (1, "A")]


def test_a_home_too_far_for_the_map_is_listed_with_its_miles(ranking):
    (far,) = further_away(ranking, POINTS, choose_bounds(POINTS, CENTRE), CENTRE)
    assert (far.number, far.home_ref, far.miles) == (3, "C", 146.7)


def test_north_is_up_and_east_is_right():
    bounds = choose_bounds(POINTS, CENTRE)
    x, y = position_on_map(CENTRE, bounds, 400, 300)
    east, south = (position_on_map(POINTS[ref], bounds, 400, 300) for ref in "AB")
    assert east[0] > x and east[1] == y
    assert south[1] > y and south[0] == x


def test_a_ring_is_as_wide_as_its_miles():
    bounds = Bounds(0, 0, 100 * METRES_PER_MILE, 100 * METRES_PER_MILE)
    assert [(ring.miles, ring.radius) for ring in ring_radii(bounds, 500, 800)] == [
        (10, 50.0),
        (20, 100.0),
        (50, 250.0),
    ]


def test_one_home_alone_still_gives_a_map_some_miles_wide():
    bounds = choose_bounds({}, CENTRE)
    assert bounds.east - bounds.west > 12 * METRES_PER_MILE


@given(st.lists(st.builds(Point, st.integers(500000, 680000), st.integers(80000, 240000)), max_size=8))
def test_every_near_home_lies_on_the_paper(points):
    bounds = choose_bounds({str(number): point for number, point in enumerate(points)}, CENTRE, within_miles=500)
    for point in [*points, CENTRE]:
        x, y = position_on_map(point, bounds, 640, 480)
        assert 0 <= x <= 640 and 0 <= y <= 480


def test_the_map_looks_closer_when_all_homes_of_the_page_are_near():
    assert miles_to_show([POINTS["A"], POINTS["B"]], CENTRE) == 20
    assert miles_to_show(POINTS.values(), CENTRE) == 60
    far = Point(CENTRE.easting + 50_000, CENTRE.northing)
    wide = choose_bounds({**POINTS, "E": far}, CENTRE)
    close = choose_bounds({**POINTS, "E": far}, CENTRE, miles_to_show([POINTS["A"]], CENTRE))
    assert close.east - close.west < wide.east - wide.west
