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


def can_commission(person: Person) -> bool:
    """Whether the person is a commissioner of an authority."""
    return person.has_role(Role.COMMISSIONER) and person.organisation.kind == Organisation.Kind.AUTHORITY


def can_lead(person: Person, organisation_id: int) -> bool:
    """Whether the person is a commissioner of the authority that leads a framework or hosts a block."""
    return can_commission(person) and person.organisation_id == organisation_id


def buys(person: Person) -> bool:
    """Whether the person reads contracts as one of an authority that buys."""
    return person.has_role(*READERS) and person.organisation.kind == Organisation.Kind.AUTHORITY


def sells(person: Person) -> bool:
    """Whether the person reads contracts as a provider."""
    return person.has_role(Role.PROVIDER)


def require_reads_contracts(person: Person) -> None:
    """Raise PermissionDenied unless the person buys or sells."""
    if not (buys(person) or sells(person)):
        raise PermissionDenied("Only people who commission, approve, pay, analyse, place or provide read contracts.")


def require_buys(person: Person) -> None:
    """Raise PermissionDenied unless the person buys for an authority."""
    if not buys(person):
        raise PermissionDenied("Only people of an authority who commission, approve, pay, analyse or place read this.")


def require_sells(by: Any) -> Organisation:
    """The provider this person acts for. Raises PermissionDenied for anybody else."""
    if not by.has_role(Role.PROVIDER):
        raise PermissionDenied("Only a provider applies to a framework.")
    organisation: Organisation = by.organisation
    return organisation


def can_approve(person: Person, lead_id: int) -> bool:
    """Whether the person is an approver of the authority that leads."""
    return person.has_role(Role.APPROVER) and person.organisation_id == lead_id


def require_approves(by: Any, lead_id: int) -> None:
    """Raise PermissionDenied unless an approver of the lead, or of the child's own authority, acts."""
    if not can_approve(by, lead_id):
        raise PermissionDenied(
            "Only an approver of the authority that leads the contract, or buys by it, approves this."
        )


def require_places(by: Any, authority_id: int) -> None:
    """Raise PermissionDenied unless a placement officer of the authority acts."""
    if not by.has_role(Role.PLACEMENT_OFFICER) or by.organisation_id != authority_id:
        raise PermissionDenied("Only a placement officer of the child's own authority can do this.")


def can_read_blocks(person: Any) -> bool:
    """Whether the person reads the blocks their authority hosts or may use, or, of a provider, its own."""
    is_authority = person.organisation.kind == Organisation.Kind.AUTHORITY
    return bool(person.has_role(*READERS) if is_authority else person.has_role(Role.PROVIDER))


def require_can_read_blocks(person: Any) -> None:
    """Raise PermissionDenied for a role that has nothing to do with blocks."""
    if not can_read_blocks(person):
        raise PermissionDenied(
            "Only people who commission, approve, pay, analyse, place or provide read block contracts."
        )


def can_host(person: Any, host_id: int) -> bool:
    """Whether the person is a commissioner of the authority that hosts a block."""
    is_authority = person.organisation.kind == Organisation.Kind.AUTHORITY
    return bool(is_authority and person.has_role(Role.COMMISSIONER) and person.organisation_id == host_id)


def can_decide_block(person: Any, host_id: int, asked_by_person_id: int | None = None) -> bool:
    """Whether the person is an approver of the host, and not the one who asked."""
    is_approver = person.has_role(Role.APPROVER) and person.organisation_id == host_id
    return bool(is_approver and person.pk != asked_by_person_id)


def require_can_decide_block(by: Any, host_id: int, asked_by_person_id: int) -> None:
    """Raise PermissionDenied unless somebody else than the one who asked approves for the host."""
    if not can_decide_block(by, host_id):
        raise PermissionDenied("Only an approver of the authority that hosts the block decides this.")
    if by.pk == asked_by_person_id:
        raise PermissionDenied("You asked for this, so somebody else decides it.")


def is_within_limit(person: Any, change_pence: int | None) -> bool:
    """Whether an approver's limit reaches to a change of a block's value; what is not priced needs one without a limit."""
    limit = person.approval_limit_pence
    return limit is None or (change_pence is not None and abs(change_pence) <= limit)


def require_within_limit(by: Any, change_pence: int | None) -> None:
    """Raise PermissionDenied if the change is worth more over the term than the person may approve."""
    if not is_within_limit(by, change_pence):
        raise PermissionDenied(
            "The change is worth more over the term than you may approve. Somebody with a higher limit decides it."
        )


def can_answer_for_provider(person: Any, provider_id: int) -> bool:
    """Whether the person answers for the provider of a block."""
    return bool(person.has_role(Role.PROVIDER) and person.organisation_id == provider_id)


def require_can_answer_for_provider(by: Any, provider_id: int) -> None:
    """Raise PermissionDenied unless a person of the provider acts."""
    if not can_answer_for_provider(by, provider_id):
        raise PermissionDenied("Only the provider of the block answers this.")
