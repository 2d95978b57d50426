"""Who may do what with the money. ``can_…`` for pages, ``require_can_…`` for actions: one rule behind both."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation
from nearhome.people.roles import Role
from nearhome.settlement.models import Month, Statement


def can_see_settlement(person: Any) -> bool:
    """Whether the person reads months and statements at all."""
    return person.has_role(Role.FINANCE_OFFICER) and person.organisation.kind == Organisation.Kind.AUTHORITY


def can_see_payments(person: Any) -> bool:
    """Whether the person reads what their organisation is to be paid, as a provider."""
    return bool(person.has_role(Role.PROVIDER))


def can_settle(person: Any, partnership: Partnership) -> bool:
    """Whether the person works out, checks and closes months: a finance officer of the finance lead."""
    return can_see_settlement(person) and person.organisation_id == partnership.finance_lead_id


def can_answer(person: Any, statement: Statement) -> bool:
    """Whether the person agrees or disputes this statement: a finance officer of the authority it is for."""
    return can_see_settlement(person) and person.organisation_id == statement.organisation_id


def can_read_months(person: Any) -> bool:
    """Whether the person reads months and statements: finance officers, and approvers, who approve months."""
    approves = person.has_role(Role.APPROVER) and person.organisation.kind == Organisation.Kind.AUTHORITY
    return can_see_settlement(person) or approves


def can_approve(person: Any, month: Month) -> bool:
    """Whether the person may approve this month: of the finance lead, and not who checked it."""
    of_the_lead = can_read_months(person) and person.organisation_id == month.partnership.finance_lead_id
    return of_the_lead and month.checked_by_id not in (None, person.pk)


def require_can_see_settlement(person: Any) -> None:
    """Raise PermissionDenied unless the person reads months and statements."""
    if not can_see_settlement(person):
        raise PermissionDenied("Only finance officers of an authority read months and statements.")


def require_can_see_payments(person: Any) -> None:
    """Raise PermissionDenied unless the person reads payments to a provider."""
    if not can_see_payments(person):
        raise PermissionDenied("Only people who work for a provider read what it will be paid.")


def require_can_settle(person: Any, partnership: Partnership) -> None:
    """Raise PermissionDenied unless the person settles for this partnership. Nearhome may, for the finance lead."""
    is_nearhome = person.pk is None
    if is_nearhome and person.organisation_id == partnership.finance_lead_id:
        return
    if is_nearhome or not can_settle(person, partnership):
        lead = partnership.finance_lead.name
        raise PermissionDenied(f"Only a finance officer of {lead}, which settles for {partnership}, can do this.")


def require_can_read_months(person: Any) -> None:
    """Raise PermissionDenied unless the person reads months and statements."""
    if not can_read_months(person):
        raise PermissionDenied("Months and statements are for finance officers and approvers of an authority.")


def require_can_approve(person: Any, month: Month) -> None:
    """Raise PermissionDenied unless the person is an approver or finance officer of the lead who did not check it."""
    if not can_read_months(person) or person.organisation_id != month.partnership.finance_lead_id:
        lead = month.partnership.finance_lead.name
        raise PermissionDenied(
            f"Only an approver or a finance officer of {lead}, which settles for {month.partnership}, can do this."
        )
    if month.checked_by_id == person.pk:
        raise PermissionDenied("You checked this month, so an approver or another finance officer must approve it.")


def require_can_answer(person: Any, statement: Statement) -> None:
    """Raise PermissionDenied unless the person answers for the authority of this statement."""
    if not can_answer(person, statement):
        raise PermissionDenied(f"Only a finance officer of {statement.organisation} can answer its statement.")
