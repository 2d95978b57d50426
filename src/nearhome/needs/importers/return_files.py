"""Reading the CSV files of an SSDA903 return, or of its pooled regional form.

Rows are read one at a time. Children and episodes are kept, about half a kilobyte each, because the rules compare
them; the other tables, which hold most rows, are read again and handed on as they come.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nearhome.geography.authorities import authority_by_dfe, gss_codes_of
from nearhome.needs.calculations.chains import agreement_problems, chain_problems, header_problems
from nearhome.needs.calculations.problems import Problem, Severity
from nearhome.needs.calculations.rows import (
    EpisodeRow,
    HeaderRow,
    Origin,
    OtherRow,
    Parsed,
    episode_row,
    header_row,
    other_row,
    parse_row,
)
from nearhome.needs.calculations.standard import Recognition, Table, recognise, year_label
from nearhome.needs.importers.standard import FIRST_YEAR, all_tables, nearest_standard, standard
from nearhome.tables.csv_files import (
    MAX_BYTES,
    Row,
    SentFile,
    UnreadableFileError,
    csv_headings,
    csv_rows,
    formula_in,
    sent_files,
)

Source = Path | Mapping[str, bytes]
_NEEDED = ("Header", "Episodes")


@dataclass(frozen=True, slots=True)
class ReturnFile:
    """A file that was recognised as one of the return's tables."""

    sent: SentFile
    table: Table
    headings: tuple[str, ...]
    is_pooled: bool


@dataclass(slots=True)
class ReturnReading:
    """A return as it was read. `problems` is complete once `other_rows()` has been read to its end."""

    authority: str
    year: int
    files: tuple[ReturnFile, ...] = ()
    headers: dict[str, HeaderRow] = field(default_factory=dict)
    episodes: dict[str, tuple[EpisodeRow, ...]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows_read: dict[str, int] = field(default_factory=dict)
    rows_refused: dict[str, int] = field(default_factory=dict)
    rows_of_others: int = 0
    is_readable: bool = True
    refused_children: set[str] = field(default_factory=set)

    @property
    def form(self) -> str:
        """Is it an authority's own "return" or a region's "pooled" form?"""
        return "pooled" if any(file.is_pooled for file in self.files) else "return"

    def other_rows(self) -> Iterator[OtherRow]:
        """Every good row of the other tables, read from the files as asked for. Go through it once: it adds problems."""
        for file in self.files:
            if file.table.name not in _NEEDED:
                yield from _other_rows(self, file)


def read_return(
    source: Source, *, authority: str, year: int, max_bytes: int = MAX_BYTES, also_earlier: bool = False
) -> ReturnReading:
    """Read the return of an authority (DfE code) for a collection year from a folder or from uploaded files.

    A bad row is left out and said in `problems`; it never loses the good ones. Without a Header or an Episodes
    table `is_readable` is False. Raises ValueError if the year is not known, KeyError if the authority is not.
    With `also_earlier` a year before the first that is known is read by the rules of the first.
    """
    standard(max(year, FIRST_YEAR) if also_earlier else year)
    authority_by_dfe(authority)
    reading = ReturnReading(authority, year)
    reading.files = tuple(_recognised(reading, source, max_bytes))
    _check_complete(reading, source)
    if reading.is_readable:
        _read_headers(reading)
        _read_episodes(reading)
    return reading


def _recognised(reading: ReturnReading, source: Source, max_bytes: int) -> Iterator[ReturnFile]:
    seen: dict[str, str] = {}
    for sent in sent_files(source):
        if not sent.name.lower().endswith(".csv"):
            _say(reading, sent.name, "files", "It is not a CSV file and was not read", Severity.WARNING)
            continue
        file = _recognise_file(reading, sent, max_bytes)
        if file and file.table.name in seen:
            also = seen[file.table.name]
            _say(reading, sent.name, "files", f"It holds the {file.table.name} table, as {also} does; send one of them")
        elif file:
            seen[file.table.name] = sent.name
            yield file


def _recognise_file(reading: ReturnReading, sent: SentFile, max_bytes: int) -> ReturnFile | None:
    try:
        headings = csv_headings(sent, max_bytes)
    except UnreadableFileError as error:
        _say(reading, sent.name, "encoding", str(error))
        return None
    found = recognise(headings, all_tables())
    if len(set(headings)) < len(headings):
        twice = sorted(heading for heading, times in Counter(headings).items() if times > 1)
        _say(reading, sent.name, "columns", f"The column {_names(tuple(twice))} is there twice")
    elif found.table is None:
        _say(reading, sent.name, "columns", _why_not_recognised(found))
    elif (found.table.first_year or reading.year) > reading.year:
        message = f"The {found.table.name} table is not part of the {year_label(reading.year)} return and was not read"
        _say(reading, sent.name, "columns", message, Severity.WARNING)
    else:
        return ReturnFile(sent, found.table, headings, found.is_pooled)
    return None


def _why_not_recognised(found: Recognition) -> str:
    if not found.nearest:
        return f"Its columns ({_names(found.extra)}) are those of no table of the return; is it the right file?"
    parts = [f"It looks like the {found.nearest} table, but "]
    if found.missing:
        parts.append(f"it lacks {_names(found.missing)}")
    if found.extra:
        parts.append(f"{' and ' if found.missing else ''}it has {_names(found.extra)}, which the table does not")
    parts.append(". Write column names exactly, in capitals")
    return "".join(parts)


def _names(columns: tuple[str, ...]) -> str:
    shown = ["".join(letter for letter in name if letter.isprintable())[:30] or "(blank)" for name in columns[:8]]
    return ", ".join(shown) + (f" and {len(columns) - 8} more" if len(columns) > 8 else "")


def _check_complete(reading: ReturnReading, source: Source) -> None:
    names = {file.table.name for file in reading.files}
    for table in _NEEDED:
        if table not in names:
            found = ", ".join(f"{file.sent.name} ({file.table.name})" for file in reading.files)
            others = ", ".join(sent.name for sent in sent_files(source)[:8])
            what = f"found {found}" if found else f"found {others}" if others else "the folder is empty"
            _say(reading, "", "files", f"There is no {table} table among the files; {what}")
            reading.is_readable = False


def _read_headers(reading: ReturnReading) -> None:
    for file in _files_of(reading, "Header"):
        for parsed, origin in _parsed_rows(reading, file):
            if parsed.is_refused:
                reading.refused_children.add(parsed.values["CHILD"])
            else:
                _add_header(reading, file, header_row(parsed.values, origin))


def _add_header(reading: ReturnReading, file: ReturnFile, header: HeaderRow) -> None:
    earlier = reading.headers.get(header.child)
    if earlier and file.is_pooled:
        # A pooled file repeats the child in each year; the newest year holds, and of a year its last row.
        reading.headers[header.child] = max(header, earlier, key=lambda row: row.origin.year)
        return
    problems = header_problems(header)
    if earlier:
        message = f"This child is already in row {earlier.origin.row}; a child has one row in this table"
        problems.append(_row_problem(header.origin, header.child, "CHILD", "one row", message))
    if _accept(reading, file, problems):
        reading.headers[header.child] = header
    elif not earlier:
        reading.refused_children.add(header.child)


def _read_episodes(reading: ReturnReading) -> None:
    chains: dict[str, list[EpisodeRow]] = defaultdict(list)
    with_gaps: set[str] = set()
    for file in _files_of(reading, "Episodes"):
        for parsed, origin in _parsed_rows(reading, file):
            child = parsed.values["CHILD"]
            if parsed.is_refused:
                with_gaps.add(child)
            elif _accept(reading, file, _not_in_header(reading, child, origin)):
                chains[child].append(episode_row(parsed.values, origin))
        for child, chain in chains.items():
            rows = _newest(chain) if file.is_pooled else chain
            reading.episodes[child] = _check_chain(reading, file, rows, has_gaps=child in with_gaps)


def _check_chain(
    reading: ReturnReading, file: ReturnFile, chain: list[EpisodeRow], *, has_gaps: bool
) -> tuple[EpisodeRow, ...]:
    problems = chain_problems(reading.headers[chain[0].child].born_on, chain, has_gaps=has_gaps)
    refused = {problem.row for problem in problems if problem.refuses_row}
    reading.problems.extend(problems)
    _count(reading.rows_refused, file, len(refused))
    good = [row for row in chain if row.origin.row not in refused]
    return tuple(sorted(good, key=lambda row: row.starts_on))


def _newest(chain: list[EpisodeRow]) -> list[EpisodeRow]:
    """A pooled file repeats an episode in each year it ran; the newest year's row holds."""
    by_start = {row.starts_on: row for row in sorted(chain, key=lambda row: row.origin.year)}
    return list(by_start.values())


def _other_rows(reading: ReturnReading, file: ReturnFile) -> Iterator[OtherRow]:
    seen: dict[tuple[str, str], int] = {}
    for parsed, origin in _parsed_rows(reading, file):
        if parsed.is_refused:
            continue
        row = other_row(file.table, parsed.values, origin)
        problems = _not_in_header(reading, row.child, origin)
        if not problems:
            problems = agreement_problems(row, reading.headers[row.child])
        key = (row.child, "" if file.table.one_row_per_child and not file.is_pooled else row.key)
        if key in seen and not file.is_pooled:
            message = f"It repeats row {seen[key]}; keep one of them"
            problems.append(_row_problem(origin, row.child, "CHILD", "one row", message))
        seen.setdefault(key, origin.row)
        if _accept(reading, file, problems):
            yield row


def _not_in_header(reading: ReturnReading, child: str, origin: Origin) -> list[Problem]:
    if child in reading.headers:
        return []
    if child in reading.refused_children:
        message = "The row of this child in the Header table was refused; mend that one first"
    else:
        message = "This child is not in the Header table; add the child there or mend the number"
    return [_row_problem(origin, child, "CHILD", "in Header", message)]


def _parsed_rows(reading: ReturnReading, file: ReturnFile) -> Iterator[tuple[Parsed, Origin]]:
    """Each row of the authority, parsed; problems of its cells are recorded, also for a row that is refused."""
    try:
        for row in csv_rows(file.sent):
            cells = dict(zip(file.headings, row.cells, strict=False))
            if file.is_pooled and not _is_of(reading.authority, cells):
                reading.rows_of_others += 1
                continue
            _count(reading.rows_read, file, 1)
            parsed = _parse(reading, file, row, cells)
            reading.problems.extend(parsed.problems)
            _count(reading.rows_refused, file, int(parsed.is_refused))
            yield parsed, Origin(file.sent.name, row.number, _year_of(reading, file, cells))
    except UnreadableFileError as error:
        _say(reading, file.sent.name, "encoding", f"{error}. The rows before it were read")


def _parse(reading: ReturnReading, file: ReturnFile, row: Row, cells: dict[str, str]) -> Parsed:
    origin = Origin(file.sent.name, row.number, _year_of(reading, file, cells))
    wrong = _wrong_shape(file, row, origin, reading.authority)
    if wrong:
        return Parsed(defaultdict(str, CHILD=wrong.child), (wrong,))
    if file.is_pooled:
        cells = cells | {"CHILD": _without_authority(cells["CHILD"], reading.authority)}
    return parse_row(file.table, cells, origin, nearest_standard(origin.year), is_pooled=file.is_pooled)


def _wrong_shape(file: ReturnFile, row: Row, origin: Origin, authority: str) -> Problem | None:
    cells = dict(zip(file.headings, row.cells, strict=False))
    sent = cells.get("CHILD", "")
    child = (_without_authority(sent, authority) if file.is_pooled else sent)[:20]
    if len(row.cells) != len(file.headings):
        message = f"The row has {len(row.cells)} cells, the headings {len(file.headings)}; is a comma missing?"
        return _row_problem(origin, child, "", "columns", message)
    at = formula_in(row.cells)
    if at is None:
        return None
    message = f"The cell begins with “{row.cells[at][0]}”, which a spreadsheet would run as a formula; send its value"
    return _row_problem(origin, "" if file.headings[at] == "CHILD" else child, file.headings[at], "formula", message)


def _year_of(reading: ReturnReading, file: ReturnFile, cells: Mapping[str, str]) -> int:
    year = cells.get("YEAR", "") if file.is_pooled else ""
    return int(year) if year.isdecimal() and len(year) == 4 else reading.year


def _is_of(authority: str, cells: Mapping[str, str]) -> bool:
    known = authority_by_dfe(authority)
    return cells.get("LA", "").casefold() in {
        known.name.casefold(),
        authority,
        *map(str.casefold, gss_codes_of(authority)),
    }


def _without_authority(child: str, authority: str) -> str:
    """A pooled file ends a child's number with "_" and the authority's code; within one authority that says nothing."""
    number, _, code = child.rpartition("_")
    return number if number and code.upper() in {authority, *gss_codes_of(authority)} else child


def _accept(reading: ReturnReading, file: ReturnFile, problems: list[Problem]) -> bool:
    reading.problems.extend(problems)
    refused = any(problem.refuses_row for problem in problems)
    _count(reading.rows_refused, file, int(refused))
    return not refused


def _count(counts: dict[str, int], file: ReturnFile, rows: int) -> None:
    counts[file.table.name] = counts.get(file.table.name, 0) + rows


def _files_of(reading: ReturnReading, table: str) -> list[ReturnFile]:
    return [file for file in reading.files if file.table.name == table]


def _row_problem(origin: Origin, child: str, field_name: str, rule: str, message: str) -> Problem:
    return Problem(origin.file, origin.row, child, field_name, rule, message)


def _say(reading: ReturnReading, file: str, rule: str, message: str, severity: Severity = Severity.ERROR) -> None:
    reading.problems.append(Problem(file, 0, "", "", rule, message, severity))
