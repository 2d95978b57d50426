"""Who may read and work out analyses. ``can_…`` for pages, ``require_can_…`` for actions: one rule behind both."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.people.models import Organisation, Person
from nearhome.people.roles import Role

READERS = (Role.ANALYST, Role.COMMISSIONER, Role.APPROVER)
ANALYSTS = (Role.ANALYST, Role.COMMISSIONER)


def can_read_analyses(person: Person) -> bool:
    """Whether the person reads their authority's analyses and the region's shared figures."""
    return person.has_role(*READERS) and person.organisation.kind == Organisation.Kind.AUTHORITY


def require_can_read_analyses(person: Person) -> None:
    """Raise PermissionDenied unless the person reads analyses."""
    if not can_read_analyses(person):
        raise PermissionDenied("Only an analyst, a commissioner or an approver of an authority reads its analyses.")


def can_analyse(person: Person) -> bool:
    """Whether the person works out analyses, and shares them with partners."""
    return person.has_role(*ANALYSTS) and person.organisation.kind == Organisation.Kind.AUTHORITY


def require_can_analyse(by: Any) -> None:
    """Raise PermissionDenied unless a person, or Nearhome itself, works out analyses."""
    if isinstance(by, Person) and not can_analyse(by):
        raise PermissionDenied("Only an analyst or a commissioner of an authority works out its analyses.")


def require_can_keep_places_wanted(by: Any, authority: Organisation) -> None:
    """Raise PermissionDenied unless the person works for this authority, or Nearhome itself acts for it."""
    if by.organisation_id != authority.pk:
        raise PermissionDenied("What a plan found is kept by each authority for itself.")
