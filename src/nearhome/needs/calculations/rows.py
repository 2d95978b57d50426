"""The rows of a return as records: read from text, and written back as the return has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from nearhome.needs.calculations.fields import CellError, OtherYearError, parse_cell, written_date
from nearhome.needs.calculations.problems import Problem, Severity
from nearhome.needs.calculations.standard import Standard, Table

_SEX = {"1": "M", "2": "F"}


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row stood: the file, its row number (headings are row 1) and its collection year."""

    file: str
    row: int
    year: int


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """A child of the return. `sex` is M, F or U in every year; a pooled file has the first of the month of birth."""

    origin: Origin
    child: str
    sex: str
    born_on: date
    ethnicity: str
    upn: str
    is_mother: bool | None
    mothers_child_born_on: date | None


@dataclass(frozen=True, slots=True)
class EpisodeRow:
    """An episode of care. `ends_before` is DEC, the day on which the next episode may start; None while it runs."""

    origin: Origin
    child: str
    starts_on: date
    reason_new: str
    legal_status: str
    need: str
    place_type: str
    place_provider: str
    ends_before: date | None
    reason_ceased: str
    reason_place_change: str
    home_postcode: str
    place_postcode: str
    urn: str


@dataclass(frozen=True, slots=True)
class OtherRow:
    """A row of any other table; `key` tells it from the child's other rows, `values` are settled (dates YYYY-MM-DD)."""

    origin: Origin
    table: str
    child: str
    key: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A row's settled values, empty where a cell was missing or not accepted, and what is wrong with it."""

    values: Mapping[str, str]
    problems: tuple[Problem, ...]

    @property
    def is_refused(self) -> bool:
        """Is one of the problems an error?"""
        return any(problem.refuses_row for problem in self.problems)


def parse_row(
    table: Table, cells: Mapping[str, str], origin: Origin, standard: Standard, *, is_pooled: bool = False
) -> Parsed:
    """Every cell of a row checked against its column; all problems are found, not only the first.

    Columns the file does not have count as empty; only those it has can be missing their value. A code of another
    collection year is read with a warning.
    """
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for field in table.fields:
        values[field.column] = ""
        if field.column not in cells:
            continue
        try:
            values[field.column] = parse_cell(cells[field.column], field, standard, is_pooled=is_pooled)
        except CellError as error:
            values[field.column] = error.value if isinstance(error, OtherYearError) else ""
            is_refused = field.refuses_row and not values[field.column]
            severity = Severity.ERROR if is_refused else Severity.WARNING
            message = (
                str(error)
                if is_refused
                else f"{error}. The row is read {'with' if values[field.column] else 'without'} it"
            )
            child = cells.get("CHILD", "")[:20]
            problems.append(Problem(origin.file, origin.row, child, field.column, error.rule, message, severity))
    return Parsed(values, tuple(problems))


def header_row(values: Mapping[str, str], origin: Origin) -> HeaderRow:
    """The child in a parsed row of the Header table."""
    return HeaderRow(
        origin,
        values["CHILD"],
        _SEX.get(values["SEX"], values["SEX"]),
        date.fromisoformat(values["DOB"]),
        values["ETHNIC"],
        values["UPN"],
        {"0": False, "1": True}.get(values["MOTHER"]),
        _date(values["MC_DOB"]),
    )


def episode_row(values: Mapping[str, str], origin: Origin) -> EpisodeRow:
    """The episode in a parsed row of the Episodes table."""
    return EpisodeRow(
        origin,
        values["CHILD"],
        date.fromisoformat(values["DECOM"]),
        values["RNE"],
        values["LS"],
        values["CIN"],
        values["PLACE"],
        values["PLACE_PROVIDER"],
        _date(values["DEC"]),
        values["REC"],
        values["REASON_PLACE_CHANGE"],
        values["HOME_POST"],
        values["PL_POST"],
        values["URN"],
    )


def other_row(table: Table, values: Mapping[str, str], origin: Origin) -> OtherRow:
    """The record in a parsed row of any other table; the child's number is not repeated among the values."""
    key = "|".join(values[column] for column in table.key)
    kept = {column: value for column, value in values.items() if column != "CHILD"}
    return OtherRow(origin, table.name, values["CHILD"], key, kept)


def written_header(row: HeaderRow) -> dict[str, str]:
    """A child as the Header table of the return writes it (2025 and later: sex as M, F or U)."""
    mother = "" if row.is_mother is None else str(int(row.is_mother))
    cells: Sequence[str] = (
        row.child,
        row.sex,
        written_date(row.born_on),
        row.ethnicity,
        row.upn,
        mother,
        written_date(row.mothers_child_born_on),
    )
    return dict(zip(("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"), cells, strict=True))


def written_episode(row: EpisodeRow) -> dict[str, str]:
    """An episode as the Episodes table of the return writes it."""
    return {
        "CHILD": row.child,
        "DECOM": written_date(row.starts_on),
        "RNE": row.reason_new,
        "LS": row.legal_status,
        "CIN": row.need,
        "PLACE": row.place_type,
        "PLACE_PROVIDER": row.place_provider,
        "DEC": written_date(row.ends_before),
        "REC": row.reason_ceased,
        "REASON_PLACE_CHANGE": row.reason_place_change,
        "HOME_POST": row.home_postcode,
        "PL_POST": row.place_postcode,
        "URN": row.urn,
    }


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
