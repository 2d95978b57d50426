"""Who reads, proposes and agrees what is paid while a child in a placement bought singly is away."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.placements.models import Booking
from nearhome.procurement.models import Framework
from nearhome.settlement.permissions.rules import can_see_rules


def can_propose_away_terms(person: Any, of: Framework | Booking) -> bool:
    """Whether the person proposes terms, or answers a colleague's: of who leads the framework, or whose child it is."""
    owner = of.lead_id if isinstance(of, Framework) else of.authority_id
    return can_see_rules(person) and person.organisation_id == owner


def require_can_propose_away_terms(person: Any, of: Framework | Booking) -> None:
    """Raise PermissionDenied unless the person proposes and answers these terms."""
    if not can_propose_away_terms(person, of):
        whose = "who leads the framework" if isinstance(of, Framework) else "the child's own authority"
        raise PermissionDenied(f"Only a finance officer or commissioner of {whose} proposes and agrees these terms.")
