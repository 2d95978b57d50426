from collections import defaultdict
from math import atan, cos, degrees, hypot, radians, sin, sqrt, tan

import pytest

from nearhome.geography.authorities import (
    adjoining,
    adjoining_pairs,
    all_authorities,
    authority_by_dfe,
    authority_by_gss,
    authority_by_name,
    authority_of_district,
    districts_of,
    gss_codes_of,
    neighbours,
    relation,
)
from nearhome.geography.postcodes import Postcodes


def test_there_are_153_authorities_each_with_its_own_codes() -> None:
    everyone = all_authorities()
    assert len(everyone) == len({one.dfe_code for one in everyone}) == len({one.gss_code for one in everyone}) == 153
    assert authority_by_dfe("886").name == "Kent"
    assert authority_by_name(" kent ") == authority_by_gss("E10000016") == authority_by_dfe("886")
    assert authority_by_name("Nowhere") is None


def test_an_authority_whose_code_changed_is_found_by_either() -> None:
    assert authority_by_gss("E08000016") == authority_by_gss("E08000038") == authority_by_dfe("370")
    assert gss_codes_of("373") == ("E08000039", "E08000019")


def test_a_district_belongs_to_its_county_and_other_countries_are_named() -> None:
    assert authority_of_district("E07000110") == "886"
    assert authority_of_district("E06000044") == "851"
    assert [authority_of_district(code) for code in ("W06000015", "S12000036", "N09000003")] == ["WAL", "SCO", "NIR"]
    assert authority_of_district("L99999999") is None
    assert set(districts_of("E10000032")) == {
        "E10000032",
        *(f"E07000{n}" for n in range(223, 230)),
    }


def test_every_english_postcode_has_an_authority_at_its_published_position(
    postcodes: Postcodes,
) -> None:
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for district, easting, northing in postcodes.positions():
        total = sums[district]
        total[0] += 1
        total[1] += easting
        total[2] += northing
    by_authority: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for district, total in sums.items():
        code = authority_of_district(district)
        assert code is not None or not district.startswith("E"), district
        for index in range(3):
            by_authority[code or ""][index] += total[index]
    for one in all_authorities():
        count, easting, northing = by_authority[one.dfe_code]
        lat, lon = _degrees(easting / count, northing / count)
        off = hypot((lat - one.lat) * 111.2, (lon - one.lon) * 111.2 * cos(radians(lat)))
        assert off < 1.0, f"{one.name}: {off:.2f} km from its published position"


@pytest.mark.parametrize(
    ("of", "to", "expected"),
    [
        ("886", "886", "in_area"),
        ("870", "931", "adjoining"),
        ("851", "938", "at_a_distance"),
        ("887", "845", "at_a_distance"),
        ("921", "850", "at_a_distance"),
        ("886", "WAL", "at_a_distance"),
    ],
)
def test_distance_in_law_is_a_matter_of_neighbours(of: str, to: str, expected: str) -> None:
    assert relation(of, to) == expected


def test_an_authority_may_add_neighbours_as_its_own_policy() -> None:
    assert relation("921", "850", extra_pairs=[("850", "921")]) == "adjoining"
    assert relation("921", "921", extra_pairs=[("850", "921")]) == "in_area"


def test_adjoining_is_the_same_seen_from_either_side() -> None:
    assert len(adjoining_pairs()) == 360
    assert adjoining("886", "887") and adjoining("887", "886") and not adjoining("886", "886")
    assert all(one in neighbours(other) for one in ("886", "938") for other in neighbours(one))


def _degrees(easting: float, northing: float) -> tuple[float, float]:
    """Latitude and longitude on the Airy ellipsoid, moved to WGS84 by a constant that holds to about 100 m."""
    a, b, f0, lat0, lon0 = (
        6377563.396,
        6356256.909,
        0.9996012717,
        radians(49),
        radians(-2),
    )
    e2 = 1 - b * b / (a * a)
    arc = _arc(b * f0, (a - b) / (a + b), lat0)
    lat = lat0
    for _ in range(12):
        lat += (northing + 100_000 - arc(lat)) / (a * f0)
    nu = a * f0 / sqrt(1 - e2 * sin(lat) ** 2)
    rho = nu * (1 - e2) / (1 - e2 * sin(lat) ** 2)
    east = easting - 400_000
    lat_out = lat - tan(lat) * east**2 / (2 * rho * nu)
    lon_out = lon0 + atan(east / (nu * cos(lat))) - (tan(lat) ** 2) * east**3 / (3 * cos(lat) * nu**3)
    return degrees(lat_out) + 0.0005, degrees(lon_out) - 0.0015


def _arc(bf0: float, n: float, lat0: float):  # type: ignore[no-untyped-def]
    def length(lat: float) -> float:
        less, more = lat - lat0, lat + lat0
        return bf0 * (
            (1 + n + 1.25 * n**2 + 1.25 * n**3) * less
            - (3 * n + 3 * n**2 + 2.625 * n**3) * sin(less) * cos(more)
            + (1.875 * n**2 + 1.875 * n**3) * sin(2 * less) * cos(2 * more)
            - 35 / 24 * n**3 * sin(3 * less) * cos(3 * more)
        )

    return length
