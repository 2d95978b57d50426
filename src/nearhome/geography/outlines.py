"""A base map drawn from postcodes: which squares of the country belong to which authority."""

from collections.abc import Collection, Iterator

from nearhome.geography.authorities import authority_of_district
from nearhome.geography.calculations.cells import (
    Bounds,
    CellRun,
    owners_of_cells,
    runs_by_owner,
)
from nearhome.geography.postcodes import Postcodes


def cells_by_authority(
    postcodes: Postcodes,
    bounds: Bounds,
    size_metres: int = 2500,
    only: Collection[str] = (),
) -> dict[str, list[CellRun]]:
    """The squares of each authority (DfE code, or WAL, SCO) inside the bounds, as runs along a row.

    `only` narrows it to some authorities. A square without any postcode belongs to nobody.
    It reads every postcode, about two seconds for the whole country: keep the result.
    """
    runs = runs_by_owner(owners_of_cells(_positions(postcodes), bounds, size_metres))
    return {code: found for code, found in runs.items() if not only or code in only}


def _positions(postcodes: Postcodes) -> Iterator[tuple[str, int, int]]:
    known: dict[str, str] = {}
    for district, easting, northing in postcodes.positions():
        authority = known.get(district)
        if authority is None:
            authority = known[district] = authority_of_district(district) or ""
        if authority:
            yield authority, easting, northing
