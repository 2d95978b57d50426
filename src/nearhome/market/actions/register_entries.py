"""Registrations and their judgements: what the register adds and changes."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from nearhome.geography.authorities import authority_by_name, authority_of_district
from nearhome.geography.postcodes import Postcodes
from nearhome.market.actions.register_providers import Providers, owner_of
from nearhome.market.calculations.register import Kind, RegisterRow
from nearhome.market.models import Inspection, Registration
from nearhome.people.models import AuthorityCode
from nearhome.tables.tally import Tally

REGISTRATIONS, JUDGEMENTS = "Registrations", "Judgements"
_BATCH = 500
_FIELDS = (
    "kind", "provider_type", "name", "provider", "sector", "area", "area_code", "postcode", "registered_places",
    "registered_on", "status", "closed_on", "suspended_on", "suspended_reason", "need_flags", "placement_codes",
)  # fmt: skip
# An empty cell clears these, because the register then says that it is not so any more.
_MAY_BE_CLEARED = frozenset({"closed_on", "suspended_on", "suspended_reason", "need_flags"})
Entries = dict[str, Registration]


def bring_in_registrations(
    by_urn: dict[str, list[RegisterRow]], providers: Providers, postcodes: Postcodes, tally: Tally, today: date
) -> tuple[Entries, set[str]]:
    """Every registration of the register by URN, saved, and the URNs whose name changed."""
    known = {row.urn: row for row in Registration.objects.filter(urn__in=list(by_urn))}
    areas = dict(AuthorityCode.objects.filter(scheme="dfe").values_list("code", "organisation_id"))
    added, changed, renamed = [], [], set()
    for urn, rows in by_urn.items():
        found = known.get(urn)
        entry = found or Registration(urn=urn)
        facts = _facts(rows, entry, postcodes, today) | {"provider_id": providers[owner_of(rows[0])].pk}
        facts["area_id"] = areas.get(facts["area_code"])
        differs = {name for name, value in facts.items() if _put(entry, name, value)}
        if found is None:
            added.append(entry)
        elif differs:
            changed.append(entry)
        if "name" in differs:
            renamed.add(urn)
        tally.note(REGISTRATIONS, "added" if found is None else "changed" if differs else "unchanged", f"{urn} {entry}")
    Registration.objects.bulk_create(added, batch_size=_BATCH)
    Registration.objects.bulk_update(changed, _FIELDS, batch_size=_BATCH)
    return known | {row.urn: row for row in added}, renamed


def _facts(rows: Sequence[RegisterRow], entry: Registration, postcodes: Postcodes, today: date) -> dict[str, Any]:
    row = rows[0]
    places = row.registered_places
    if places is None and row.kind == Kind.SUPPORTED_ACCOMMODATION:
        places = sum(each.setting_capacity or 0 for each in rows) or None
    is_suspended = "suspend" in row.status.casefold()
    facts: dict[str, Any] = {
        "kind": row.kind.value,
        "provider_type": row.provider_type[:120],
        "name": row.name[:200],
        "sector": row.sector[:40],
        "area_code": _area_code(row, postcodes),
        "postcode": row.postcode,
        "registered_places": places,
        "registered_on": row.registered_on,
        "status": row.status[:40],
        "closed_on": row.closed_on or ((entry.closed_on or today) if _is_closed(row) else None),
        "suspended_on": (entry.suspended_on or today) if is_suspended else None,
        "suspended_reason": (entry.suspended_reason or f"The register says: {row.status}") if is_suspended else "",
        "need_flags": list(row.needs),
        "placement_codes": [code for code in row.placement_codes if len(code) <= 3],
    }
    return {name: value for name, value in facts.items() if name in _MAY_BE_CLEARED or value not in ("", None, [])} | {
        "area_code": facts["area_code"] or entry.area_code
    }


def _is_closed(row: RegisterRow) -> bool:
    """Some registers say so in the status only; then it is closed from the day that was first read."""
    return row.status.casefold().startswith(("closed", "cancel", "resign", "deregist"))


def _area_code(row: RegisterRow, postcodes: Postcodes) -> str:
    """By its postcode; by the register's own word where the postcode is not known."""
    found = postcodes.find(row.postcode) if row.postcode else None
    area = authority_of_district(found.district_code) if found else None
    named = authority_by_name(row.local_authority)
    return area or (named.dfe_code if named else "")


def bring_in_judgements(by_urn: dict[str, list[RegisterRow]], entries: Entries, tally: Tally) -> None:
    """One judgement for each registration and day of inspection."""
    wanted = {
        (entries[urn].pk, row.inspected_on): row
        for urn, rows in by_urn.items()
        for row in rows
        if row.judgement and row.inspected_on
    }
    known = {
        (row.registration_id, row.inspected_on): row
        for row in Inspection.objects.filter(registration__in=[key for key, _ in wanted])
    }
    added, changed = [], []
    for (registration_id, inspected_on), row in wanted.items():
        judgement, scale = row.judgement.capitalize(), row.judgement_scale.value
        found = known.get((registration_id, inspected_on))
        if found is None:
            found = Inspection(registration_id=registration_id, inspected_on=inspected_on)
            added.append(found)
            what = "added"
        else:
            what = "unchanged" if (found.judgement, found.scale) == (judgement, scale) else "changed"
        if what == "changed":
            changed.append(found)
        found.judgement, found.scale = judgement, scale
        tally.note(JUDGEMENTS, what, f"{row.urn} {judgement}")
    Inspection.objects.bulk_create(added, batch_size=_BATCH)
    Inspection.objects.bulk_update(changed, ["judgement", "scale"], batch_size=_BATCH)


def _put(row: Any, name: str, value: Any) -> bool:
    if getattr(row, name) == value:
        return False
    setattr(row, name, value)
    return True
