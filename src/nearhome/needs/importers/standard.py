"""The return's standard by collection year, from the small tables beside the code."""

import csv
from functools import cache
from importlib.resources import files

from nearhome.needs.calculations.standard import Code, Field, Standard, Table

FIRST_YEAR, LAST_YEAR = 2023, 2027


@cache
def standard(year: int) -> Standard:
    """Tables and code sets of a collection year. Raises ValueError outside 2023 to 2027."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Collection year {year} is not known; use a year from {FIRST_YEAR} to {LAST_YEAR}")
    return Standard(year, tuple(table for table in all_tables() if year >= (table.first_year or year)), _codes())


def nearest_standard(year: int) -> Standard:
    """The standard of this year, or of the nearest one that is known: a pooled file may go further back."""
    return standard(min(max(year, FIRST_YEAR), LAST_YEAR))


@cache
def all_tables() -> tuple[Table, ...]:
    """Every table of any year."""
    fields = {(row["table"], row["column"]): _field(row) for row in _rows("return_fields.csv")}
    return tuple(_table(row, fields) for row in _rows("return_tables.csv"))


def _table(row: dict[str, str], fields: dict[tuple[str, str], Field]) -> Table:
    name = row["table"]
    return Table(
        name,
        row["regional_name"],
        _year(row["first_year"]),
        tuple(row["key"].split()),
        row["one_row_per_child"] == "yes",
        tuple(fields.get((name, column)) or fields["*", column] for column in row["columns"].split()),
        frozenset(row["needed_when_pooled"].split()),
    )


def _field(row: dict[str, str]) -> Field:
    return Field(
        row["column"],
        row["kind"],
        row["codes"],
        int(row["limit"]) if row["limit"] else None,
        row["required"] == "yes",
        row["severity"] == "error",
    )


@cache
def _codes() -> dict[str, dict[str, Code]]:
    sets: dict[str, dict[str, Code]] = {}
    for row in _rows("return_codes.csv"):
        code = Code(row["code"], row["label"], _year(row["first_year"]), _year(row["last_year"]), row["instead"])
        sets.setdefault(row["codes"], {})[code.code] = code
    return sets


def _year(text: str) -> int | None:
    return int(text) if text else None


def _rows(name: str) -> list[dict[str, str]]:
    text = files("nearhome.needs").joinpath("reference", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
