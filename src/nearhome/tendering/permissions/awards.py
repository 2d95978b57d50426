"""Who recommends, who approves, who reads an award. ``can_…`` for pages, ``require_…`` for actions: one rule behind both."""

from django.core.exceptions import PermissionDenied

from nearhome.design import wording
from nearhome.people.models import Organisation, Person
from nearhome.people.roles import Role
from nearhome.tendering.models import Award, Procurement


def can_approve_awards(person: Person) -> bool:
    """Whether the person approves awards at all: an approver of an authority."""
    return person.has_role(Role.APPROVER) and person.organisation.kind == Organisation.Kind.AUTHORITY


def why_not_refuse_award(person: Person, award: Award, procurement: Procurement) -> str:
    """Why the person may not refuse this award; empty if they may. To refuse there is no limit."""
    if not can_approve_awards(person) or person.organisation_id != procurement.lead_id:
        return "Only an approver of the authority that leads this procurement decides on its award."
    if award.recommended_by_id == person.pk:
        return "You recommended this award, so another approver must decide."
    return ""


def why_not_approve_award(person: Person, award: Award, procurement: Procurement) -> str:
    """Why the person may not approve this award, in a sentence that names their limit if it is that; empty if they may."""
    refused = why_not_refuse_award(person, award, procurement)
    limit = person.approval_limit_pence
    if refused or limit is None or award.value_pence is None or award.value_pence <= limit:
        return refused
    return (
        f"The value over the term, {wording.money(award.value_pence)}, is more than your limit of"
        f" {wording.money(limit)}. Another approver must decide."
    )


def require_can_decide(person: Person, award: Award, procurement: Procurement, *, is_approved: bool) -> None:
    """Raise PermissionDenied unless the person may approve, or refuse, this award."""
    why_not = why_not_approve_award if is_approved else why_not_refuse_award
    refused = why_not(person, award, procurement)
    if refused:
        raise PermissionDenied(refused)


def can_read_outcomes(person: Person) -> bool:
    """Whether the person reads what became of their organisation's bids."""
    return person.has_role(Role.PROVIDER)


def require_can_read_outcomes(person: Person) -> None:
    """Raise PermissionDenied unless the person answers for a provider."""
    if not can_read_outcomes(person):
        raise PermissionDenied("Only people of the provider that bid read what became of it.")
