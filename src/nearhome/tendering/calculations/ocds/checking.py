"""What is wrong with a package, in sentences: a field that may not leave, a missing one, a wrong value, a broken reference.

Stricter than the standard's schema, which lets a misspelt or unlisted field through. It is the list of what may be published
(`reference/ocds_fields.toml`) that keeps everything about a child inside.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from nearhome.tendering.calculations.ocds.fields import Field, FieldTable, Json

MOST = 200


def complaints(package: Any, table: FieldTable) -> tuple[str, ...]:
    """Every fault of a release or record package, each with where it is; () if there is none. At most 200 are named."""
    if not isinstance(package, dict) or ("releases" in package) is ("records" in package):
        return ("This is not a package of releases or of records: it needs “releases”, or “records”, at its top",)
    kind = "ReleasePackage" if "releases" in package else "RecordPackage"
    found = list(_of_object(package, kind, "", table))
    if not found:
        found += [fault for release in _releases(package) for fault in _references(release)]
    return (*found[:MOST], *([f"and {len(found) - MOST:,} more"] if len(found) > MOST else []))


def _releases(package: Json) -> Iterator[Json]:
    yield from package.get("releases", ())
    for record in package.get("records", ()):
        yield from record["releases"]
        yield from filter(None, [record.get("compiledRelease")])


def _of_object(value: Any, kind: str, where: str, table: FieldTable) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where or 'the file'} must be an object in braces"
        return
    fields = table.of(kind)
    for name in value:
        if name not in fields:
            yield f"{_at(where, name)} is not a field that may be published. Remove it"
    for name, field in fields.items():
        if name in value:
            yield from _of_field(value[name], field, _at(where, name), table)
        elif field.is_required:
            yield f"{_at(where, name)} is missing"


def _of_field(value: Any, field: Field, where: str, table: FieldTable) -> Iterator[str]:
    if not field.is_list:
        yield from _of_one(value, field.kind, where, table)
    elif not isinstance(value, list) or not value:
        yield f"{where} must be a list with something in it"
    else:
        for number, one in enumerate(value):
            yield from _of_one(one, field.kind, f"{where}[{number}]", table)


def _of_one(value: Any, kind: str, where: str, table: FieldTable) -> Iterator[str]:
    if kind in table.objects:
        yield from _of_object(value, kind, where, table)
    elif kind in table.words:
        if value not in table.words[kind]:
            yield f"{where} must be one of {', '.join(table.words[kind])}"
    elif not _IS[kind](value):
        yield f"{where} must be {_WORDS[kind]}"


def _is_moment(value: Any) -> bool:
    try:
        return isinstance(value, str) and "T" in value and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


_IS = {
    "text": lambda value: isinstance(value, str) and bool(value.strip()),
    "moment": _is_moment,
    "yes_no": lambda value: isinstance(value, bool),
    "number": _is_number,
    "whole": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "address": lambda value: isinstance(value, str) and value.startswith(("https://", "http://")),
}
_WORDS = {
    "text": "text with something in it",
    "moment": "a moment with its zone, like 2027-05-01T09:00:00Z",
    "yes_no": "true or false",
    "number": "a number",
    "whole": "a whole number",
    "address": "an address that begins with https://",
}


def _at(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _references(release: Json) -> Iterator[str]:
    """What one part of a release says of another must be there, once."""
    name = release["id"]
    yield from _once(name, "party", (one["id"] for one in release.get("parties", ())))
    yield from _once(name, "award", (one["id"] for one in release.get("awards", ())))
    yield from _once(name, "contract", (one["id"] for one in release.get("contracts", ())))
    parties = {one["id"] for one in release.get("parties", ())}
    for one in release.get("awards", ()):
        for supplier in one.get("suppliers", ()):
            if supplier["id"] not in parties:
                yield f"{name}: supplier {supplier['id']} of award {one['id']} is not among the parties"
    yield from _lots(release)
    awards = {one["id"] for one in release.get("awards", ())}
    for one in release.get("contracts", ()):
        if awards and one["awardID"] not in awards:
            yield f"{name}: contract {one['id']} is of award {one['awardID']}, which is not there"


def _lots(release: Json) -> Iterator[str]:
    lots = release.get("tender", {}).get("lots", ())
    known = {lot["id"] for lot in lots}
    for one in release.get("awards", ()):
        for lot in one.get("relatedLots", ()):
            if known and lot not in known:
                yield f"{release['id']}: award {one['id']} is of lot {lot}, which is not there"
    for lot in lots:
        criteria = lot.get("awardCriteria", {}).get("criteria", ())
        weights = [
            row["number"] for one in criteria for row in one["numbers"] if row.get("weight") == "percentageExact"
        ]
        total = sum(Decimal(str(one)) for one in weights)
        if weights and total != 100:
            yield f"{release['id']}: the weights of lot {lot['id']} sum to {total}, not to 100"


def _once(name: str, what: str, ids: Iterable[str]) -> Iterator[str]:
    for one, times in Counter(ids).items():
        if times > 1:
            yield f"{name}: {what} {one} is there {times} times"
