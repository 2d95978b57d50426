"""Who disputes a line, who answers, who only reads."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.settlement.models import Charge, LineDispute
from nearhome.settlement.permissions.months import can_see_settlement


def can_dispute_line(person: Any, charge: Charge) -> bool:
    """Whether the person may say that this line is wrong: a finance officer of the authority charged for it."""
    is_between_two = charge.contract_id is not None and charge.payer_id != charge.host_id
    return is_between_two and can_see_settlement(person) and person.organisation_id == charge.payer_id


def can_answer_dispute(person: Any, dispute: LineDispute) -> bool:
    """Whether the person answers: a finance officer of the host whose charge it is."""
    return can_see_settlement(person) and person.organisation_id == dispute.host_id


def can_reply_to_answer(person: Any, dispute: LineDispute) -> bool:
    """Whether the person replies or withdraws: a finance officer of the authority that disputes."""
    return can_see_settlement(person) and person.organisation_id == dispute.payer_id


def require_can_dispute_line(person: Any, charge: Charge) -> None:
    """Raise PermissionDenied unless the person may dispute this line."""
    if not can_dispute_line(person, charge):
        raise PermissionDenied("A line that one authority recharges to another is disputed by who is charged for it.")


def require_can_answer_dispute(person: Any, dispute: LineDispute) -> None:
    """Raise PermissionDenied unless the person answers for the host."""
    if not can_answer_dispute(person, dispute):
        raise PermissionDenied(f"Only a finance officer of {dispute.host} can answer this dispute.")


def require_can_reply_to_answer(person: Any, dispute: LineDispute) -> None:
    """Raise PermissionDenied unless the person speaks for the authority that disputes."""
    if not can_reply_to_answer(person, dispute):
        raise PermissionDenied(f"Only a finance officer of {dispute.payer} can reply or withdraw this dispute.")
