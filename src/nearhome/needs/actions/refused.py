"""Which earlier rows a load must leave alone, because their newer version was refused."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from nearhome.needs.importers.return_files import ReturnReading


@dataclass(frozen=True, slots=True)
class Refused:
    """Children with a refused row, by table, and tables in which it cannot be said whose row was refused."""

    children: dict[str, set[str]]
    whole_tables: set[str]

    def keeps(self, table: str, child_ref: str) -> bool:
        """Must this child's earlier rows of the table stay?"""
        return table in self.whole_tables or child_ref in self.children[table]


def refused_rows(reading: ReturnReading, known_refs: Collection[str]) -> Refused:
    """What the reading refused. A refused row of a child nobody knows may be anybody's: then the table stays whole."""
    table_of = {file.sent.name: file.table.name for file in reading.files}
    children: dict[str, set[str]] = defaultdict(set)
    whole: set[str] = set()
    for problem in reading.problems:
        table = table_of.get(problem.file)
        if table is None or not problem.refuses_row:
            continue
        if problem.row and problem.child in known_refs:
            children[table].add(problem.child)
        else:
            whole.add(table)
    for table in ("Header", "Episodes"):
        children[table] |= reading.refused_children
    return Refused(children, whole)
