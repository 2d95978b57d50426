"""Who leads a procurement, who buys with the lead. ``can_…`` for pages, ``require_…`` for actions: one rule behind both."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.people.models import Organisation, Person
from nearhome.people.roles import Role
from nearhome.tendering.models import Procurement

READERS = (Role.COMMISSIONER, Role.APPROVER, Role.FINANCE_OFFICER, Role.ANALYST, Role.PLACEMENT_OFFICER)


def can_read_procurements(person: Person) -> bool:
    """Whether the person reads the procurements their authority leads or buys with."""
    return person.has_role(*READERS) and person.organisation.kind == Organisation.Kind.AUTHORITY


def require_can_read_procurements(person: Person) -> None:
    """Raise PermissionDenied unless the person reads their authority's procurements."""
    if not can_read_procurements(person):
        raise PermissionDenied("Only people of an authority who commission, approve, pay, analyse or place read this.")


def can_begin(person: Person) -> bool:
    """Whether the person may begin a procurement: a commissioner of an authority."""
    return person.has_role(Role.COMMISSIONER) and person.organisation.kind == Organisation.Kind.AUTHORITY


def require_can_begin(by: Any) -> Organisation:
    """The authority whose commissioner this is. Raises PermissionDenied for anybody else."""
    if not can_begin(by):
        raise PermissionDenied("Only a commissioner of an authority begins and leads a procurement.")
    organisation: Organisation = by.organisation
    return organisation


def can_lead(person: Person, procurement: Procurement) -> bool:
    """Whether the person is a commissioner of the authority that leads it."""
    return can_begin(person) and person.organisation_id == procurement.lead_id


def require_can_lead(by: Any, procurement: Procurement) -> None:
    """Raise PermissionDenied unless a commissioner of its lead acts."""
    if not can_lead(by, procurement):
        raise PermissionDenied("Only a commissioner of the authority that leads this procurement can change it.")
