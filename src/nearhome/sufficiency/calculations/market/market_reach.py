"""How many places lie within reach of where children come from?"""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from nearhome.geography.calculations.distance import KILOMETRES_PER_MILE

# Where homes are: one row for each postcode, sector ("BN1 1") or authority (DfE code).
HOMES: Final[Mapping[str, pl.DataType]] = {"home": pl.String(), "easting": pl.Int32(), "northing": pl.Int32()}
WITHIN: Final = (5, 10, 20, 50)  # miles
_METRES_PER_MILE: Final = KILOMETRES_PER_MILE * 1000
_SQUARE: Final = 1000  # metres: homes in one square kilometre are measured together, from its middle
_AT_ONCE: Final = 1000  # homes measured in one go, to keep memory small

_Matrix = npt.NDArray[np.float64]


def places_within_reach(placed: pl.DataFrame, places: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    """For each authority, how many of `places` (MARKET, one kind) lie within 5, 10, 20 and 50 miles of a child's home?

    The average over the children (PLACED) of the authority, in straight miles from the middle of the square kilometre
    of their home. A home is looked up in `homes` (HOMES) by its postcode or sector; where that is empty or not known,
    by the authority's code. Children without either, and places without a grid reference, are left out.

    Columns: authority, children (measured), from_area (of them measured from the middle of the authority's area),
    within_5, within_10, within_20, within_50.
    """
    origins = _origins(placed, homes)
    there = places.filter(pl.col("easting").is_not_null() & pl.col("northing").is_not_null() & (pl.col("places") > 0))
    counted = _counted(origins.select("x", "y").to_numpy(), there)
    names = [f"within_{miles}" for miles in WITHIN]
    weighted = origins.with_columns(pl.Series(name, counted[:, at]) for at, name in enumerate(names))
    return (
        weighted.group_by("authority")
        .agg(
            pl.col("children").sum(),
            pl.col("from_area").sum(),
            *((pl.col(name) * pl.col("children")).sum() / pl.col("children").sum() for name in names),
        )
        .sort("authority")
    )


def _origins(placed: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    areas = homes.rename({"home": "authority", "easting": "area_easting", "northing": "area_northing"})
    return (
        placed.join(homes, left_on="home_postcode", right_on="home", how="left")
        .join(areas, on="authority", how="left")
        .with_columns(from_area=pl.col("easting").is_null())
        .with_columns(
            x=pl.coalesce("easting", "area_easting") // _SQUARE * _SQUARE + _SQUARE // 2,
            y=pl.coalesce("northing", "area_northing") // _SQUARE * _SQUARE + _SQUARE // 2,
        )
        .drop_nulls(["x", "y"])
        .group_by("authority", "x", "y")
        .agg(children=pl.len(), from_area=pl.col("from_area").sum())
        .sort("authority", "x", "y")
    )


def _counted(origins: npt.NDArray[np.int64], there: pl.DataFrame) -> _Matrix:
    """How many places lie within each of WITHIN of each origin: (origins, bands)."""
    at = there.select("easting", "northing").to_numpy().astype(np.float64)
    sizes = there["places"].to_numpy().astype(np.float64)
    limits = [(miles * _METRES_PER_MILE) ** 2 for miles in WITHIN]
    found = np.zeros((len(origins), len(WITHIN)))
    for start in range(0, len(origins), _AT_ONCE):
        some = origins[start : start + _AT_ONCE].astype(np.float64)
        squared = (some[:, :1] - at[:, 0]) ** 2 + (some[:, 1:] - at[:, 1]) ** 2
        for band, limit in enumerate(limits):
            found[start : start + _AT_ONCE, band] = (squared <= limit) @ sizes
    return found
