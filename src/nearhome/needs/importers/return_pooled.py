"""The rows of pooled files: each names its authority (LA) and its collection year (YEAR)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

import polars as pl

from nearhome.geography.authorities import all_authorities, authority_by_dfe, gss_codes_of
from nearhome.needs.calculations.problems import Problem, Severity
from nearhome.needs.calculations.standard import Table, year_label
from nearhome.needs.importers.return_cells import settled
from nearhome.needs.importers.return_texts import OddRow, text_table
from nearhome.needs.importers.return_units import OpenedReturn, Unit, by_table
from nearhome.needs.importers.standard import LAST_YEAR


@dataclass(slots=True)
class PooledRows:
    """Pooled rows by table, the units they form, what is to be said of rows left out, and how many those are."""

    units: list[Unit] = field(default_factory=list)
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)


def pooled_rows(opened: Sequence[OpenedReturn], authorities: Sequence[str], first_unit: int) -> PooledRows:
    """The rows of these authorities (of every authority, if none is given), settled."""
    pooled, found = PooledRows(), []
    for one in opened:
        named = [
            (file.table, _wanted(pooled, file.table, _named(text_table([(part, file)])), file.name, authorities))
            for part, file in one.tables.items()
        ]
        units = _units(one, [rows for _, rows in named], first_unit + len(pooled.units))
        if not units:
            message = "No row of the pooled files is of an authority that can be read; check the LA and YEAR columns"
            pooled.problems.append(Problem(one.found.folder.name, 0, "", "", "files", message))
        pooled.units += units
        numbers = pl.DataFrame(
            [(unit.authority, unit.number) for unit in units],
            schema={"authority": pl.String, "unit": pl.UInt32},
            orient="row",
        )
        for table, rows in named:
            joined = rows.join(numbers, on="authority", how="inner", maintain_order="left")
            found.append((table, settled(_without_suffix(joined), table, is_pooled=True)))
    pooled.tables = by_table(found)
    return pooled


def odd_rows_of(unit: Unit, odd: Iterable[OddRow]) -> Iterable[tuple[int, str]]:
    """Row number and child (without the authority's mark) of ill-shaped rows of a unit."""
    for row in odd:
        if not unit.opened.found.is_pooled:
            yield row.row, row.child
        elif _codes().get(row.authority.casefold()) == unit.authority:
            number, _, mark = row.child.rpartition("_")
            is_marked = bool(number) and _codes().get(mark.casefold()) == unit.authority
            yield row.row, number if is_marked else row.child


@cache
def _codes() -> dict[str, str]:
    known = {one.name.casefold(): one.dfe_code for one in all_authorities()}
    for one in all_authorities():
        known.update({code.casefold(): one.dfe_code for code in (one.dfe_code, *gss_codes_of(one.dfe_code))})
    return known


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    names = rows["LA"].unique().to_list()
    codes = [_codes().get(name.casefold(), "") for name in names]
    year = pl.col("YEAR").str.extract(r"^([0-9]{4})$").cast(pl.Int16).alias("year")
    return rows.with_columns(year, authority=pl.col("LA").replace_strict(names, codes, return_dtype=pl.String))


def _wanted(
    pooled: PooledRows, table: Table, rows: pl.DataFrame, file: str, authorities: Sequence[str]
) -> pl.DataFrame:
    unknown = pl.col("authority") == ""
    not_asked = ~unknown & (~pl.col("authority").is_in(list(authorities)) if authorities else pl.lit(False))
    late = ~unknown & ~not_asked & ~(pl.col("year").is_between(1990, LAST_YEAR).fill_null(False))
    for name, count in _counted(rows.filter(unknown), "LA"):
        message = f"LA “{name[:40]}” is no English authority; {_rows(count)} not read. Write its name or code"
        _say(pooled, file, "LA", message, Severity.ERROR)
    for code, count in _counted(rows.filter(not_asked), "authority"):
        name = authority_by_dfe(code).name
        message = f"{_rows(count)} of {name} ({code}), which was not asked for, and not read"
        _say(pooled, file, "LA", message, Severity.WARNING)
    for year, count in _counted(rows.filter(late), "YEAR"):
        message = f"YEAR “{year[:10]}” is no collection year up to {year_label(LAST_YEAR)} ({LAST_YEAR}); {_rows(count)} not read"
        _say(pooled, file, "YEAR", message, Severity.ERROR)
    wrong = rows.filter(unknown | late).height
    pooled.left_out[table.name] = pooled.left_out.get(table.name, 0) + wrong
    return rows.filter(~(unknown | not_asked | late))


def _counted(rows: pl.DataFrame, column: str) -> list[tuple[str, int]]:
    return sorted(rows.group_by(column).len().iter_rows())


def _rows(count: int) -> str:
    return "1 row was" if count == 1 else f"{count} rows were"


def _say(pooled: PooledRows, file: str, column: str, message: str, severity: Severity) -> None:
    rule = "year" if column == "YEAR" else "authority"
    pooled.problems.append(Problem(file, 0, "", column, rule, message, severity))


def _units(opened: OpenedReturn, tables: Sequence[pl.DataFrame], first: int) -> list[Unit]:
    if not tables:
        return []
    years = (
        pl.concat([rows.select("authority", "year") for rows in tables]).group_by("authority").max().sort("authority")
    )
    return [Unit(first + place, opened, code, year) for place, (code, year) in enumerate(years.iter_rows())]


def _without_suffix(rows: pl.DataFrame) -> pl.DataFrame:
    """A pooled file ends a child's number with "_" and the authority's code; within one authority that says nothing."""
    marks = rows.select(pl.col("CHILD").str.extract(r"_([^_]*)$").str.to_lowercase().alias("mark"))["mark"]
    known = {code: dfe for code, dfe in _codes().items() if len(code) in (3, 9)}
    of = marks.replace_strict(list(known), list(known.values()), default=None, return_dtype=pl.String)
    number = pl.col("CHILD").str.replace(r"_[^_]*$", "")
    is_marked = (pl.Series("of", of) == rows["authority"]).fill_null(False)
    # "-5_886" would be run as a formula, "-5" would not: what was sent is judged.
    is_plain = ~pl.col("CHILD").str.contains(r"^[=+@\-\t\r]")
    return rows.with_columns(
        pl.when(pl.Series(is_marked) & (number != "") & is_plain).then(number).otherwise("CHILD").alias("CHILD")
    )
