"""Who evaluates a tender: its panel, of any role, chosen by the lead; the chair moderates. One rule for pages and actions."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.people.models import Person
from nearhome.tendering.models import ConflictDeclaration, Lot, PanelMember, Procurement, ProcurementParty
from nearhome.tendering.permissions.cases import can_lead, can_read_procurements


def buys(person: Person, procurement: Procurement) -> bool:
    """Whether the person's authority leads the procurement or buys with the lead."""
    if person.organisation_id == procurement.lead_id:
        return True
    return ProcurementParty.objects.filter(procurement=procurement, organisation_id=person.organisation_id).exists()


def seat_of(person: Person, procurement: Procurement) -> PanelMember | None:
    """The person's seat on the panel, also one that they left."""
    return PanelMember.objects.filter(procurement=procurement, person_id=person.pk).first()


def sits(person: Person, procurement: Procurement) -> bool:
    """Whether the person is on the panel now."""
    seat = seat_of(person, procurement)
    return bool(seat and seat.left_at is None and person.is_active)


def can_read_evaluation(person: Person, procurement: Procurement) -> bool:
    """Whoever reads their authority's procurements, and everybody who is or was on the panel."""
    if not buys(person, procurement):
        return False
    return can_read_procurements(person) or seat_of(person, procurement) is not None


def can_chair(person: Person, procurement: Procurement) -> bool:
    """Whether the person chairs the panel now."""
    seat = seat_of(person, procurement)
    return bool(seat and seat.is_chair and seat.left_at is None and person.is_active)


def interest_in(person: Person, lot: Lot) -> bool | None:
    """What holds of the person in a lot, by the last that came in: True is an interest, False none, None nothing yet."""
    newest = ConflictDeclaration.objects.filter(lot=lot, person_id=person.pk).order_by("-pk").first()
    return newest.has_conflict if newest else None


def can_clear_interest(person: Person, other_id: int, lot: Lot) -> bool:
    """Whether the person may say that another's declared interest is none: the chair or the lead, without one themselves."""
    if person.pk == other_id or interest_in(person, lot):
        return False
    return can_lead(person, lot.procurement) or can_chair(person, lot.procurement)


def require_can_clear_interest(by: Any, other_id: int, lot: Lot) -> None:
    """Raise PermissionDenied for whoever may not."""
    if not can_clear_interest(by, other_id, lot):
        raise PermissionDenied(
            "Only the chair or a commissioner of the lead clears the interest of somebody else, with none of their own."
        )


def require_on_panel(by: Any, procurement: Procurement) -> None:
    """Raise PermissionDenied unless the person is on the panel now."""
    if not sits(by, procurement):
        raise PermissionDenied("Only a member of the panel does this.")


def require_no_interest(by: Any, lot: Lot) -> None:
    """Raise PermissionDenied unless the person is on the panel and declared to have no interest in the lot."""
    require_on_panel(by, lot.procurement)
    interest = interest_in(by, lot)
    if interest is None:
        raise PermissionDenied("First declare whether you have an interest in this lot.")
    if interest:
        raise PermissionDenied("You declared an interest in this lot, so you take no part in judging it.")


def require_chairs(by: Any, lot: Lot) -> None:
    """Raise PermissionDenied unless the person chairs the panel and has no interest in the lot."""
    if not can_chair(by, lot.procurement):
        raise PermissionDenied("Only the chair of the panel does this.")
    require_no_interest(by, lot)


def require_works_out(by: Any, procurement: Procurement) -> None:
    """Raise PermissionDenied unless a commissioner of the lead or the chair acts."""
    if not (can_lead(by, procurement) or can_chair(by, procurement)):
        raise PermissionDenied("Only the chair of the panel or a commissioner of the lead does this.")
