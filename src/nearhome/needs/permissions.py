"""Who may load statutory returns. ``can_…`` for pages, ``require_can_…`` for actions: one rule behind both."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.people.models import Organisation, Person
from nearhome.people.roles import Role

LOADERS = (Role.ANALYST, Role.ADMINISTRATOR)


def can_load_returns(person: Person) -> bool:
    """Whether the person loads and looks at their own authority's returns."""
    return person.has_role(*LOADERS) and person.organisation.kind == Organisation.Kind.AUTHORITY


def require_can_load_returns(person: Person) -> None:
    """Raise PermissionDenied unless the person loads returns."""
    if not can_load_returns(person):
        raise PermissionDenied("Only an analyst or an administrator of an authority can load its returns.")


def require_loads_for(by: Any, authority: Organisation) -> None:
    """Raise PermissionDenied unless a person, or Nearhome itself, loads the return of their own authority."""
    if isinstance(by, Person):
        require_can_load_returns(by)
    if by.organisation_id != authority.pk:
        raise PermissionDenied("A return can only be loaded for your own authority.")
