"""Who may do what with a placement. ``can_…`` for pages, ``require_can_…`` for actions: one rule behind both."""

from django.core.exceptions import PermissionDenied

from nearhome.people.models import Organisation, Person
from nearhome.people.roles import Role
from nearhome.placements.models import Booking

READERS = (Role.PLACEMENT_OFFICER, Role.APPROVER, Role.COMMISSIONER)
AUTHORITY, PROVIDER = "authority", "provider"


def reads_for_authority(person: Person) -> bool:
    """Whether the person reads their own authority's placements."""
    return person.has_role(*READERS) and person.organisation.kind == Organisation.Kind.AUTHORITY


def reads_for_provider(person: Person) -> bool:
    """Whether the person reads the placements in their own organisation's homes, as its provider."""
    return person.has_role(Role.PROVIDER)


def side_of(person: Person, booking: Booking) -> str:
    """For which side the person reads this placement: authority, provider, or neither (empty)."""
    if booking.authority_id == person.organisation_id and reads_for_authority(person):
        return AUTHORITY
    if booking.provider_id == person.organisation_id and reads_for_provider(person):
        return PROVIDER
    return ""


def can_work_on(person: Person, booking: Booking) -> bool:
    """Whether the person keeps this placement's record: a placement officer of the child's own authority."""
    return person.has_role(Role.PLACEMENT_OFFICER) and side_of(person, booking) == AUTHORITY


def can_approve(person: Person, booking: Booking) -> bool:
    """Whether the person approves things about this placement: an approver of the child's own authority."""
    return person.has_role(Role.APPROVER) and side_of(person, booking) == AUTHORITY


def can_sign(person: Person, booking: Booking) -> bool:
    """Whether the person may sign for one side: an officer or approver, or somebody of the provider."""
    return side_of(person, booking) == PROVIDER or can_work_on(person, booking) or can_approve(person, booking)


def require_reader(person: Person) -> None:
    """Raise PermissionDenied unless the person reads placements at all."""
    if not reads_for_authority(person) and not reads_for_provider(person):
        raise PermissionDenied(
            "Only placement officers, approvers and commissioners of an authority, and providers, read placements."
        )


def require_can_work_on(person: Person, booking: Booking) -> None:
    """Raise PermissionDenied unless the person keeps this placement's record."""
    if not can_work_on(person, booking):
        raise PermissionDenied("Only a placement officer of the child's own authority can record this.")


def require_can_extend(person: Person, booking: Booking) -> None:
    """Raise PermissionDenied unless the person keeps this placement's record or approves things about it."""
    if not can_approve(person, booking):
        require_can_work_on(person, booking)


def require_can_approve(person: Person, booking: Booking) -> None:
    """Raise PermissionDenied unless the person approves things about this placement."""
    if not can_approve(person, booking):
        raise PermissionDenied("Only an approver of the child's own authority can record this.")


def require_can_sign(person: Person, booking: Booking) -> None:
    """Raise PermissionDenied unless the person may sign for one of the two sides."""
    if not can_sign(person, booking):
        raise PermissionDenied(
            "Only a placement officer or approver of the child's own authority, or the home's provider, can sign."
        )
