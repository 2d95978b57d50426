"""Reading what placements cost from CSV files: our own table, the national placements standard, or accrued costs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import polars as pl

from nearhome.geography.authorities import all_authorities
from nearhome.needs.calculations.problems import Problem, Severity
from nearhome.sufficiency.calculations.prices.costs import COSTS, circumstances_of
from nearhome.sufficiency.importers import cost_cells
from nearhome.sufficiency.importers.cost_columns import Layout, Shape, layout_of
from nearhome.sufficiency.importers.cost_rows import RowReader
from nearhome.tables.csv_files import Row, SentFile, UnreadableFileError, csv_headings, csv_rows, sent_files

_USEFUL = {
    "age": "age",
    "need": "need",
    "provider_type": "type of provider",
    "provider": "provider",
    "starts_on": "start date",
}


@dataclass(frozen=True, slots=True)
class ReadCosts:
    """Placement costs as read: the usable rows, every problem, what else there is to know, and how many rows."""

    costs: pl.DataFrame
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    rows_read: int
    rows_refused: int

    @property
    def is_readable(self) -> bool:
        """Is there any row to analyse?"""
        return not self.costs.is_empty()


@dataclass(slots=True)
class _Reading:
    """What has been read so far, over all files; `seen` remembers where each placement stood first."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    places: list[tuple[str, int]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    seen: dict[tuple[Any, ...], tuple[str, int]] = field(default_factory=dict)
    read: int = 0
    refused: int = 0


def read_costs(
    sources: Iterable[Path] | Mapping[str, bytes], *, authority: str = "", on: date | None = None
) -> ReadCosts:
    """Read tables of placement costs, given as paths of files or folders or as uploaded bytes.

    `authority` (DfE code) is for tables that do not name one; the file's or its folder's name is asked before. `on` is
    the day up to which accrued costs run, and on which ages are counted where a placement has no start. A row that
    cannot be used is left out, counted and said in `problems`.
    """
    reading = _Reading()
    for sent, folder in _files(sources, reading):
        try:
            _read_file(reading, sent, _authority_of(sent.name, folder, authority), on)
        except UnreadableFileError as error:
            reading.problems.append(Problem(sent.name, 0, "", "", "file", str(error)))
    _say_overlaps(reading)
    costs = _table(reading.rows)
    _note_unknown(reading, costs)
    return ReadCosts(costs, tuple(reading.problems), tuple(reading.notes), reading.read, reading.refused)


def _files(sources: Iterable[Path] | Mapping[str, bytes], reading: _Reading) -> Iterator[tuple[SentFile, str]]:
    if isinstance(sources, Mapping):
        yield from ((sent, "") for sent in sent_files(sources))
        return
    for path in sources:
        try:
            yield from (
                (sent, path.name if path.is_dir() else path.absolute().parent.name) for sent in sent_files(path)
            )
        except UnreadableFileError as error:
            reading.problems.append(Problem(path.name, 0, "", "", "file", str(error)))


def _authority_of(name: str, folder: str, given: str) -> str:
    """The authority that the file's name or the folder's names, else the one given; empty if none."""
    for text in (*re.findall(r"(?<!\d)\d{3}(?!\d)", Path(name).stem), folder, given):
        try:
            return cost_cells.authority(text.strip())
        except cost_cells.CellError:
            continue
    return ""


def _read_file(reading: _Reading, sent: SentFile, authority: str, on: date | None) -> None:
    layout, rows = _headed(sent)
    _note_layout(reading, sent.name, layout, authority, on)
    reader = RowReader(sent.name, layout, authority, on, problems=reading.problems)
    for row in rows:
        reading.read += 1
        found = reader.read(row)
        if found is None or _is_repeated(reading, reader, row, found):
            reading.refused += 1
            continue
        reading.rows.append(found)
        reading.places.append((sent.name, row.number))


def _headed(sent: SentFile) -> tuple[Layout, Iterator[Row]]:
    """The headings in the first row, or in the second under headings of sections. Raises UnreadableFileError if neither."""
    first, rows = layout_of(csv_headings(sent)), csv_rows(sent)
    if not first.missing:
        return first, rows
    second = next(rows, None)
    under = layout_of(second.cells) if second else first
    if second and not under.missing:
        return under, rows
    nearest = min((first, under), key=lambda one: len(one.missing))
    said = ", ".join(nearest.missing)
    other = (
        f" “{nearest.not_weekly[0]}” is not for a week, and is not turned into a week’s by guess."
        if nearest.not_weekly
        else ""
    )
    raise UnreadableFileError(f"{sent.name} has no column {said}.{other} Name the columns so and send it again")


def _note_layout(reading: _Reading, name: str, layout: Layout, authority: str, on: date | None) -> None:
    reading.notes.append(f"{name} was read as {layout.shape}.")
    lacking = [words for column, words in _USEFUL.items() if column not in layout.at]
    if "born_on" in layout.at and "age" in lacking:
        lacking.remove("age")
    if lacking:
        reading.notes.append(f"{name} has no column for: {', '.join(lacking)}. These cannot be allowed for.")
    if layout.shape == Shape.ACCRUED:
        until = (
            "the day in its own column"
            if "as_at" in layout.at
            else f"{on:%d/%m/%Y}"
            if on
            else "a day that was not said"
        )
        reading.notes.append(
            f"{name}: weekly prices are costs accrued since 1 April up to {until}, divided by the nights in that time, times 7."
        )
    if "authority" not in layout.at and authority:
        reading.notes.append(f"{name} names no authority in its rows; they were taken as those of {authority}.")
    for words, headings in (
        ("not understood and not read", layout.not_understood),
        ("there twice; the first was read", layout.twice),
    ):
        if headings:
            message = f"Columns {words}: {', '.join(headings)}"
            reading.problems.append(Problem(name, 0, "", ", ".join(headings), "columns", message, Severity.WARNING))


def _is_repeated(reading: _Reading, reader: RowReader, row: Row, found: Mapping[str, Any]) -> bool:
    """Is it the same placement as one before? Without a start, only if the price is the same as well."""
    which = (
        found["authority"],
        found["child"],
        found["provider"].casefold(),
        found["urn"],
        found["kind"],
        found["place_type"],
    )
    key = (*which, found["starts_on"] or found["weekly_pence"])
    first = reading.seen.setdefault(key, (reader.file, row.number))
    if first == (reader.file, row.number):
        return False
    message = f"The same placement is in {first[0]}, row {first[1]}, already; keep one row a placement"
    reader.refuse(row, found["child"], "child", "duplicate", message)
    return True


def _say_overlaps(reading: _Reading) -> None:
    """Warn of a child who is in two placements at once; both prices count."""
    dated = [at for at, row in enumerate(reading.rows) if row["starts_on"]]
    dated.sort(key=lambda at: (reading.rows[at]["authority"], reading.rows[at]["child"], reading.rows[at]["starts_on"]))
    for before, after in pairwise(dated):
        one, other = reading.rows[before], reading.rows[after]
        same = (one["authority"], one["child"]) == (other["authority"], other["child"])
        if same and (one["ends_before"] or date.max) > other["starts_on"]:
            file, number = reading.places[after]
            message = f"The child is in the placement of {reading.places[before][0]}, row {reading.places[before][1]}, at the same time; check the dates"
            reading.problems.append(
                Problem(file, number, other["child"], "starts_on", "overlap", message, Severity.WARNING)
            )


def _table(rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    circumstances = sorted(set(chain.from_iterable(rows)) - set(COSTS))
    schema = dict(COSTS) | {name: pl.Boolean() for name in circumstances}
    columns = {name: pl.Series(name, [row.get(name) for row in rows], dtype=kind) for name, kind in schema.items()}
    return _named_alike(pl.DataFrame(columns, schema=schema))


def _named_alike(costs: pl.DataFrame) -> pl.DataFrame:
    """Providers named once: own provision by its authority, others without a name by URN, one spelling for each name."""
    names = {one.dfe_code: one.name for one in all_authorities()}
    own = (pl.col("provider") == "") & (pl.col("provider_type") == "PR1")
    by_urn = (pl.col("provider") == "") & (pl.col("urn") != "")
    named = (
        pl.when(own).then(pl.lit("Own provision of ") + pl.col("authority").replace(names))
        .when(by_urn).then(pl.lit("URN ") + pl.col("urn"))
        .otherwise(pl.col("provider"))
    )  # fmt: skip
    costs = costs.with_columns(named.alias("provider"))
    return costs.with_columns(pl.col("provider").min().over(pl.col("provider").str.to_lowercase()))


def _note_unknown(reading: _Reading, costs: pl.DataFrame) -> None:
    unknown = costs.filter(pl.col("provider") == "").height
    if unknown:
        reading.notes.append(
            f"{unknown:,} placements have no provider; they are left out where providers are compared."
        )
    known = circumstances_of(costs)
    if known:
        names = ", ".join(name.removeprefix("has_").replace("_", " ") for name in known)
        reading.notes.append(f"Circumstances allowed for: {names}.")
