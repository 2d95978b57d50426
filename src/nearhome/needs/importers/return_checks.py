"""Which rows of many returns are good, and what is wrong with the others.

Most children are seen to be right at a glance (`return_doubts`). The rest are read again by `read_return`, from the same
files with the lines of all others emptied, so that the row numbers in its messages are those of the files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from nearhome.needs.calculations.problems import Problem
from nearhome.needs.importers.return_doubts import KEY, doubtful_children
from nearhome.needs.importers.return_files import ReturnReading, read_return
from nearhome.needs.importers.return_pooled import odd_rows_of
from nearhome.needs.importers.return_units import SHAPES, Unit

# Of pooled rows the chain is checked after the years are joined: before that, a row of an older year may rightly be open.
CHAIN_RULES = frozenset(
    (
        "148",
        "353",
        "302",
        "355",
        "356",
        "year",
        "age",
        "357",
        "388",
        "501",
        "142",
        "431",
        "432",
        "433",
        "434",
        "435",
        "436",
        "504",
    )
)

_Odd = list[tuple[int, str]]  # row numbers and children of ill-shaped rows
_Accepted = list[tuple[str, int, int]]  # table, part and row


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """A problem and the return it is in; authority is empty and year 0 where it is not of one return."""

    authority: str
    year: int
    problem: Problem


@dataclass(slots=True)
class CheckedRows:
    """The good rows by table, what is wrong with the others, and how many rows were read and refused."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    problems: list[FoundProblem] = field(default_factory=list)
    read: dict[str, int] = field(default_factory=dict)
    refused: dict[str, int] = field(default_factory=dict)
    with_gaps: pl.DataFrame = field(default_factory=pl.DataFrame)
    not_readable: list[Unit] = field(default_factory=list)


def check_rows(tables: Mapping[str, pl.DataFrame], units: Sequence[Unit], *, is_pooled: bool) -> CheckedRows:
    """The rows of these units that are good, judged as `read_return` judges them."""
    checked = CheckedRows()
    odd = {
        (unit.number, part): list(odd_rows_of(unit, file.odd))
        for unit in units
        for part, file in unit.opened.tables.items()
    }
    doubts = _doubts(tables, units, odd, is_pooled=is_pooled)
    by_unit = _rows_by_unit(tables, doubts)
    years = _years(tables, doubts) if is_pooled else {}
    good: _Accepted = []
    for unit in units:
        if unit.opened.is_odd or unit.number in by_unit:
            good += _take(checked, unit, _read_with_care(unit, by_unit.get(unit.number, {}), odd), years)
    _keep(checked, tables, doubts, good, is_pooled=is_pooled)
    names = {part: file.table.name for unit in units for part, file in unit.opened.tables.items()}
    _count(checked, tables, odd, is_pooled=is_pooled, names=names)
    ill = [(unit, child) for (unit, part), rows in odd.items() if names[part] == "Episodes" for _, child in rows]
    checked.with_gaps = pl.concat(
        [
            tables["Episodes"].filter("is_refused").select(KEY),
            pl.DataFrame(ill, schema={"unit": pl.UInt32, "child": pl.String}, orient="row"),
        ]
    ).unique()
    return checked


def _doubts(
    tables: Mapping[str, pl.DataFrame], units: Sequence[Unit], odd: Mapping[tuple[int, int], _Odd], *, is_pooled: bool
) -> pl.DataFrame:
    """Children who must be read with care: those in doubt, those of ill-shaped rows, and all of a file that is not plain."""
    shape = {"unit": pl.UInt32, "child": pl.String}
    whole = [unit.number for unit in units if unit.opened.is_whole]
    ill = [(unit, child) for (unit, _), rows in odd.items() for _, child in rows]
    found = [doubtful_children(tables, SHAPES, is_pooled=is_pooled), pl.DataFrame(ill, schema=shape, orient="row")]
    if whole:
        found += [rows.filter(pl.col("unit").is_in(whole)).select(KEY) for rows in tables.values()]
    return pl.concat(found).unique()


def _rows_by_unit(tables: Mapping[str, pl.DataFrame], doubts: pl.DataFrame) -> dict[int, dict[int, list[int]]]:
    found: dict[int, dict[int, list[int]]] = {unit: {} for unit in doubts["unit"].unique()}
    for rows in tables.values():
        doubtful = rows.join(doubts, on=KEY, how="semi").group_by("unit", "part").agg("row")
        for unit, part, numbers in doubtful.iter_rows():
            found[unit][part] = numbers
    return found


def _read_with_care(unit: Unit, rows: Mapping[int, list[int]], odd: Mapping[tuple[int, int], _Odd]) -> ReturnReading:
    source = dict(unit.opened.others)
    for part, file in unit.opened.tables.items():
        wanted = [*rows.get(part, ()), *(row for row, _ in odd[unit.number, part])]
        source[file.name] = file.only(wanted) if file.is_plain and not unit.opened.is_whole else file.content
    return read_return(source, authority=unit.authority, year=unit.year, also_earlier=True)


def _take(checked: CheckedRows, unit: Unit, reading: ReturnReading, years: Mapping[tuple[int, int], int]) -> _Accepted:
    """The good rows of a careful reading, as (table, part, row); its problems are added to those of all."""
    parts = {file.name: part for part, file in unit.opened.tables.items()}
    good = [("Header", header.origin) for header in reading.headers.values()]
    good += [("Episodes", row.origin) for chain in reading.episodes.values() for row in chain]
    if reading.is_readable:
        good += [(row.table, row.origin) for row in reading.other_rows()]
    is_pooled = unit.opened.found.is_pooled
    for problem in reading.problems:
        if not (is_pooled and problem.rule in CHAIN_RULES):
            year = years.get((parts.get(problem.file, -1), problem.row), unit.year)
            _add(checked, FoundProblem(unit.authority if problem.row or not is_pooled else "", year, problem))
    for table, count in reading.rows_refused.items():
        if not (is_pooled and table == "Episodes"):
            checked.refused[table] = checked.refused.get(table, 0) + count
    if not reading.is_readable:
        checked.not_readable.append(unit)
    return [(table, parts[origin.file], origin.row) for table, origin in good]


def _add(checked: CheckedRows, problem: FoundProblem) -> None:
    # What is wrong with a pooled file as a whole is found once for each of its authorities.
    if problem.authority or problem not in checked.problems:
        checked.problems.append(problem)


def _years(tables: Mapping[str, pl.DataFrame], doubts: pl.DataFrame) -> dict[tuple[int, int], int]:
    doubtful = [rows.join(doubts, on=KEY, how="semi").select("part", "row", "year") for rows in tables.values()]
    return {(part, row): year for part, row, year in pl.concat(doubtful).iter_rows()}


def _keep(
    checked: CheckedRows, tables: Mapping[str, pl.DataFrame], doubts: pl.DataFrame, good: _Accepted, *, is_pooled: bool
) -> None:
    dropped = [unit.number for unit in checked.not_readable]
    for name, rows in tables.items():
        readable = rows.filter(~pl.col("unit").is_in(dropped)) if dropped else rows
        if is_pooled and name == "Episodes":
            known = checked.tables["Header"].select(KEY).unique()
            checked.tables[name] = readable.filter(~pl.col("is_refused")).join(known, on=KEY, how="semi")
            continue
        accepted = pl.DataFrame(
            [(part, row) for table, part, row in good if table == name],
            schema={"part": pl.UInt32, "row": pl.UInt32},
            orient="row",
        )
        sure = readable.join(doubts, on=KEY, how="anti", maintain_order="left")
        with_care = readable.join(doubts, on=KEY, how="semi", maintain_order="left")
        checked.tables[name] = pl.concat([sure, with_care.join(accepted, on=("part", "row"), how="semi")])


def _count(
    checked: CheckedRows, tables: Mapping[str, pl.DataFrame], odd: Mapping[tuple[int, int], _Odd], *, is_pooled: bool,
    names: Mapping[int, str],
) -> None:  # fmt: skip
    lost = [unit.number for unit in checked.not_readable]
    for name, rows in tables.items():
        checked.read[name] = rows.height
        checked.refused[name] = checked.refused.get(name, 0) + rows.filter(pl.col("unit").is_in(lost)).height
    for (unit, part), found in odd.items():
        checked.read[names[part]] += len(found)
        checked.refused[names[part]] += len(found) if unit in lost else 0
    if is_pooled:
        checked.refused["Episodes"] = checked.read["Episodes"] - checked.tables["Episodes"].height
