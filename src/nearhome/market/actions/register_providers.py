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
    known = _known()
    found: Providers = {}
    added: list[Organisation] = []
    numbered: list[Organisation] = []
    for owner, row in {owner_of(row): row for row in rows}.items():
        one = known.get(owner) or known.get(f"unnumbered {_name(row).casefold()}")
        if one is None:
            one = Organisation(kind=Organisation.Kind.PROVIDER, name=_name(row)[:200], owner_ref=_number(owner, row))
            added.append(one)
            known[f"name {one.name.casefold()}"] = one
            if not one.owner_ref:
                known[f"unnumbered {one.name.casefold()}"] = one
        elif not one.owner_ref and _number(owner, row):
            one.owner_ref = _number(owner, row)
            known.pop(f"unnumbered {one.name.casefold()}", None)
            numbered.extend([one] if one.pk else [])
        found[owner] = one
    Organisation.objects.bulk_create(added)
    Organisation.objects.bulk_update(numbered, ["owner_ref"])
    for one in added:
        tally.note(PROVIDERS, "added", one.name)
    tally.add(PROVIDERS, "changed", len(numbered))
    tally.add(PROVIDERS, "unchanged", len({id(one) for one in found.values()}) - len(added) - len(numbered))
    return found


def _known() -> Providers:
    """By the owner's number, by name, and by name among those whose number nobody has said yet."""
    known: Providers = {}
    for one in Organisation.objects.order_by("-pk"):
        name = one.name.casefold()
        if one.kind == Organisation.Kind.AUTHORITY:
            known[f"authority {name}"] = one
            continue
        known[f"name {name}"] = one
        known[f"number {one.owner_ref}" if one.owner_ref else f"unnumbered {name}"] = one
    return known


def _is_run_by_authority(row: RegisterRow) -> bool:
    return row.sector.casefold().startswith("local authority")


def _name(row: RegisterRow) -> str:
    return row.owner_name or (row.local_authority if _is_run_by_authority(row) else "") or row.name


def _number(owner: str, row: RegisterRow) -> str:
    return row.owner_id[:40] if owner.startswith("number ") else ""
