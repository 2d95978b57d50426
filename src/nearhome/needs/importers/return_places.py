"""In whose area and how far from home each of many episodes is: `derive_facts` for whole columns."""

import numpy as np
import numpy.typing as npt
import polars as pl

from nearhome.geography.authorities import authority_of_district
from nearhome.geography.calculations.distance import KILOMETRES_PER_MILE, Point, straight_line_miles
from nearhome.geography.postcodes import Postcodes
from nearhome.needs.calculations.placement import SHORT_BREAKS

_NEAR_A_TIE = 1e-6
_POINT = ("easting", "northing", "area", "is_english")


def with_places(episodes: pl.DataFrame, postcodes: Postcodes) -> pl.DataFrame:
    """The episodes with `area`, `location` and `miles`.

    `episodes` has the columns of EPISODES, `authority` (DfE code), `is_uasc` and `uasc_ceased_on`. `miles` is null where
    the return has a blank (short breaks; a child who is or recently was unaccompanied) or 999.9 (not known).
    """
    known = _known(pl.concat([episodes["home_postcode"], episodes["place_postcode"]]).unique(), postcodes)
    home = _found(episodes["home_postcode"], known)
    place = _found(episodes["place_postcode"], known)
    miles = _miles(home, place)
    is_far_enough = (home["is_english"] & place["area"].ne("") & place["easting"].is_not_null()).fill_null(False)
    first_blank = pl.date(pl.col("year").cast(pl.Int32) - 3, 4, 1)
    was_uasc = pl.col("is_uasc").fill_null(False) & (
        pl.col("uasc_ceased_on").is_null() | (pl.col("uasc_ceased_on") >= first_blank)
    )
    is_blank = was_uasc | pl.col("legal_status").is_in(sorted(SHORT_BREAKS)).fill_null(False)
    area = place["area"].fill_null("").alias("area")
    return episodes.with_columns(area, pl.Series("_miles", miles), is_far_enough.alias("_is_known")).with_columns(
        location=pl.when(pl.col("area") == "")
        .then(pl.lit(""))
        .when(pl.col("area") == pl.col("authority"))
        .then(pl.lit("IN"))
        .otherwise(pl.lit("OUT")),
        miles=pl.when(pl.col("_is_known") & ~is_blank).then(pl.col("_miles")),
    ).drop("_miles", "_is_known")  # fmt: skip


def without_places(episodes: pl.DataFrame) -> pl.DataFrame:
    """The episodes with these columns empty, when there is no postcode file."""
    return episodes.with_columns(area=pl.lit(""), location=pl.lit(""), miles=pl.lit(None, pl.Float64))


def _known(distinct: pl.Series, postcodes: Postcodes) -> pl.DataFrame:
    places = postcodes.find_many(distinct.fill_null("").to_list())
    codes = postcodes.district_codes
    area = pl.Series([authority_of_district(code) or "" for code in codes] + [""], dtype=pl.String)
    english = pl.Series([code.startswith("E") for code in codes] + [False], dtype=pl.Boolean)
    number = pl.Series(np.where(places.district < 0, len(codes), places.district), dtype=pl.UInt32)
    is_found = pl.Series(places.district >= 0)
    return pl.DataFrame(
        {
            "postcode": distinct,
            "easting": pl.Series(places.easting),
            "northing": pl.Series(places.northing),
            "area": area.gather(number),
            "is_english": english.gather(number),
            "is_found": is_found,
        }
    ).with_columns(
        # Northern Ireland is known by the letters of its postcodes, without a grid reference.
        area=pl.when(pl.col("postcode").str.starts_with("BT")).then(pl.lit("NIR")).otherwise("area"),
        easting=pl.when(pl.col("is_found") & ~pl.col("postcode").str.starts_with("BT")).then("easting"),
    )


def _found(postcodes: pl.Series, known: pl.DataFrame) -> pl.DataFrame:
    return postcodes.to_frame("postcode").join(known, on="postcode", how="left", maintain_order="left").select(_POINT)


def _miles(home: pl.DataFrame, place: pl.DataFrame) -> npt.NDArray[np.float64]:
    """As `straight_line_miles`; what lies within a hair of a rounding edge is left to that function."""
    ends = [frame.select(pl.col("easting", "northing").fill_null(0)).to_numpy() for frame in (home, place)]
    tenths = np.hypot(*(ends[0] - ends[1]).astype(np.float64).T) / 1000 / KILOMETRES_PER_MILE * 10
    rounded = np.floor(tenths + 0.5) / 10
    for at in np.flatnonzero(np.abs(tenths - np.floor(tenths) - 0.5) < _NEAR_A_TIE):
        a, b = (Point(int(end[at, 0]), int(end[at, 1])) for end in ends)
        rounded[at] = float(straight_line_miles(a, b))
    return rounded
