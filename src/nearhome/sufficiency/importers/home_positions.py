"""Where the homes are that children come from: a postcode, a postcode sector, or the middle of an area."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator

import polars as pl

from nearhome.geography.authorities import authority_by_dfe
from nearhome.geography.calculations.distance import is_sector_shaped, normalise_postcode
from nearhome.geography.postcodes import PostcodePlace, Postcodes
from nearhome.sufficiency.calculations.market.market_reach import HOMES

_EVERY = 50  # of an authority's postcodes, one in fifty is enough to find its middle


def read_home_positions(homes: Iterable[str], authorities: Iterable[str], postcodes: Postcodes) -> pl.DataFrame:
    """Where these postcodes, sectors and authorities (DfE codes) are, as HOMES; what is not known is left out.

    A sector is the mean position of its postcodes, an authority that of every fiftieth of its postcodes.
    """
    found = {home: _home(home, postcodes) for home in set(homes) if home}
    found |= {code: _middle(_of_authority(code, postcodes)) for code in set(authorities)}
    rows = [(home, *place) for home, place in sorted(found.items()) if place]
    return pl.DataFrame(rows, schema=dict(HOMES), orient="row")


def _home(home: str, postcodes: Postcodes) -> tuple[int, int] | None:
    if is_sector_shaped(home):
        return _middle(_of_sector(home, postcodes))
    place = postcodes.find(home)
    return (place.easting, place.northing) if place else None


def _of_sector(sector: str, postcodes: Postcodes) -> Iterator[PostcodePlace]:
    """Every postcode of the sector: they stand together but for those of longer sectors, BN11 1AA among BN1 1AA."""
    begins = normalise_postcode(sector)
    first = bisect_left(range(len(postcodes)), begins, key=lambda number: _compact(postcodes.at(number)))
    for number in range(first, len(postcodes)):
        place = postcodes.at(number)
        if not _compact(place).startswith(begins):
            return
        if len(_compact(place)) == len(begins) + 2:
            yield place


def _of_authority(code: str, postcodes: Postcodes) -> Iterator[PostcodePlace]:
    places = postcodes.in_authority(authority_by_dfe(code).gss_code)
    return (places[number] for number in range(0, len(places), _EVERY))


def _middle(places: Iterable[PostcodePlace]) -> tuple[int, int] | None:
    known = [(place.easting, place.northing) for place in places]
    if not known:
        return None
    return sum(east for east, _ in known) // len(known), sum(north for _, north in known) // len(known)


def _compact(place: PostcodePlace) -> str:
    return normalise_postcode(place.postcode)
