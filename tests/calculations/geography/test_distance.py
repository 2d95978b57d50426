from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.geography.authorities import authority_by_dfe, authority_of_district
from nearhome.geography.calculations.distance import (
    Point,
    is_postcode_shaped,
    is_sector_shaped,
    normalise_postcode,
    outward,
    sector,
    straight_line_miles,
    written_postcode,
)
from nearhome.geography.postcodes import Postcodes

points = st.builds(Point, st.integers(0, 700_000), st.integers(0, 1_300_000))


@pytest.mark.parametrize(
    ("home", "placement", "miles", "area"),
    [
        ("M1 1AA", "M2 5DB", "0.9", "Manchester"),
        ("TA1 4DY", "TA1 1HE", "0.5", "Somerset"),
        ("BS1 5TR", "SW1A 1AA", "106.2", "Westminster"),
        ("M2 5DB", "CF10 3AT", "143.1", "WAL"),
        ("BN1 1EE", "EH1 1YZ", "376.3", "SCO"),
    ],
)
def test_distance_and_area_agree_with_the_published_examples(
    postcodes: Postcodes, home: str, placement: str, miles: str, area: str
) -> None:
    start, end = postcodes.find(home), postcodes.find(placement)
    assert start is not None and end is not None
    assert straight_line_miles(start.point, end.point) == Decimal(miles)
    code = authority_of_district(end.district_code)
    assert code is not None
    assert (authority_by_dfe(code).name if code.isdigit() else code) == area


def test_the_divisor_is_the_rounded_one() -> None:
    assert straight_line_miles(Point(0, 0), Point(321_860, 0)) == Decimal("200.0")
    assert straight_line_miles(Point(0, 0), Point(0, 321_941)) == Decimal("200.1")


@given(points, points)
def test_distance_is_the_same_both_ways_and_has_one_decimal(a: Point, b: Point) -> None:
    miles = straight_line_miles(a, b)
    assert miles == straight_line_miles(b, a) >= 0
    assert miles.as_tuple().exponent == -1
    assert straight_line_miles(a, a) == 0


def test_postcodes_are_compared_without_case_and_spaces() -> None:
    assert normalise_postcode(" bn1  1ee ") == "BN11EE"
    assert written_postcode("bn11ee") == "BN1 1EE"
    assert written_postcode("sw1a1aa") == "SW1A 1AA"


def test_a_sector_and_an_outward_code_are_parts_of_a_postcode() -> None:
    assert (sector("BN1 1EE"), outward("BN1 1EE")) == ("BN1 1", "BN1")
    assert (sector("me141xq"), outward("me141xq")) == ("ME14 1", "ME14")
    with pytest.raises(ValueError, match="write it like BN1 1EE"):
        sector("BN1 1")


def test_the_shape_of_a_postcode_is_checked() -> None:
    assert all(map(is_postcode_shaped, ["BN1 1EE", "sw1a 1aa", "M25DB", "EC1A1BB"]))
    assert not any(map(is_postcode_shaped, ["", "BN1", "BN1 1", "1BN 1EE", "BN1 1EEE", "BN1 1E3"]))
    assert is_sector_shaped("BN1 1") and is_sector_shaped("sw1a 1") and not is_sector_shaped("BN1 1EE")
