"""The CSV files of `nearhome fairness`: placements, and criteria of the homes chosen. Every fault by file, row and column."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Final

import polars as pl

from nearhome.matching.calculations.fairness.records import OUTCOMES_RECORDED, PLACEMENTS

_SHOWN: Final = 20
_OLDEST: Final = 25
_YES_NO: Final = {"true": True, "yes": True, "y": True, "1": True, "false": False, "no": False, "n": False, "0": False}
_LOW_AND_HIGH: Final = {"needs_met": (0.0, 1.0), "rank": (1.0, 1e9)}
Value = str | int | float | bool | None


class FairnessFileError(ValueError):
    """A file that cannot be used, with one sentence for each fault."""

    def __init__(self, name: str, sentences: Sequence[str]) -> None:
        super().__init__(f"{name}: {'; '.join(sentences)}")
        self.name = name
        self.sentences = tuple(sentences)


@dataclass(frozen=True, slots=True)
class ReadPlacements:
    """The table, and columns of the file that nothing is made of."""

    table: pl.DataFrame
    not_used: tuple[str, ...]


class _CellError(ValueError):
    """What is wrong with a cell, and how to mend it."""


def read_placements(path: Path) -> ReadPlacements:
    """The placements of a CSV file with the columns of records.PLACEMENTS and any of OUTCOMES_RECORDED.

    Raises FairnessFileError with every fault.
    """
    names, rows = _rows_of(path)
    kinds = PLACEMENTS | OUTCOMES_RECORDED
    if missing := [name for name in PLACEMENTS if name not in names]:
        raise FairnessFileError(path.name, [_lacking(missing, names)])
    if not any(name in names for name in OUTCOMES_RECORDED):
        wanted = ", ".join(OUTCOMES_RECORDED)
        raise FairnessFileError(path.name, [f"row 1: there is no outcome; give at least one column of {wanted}"])
    used = [name for name in names if name in kinds]
    table = _table(path.name, rows, {name: _reader(name, kinds[name]) for name in used}, {name: kinds[name] for name in used})  # fmt: skip
    return ReadPlacements(table, tuple(name for name in names if name not in kinds))


def read_contributions(path: Path, placements: pl.DataFrame) -> pl.DataFrame:
    """Criteria of the homes chosen: `placement`, and a column for each criterion with its scale 0 to 1, empty if not known.

    Raises FairnessFileError with every fault.
    """
    names, rows = _rows_of(path)
    if "placement" not in names:
        raise FairnessFileError(path.name, [_lacking(["placement"], names)])
    if len(names) < 2:
        raise FairnessFileError(path.name, ["row 1: there is no criterion; give each a column of its own"])
    readers = {name: _placement if name == "placement" else _scale for name in names}
    kinds = {name: pl.String if name == "placement" else pl.Float64 for name in names}
    table = _table(path.name, rows, readers, kinds)
    known = set(placements["placement"])
    strange = [
        f"row {row}, placement: “{one}” is not among the placements; correct it or leave the row out"
        for (row, _), one in zip(rows, table["placement"], strict=True)
        if one not in known
    ]
    if strange:
        raise FairnessFileError(path.name, _first(strange))
    return table


_Row = tuple[int, dict[str, str]]
_Reader = Callable[[str], Value]


def _rows_of(path: Path) -> tuple[list[str], list[_Row]]:
    """The columns in small letters, and each row with its number in the file; empty rows are passed over."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise FairnessFileError(path.name, [f"it cannot be read: {error.strerror}"]) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FairnessFileError(path.name, [f"it is not UTF-8 (byte {error.start + 1:,}); save it as CSV UTF-8"]) from None  # fmt: skip
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        told = [(reader.line_num, cells) for cells in reader if any(cell.strip() for cell in cells)]
    except csv.Error as error:
        raise FairnessFileError(path.name, [f"row {reader.line_num}: this is not CSV: {error}"]) from None
    if faults := list(_faults_of_shape(names, told)):
        raise FairnessFileError(path.name, _first(faults))
    return names, [(row, dict(zip(names, cells, strict=False))) for row, cells in told]


def _faults_of_shape(names: Sequence[str], told: Sequence[tuple[int, list[str]]]) -> Iterator[str]:
    if not any(names):
        yield "there is nothing in it; the first row names the columns"
        return
    if len(names) == 1 and ";" in names[0]:
        yield "row 1: columns are parted by semicolons; save it with commas"
    if "" in names:
        yield f"row 1: column {names.index('') + 1} has no name; give it one or take it out"
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        yield f"row 1: column {name} is there more than once; keep one"
    for row, cells in told:
        if len(cells) != len(names):
            yield f"row {row}: it has {len(cells)} cells for {len(names)} columns; a comma inside a cell needs quotes"
    if not told:
        yield "there is no row after the first; give a row for each placement"


def _table(
    name: str, rows: Sequence[_Row], readers: Mapping[str, _Reader], kinds: Mapping[str, type[pl.DataType]]
) -> pl.DataFrame:
    faults: list[str] = []
    columns: dict[str, list[Value]] = {column: [] for column in readers}
    for row, cells in rows:
        for column, reader in readers.items():
            try:
                columns[column].append(reader(cells[column].strip()))
            except _CellError as error:
                faults.append(f"row {row}, {column}: {error}")
    faults += _named_twice(rows)
    if faults:
        raise FairnessFileError(name, _first(faults))
    return pl.DataFrame(columns, schema=dict(kinds))


def _named_twice(rows: Sequence[_Row]) -> Iterator[str]:
    first: dict[str, int] = {}
    for row, cells in rows:
        one = cells["placement"].strip()
        if one and first.setdefault(one, row) != row:
            yield f"row {row}, placement: “{one}” is in row {first[one]} already; each placement has one row"


def _reader(name: str, kind: type[pl.DataType]) -> _Reader:
    if name == "placement":
        return _placement
    if kind is pl.Boolean:
        return _yes_or_no
    if kind is pl.Int64:
        return _age
    if kind is pl.Float64:
        return _number(*_LOW_AND_HIGH.get(name, (0.0, 1e9)))
    return lambda text: text or None


def _placement(text: str) -> Value:
    if not text:
        raise _CellError("it is empty; give each placement a reference of its own")
    return text


def _yes_or_no(text: str) -> Value:
    if text and text.lower() not in _YES_NO:
        raise _CellError(f"“{text}” is not true or false; leave it empty if it is not known")
    return _YES_NO.get(text.lower())


def _age(text: str) -> Value:
    if text and not (text.isascii() and text.isdigit() and int(text) <= _OLDEST):
        raise _CellError(f"“{text}” is not an age; give completed years from 0 to {_OLDEST}")
    return int(text) if text else None


def _number(low: float, high: float) -> _Reader:
    limits = f"from {low:g} to {high:g}" if high < 1e9 else f"of {low:g} or more"

    def read(text: str) -> Value:
        if not text:
            return None
        try:
            number = float(text)
        except ValueError:
            number = float("nan")
        if not isfinite(number) or not low <= number <= high:
            raise _CellError(f"“{text}” is not a number {limits}; leave it empty if it is not known")
        return number

    return read


_scale: Final = _number(0.0, 1.0)


def _lacking(missing: Sequence[str], names: Sequence[str]) -> str:
    lacks = "this column is" if len(missing) == 1 else "these columns are"
    return f"row 1: {lacks} not there: {', '.join(missing)}; there are {', '.join(names)}"


def _first(faults: Sequence[str]) -> list[str]:
    more = len(faults) - _SHOWN
    return [*faults[:_SHOWN], *([f"and {more:,} more"] if more > 0 else [])]
