"""Who proposes and agrees the rules of shared beds, and who says what happened in a stay."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation
from nearhome.people.roles import Role
from nearhome.placements.models import Booking
from nearhome.procurement.models import BlockContract
from nearhome.settlement.models import BookingFunder


def can_see_rules(person: Any) -> bool:
    """Whether the person reads what was agreed about shared beds."""
    return _has(person, Role.FINANCE_OFFICER, Role.COMMISSIONER)


def can_propose_rules(person: Any, contract: BlockContract) -> bool:
    """Whether the person proposes rules for this block, or answers a colleague's: of the host's side."""
    return can_see_rules(person) and person.organisation_id == contract.host_id


def can_accept_rules(person: Any, contract: BlockContract) -> bool:
    """Whether the person accepts rules for a party: of an authority that may use the block and does not host it."""
    own = person.organisation_id
    return (
        can_see_rules(person)
        and own != contract.host_id
        and own in {one.organisation_id for one in contract.parties.all()}
    )


def can_propose_lead_cost(person: Any, partnership: Partnership) -> bool:
    """Whether the person says what the lead's work costs: a finance officer or commissioner of the lead."""
    return can_see_rules(person) and person.organisation_id == partnership.lead_id


def can_see_stays(person: Any) -> bool:
    """Whether the person reads nights away and who pays, for their own authority's children."""
    return _has(person, Role.FINANCE_OFFICER, Role.PLACEMENT_OFFICER)


def can_tell_of_stay(person: Any, booking: Booking) -> bool:
    """Whether the person says that a child was away: of the child's own authority."""
    return can_see_stays(person) and person.organisation_id == booking.authority_id


def can_ask_funder(person: Any, booking: Booking) -> bool:
    """Whether the person asks another authority to pay: a finance officer of the child's own authority."""
    return _has(person, Role.FINANCE_OFFICER) and person.organisation_id == booking.authority_id


def can_accept_funder(person: Any, asked: BookingFunder) -> bool:
    """Whether the person accepts to pay: a finance officer of the authority that was asked."""
    return _has(person, Role.FINANCE_OFFICER) and person.organisation_id == asked.funder_id


def require_can_see_rules(person: Any) -> None:
    """Raise PermissionDenied unless the person reads rules."""
    if not can_see_rules(person):
        raise PermissionDenied("Only finance officers and commissioners of an authority read the rules of shared beds.")


def require_can_propose_rules(person: Any, contract: BlockContract) -> None:
    """Raise PermissionDenied unless the person proposes rules for this block."""
    if not can_propose_rules(person, contract):
        raise PermissionDenied(
            f"Only a finance officer or commissioner of {contract.host} proposes and agrees its rules."
        )


def require_can_accept_rules(person: Any, contract: BlockContract) -> None:
    """Raise PermissionDenied unless the person accepts rules for a party of this block."""
    if not can_accept_rules(person, contract):
        raise PermissionDenied(
            "Only a finance officer or commissioner of a party other than the host accepts its rules."
        )


def require_can_propose_lead_cost(person: Any, partnership: Partnership) -> None:
    """Raise PermissionDenied unless the person says what the lead's work costs."""
    if not can_propose_lead_cost(person, partnership):
        raise PermissionDenied(
            f"Only a finance officer or commissioner of {partnership.lead} says what its work costs."
        )


def require_another(person: Any, proposed_by_id: int) -> None:
    """Raise PermissionDenied where the person would agree to what they proposed."""
    if person.pk == proposed_by_id:
        raise PermissionDenied("You proposed this, so a colleague must agree it.")


def require_can_see_stays(person: Any) -> None:
    """Raise PermissionDenied unless the person reads nights away and who pays."""
    if not can_see_stays(person):
        raise PermissionDenied("Only finance officers and placement officers of an authority read this.")


def require_can_tell_of_stay(person: Any, booking: Booking) -> None:
    """Raise PermissionDenied unless the person says what happened in this stay."""
    if not can_tell_of_stay(person, booking):
        raise PermissionDenied("Only the child's own authority says when the child was away.")


def require_can_ask_funder(person: Any, booking: Booking) -> None:
    """Raise PermissionDenied unless the person asks another authority to pay for this stay."""
    if not can_ask_funder(person, booking):
        raise PermissionDenied("Only a finance officer of the child's own authority asks another to pay.")


def require_can_accept_funder(person: Any, asked: BookingFunder) -> None:
    """Raise PermissionDenied unless the person answers for the authority that was asked to pay."""
    if not can_accept_funder(person, asked):
        raise PermissionDenied(f"Only a finance officer of {asked.funder} accepts to pay.")


def _has(person: Any, *roles: Role) -> bool:
    return bool(person.has_role(*roles)) and person.organisation.kind == Organisation.Kind.AUTHORITY
