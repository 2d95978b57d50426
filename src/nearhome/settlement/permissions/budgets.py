"""Who reads an authority's budgets and holds its blocks against spot, and who sets them."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.people.models import Organisation
from nearhome.people.roles import Role

READERS = (Role.FINANCE_OFFICER, Role.COMMISSIONER, Role.APPROVER, Role.ANALYST)


def can_see_budgets(person: Any) -> bool:
    """Whether the person reads their authority's budgets and comparisons."""
    return person.has_role(*READERS) and person.organisation.kind == Organisation.Kind.AUTHORITY


def can_set_budgets(person: Any) -> bool:
    """Whether the person names service lines and sets their budgets."""
    return person.has_role(Role.FINANCE_OFFICER) and person.organisation.kind == Organisation.Kind.AUTHORITY


def can_set_benchmarks(person: Any) -> bool:
    """Whether the person says what a block is held against."""
    is_authority = person.organisation.kind == Organisation.Kind.AUTHORITY
    return bool(is_authority and person.has_role(Role.FINANCE_OFFICER, Role.COMMISSIONER))


def require_can_see_budgets(person: Any) -> None:
    """Raise PermissionDenied unless the person reads budgets."""
    if not can_see_budgets(person):
        words = "Only finance officers, commissioners, approvers and analysts of an authority read its budgets."
        raise PermissionDenied(words)


def require_can_set_budgets(person: Any) -> None:
    """Raise PermissionDenied unless the person sets budgets."""
    if not can_set_budgets(person):
        raise PermissionDenied("Only a finance officer of an authority names its service lines and sets their budgets.")


def require_can_set_benchmarks(person: Any) -> None:
    """Raise PermissionDenied unless the person says what a block is held against."""
    if not can_set_benchmarks(person):
        words = "Only a finance officer or a commissioner of an authority says what a block is held against."
        raise PermissionDenied(words)
