"""An invoice sent as a file: CSV or Excel, with the columns that the download of a month's payments has."""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from nearhome.settlement.importers.invoice_rows import RowFault, SentLine, lines_from_rows
from nearhome.tables.csv_files import UnreadableFileError, csv_headings, csv_rows, sent_files

MOST_BYTES = 5 * 1024 * 1024
_MOST_UNPACKED = 100 * 1024 * 1024
_HEADINGS_WITHIN = 10
# The published layout: a column's own name first, then others it is known by.
COLUMNS = {
    "child_ref": ("child", "child reference", "booking reference", "reference"),
    "home": ("home", "home name"),
    "place": ("place", "bed"),
    "first_night": ("first night", "from", "start date"),
    "last_night": ("last night", "to", "end date"),
    "nights": ("nights",),
    "weekly_price": ("weekly price", "weekly rate"),
    "element": ("element",),
    "kind": ("kind",),
    "paid_by": ("paid by",),
    "amount": ("amount",),
}
NEEDED = ("child_ref", "first_night", "last_night", "amount")


def read_invoice(name: str, content: bytes, payer: str = "") -> tuple[tuple[SentLine, ...], tuple[RowFault, ...]]:
    """The lines of the file, or everything that is wrong with it. Columns that are not ours are passed over."""
    try:
        headings, rows = _workbook(name, content) if name.lower().endswith(".xlsx") else _csv(name, content)
        found = {_column(heading): place for place, heading in reversed(list(enumerate(headings)))}
        missing = [COLUMNS[one][0].capitalize() for one in NEEDED if one not in found]
        if missing:
            words = (
                f"It has no column {' or '.join(f'“{one}”' for one in missing)}. The first row must name the columns."
            )
            return (), (RowFault(0, "", words),)
        return lines_from_rows(((number, _named(cells, found)) for number, cells in rows), payer)
    except UnreadableFileError as error:
        return (), (RowFault(0, "", f"{error}."),)


def _column(heading: str) -> str:
    words = " ".join(heading.lower().split())
    return next((name for name, known in COLUMNS.items() if words in known), "")


def _named(cells: Sequence[str], found: Mapping[str, int]) -> dict[str, str]:
    return {name: cells[place] if place < len(cells) else "" for name, place in found.items() if name}


def _csv(name: str, content: bytes) -> tuple[Sequence[str], Iterator[tuple[int, Sequence[str]]]]:
    sent = sent_files({name: content})[0]
    headings = csv_headings(sent, MOST_BYTES)
    # Our own downloads put an apostrophe before what a spreadsheet might run.
    return headings, ((row.number, [cell.removeprefix("'") for cell in row.cells]) for row in csv_rows(sent))


def _workbook(name: str, content: bytes) -> tuple[Sequence[str], Iterator[tuple[int, Sequence[str]]]]:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise UnreadableFileError(f"{name} unpacks to more than can be read; send the invoice alone")
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        cells = sheet.to_python(skip_empty_area=True)
    except (CalamineError, zipfile.BadZipFile, OSError, IndexError) as error:
        raise UnreadableFileError(f"{name} cannot be opened; save it again as .xlsx or as “CSV UTF-8”") from error
    first = (sheet.start[0] if sheet.start else 0) + 1
    rows = [(first + place, [_text(cell) for cell in row]) for place, row in enumerate(cells)]
    for place, (_, row) in enumerate(rows[:_HEADINGS_WITHIN]):
        if sum(bool(_column(cell)) for cell in row) >= len(NEEDED):
            return row, ((number, each) for number, each in rows[place + 1 :] if any(each))
    raise UnreadableFileError(f"{name} has no row that names the columns; its first sheet must begin with one")


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
