"""Reading a provider register from CSV or from an Excel workbook."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nearhome.market.calculations.register import (
    NEEDED,
    RegisterProblem,
    RegisterRow,
    Severity,
    match_columns,
    missing_columns,
    normalised,
    parse_register_row,
)
from nearhome.tables.csv_files import (
    MAX_BYTES,
    Row,
    SentFile,
    UnreadableFileError,
    check_is_text,
    csv_headings,
    csv_rows,
    formula_in,
    sent_files,
)
from nearhome.tables.workbooks import workbook_sheets

_HEADINGS_WITHIN = 20
_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of text with its headings; a CSV file is one sheet without a name."""

    file: str
    name: str
    headings: tuple[str, ...]
    rows: Iterator[Row]


@dataclass(slots=True)
class RegisterReading:
    """A register as it was read: the good rows, what was wrong, and which columns each sheet lacked."""

    rows: list[RegisterRow] = field(default_factory=list)
    problems: list[RegisterProblem] = field(default_factory=list)
    columns_not_found: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sheets_not_read: list[str] = field(default_factory=list)
    rows_refused: int = 0

    @property
    def is_readable(self) -> bool:
        """Was any sheet a register?"""
        return bool(self.columns_not_found)


def read_register(source: Path | Mapping[str, bytes], *, max_bytes: int = MAX_BYTES) -> RegisterReading:
    """Read a provider register from a CSV file or an Excel workbook, given as a path or as uploaded bytes.

    Sheets without a URN, a type and a name (notes, registration conditions) are passed over and named. A bad row is
    left out and said in `problems`; it never loses the good ones.
    """
    reading = RegisterReading()
    for sent in sent_files(source):
        try:
            for sheet in _sheets(sent, max_bytes):
                _read_sheet(reading, sheet)
        except UnreadableFileError as error:
            _say(reading, sent.name, "", "encoding", str(error))
    if not reading.is_readable and not reading.problems:
        sheets = ", ".join(name or "the file" for name in reading.sheets_not_read) or "no file"
        message = f"No list of providers was found (looked at {sheets}); it needs URN, provider type and name"
        _say(reading, "", "", "columns", message)
    return reading


def _sheets(sent: SentFile, max_bytes: int) -> Iterator[Sheet]:
    if not sent.name.lower().endswith(_WORKBOOKS):
        check_is_text(sent, max_bytes)
        yield Sheet(sent.name, "", csv_headings(sent, max_bytes), csv_rows(sent))
        return
    if sent.size > max_bytes:
        raise UnreadableFileError(f"{sent.name} is larger than {max_bytes // 1024 // 1024} MB; send the register alone")
    with sent.open() as opened:
        content = opened.read()
    for sheet in workbook_sheets(sent.name, content):
        at = next((index for index, row in enumerate(sheet.rows[:_HEADINGS_WITHIN]) if _is_headings(row.cells)), None)
        headings = sheet.rows[at].cells if at is not None else ()
        yield Sheet(sent.name, sheet.name, headings, iter(sheet.rows[at + 1 :] if at is not None else ()))


def _is_headings(cells: Sequence[str]) -> bool:
    return set(NEEDED) <= set(match_columns(cells))


def _read_sheet(reading: RegisterReading, sheet: Sheet) -> None:
    found = match_columns(sheet.headings)
    where = sheet.name or sheet.file
    if not _is_headings(sheet.headings):
        reading.sheets_not_read.append(where)
        return
    reading.columns_not_found[where] = missing_columns(found)
    is_settings = "setting category" in {normalised(heading) for heading in sheet.headings}
    for row in sheet.rows:
        if any(row.cells):
            _read_row(reading, sheet, row, found, is_settings)


def _read_row(reading: RegisterReading, sheet: Sheet, row: Row, found: Mapping[str, int], is_settings: bool) -> None:
    cells = {name: row.cells[index] if index < len(row.cells) else "" for name, index in found.items()}
    # Only the columns we read are looked at: a telephone number may well begin with +.
    at = formula_in(tuple("" if cell == "-" else cell for cell in cells.values()))
    if at is not None:
        name, cell = list(cells.items())[at]
        message = f"The cell begins with “{cell[0]}”, which a spreadsheet would run as a formula; send its value"
        problems = [(name, "formula", message, Severity.ERROR)]
        good = None
    else:
        good, problems = parse_register_row(row.number, cells, is_settings_sheet=is_settings)
    urn = cells.get("urn", "")[:20]
    reading.problems.extend(RegisterProblem(sheet.file, sheet.name, row.number, urn, *problem) for problem in problems)
    if good is None:
        reading.rows_refused += 1
    else:
        reading.rows.append(good)


def _say(reading: RegisterReading, file: str, sheet: str, rule: str, message: str) -> None:
    reading.problems.append(RegisterProblem(file, sheet, 0, "", "", rule, message))
