"""Opening a workbook that somebody sent, apart from the site: a crafted file of a kilobyte can ask for all memory there is.

A workbook is read by a process of its own (`workbook_process`) with a limit on its memory and time, so that the worst file
costs its sender an error and nobody else anything.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec

from nearhome.tables.csv_files import Row, UnreadableFileError

MEMORY_BYTES = 1024 * 1024 * 1024
SECONDS = 60
MOST_TEXT_BYTES = 128 * 1024 * 1024
_PROGRAM = "nearhome.tables.workbook_process"
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet: its name and its rows of text, numbered as a spreadsheet numbers them."""

    name: str
    rows: tuple[Row, ...]


class _Read(msgspec.Struct):
    """What the process answers of one sheet: rows as (number, cells)."""

    name: str
    rows: list[tuple[int, list[str]]]


def workbook_sheets(name: str, content: bytes, *, only_first: bool = False) -> tuple[WorkbookSheet, ...]:
    """The sheets of an Excel or OpenDocument workbook, in its order.

    Raises UnreadableFileError if it cannot be opened, or asks for more memory or time than any real list needs.
    """
    command = [sys.executable, "-m", _PROGRAM, str(MEMORY_BYTES), str(SECONDS), str(MOST_TEXT_BYTES)]
    try:
        done = subprocess.run(
            [*command, "first" if only_first else "all"],
            input=content, capture_output=True, timeout=2 * SECONDS, check=False, cwd=_ROOT,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError(_too_much(name)) from error
    if done.returncode == 1:
        raise UnreadableFileError(f"{name} cannot be opened as a workbook; save it again as .xlsx or as “CSV UTF-8”")
    if done.returncode:
        raise UnreadableFileError(_too_much(name))
    sheets = msgspec.json.decode(done.stdout, type=list[_Read])
    return tuple(WorkbookSheet(one.name, tuple(Row(at, tuple(cells)) for at, cells in one.rows)) for one in sheets)


def _too_much(name: str) -> str:
    return f"{name} is more than can be read; copy the rows that matter into a new workbook and send that"
