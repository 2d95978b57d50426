"""Workbooks that people send are read apart from the site: the worst file costs its sender an error, nobody else anything."""

import zipfile
from io import BytesIO

import pytest
import xlsxwriter

from nearhome.settlement.importers.invoice_files import read_invoice
from nearhome.tables import workbooks
from nearhome.tables.csv_files import UnreadableFileError
from nearhome.tables.workbooks import workbook_sheets

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
CELL = '<row r="{0}"><c r="{1}{0}"><v>1</v></c></row>'


def saved(*rows: tuple[int, list[object]]) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet("Made-up list")
        for number, cells in rows:
            sheet.write_row(number - 1, 0, cells)
        book.add_worksheet("Notes").write(0, 0, "made up")
    return out.getvalue()


def with_its_first_sheet(content: bytes, xml: str) -> bytes:
    """The same workbook, its first sheet written by hand."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for part in packed.infolist():
            made.writestr(part, xml if part.filename.endswith("sheet1.xml") else packed.read(part))
    return out.getvalue()


def test_rows_come_with_the_numbers_a_spreadsheet_shows_and_empty_ones_are_passed_over() -> None:
    listed, notes = workbook_sheets("list.xlsx", saved((2, ["Child", "Nights"]), (4, ["", 30]), (5, [1.5, "x "])))
    assert (listed.name, notes.name) == ("Made-up list", "Notes")
    assert [(row.number, row.cells) for row in listed.rows] == [
        (2, ("Child", "Nights")),
        (4, ("", "30")),
        (5, ("1.5", "x")),
    ]
    assert len(workbook_sheets("list.xlsx", saved((1, ["a"])), only_first=True)) == 1


def test_a_tiny_file_that_asks_for_all_memory_is_refused_and_says_what_to_do() -> None:
    content = with_its_first_sheet(saved(), SHEET.format(CELL.format(1, "A") + CELL.format(1_048_576, "XFD")))
    assert len(content) < 10_000
    with pytest.raises(UnreadableFileError, match="more than can be read; copy the rows that matter"):
        workbook_sheets("bomb.xlsx", content)
    lines, (fault,) = read_invoice("bomb.xlsx", content)
    assert not lines and "copy the rows that matter into a new workbook" in fault.words


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "SECONDS", 0)
    with pytest.raises(UnreadableFileError, match="more than can be read"):
        workbook_sheets("slow.xlsx", saved((1, ["a"])))


def test_more_text_than_any_list_needs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "MOST_TEXT_BYTES", 100)
    with pytest.raises(UnreadableFileError, match="more than can be read"):
        workbook_sheets("long.xlsx", saved((1, ["made-up " * 40])))


@pytest.mark.parametrize("content", [b"", b"noise", b"PK\x03\x04" + bytes(60)])
def test_what_is_no_workbook_says_how_to_save_it(content: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be opened as a workbook; save it again"):
        workbook_sheets("odd.xlsx", content)
