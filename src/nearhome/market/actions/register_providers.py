"""Which organisation runs each registration: found by the owner's number or name, else made."""

from collections.abc import Iterable

from nearhome.market.calculations.register import RegisterRow
from nearhome.people.models import Organisation
from nearhome.tables.tally import Tally

PROVIDERS = "Providers"
Providers = dict[str, Organisation]


def owner_of(row: RegisterRow) -> str:
    """What tells this row's owner from others: the authority that runs it, the owner's number, else the name."""
    if _is_run_by_authority(row):
        return f"authority {(row.owner_name or row.local_authority).casefold()}"
    return f"number {row.owner_id}" if row.owner_id else f"name {_name(row).casefold()}"


def find_providers(rows: Iterable[RegisterRow], tally: Tally) -> Providers:
    """The organisation of every owner in the register; those not known yet are added."""
    wanted = {owner_of(row): row for row in rows}
    known = _known()
    found = {owner: known[owner] for owner in wanted if owner in known}
    tally.add(PROVIDERS, "unchanged", len(found))
    missing = {owner: row for owner, row in wanted.items() if owner not in found}
    new = {owner: Organisation(kind=Organisation.Kind.PROVIDER, name=_name(row)[:200], owner_ref=_number(owner, row))
           for owner, row in missing.items()}  # fmt: skip
    Organisation.objects.bulk_create(new.values())
    for row in new.values():
        tally.note(PROVIDERS, "added", row.name)
    return found | new


def _known() -> Providers:
    known: Providers = {}
    for one in Organisation.objects.order_by("-pk"):
        if one.kind == Organisation.Kind.AUTHORITY:
            known[f"authority {one.name.casefold()}"] = one
        else:
            known[f"name {one.name.casefold()}"] = one
            if one.owner_ref:
                known[f"number {one.owner_ref}"] = one
    return known


def _is_run_by_authority(row: RegisterRow) -> bool:
    return row.sector.casefold().startswith("local authority")


def _name(row: RegisterRow) -> str:
    return row.owner_name or (row.local_authority if _is_run_by_authority(row) else "") or row.name


def _number(owner: str, row: RegisterRow) -> str:
    return row.owner_id[:40] if owner.startswith("number ") else ""
