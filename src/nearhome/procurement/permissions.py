"""Who makes contracts and sets their prices. ``can_…`` for pages, ``require_…`` for actions: one rule behind both."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.people.models import Organisation, Person
from nearhome.people.roles import Role


def require_commissioning(by: Any) -> Organisation:
    """The authority whose commissioner this is."""
    if not by.has_role(Role.COMMISSIONER) or by.organisation.kind != Organisation.Kind.AUTHORITY:
        raise PermissionDenied("Only a commissioner of an authority makes contracts and sets their prices.")
    organisation: Organisation = by.organisation
    return organisation


def require_leads(by: Any, organisation_id: int) -> None:
    if require_commissioning(by).pk != organisation_id:
        raise PermissionDenied("Only the authority that hosts the block or leads the framework can change it.")


READERS = (Role.COMMISSIONER, Role.APPROVER, Role.FINANCE_OFFICER, Role.ANALYST, Role.PLACEMENT_OFFICER)


def can_read_contracts(person: Person) -> bool:
    """Whether the person reads the contracts their authority is party to, and what was bought from them."""
    return person.has_role(*READERS) and person.organisation.kind == Organisation.Kind.AUTHORITY


def require_can_read_contracts(person: Person) -> None:
    """Raise PermissionDenied unless the person reads their authority's contracts."""
    if not can_read_contracts(person):
        raise PermissionDenied("Only people of an authority who commission, approve, pay, analyse or place read this.")


def require_places(by: Any, authority_id: int) -> None:
    """Raise PermissionDenied unless a placement officer of the authority acts."""
    if not by.has_role(Role.PLACEMENT_OFFICER) or by.organisation_id != authority_id:
        raise PermissionDenied("Only a placement officer of the child's own authority can do this.")


def require_approves(by: Any, authority_id: int) -> None:
    """Raise PermissionDenied unless an approver of the authority acts."""
    if not by.has_role(Role.APPROVER) or by.organisation_id != authority_id:
        raise PermissionDenied("Only an approver of the child's own authority can do this.")
