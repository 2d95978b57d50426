"""Where the homes are that children come from."""

import pytest

from nearhome.geography.postcodes import Postcodes
from nearhome.sufficiency.importers.home_positions import read_home_positions


@pytest.fixture(scope="module")
def postcodes() -> Postcodes:
    return Postcodes.open()


def test_a_postcode_is_where_it_is_and_an_unknown_one_is_left_out(postcodes: Postcodes) -> None:
    place = postcodes.find("BN1 1EE")
    assert place is not None
    found = read_home_positions(["BN1 1EE", "ZZ99 9ZZ", ""], [], postcodes)
    assert found.rows() == [("BN1 1EE", place.easting, place.northing)]


def test_a_sector_is_the_middle_of_its_own_postcodes_not_of_longer_ones(postcodes: Postcodes) -> None:
    inside = [one for one in postcodes.in_authority("E06000043") if one.postcode.startswith("BN1 1")]
    _, easting, northing = read_home_positions(["BN1 1"], [], postcodes).row(0)
    assert easting == sum(one.easting for one in inside) // len(inside)
    assert northing == sum(one.northing for one in inside) // len(inside)


def test_an_authority_is_near_the_middle_of_its_postcodes(postcodes: Postcodes) -> None:
    places = postcodes.in_authority("E10000016")
    _, easting, northing = read_home_positions([], ["886"], postcodes).row(0)
    assert easting == pytest.approx(sum(one.easting for one in places) / len(places), abs=1000)
    assert northing == pytest.approx(sum(one.northing for one in places) / len(places), abs=1000)
