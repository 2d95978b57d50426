"""The places on the market, from a provider register."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from nearhome.geography.authorities import authority_by_name, authority_of_district
from nearhome.geography.postcodes import PostcodePlace, Postcodes
from nearhome.market.calculations.register import RegisterProblem, RegisterRow
from nearhome.market.importers.register_files import read_register
from nearhome.sufficiency.calculations.market.market import MARKET, market_table

_CLOSED = ("closed", "cancel", "resign", "deregist")


@dataclass(frozen=True, slots=True)
class MarketReading:
    """The places (MARKET) and what was wrong with the register.

    `closed_without_a_date` counts rows that the register calls closed without saying when: they are left out.
    """

    places: pl.DataFrame
    problems: tuple[RegisterProblem, ...]
    rows_refused: int
    closed_without_a_date: int


def read_market(path: Path, postcodes: Postcodes | None = None) -> pl.DataFrame:
    """The places (MARKET) of a register: a CSV file, an Excel workbook or a folder of them.

    With `postcodes` a place has its grid reference, and its area is that of its postcode. Raises UnreadableFileError if
    there is no such file, ValueError if it holds no register. What was refused is said by `read_market_with_problems`.
    """
    reading = read_market_with_problems(path, postcodes)
    if not reading.places.height and reading.problems:
        raise ValueError(f"{path.name}: {reading.problems[0].message}")
    return reading.places


def read_market_with_problems(path: Path, postcodes: Postcodes | None = None) -> MarketReading:
    """The same with the problems of the register, whatever there are."""
    register = read_register(path)
    dated = [row for row in register.rows if row.closed_on or not row.status.casefold().startswith(_CLOSED)]
    with_settings = {row.urn for row in dated if row.setting_name}
    kept = [row for row in dated if row.setting_name or row.urn not in with_settings]
    return MarketReading(
        _once(_judged(_places(kept, postcodes), dated)),
        tuple(register.problems),
        register.rows_refused,
        len(register.rows) - len(dated),
    )


def _places(rows: list[RegisterRow], postcodes: Postcodes | None) -> pl.DataFrame:
    shape = {**MARKET, "inspected_on": pl.Date(), "is_setting": pl.Boolean(), "postcode": pl.String()}
    return pl.DataFrame([_place(row, postcodes) for row in rows], schema=shape)


def _place(row: RegisterRow, postcodes: Postcodes | None) -> dict[str, object]:
    found = postcodes.find(row.postcode) if postcodes and row.postcode else None
    return {
        "urn": row.urn,
        "kind": row.kind.value,
        "provider": row.name,
        "owner": _owner(row),
        "sector": row.sector,
        "area": _area(row, found),
        "places": row.setting_capacity if row.setting_capacity is not None else row.registered_places,
        "judgement": row.judgement,
        "scale": row.judgement_scale.value,
        "easting": found.easting if found else None,
        "northing": found.northing if found else None,
        "opens_on": row.registered_on,
        "closes_before": row.closed_on,
        "inspected_on": row.inspected_on,
        "is_setting": bool(row.setting_name),
        "postcode": row.postcode,
    }


def _owner(row: RegisterRow) -> str:
    """As the market stage names who runs a registration: the owner, else the authority itself, else the provider."""
    own = row.local_authority if row.sector.casefold().startswith("local authority") else ""
    return row.owner_name or own or row.name


def _area(row: RegisterRow, found: PostcodePlace | None) -> str:
    by_postcode = authority_of_district(found.district_code) if found else None
    named = authority_by_name(row.local_authority)
    return by_postcode or (named.dfe_code if named else "")


def _judged(places: pl.DataFrame, rows: list[RegisterRow]) -> pl.DataFrame:
    """The settings of a registration with its judgement, which may stand on another sheet."""
    judgements = {row.urn: row.judgement for row in rows if row.judgement}
    known = pl.col("urn").replace_strict(judgements, default="", return_dtype=pl.String())
    return places.with_columns(judgement=pl.when(pl.col("judgement") == "").then(known).otherwise("judgement"))


def _once(places: pl.DataFrame) -> pl.DataFrame:
    """Each registration once (as last inspected, where several lists name it), and each setting once."""
    whole = (
        places.filter(~pl.col("is_setting"))
        .sort("inspected_on", nulls_last=False, maintain_order=True)
        .unique("urn", keep="last", maintain_order=True)
    )
    settings = places.filter("is_setting").unique(maintain_order=True)
    return market_table(pl.concat([whole, settings]).sort("urn", maintain_order=True))
