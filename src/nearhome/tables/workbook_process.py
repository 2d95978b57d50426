"""Reads one workbook from standard input and writes its sheets as JSON, within limits. Run by `workbooks`, never imported.

Ends with 0; with 1 where the file is no workbook; in any other way where it asks for too much: a library that is refused
memory may simply abort.
"""

import sys
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from zipfile import BadZipFile

import msgspec
from python_calamine import CalamineError, CalamineWorkbook

TOO_MUCH = 3


def _limit(memory_bytes: int, seconds: int) -> None:
    """Where the system has such limits; the caller's own patience holds everywhere."""
    try:
        import resource
    except ImportError:
        return
    for what, limit in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _rows(book: CalamineWorkbook, name: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with anything in them."""
    sheet = book.get_sheet_by_name(name)
    first = (sheet.start[0] if sheet.start else 0) + 1
    for at, cells in enumerate(sheet.to_python(skip_empty_area=True), start=first):
        row = [_text(cell) for cell in cells]
        if any(row):
            yield at, row


def main(memory_bytes: int, seconds: int, most_text: int, only_first: bool) -> int:
    _limit(memory_bytes, seconds)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(sys.stdin.buffer.read()))
        names = book.sheet_names[:1] if only_first else book.sheet_names
        told = msgspec.json.encode([{"name": name, "rows": list(_rows(book, name))} for name in names])
    except (CalamineError, BadZipFile, OSError, ValueError):
        return 1
    except (MemoryError, OverflowError):
        return TOO_MUCH
    if len(told) > most_text:
        return TOO_MUCH
    sys.stdout.buffer.write(told)
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "first"))
