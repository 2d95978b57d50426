"""Which places are on the market, and which of them do the children live in?"""

import datetime as dt
from collections.abc import Mapping
from typing import Final

import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.children.placements import SHORT_BREAKS

# One row for each registration, or for each setting where a registration has several (supported accommodation).
MARKET: Final[Mapping[str, pl.DataType]] = {
    "urn": pl.String(),  # number in the register; repeated where a registration has several settings
    "kind": pl.String(),  # childrens_home, fostering_agency, supported_accommodation or other
    "provider": pl.String(),  # name of the registration: the home, the agency, the service
    "owner": pl.String(),  # company, charity or authority that holds it; the provider's name where none is given
    "sector": pl.String(),  # as the register writes it
    "area": pl.String(),  # DfE code of the authority it lies in; "" if not known
    "places": pl.Int32(),  # registered places or capacity of the setting; null where the register says none
    "judgement": pl.String(),  # in small letters, "" if none; to be read with `scale`
    "scale": pl.String(),  # social_care or supported
    "easting": pl.Int32(),  # of the postcode, in metres; null where it is not known
    "northing": pl.Int32(),
    "opens_on": pl.Date(),  # registered on; null if not said
    "closes_before": pl.Date(),  # deregistered; null while it is open
}
# One row for each child on the day.
PLACED: Final[Mapping[str, pl.DataType]] = {
    "authority": pl.String(),
    "urn": pl.String(),
    "area": pl.String(),
    "place_type": pl.String(),
    "home_postcode": pl.String(),
    "miles": pl.Float64(),
}
KINDS: Final = {
    "childrens_home": "Children’s homes",
    "fostering_agency": "Fostering services",
    "supported_accommodation": "Supported accommodation",
}
# What a placement type is when the register does not say: only the types that these registrations offer.
KIND_OF_PLACE_TYPE: Final = {
    **dict.fromkeys(("K1", "K2"), "childrens_home"),
    **dict.fromkeys(("U1", "U2", "U3", "U4", "U5", "U6"), "fostering_agency"),
    **dict.fromkeys(("H5", "K3"), "supported_accommodation"),
}
NO_URN, NOT_IN_REGISTER, FOUND = "no_urn", "not_in_register", "found"


def market_table(rows: pl.DataFrame) -> pl.DataFrame:
    """A table with the columns of MARKET in order; a missing column is null, a missing text empty.

    Raises polars.exceptions.InvalidOperationError if a value does not fit its column.
    """
    return _shaped(rows, MARKET)


def placed_table(rows: pl.DataFrame) -> pl.DataFrame:
    """A table with the columns of PLACED in order, likewise."""
    return _shaped(rows, PLACED)


def placed_on(records: CareRecords, on: dt.date) -> pl.DataFrame:
    """Where does each child live on this day? One row of PLACED for each child; short breaks (V3, V4) are left out."""
    return placed_table(
        records.episodes.filter(
            pl.col("starts_on") <= on,
            pl.col("ends_before").is_null() | (pl.col("ends_before") > on),
            ~pl.col("legal_status").is_in(SHORT_BREAKS),
        )
        .unique("child_no", keep="last", maintain_order=True)
        .join(records.children.select("child_no", "authority"), on="child_no", maintain_order="left")
    )


def open_on(market: pl.DataFrame, on: dt.date) -> pl.DataFrame:
    """The rows of a market that are open on this day; a row that names no dates is."""
    return market.filter(
        pl.col("opens_on").is_null() | (pl.col("opens_on") <= on),
        pl.col("closes_before").is_null() | (pl.col("closes_before") > on),
    )


def with_registration(placed: pl.DataFrame, market: pl.DataFrame) -> pl.DataFrame:
    """The children with what the register says of their URN.

    Adds kind, provider, owner, sector, judgement, scale and `register`: "found", "not_in_register" (a URN that the
    register does not hold) or "no_urn". The kind is the register's; where it has none, that of the placement type,
    else "other". The area is the child's own PL_LA, and the registration's where that is empty and it has only one.
    """
    known = market.group_by("urn", maintain_order=True).agg(
        pl.col("kind", "provider", "owner", "sector", "judgement", "scale").first(),
        home_area=pl.when(pl.col("area").n_unique() == 1).then(pl.col("area").first()).otherwise(pl.lit("")),
    )
    joined = placed.join(known.filter(pl.col("urn") != ""), on="urn", how="left", maintain_order="left")
    by_type = pl.col("place_type").replace_strict(KIND_OF_PLACE_TYPE, default="other", return_dtype=pl.String())
    return joined.with_columns(
        register=pl.when(pl.col("kind").is_not_null())
        .then(pl.lit(FOUND))
        .when(pl.col("urn") == "")
        .then(pl.lit(NO_URN))
        .otherwise(pl.lit(NOT_IN_REGISTER)),
        kind=pl.when(pl.col("kind").is_in(list(KINDS))).then("kind").otherwise(by_type),
        area=pl.when(pl.col("area") == "").then(pl.col("home_area").fill_null("")).otherwise("area"),
    ).drop("home_area")


def _shaped(rows: pl.DataFrame, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    there = set(rows.columns)
    return rows.select(
        (pl.col(name) if name in there else pl.lit(None).alias(name)).cast(kind) for name, kind in columns.items()
    ).with_columns(pl.col(name).fill_null("") for name, kind in columns.items() if kind == pl.String())
