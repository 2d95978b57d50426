"""Opening a CSV file that somebody sent, and saying plainly what is wrong with it if it cannot be read."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAX_BYTES = 64 * 1024 * 1024
_BYTES_LOOKED_AT = 4096
_MAX_COLUMNS = 500
_MAX_LINE = 1_000_000
_FORMULA_STARTS = ("=", "+", "@", "-", "\t", "\r")


class UnreadableFileError(ValueError):
    """The file cannot be read as a table; the message names the file and says how to mend it."""


@dataclass(frozen=True, slots=True)
class SentFile:
    """One file as it was sent: its name, its size and a way to open it, each time from the beginning."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; `number` counts as a spreadsheet does, so the first row under the headings is 2."""

    number: int
    cells: tuple[str, ...]


def sent_files(source: Path | Mapping[str, bytes]) -> list[SentFile]:
    """The files of a folder (not of its sub-folders), of one file, or of an upload, in the order of their names.

    Raises UnreadableFileError if there is no such folder or file.
    """
    if isinstance(source, Path):
        if not source.exists():
            raise UnreadableFileError(f"There is no file or folder {source}; check where it is")
        paths = [source] if source.is_file() else [path for path in source.iterdir() if path.is_file()]
        return [_on_disk(path) for path in sorted(paths) if not path.name.startswith(".")]
    return [_in_memory(name, source[name]) for name in sorted(source)]


def _on_disk(path: Path) -> SentFile:
    return SentFile(path.name, path.stat().st_size, lambda: path.open("rb"))


def _in_memory(name: str, content: bytes) -> SentFile:
    return SentFile(name, len(content), lambda: io.BytesIO(content))


def csv_headings(file: SentFile, max_bytes: int = MAX_BYTES) -> tuple[str, ...]:
    """The column names of a CSV file. Raises UnreadableFileError if it is too big, not text or empty."""
    check_is_text(file, max_bytes)
    for row in _records(file):
        headings = tuple(cell.strip() for cell in row.cells)
        if len(headings) > _MAX_COLUMNS:
            raise UnreadableFileError(f"{file.name} has {len(headings)} columns; check that it is the right file")
        if any(headings):
            return headings
        break
    raise UnreadableFileError(f"{file.name} has no column names in its first row; send the table with its headings")


def csv_rows(file: SentFile) -> Iterator[Row]:
    """The rows under the headings, one at a time, cells trimmed, empty rows left out.

    Raises UnreadableFileError, naming the row, where the text stops being readable.
    """
    for row in _records(file):
        if row.number > 1 and any(row.cells):
            yield row


def formula_in(cells: tuple[str, ...]) -> int | None:
    """Which cell (from 0) would a spreadsheet run as a formula? None if there is none; plain numbers are none."""
    for index, cell in enumerate(cells):
        if cell.startswith(_FORMULA_STARTS) and not cell[1:].replace(".", "", 1).isdigit():
            return index
    return None


def check_is_text(file: SentFile, max_bytes: int = MAX_BYTES) -> None:
    """Raises UnreadableFileError if the file is too big, empty, a workbook, UTF-16 or not text at all."""
    if file.size > max_bytes:
        raise UnreadableFileError(
            f"{file.name} is {_megabytes(file.size)} MB; at most {_megabytes(max_bytes)} MB can be read. "
            "Check that it is the right file, or send one authority and one year at a time"
        )
    with file.open() as opened:
        start = opened.read(_BYTES_LOOKED_AT)
    reason = _not_text(start)
    if reason:
        raise UnreadableFileError(f"{file.name} {reason}")


def _not_text(start: bytes) -> str:
    if not start.strip():
        return "is empty"
    if start.startswith(b"PK\x03\x04"):
        return "is an Excel workbook or a zip file; save the sheet as “CSV UTF-8” and send that"
    odd, even = start[1::2].count(0), start[0::2].count(0)
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or max(odd, even) > len(start) // 4 > min(odd, even) * 4:
        return "is in UTF-16; save it as “CSV UTF-8” and send it again"
    if b"\0" in start:
        return "is not a text file; send the table as CSV"
    return ""


def _records(file: SentFile) -> Iterator[Row]:
    number = 0
    with file.open() as opened, io.TextIOWrapper(opened, encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(_sound_lines(text), strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                yield Row(number, tuple(cell.strip(" \u00a0") for cell in cells))
        except UnicodeDecodeError as error:
            raise UnreadableFileError(
                f"{file.name} is not in UTF-8 (after row {number}); save it as “CSV UTF-8” and send it again"
            ) from error
        except csv.Error as error:
            raise UnreadableFileError(
                f"{file.name} cannot be read as CSV after row {number}: {error}. Mend that row and save it again"
            ) from error


def _sound_lines(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        if "\0" in line:
            raise csv.Error("it holds a NUL character, which no text has")
        if len(line) > _MAX_LINE:
            raise csv.Error("the line is far too long for a row of a table")
        yield line


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.0f}"
