"""Where a postcode is: asked of the offline postcode file, opened once in each process."""

from dataclasses import dataclass
from functools import cache

from nearhome.geography.authorities import authority_of_district
from nearhome.geography.postcodes import Postcodes


@dataclass(frozen=True, slots=True)
class Located:
    """A known postcode: national grid in metres; the authority's DfE code, empty if it lies outside England."""

    postcode: str
    easting: int
    northing: int
    authority_code: str


def locate(postcode: str) -> Located | None:
    """The place of a postcode, None if nobody knows it."""
    found = _postcodes().find(postcode)
    if found is None:
        return None
    return Located(found.postcode, found.easting, found.northing, authority_of_district(found.district_code) or "")


@cache
def _postcodes() -> Postcodes:
    return Postcodes.open()
