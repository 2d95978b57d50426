"""The children of a return against those on record: what would be added and changed."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from nearhome.geography.calculations.distance import is_postcode_shaped
from nearhome.needs.calculations.rows import HeaderRow
from nearhome.needs.importers.return_files import ReturnReading
from nearhome.needs.models import Child, ChildIdentity
from nearhome.people.models import Organisation
from nearhome.tables.tally import Tally

HEADER = "Header"
_BATCH = 1000
_FIELDS = ("sex", "born_month", "ethnicity", "is_uasc", "uasc_ceased_on", "is_mother", "return_year")
_IDENTITY_FIELDS = ("born_on", "upn", "home_postcode")


@dataclass(slots=True)
class ChildPlan:
    """Every child of the return by their reference, whether saved yet or not, and whom to write."""

    on_record: dict[str, Child] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    added: list[Child] = field(default_factory=list)
    changed: list[Child] = field(default_factory=list)
    identities: list[ChildIdentity] = field(default_factory=list)


def children_on_record(authority: Organisation, reading: ReturnReading) -> dict[str, Child]:
    """The children the return names, and those whose latest return was an earlier version of it."""
    named = Q(return_ref__in=list(reading.headers)) | Q(return_year=reading.year)
    rows = Child.objects.filter(named, authority=authority).select_related("identity")
    return {row.return_ref: row for row in rows}


def plan_children(
    authority: Organisation,
    reading: ReturnReading,
    on_record: dict[str, Child],
    uasc: dict[str, tuple[bool, date | None]],
    tally: Tally,
) -> ChildPlan:
    """Compare each child of the Header table. A later return on record holds against an earlier one."""
    plan = ChildPlan(on_record)
    for ref, header in reading.headers.items():
        found = on_record.get(ref)
        if found and (found.return_year or 0) > header.origin.year:
            plan.children[ref] = found
            tally.add(HEADER, "unchanged", 1)
            continue
        child = found or Child(authority=authority, return_ref=ref)
        plan.children[ref] = child
        is_later = _put(child, {"return_year": header.origin.year})
        is_changed = _put(child, _facts(header, child, uasc.get(ref), is_pooled=reading.form == "pooled"))
        is_changed |= _put_identity(plan, child, header, reading)
        if found is None:
            plan.added.append(child)
        elif is_changed or is_later:
            plan.changed.append(child)
        # That one more year's return names a child changes nothing about the child.
        tally.note(HEADER, "added" if found is None else "changed" if is_changed else "unchanged", ref)
    return plan


def write_children(plan: ChildPlan) -> None:
    """Save what is new or changed, and the sealed identities."""
    Child.objects.bulk_create(plan.added, batch_size=_BATCH)
    _update(Child, plan.changed, _FIELDS)
    known = [row for row in plan.identities if row.pk]
    ChildIdentity.objects.bulk_create([row for row in plan.identities if row.pk is None], batch_size=_BATCH)
    _update(ChildIdentity, known, _IDENTITY_FIELDS)


def _update(model: Any, rows: list[Any], fields: tuple[str, ...]) -> None:
    """One statement for many changed rows; much quicker than a CASE for each."""
    if rows:
        model.objects.bulk_create(
            rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=list(fields)
        )


def _facts(
    header: HeaderRow, child: Child, uasc: tuple[bool, date | None] | None, *, is_pooled: bool
) -> dict[str, Any]:
    is_uasc, ceased_on = uasc if uasc is not None else (child.is_uasc, child.uasc_ceased_on)
    facts: dict[str, Any] = {
        "sex": header.sex,
        "born_month": header.born_on.replace(day=1),
        "ethnicity": header.ethnicity,
        "is_mother": header.is_mother,
    }
    if is_pooled and child.pk:
        # A pooled file leaves columns out; what it does not say stays.
        facts = {name: value for name, value in facts.items() if value not in ("", None, "U")}
    return facts | {"is_uasc": is_uasc, "uasc_ceased_on": ceased_on}


def _put_identity(plan: ChildPlan, child: Child, header: HeaderRow, reading: ReturnReading) -> bool:
    found = getattr(child, "identity", None) if child.pk else None
    identity = found or ChildIdentity(child=child, authority=child.authority)
    facts = {"upn": header.upn or None, "home_postcode": _home_postcode(reading, header.child)}
    if reading.form != "pooled":
        facts["born_on"] = header.born_on.isoformat()
    elif identity.born_on and identity.born_on[:7] != header.born_on.isoformat()[:7]:
        facts["born_on"] = None  # the pooled month is newer than the day we knew
    is_changed = _put(identity, {name: value for name, value in facts.items() if value or name == "born_on"})
    if found is None or is_changed:
        plan.identities.append(identity)
    return is_changed


def _home_postcode(reading: ReturnReading, ref: str) -> str | None:
    """Where home was in the latest episode that says so."""
    known = [row.home_postcode for row in reading.episodes.get(ref, ()) if is_postcode_shaped(row.home_postcode)]
    return known[-1] if known else None


def _put(row: Any, facts: dict[str, Any]) -> bool:
    is_changed = False
    for name, value in facts.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            is_changed = True
    return is_changed
