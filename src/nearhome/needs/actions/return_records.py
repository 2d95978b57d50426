"""The other tables of a return: streamed into a table of the transaction's own, then compared and written as sets."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.db import connection

from nearhome.needs.actions.refused import Refused
from nearhome.needs.importers.return_files import ReturnReading
from nearhome.people.models import Organisation
from nearhome.tables.tally import Tally

_NEEDED = ("Header", "Episodes")
# The day of birth is sealed elsewhere and never kept in the open beside a row.
_SEALED = frozenset({"DOB", "MC_DOB"})
Uasc = dict[str, tuple[bool, date | None]]

_STAGE = """
CREATE TEMPORARY TABLE IF NOT EXISTS needs_staged (
    child_ref text, year int, table_name text, row_key text, columns jsonb, number int)
    ON COMMIT DELETE ROWS;
TRUNCATE needs_staged;
"""
_KEEP_NEWEST = """
DELETE FROM needs_staged AS one USING needs_staged AS other
WHERE one.child_ref = other.child_ref AND one.year = other.year AND one.table_name = other.table_name
  AND one.row_key = other.row_key AND one.number < other.number
"""
_ON_RECORD = """
needs_child AS child ON child.authority_id = %(authority)s AND child.return_ref = staged.child_ref
LEFT JOIN needs_returnrecord AS kept ON kept.child_id = child.id AND kept.year = staged.year
  AND kept.table_name = staged.table_name AND kept.row_key = staged.row_key
"""
_COUNT = f"""
SELECT staged.table_name, count(*) FILTER (WHERE kept.id IS NULL),
       count(*) FILTER (WHERE kept.columns IS DISTINCT FROM kept.columns || staged.columns AND kept.id IS NOT NULL),
       count(*) FILTER (WHERE kept.columns = kept.columns || staged.columns)
FROM needs_staged AS staged LEFT JOIN {_ON_RECORD} GROUP BY 1
"""
_WRITE = f"""
INSERT INTO needs_returnrecord (child_id, authority_id, year, table_name, row_key, columns)
SELECT child.id, %(authority)s, staged.year, staged.table_name, staged.row_key, staged.columns
FROM needs_staged AS staged JOIN {_ON_RECORD}
WHERE kept.id IS NULL OR kept.columns IS DISTINCT FROM kept.columns || staged.columns
ON CONFLICT (child_id, year, table_name, row_key)
DO UPDATE SET columns = needs_returnrecord.columns || excluded.columns
"""
_GONE = """
FROM needs_returnrecord AS kept JOIN needs_child AS child ON child.id = kept.child_id
WHERE kept.authority_id = %(authority)s AND kept.year = %(year)s AND kept.table_name = ANY (%(tables)s)
  AND NOT kept.table_name || '|' || child.return_ref = ANY (%(refused)s)
  AND NOT EXISTS (
    SELECT 1 FROM needs_staged AS staged WHERE staged.child_ref = child.return_ref AND staged.year = kept.year
      AND staged.table_name = kept.table_name AND staged.row_key = kept.row_key)
"""
_UASC_ON_RECORD = """
SELECT child.return_ref, kept.year, kept.columns ->> 'DUC'
FROM needs_returnrecord AS kept JOIN needs_child AS child ON child.id = kept.child_id
WHERE kept.authority_id = %(authority)s AND kept.table_name = 'UASC' ORDER BY kept.year
"""
_UASC_STAGED = "SELECT child_ref, year, columns ->> 'DUC' FROM needs_staged WHERE table_name = 'UASC' ORDER BY year"


def stage_records(reading: ReturnReading, progress: Callable[[int], None]) -> None:
    """Stream every good row of the other tables into the transaction's own table; completes the reading's problems."""
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        with cursor.copy("COPY needs_staged FROM STDIN") as copy:
            for number, line in enumerate(_lines(reading)):
                copy.write_row((*line, number))
                if number % 1000 == 0:
                    progress(number)
        cursor.execute("ANALYZE needs_staged")
        if reading.form == "pooled":
            cursor.execute(_KEEP_NEWEST)


def _lines(reading: ReturnReading) -> Iterator[tuple[str, int, str, str, str]]:
    is_pooled = reading.form == "pooled"
    for row in reading.other_rows():
        columns = {
            name: value for name, value in row.values.items() if name not in _SEALED and (value or not is_pooled)
        }
        yield row.child, row.origin.year, row.table, row.key[:120], json.dumps(columns)


def uasc_of(authority: Organisation, reading: ReturnReading, refused: Refused) -> Uasc:
    """Whether each child is or was unaccompanied, and until when, from the newest UASC row of any year.

    A child whose row of this very year is gone from a corrected table no longer is; one without any row is left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UASC_ON_RECORD, {"authority": authority.pk})
        known = {(ref, year): ceased for ref, year, ceased in cursor.fetchall()}
        cursor.execute(_UASC_STAGED)
        staged = {(ref, year): ceased for ref, year, ceased in cursor.fetchall()}
    gone = {one for one in known if one not in staged and _is_gone(reading, refused, *one)}
    stay = [(year, ref, ceased) for (ref, year), ceased in (known | staged).items() if (ref, year) not in gone]
    found: Uasc = {ref: (False, None) for ref, _ in gone}
    return found | {
        ref: (True, date.fromisoformat(ceased) if ceased else None)
        for _, ref, ceased in sorted(stay, key=lambda one: one[0])
    }


def _is_gone(reading: ReturnReading, refused: Refused, ref: str, year: int) -> bool:
    return year == reading.year and "UASC" in tables_sent(reading) and not refused.keeps("UASC", ref)


def count_records(authority: Organisation, reading: ReturnReading, refused: Refused, tally: Tally) -> None:
    """What writing the staged rows would add, change, leave and remove."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"authority": authority.pk})
        for table, added, changed, unchanged in cursor.fetchall():
            tally.add(table, "added", added)
            tally.add(table, "changed", changed)
            tally.add(table, "unchanged", unchanged)
        words = "SELECT kept.table_name, child.return_ref || ' ' || replace(kept.row_key, '|', ' ')"
        cursor.execute(f"{words} {_GONE} ORDER BY 1, 2", _scope(authority, reading, refused))
        for table, said in cursor.fetchall():
            tally.note(table, "removed", said.strip())


def write_records(authority: Organisation, reading: ReturnReading, refused: Refused) -> None:
    """Add and change what was staged, and remove what a corrected return no longer has."""
    with connection.cursor() as cursor:
        scope = _scope(authority, reading, refused)
        cursor.execute(f"DELETE FROM needs_returnrecord WHERE id IN (SELECT kept.id {_GONE})", scope)
        cursor.execute(_WRITE, {"authority": authority.pk})


def _scope(authority: Organisation, reading: ReturnReading, refused: Refused) -> dict[str, Any]:
    return {
        "authority": authority.pk,
        "year": reading.year,
        "tables": sorted(tables_sent(reading) - refused.whole_tables),
        "refused": [f"{table}|{ref}" for table, refs in refused.children.items() for ref in refs],
    }


def tables_sent(reading: ReturnReading) -> set[str]:
    """Tables that were there whole; a pooled file may have left rows out, so that nothing is gone from it."""
    if reading.form == "pooled":
        return set()
    return {file.table.name for file in reading.files} - set(_NEEDED)
