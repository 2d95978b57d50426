"""Who may load the register, look at homes and describe them. One rule behind pages and actions."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.market.models import Home
from nearhome.people.models import Organisation, Person
from nearhome.people.roles import Role

LOADERS = (Role.COMMISSIONER, Role.ADMINISTRATOR)
READERS = (Role.PLACEMENT_OFFICER, Role.APPROVER, Role.COMMISSIONER)


def _works_for_an_authority(person: Person) -> bool:
    return person.organisation.kind == Organisation.Kind.AUTHORITY


def can_load_register(person: Person) -> bool:
    """Whether the person loads the provider register."""
    return person.has_role(*LOADERS) and _works_for_an_authority(person)


def can_see_all_homes(person: Person) -> bool:
    """Whether the person reads every home, for an authority."""
    return person.has_role(*READERS) and _works_for_an_authority(person)


def can_see_homes(person: Person) -> bool:
    """Whether the person reads homes at all: every home for an authority, their own for a provider."""
    return can_see_all_homes(person) or person.has_role(Role.PROVIDER)


def can_describe_home(person: Person, home: Home) -> bool:
    """Whether the person says what the home offers: somebody of its provider."""
    return person.has_role(Role.PROVIDER) and home.provider_id == person.organisation_id


def require_can_load_register(by: Any) -> None:
    """Raise PermissionDenied unless the person, or Nearhome itself, loads the register."""
    if isinstance(by, Person) and not can_load_register(by):
        raise PermissionDenied("Only a commissioner or an administrator of an authority can load the register.")


def require_can_see_homes(person: Person) -> None:
    """Raise PermissionDenied unless the person reads homes."""
    if not can_see_homes(person):
        raise PermissionDenied("Only placement officers, approvers and commissioners, and providers, look at homes.")


def require_can_describe(by: Any, home: Home) -> None:
    """Raise PermissionDenied unless the home is the person's own organisation's."""
    allowed = can_describe_home(by, home) if isinstance(by, Person) else by.organisation_id == home.provider_id
    if not allowed:
        raise PermissionDenied("Only the provider of a home can say what it offers.")
