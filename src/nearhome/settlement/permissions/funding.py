"""Who reads what a child's care costs, and who says out of which budget it is paid."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.people.models import Organisation
from nearhome.people.roles import Role
from nearhome.placements.models import Booking

COST_READERS = (Role.FINANCE_OFFICER, Role.PLACEMENT_OFFICER, Role.COMMISSIONER, Role.APPROVER)


def can_see_costs(person: Any) -> bool:
    """Whether the person reads what the care of their own authority's children costs, by element and budget."""
    return person.has_role(*COST_READERS) and person.organisation.kind == Organisation.Kind.AUTHORITY


def can_set_funding(person: Any) -> bool:
    """Whether the person says which budget pays, and under which ledger code: a finance officer."""
    return person.has_role(Role.FINANCE_OFFICER) and person.organisation.kind == Organisation.Kind.AUTHORITY


def can_record_amount(person: Any, authority_id: int) -> bool:
    """Whether the person records amounts of a stay: a finance officer of the child's own authority."""
    return can_set_funding(person) and person.organisation_id == authority_id


def require_can_see_costs(person: Any) -> None:
    """Raise PermissionDenied unless the person reads costs."""
    if not can_see_costs(person):
        words = "Only finance officers, placement officers, commissioners and approvers of an authority read this."
        raise PermissionDenied(words)


def require_can_set_funding(person: Any) -> None:
    """Raise PermissionDenied unless the person says which budget pays."""
    if not can_set_funding(person):
        raise PermissionDenied("Only a finance officer of an authority says which of its budgets pays.")


def require_can_record_amount(person: Any, booking: Booking) -> None:
    """Raise PermissionDenied unless the person records amounts of this stay."""
    if not can_record_amount(person, booking.authority_id):
        raise PermissionDenied("Only a finance officer of the child's own authority records amounts besides the price.")


def can_agree_path(person: Any) -> bool:
    """Whether the person agrees a child's path and its prices: an approver or commissioner of an authority."""
    is_authority = person.organisation.kind == Organisation.Kind.AUTHORITY
    return bool(is_authority and person.has_role(Role.APPROVER, Role.COMMISSIONER))


def can_tie_stage(person: Any) -> bool:
    """Whether the person says which placement a stage became."""
    is_authority = person.organisation.kind == Organisation.Kind.AUTHORITY
    return bool(is_authority and person.has_role(Role.PLACEMENT_OFFICER, Role.APPROVER, Role.COMMISSIONER))


def require_can_agree_path(person: Any, authority_id: int) -> None:
    """Raise PermissionDenied unless the person agrees paths of this authority's children."""
    if not can_agree_path(person) or person.organisation_id != authority_id:
        raise PermissionDenied("Only an approver or commissioner of the child's own authority agrees its path.")


def require_can_tie_stage(person: Any, authority_id: int) -> None:
    """Raise PermissionDenied unless the person ties stages of this authority's children."""
    if not can_tie_stage(person) or person.organisation_id != authority_id:
        words = "Only a placement officer, approver or commissioner of the child's own authority ties a stage to a placement."
        raise PermissionDenied(words)
