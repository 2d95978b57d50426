"""An invoice sent as a file: CSV or Excel, with the columns that the download of a month's payments has."""

from collections.abc import Iterator, Mapping, Sequence

from nearhome.settlement.importers.invoice_rows import RowFault, SentLine, lines_from_rows
from nearhome.tables.csv_files import UnreadableFileError, csv_headings, csv_rows, sent_files
from nearhome.tables.workbooks import workbook_sheets

MOST_BYTES = 5 * 1024 * 1024
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
    sheets = workbook_sheets(name, content, only_first=True)
    rows = sheets[0].rows if sheets else ()
    for place, row in enumerate(rows[:_HEADINGS_WITHIN]):
        if sum(bool(_column(cell)) for cell in row.cells) >= len(NEEDED):
            return row.cells, ((each.number, each.cells) for each in rows[place + 1 :])
    raise UnreadableFileError(f"{name} has no row that names the columns; its first sheet must begin with one")
