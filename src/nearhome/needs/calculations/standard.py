"""The return's standard for one collection year, and which of its tables a file is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

POOLED_COLUMNS = frozenset({"LA", "YEAR", "YEAR_latest", "Episode_source"})
_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a code set; years are collection years, None meaning no limit; `instead` is used in other years."""

    code: str
    label: str
    first_year: int | None
    last_year: int | None
    instead: str

    def valid_in(self, year: int) -> bool:
        """May it be used in this collection year?"""
        return (self.first_year or year) <= year <= (self.last_year or year)


@dataclass(frozen=True, slots=True)
class Field:
    """What a column holds: `kind` is text, date, partial_date, code, postcode, urn, upn or number."""

    column: str
    kind: str
    codes: str
    limit: int | None
    required: bool
    refuses_row: bool


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the return: its columns in order, what identifies a row beside the child, since which year."""

    name: str
    regional_name: str
    first_year: int | None
    key: tuple[str, ...]
    one_row_per_child: bool
    fields: tuple[Field, ...]
    needed_when_pooled: frozenset[str]

    @property
    def columns(self) -> tuple[str, ...]:
        """The column names in their usual order."""
        return tuple(field.column for field in self.fields)


@dataclass(frozen=True, slots=True)
class Standard:
    """The tables and code sets of one collection year (2026 is 1 April 2025 to 31 March 2026)."""

    year: int
    tables: tuple[Table, ...]
    codes: Mapping[str, Mapping[str, Code]]

    @property
    def label(self) -> str:
        """The year as people write it: 2025/26."""
        return year_label(self.year)

    def table(self, name: str) -> Table:
        """The table with this name. Raises KeyError if this year has none."""
        return {table.name: table for table in self.tables}[name]

    def valid_codes(self, codes: str) -> tuple[str, ...]:
        """The codes of a set that may be used this year."""
        return tuple(code.code for code in self.codes[codes].values() if code.valid_in(self.year))


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which table a file is. `table` is None if it is none; `nearest` then names the one it resembles, if any."""

    table: Table | None
    is_pooled: bool = False
    nearest: str = ""
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


def year_label(year: int) -> str:
    """A collection year as people write it: 2026 is 2025/26."""
    return f"{year - 1}/{year % 100:02d}"


def year_bounds(year: int) -> tuple[date, date]:
    """First and last day of a collection year: 2026 is 1 April 2025 to 31 March 2026."""
    return date(year - 1, 4, 1), date(year, 3, 31)


def recognise(columns: Iterable[str], tables: Iterable[Table]) -> Recognition:
    """Which table has exactly these columns, in any order? If none, which is nearest and what differs?

    A pooled regional file has LA and YEAR beside them and may lack columns that were dropped before sharing.
    """
    found, known = frozenset(columns), tuple(tables)
    if {"LA", "YEAR"} <= found:
        return _recognise_pooled(found, known)
    for table in known:
        if frozenset(table.columns) == found:
            return Recognition(table)
    return _nearest(found, known, is_pooled=False)


def _recognise_pooled(found: frozenset[str], tables: tuple[Table, ...]) -> Recognition:
    own = found - POOLED_COLUMNS
    fitting = [table for table in tables if table.needed_when_pooled <= own <= frozenset(table.columns)]
    if fitting:
        return Recognition(max(fitting, key=lambda table: _likeness(own, table)), is_pooled=True)
    return _nearest(own, tables, is_pooled=True)


def _nearest(found: frozenset[str], tables: tuple[Table, ...], *, is_pooled: bool) -> Recognition:
    best = max(tables, key=lambda table: _likeness(_capitals(found), table))
    if _likeness(_capitals(found), best) < _ALIKE:
        return Recognition(None, is_pooled, extra=tuple(sorted(found)))
    needed = best.needed_when_pooled if is_pooled else frozenset(best.columns)
    missing = tuple(column for column in best.columns if column in needed - found)
    return Recognition(None, is_pooled, best.name, missing, tuple(sorted(found - frozenset(best.columns))))


def _capitals(found: frozenset[str]) -> frozenset[str]:
    return frozenset(column.upper() for column in found)


def _likeness(found: frozenset[str], table: Table) -> float:
    columns = frozenset(table.columns)
    return len(found & columns) / len(found | columns)
