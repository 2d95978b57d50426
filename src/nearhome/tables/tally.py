"""What a load adds, changes, leaves, removes and refuses, and its problems: counted, with the first examples."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

WHAT = ("added", "changed", "unchanged", "removed", "refused")
EXAMPLES, REMOVED_LISTED = 5, 200


@dataclass(slots=True)
class Tally:
    """Counts of one load, table by table."""

    tables: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(lambda: dict.fromkeys(WHAT, 0)))
    examples: dict[str, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))

    def note(self, table: str, what: str, words: str) -> None:
        """Count one row, and keep its words if it is among the first."""
        self.tables[table][what] += 1
        kept = self.examples[table][what]
        if len(kept) < (REMOVED_LISTED if what == "removed" else EXAMPLES):
            kept.append(words)

    def add(self, table: str, what: str, rows: int) -> None:
        """Count several rows at once."""
        if rows:
            self.tables[table][what] += rows

    def total(self, what: str) -> int:
        """Over all tables."""
        return sum(counts[what] for counts in self.tables.values())

    def as_json(self) -> dict[str, Any]:
        """For the record of the load."""
        shown = {table: {what: rows for what, rows in kept.items() if rows} for table, kept in self.examples.items()}
        return {"tables": {table: dict(counts) for table, counts in self.tables.items()}, "examples": shown}


@dataclass(frozen=True, slots=True)
class TableCounts:
    """What a load did, or would do, with one table."""

    table: str
    added: int
    changed: int
    unchanged: int
    removed: int
    refused: int

    @property
    def numbers(self) -> tuple[int, int, int, int, int]:
        """In the order of WHAT."""
        return self.added, self.changed, self.unchanged, self.removed, self.refused


@dataclass(frozen=True, slots=True)
class Counted:
    """A rule or a child, how many errors and warnings it has, and one of its messages."""

    name: str
    errors: int
    warnings: int
    example: str


def tables_of(counts: dict[str, Any]) -> list[TableCounts]:
    """What a load did with each table, Header and Episodes first."""
    first = ("Header", "Episodes")
    tables = counts.get("tables", {})
    names = [*(name for name in first if name in tables), *sorted(name for name in tables if name not in first)]
    return [TableCounts(name, *(tables[name].get(what, 0) for what in WHAT)) for name in names]


def examples_of(counts: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """(table, what happened, the first rows) of everything that is not unchanged."""
    found = counts.get("examples", {})
    return [
        (table, what, found[table][what])
        for table in sorted(found)
        for what in WHAT
        if what != "unchanged" and found[table].get(what)
    ]


def counted(problems: Sequence[Any], name: str) -> list[Counted]:
    """Problems, stored or not, grouped by one of their fields; those without it are the whole file's."""
    groups: dict[str, list[Any]] = {}
    for one in problems:
        groups.setdefault(str(getattr(one, name)) or "No child: the file", []).append(one)
    rows = [_counted(key, group) for key, group in groups.items()]
    return sorted(rows, key=lambda row: (-row.errors, -row.warnings, row.name))


def _counted(key: str, group: Sequence[Any]) -> Counted:
    errors = sum(one.severity == "error" for one in group)
    return Counted(key, errors, len(group) - errors, group[0].message)
