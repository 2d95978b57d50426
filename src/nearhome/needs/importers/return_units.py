"""Opening the files of many returns: what each holds, whose its rows are and of which collection year."""

import hashlib
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count, groupby
from pathlib import Path

import polars as pl

from nearhome.needs.calculations.problems import Problem
from nearhome.needs.calculations.standard import Table, recognise
from nearhome.needs.importers.return_cells import settled
from nearhome.needs.importers.return_folders import FoundReturn
from nearhome.needs.importers.return_texts import TextFile, text_file, text_table
from nearhome.needs.importers.standard import all_tables
from nearhome.tables.csv_files import MAX_BYTES, SentFile, UnreadableFileError, check_is_text, csv_headings

# The tables an analysis needs; the others are looked at only as far as their headings.
ANALYSED = ("Header", "Episodes", "UASC", "OC2", "Missing")
SHAPES: dict[str, Table] = {table.name: table for table in all_tables() if table.name in ANALYSED}
_HEADINGS_FIT_IN = 65_536
_MARK = b"\xef\xbb\xbf"

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class OpenedReturn:
    """The files of one found return: those to analyse by their part number, the others as the careful reader sees them.

    `unread` are tables no analysis needs, `repeated` files with a table that another file has. `is_odd` says that
    something is to be said of a file as a whole, `is_whole` that its rows cannot be picked by lines.
    """

    found: FoundReturn
    tables: dict[int, TextFile] = field(default_factory=dict)
    others: dict[str, bytes] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_odd: bool = False

    @property
    def is_whole(self) -> bool:
        """Must it be read with care from end to end?"""
        return any(not file.is_plain for file in self.tables.values())


@dataclass(frozen=True, slots=True)
class Unit:
    """What the careful reader reads at a time: a return, or one authority's rows of pooled files."""

    number: int
    opened: OpenedReturn
    authority: str
    year: int


def open_returns(found: Sequence[FoundReturn], progress: Progress | None = None) -> tuple[list[OpenedReturn], str]:
    """The files of every return, opened, and the digest of all that will be analysed (in whichever order)."""
    digests: list[str] = []
    opened, parts = [], count()
    for done, one in enumerate(found):
        if progress:
            progress(done, len(found))
        made = OpenedReturn(one)
        for path in one.files:
            _open(made, path, next(parts), digests)
        names = {file.table.name for file in made.tables.values()}
        made.is_odd = made.is_odd or made.is_whole or not {"Header", "Episodes"} <= names
        opened.append(made)
    if progress:
        progress(len(found), len(found))
    return opened, hashlib.sha256("".join(sorted(digests)).encode()).hexdigest()


def _open(made: OpenedReturn, path: Path, part: int, digests: list[str]) -> None:
    on_disk = SentFile(path.name, path.stat().st_size, lambda: path.open("rb"))
    if path.suffix.lower() != ".csv":
        _leave_to_care(made, path.name, b"-")
        return
    try:
        check_is_text(on_disk, MAX_BYTES)
    except UnreadableFileError as error:
        made.problems.append(Problem(path.name, 0, "", "", "encoding", str(error)))
        return
    try:
        headings = csv_headings(on_disk, MAX_BYTES)
    except UnreadableFileError:
        _leave_to_care(made, path.name, path.read_bytes())
        return
    seen = recognise(headings, all_tables())
    if seen.table is None or seen.table.name not in ANALYSED or len(set(headings)) < len(headings):
        _open_other(made, path, seen.table)
        return
    content = path.read_bytes()
    digests.append(hashlib.sha256(content).hexdigest())
    if seen.table.name in {file.table.name for file in made.tables.values()}:
        _leave_to_care(made, path.name, _first_line(content))
        made.repeated.append(f"{path.name} ({len(content.splitlines()) - 1:,} rows)")
        return
    content = content.removeprefix(_MARK)
    sent = SentFile(path.name, len(content), lambda: io.BytesIO(content))
    made.tables[part] = text_file(sent, content, headings, seen.table, is_pooled=seen.is_pooled)


def _leave_to_care(made: OpenedReturn, name: str, content: bytes) -> None:
    made.others[name] = content
    made.is_odd = True


def _open_other(made: OpenedReturn, path: Path, table: Table | None) -> None:
    """A file that no analysis needs: the careful reader sees its headings, and says so if they are of no table."""
    with path.open("rb") as opened:
        headings = _first_line(opened.read(_HEADINGS_FIT_IN))
    if table is None:
        _leave_to_care(made, path.name, headings)
    else:
        made.others[path.name] = headings
        made.unread.append(table.name)


def _first_line(content: bytes) -> bytes:
    return content[: content.find(b"\n") + 1] if b"\n" in content else content


def groups(opened: Iterable[OpenedReturn]) -> Iterable[list[tuple[int, TextFile]]]:
    """The files that can be read as one table, with their part numbers."""
    files = [pair for one in opened for pair in one.tables.items()]
    for _, group in groupby(sorted(files, key=lambda pair: pair[1].key), key=lambda pair: pair[1].key):
        yield list(group)


def own_tables(units: Sequence[Unit]) -> dict[str, pl.DataFrame]:
    """Every row of authorities' own returns, by table."""
    parts = pl.DataFrame(
        [(part, unit.number, unit.year) for unit in units for part in unit.opened.tables],
        schema={"part": pl.UInt32, "unit": pl.UInt32, "year": pl.Int16},
        orient="row",
    )
    found = []
    for group in groups(unit.opened for unit in units):
        table = group[0][1].table
        rows = text_table(group).join(parts, on="part", how="left", maintain_order="left")
        found.append((table, settled(rows, table, is_pooled=False)))
    return by_table(found)


def by_table(found: Iterable[tuple[Table, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Settled rows put together by table; a table that no return has is empty."""
    tables: dict[str, list[pl.DataFrame]] = {name: [_empty(table)] for name, table in SHAPES.items()}
    for table, rows in found:
        tables[table.name].append(rows.select(tables[table.name][0].columns))
    return {name: pl.concat(rows) for name, rows in tables.items()}


def _empty(table: Table) -> pl.DataFrame:
    cells = {
        one.column: pl.Date() if one.kind == "date" else pl.String() for one in table.fields if one.column != "CHILD"
    }
    meta = {"child": pl.String(), "unit": pl.UInt32(), "part": pl.UInt32(), "row": pl.UInt32(), "year": pl.Int16()}
    return pl.DataFrame(schema=cells | meta | {"is_refused": pl.Boolean(), "is_doubtful": pl.Boolean()})
