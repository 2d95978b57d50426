"""The tables of a return as columns of text, read at once, with the line each row stands on.

A file is plain when every line is one row of unquoted cells (or of simply quoted ones). Any other file is read row by
row as `csv_rows` does; both give the same table.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from nearhome.needs.calculations.standard import Table
from nearhome.tables.csv_files import Row, SentFile, UnreadableFileError, csv_rows

BLANKS = " \u00a0"
_LONGEST_LINE = 1_000_000
_MOST_ODD = 2_000
_SIMPLY_QUOTED = re.compile(rb'(?:(?:"[^",\n]*+"|[^",\n]*+)(?:,|\n))*+')

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class OddRow:
    """A row with too few or too many cells: where it stands, and the child and authority it seems to be about."""

    row: int
    child: str
    authority: str


@dataclass(frozen=True, slots=True)
class TextFile:
    """One recognised file, its lines, and its well-shaped rows either as `body` (plain) or as `cells`.

    `lines` are the places in `content` where lines begin, with its end; `rows` the row numbers of the body or cells.
    """

    name: str
    table: Table
    headings: tuple[str, ...]
    is_pooled: bool
    content: bytes
    is_plain: bool
    lines: Numbers
    rows: Numbers
    body: bytes = b""
    cells: tuple[tuple[str, ...], ...] = ()
    odd: tuple[OddRow, ...] = ()

    @property
    def key(self) -> tuple[str, tuple[str, ...], bool]:
        """Files with the same key can be read as one table."""
        return self.table.name, self.headings, self.is_pooled

    def only(self, rows: Sequence[int]) -> bytes:
        """The file with every line emptied but the headings and these rows, so that row numbers stay."""
        pieces, at = [self.content[: self.lines[1]]], 1
        for row in sorted(rows):
            pieces.append(b"\n" * (row - 1 - at))
            pieces.append(self.content[self.lines[row - 1] : self.lines[row]])
            at = row
        return b"".join(pieces)


def text_file(sent: SentFile, content: bytes, headings: tuple[str, ...], table: Table, *, is_pooled: bool) -> TextFile:
    """The rows of a recognised file. `content` are its bytes without a byte-order mark."""
    as_sent, content = content, content.replace(b"\r\n", b"\n")
    if not content.endswith(b"\n"):
        content += b"\n"
    lines = _line_starts(content)
    if not _is_plain(content, lines):
        return _row_by_row(sent, as_sent, headings, table, is_pooled=is_pooled)
    bare = content.replace(b'"', b"")
    bare_lines = lines if len(bare) == len(content) else _line_starts(bare)
    good, odd = _sorted_out(bare, bare_lines, headings)
    if odd is None:
        return _row_by_row(sent, as_sent, headings, table, is_pooled=is_pooled)
    body = _body(bare, bare_lines, good)
    rows = good.astype(np.int64) + 1
    return TextFile(sent.name, table, headings, is_pooled, content, True, lines, rows, body, odd=odd)


def text_table(files: Sequence[tuple[int, TextFile]]) -> pl.DataFrame:
    """Files with the same key as one table of trimmed text, with `part` (the number given to each file) and `row`."""
    _, first = files[0]
    plain = [(part, file) for part, file in files if file.is_plain]
    tables = [_plain_table(plain)] if plain else []
    tables += [_cells_table(part, file) for part, file in files if not file.is_plain]
    together = pl.concat(tables) if len(tables) > 1 else tables[0]
    is_blank = pl.all_horizontal(pl.col(name) == "" for name in first.headings)
    return together.filter(~is_blank) if (together["CHILD"] == "").any() else together


def _line_starts(content: bytes) -> Numbers:
    ends = np.flatnonzero(np.frombuffer(content, dtype=np.uint8) == ord("\n")) + 1
    return np.concatenate((np.zeros(1, dtype=np.int64), ends.astype(np.int64)))


def _is_plain(content: bytes, lines: Numbers) -> bool:
    if b"\r" in content or b"\0" in content or int(np.diff(lines).max()) > _LONGEST_LINE:
        return False
    if b'"' in content and not _SIMPLY_QUOTED.fullmatch(content):
        return False
    try:
        content.isascii() or content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _sorted_out(bare: bytes, lines: Numbers, headings: tuple[str, ...]) -> tuple[Numbers, tuple[OddRow, ...] | None]:
    """The numbers of the lines (from 0) that have a cell for each heading, and the others that are not empty."""
    commas = np.flatnonzero(np.frombuffer(bare, dtype=np.uint8) == ord(","))
    counts = np.diff(np.searchsorted(commas, lines))
    fits = counts == len(headings) - 1
    odd = np.flatnonzero(~fits & (np.diff(lines) > 1))
    good = np.flatnonzero(fits)
    if len(odd) > _MOST_ODD:
        return good, None
    split = [(int(at), bare[lines[at] : lines[at + 1] - 1].decode().split(",")) for at in odd if at]
    rows = (Row(at + 1, tuple(cell.strip(BLANKS) for cell in cells)) for at, cells in split)
    return good[good > 0], tuple(_odd_row(row, headings) for row in rows if any(row.cells))


def _odd_row(row: Row, headings: tuple[str, ...]) -> OddRow:
    cells = dict(zip(headings, row.cells, strict=False))
    return OddRow(row.number, cells.get("CHILD", ""), cells.get("LA", ""))


def _body(bare: bytes, lines: Numbers, good: Numbers) -> bytes:
    if len(good) == len(lines) - 2:
        return bare[int(lines[1]) :]
    edges = np.flatnonzero(np.diff(good) != 1) + 1
    runs = pairwise([0, *edges.tolist(), len(good)]) if len(good) else iter(())
    return b"".join(bare[lines[good[start]] : lines[good[end - 1] + 1]] for start, end in runs)


def _row_by_row(
    sent: SentFile, content: bytes, headings: tuple[str, ...], table: Table, *, is_pooled: bool
) -> TextFile:
    good: list[Row] = []
    odd: list[OddRow] = []
    for row in _until_unreadable(sent):
        if len(row.cells) == len(headings):
            good.append(row)
        else:
            odd.append(_odd_row(row, headings))
    return TextFile(
        sent.name, table, headings, is_pooled, content, False, np.zeros(0, dtype=np.int64),
        np.array([row.number for row in good], dtype=np.int64), cells=tuple(row.cells for row in good), odd=tuple(odd),
    )  # fmt: skip


def _until_unreadable(sent: SentFile) -> Iterator[Row]:
    try:
        yield from csv_rows(sent)
    except UnreadableFileError:
        return  # the careful reading says so, with the row


def _plain_table(files: Sequence[tuple[int, TextFile]]) -> pl.DataFrame:
    headings = files[0][1].headings
    body = b"".join(file.body for _, file in files)
    if not body:
        table = pl.DataFrame(schema=dict.fromkeys(headings, pl.String))
    else:
        table = pl.read_csv(
            body, has_header=False, new_columns=list(headings), infer_schema=False, quote_char=None
        )  # fmt: skip
    rows = np.concatenate([file.rows for _, file in files])
    if table.height != len(rows):
        raise AssertionError(f"{len(rows)} lines were read as {table.height} rows")
    return _trimmed(table, headings).with_columns(
        pl.Series("part", np.repeat([part for part, _ in files], [len(file.rows) for _, file in files]), pl.UInt32),
        pl.Series("row", rows, pl.UInt32),
    )


def _cells_table(part: int, file: TextFile) -> pl.DataFrame:
    columns = list(zip(*file.cells, strict=True)) or [()] * len(file.headings)
    table = pl.DataFrame(
        [pl.Series(name, cells, pl.String) for name, cells in zip(file.headings, columns, strict=True)]
    )
    return table.with_columns(pl.lit(part, pl.UInt32).alias("part"), pl.Series("row", file.rows, pl.UInt32))


def _trimmed(table: pl.DataFrame, headings: tuple[str, ...]) -> pl.DataFrame:
    return table.with_columns(pl.col(name).str.strip_chars(BLANKS).fill_null("") for name in headings)
