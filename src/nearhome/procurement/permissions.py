"""Who makes contracts and sets their prices. ``can_…`` for pages, ``require_…`` for actions: one rule behind both."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.people.models import Organisation
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
