"""Who sends invoices, and who holds, releases, approves and pays them."""

from typing import Any

from django.core.exceptions import PermissionDenied

from nearhome.settlement.models import Invoice
from nearhome.settlement.permissions.months import can_see_payments, can_see_settlement


def can_see_invoices(person: Any) -> bool:
    """Whether the person reads invoices at all: those their organisation sends, or is asked to pay."""
    return can_see_payments(person) or can_see_settlement(person)


def can_handle_invoice(person: Any, authority_id: int) -> bool:
    """Whether the person decides about invoices to this authority: one of its finance officers."""
    return can_see_settlement(person) and person.organisation_id == authority_id


def require_can_see_invoices(person: Any) -> None:
    """Raise PermissionDenied unless the person reads invoices."""
    if not can_see_invoices(person):
        raise PermissionDenied("Only finance officers and people who work for a provider read invoices.")


def require_can_send_invoice(person: Any) -> None:
    """Raise PermissionDenied unless the person works for a provider."""
    if not can_see_payments(person):
        raise PermissionDenied("Only people who work for a provider send invoices.")


def require_can_pay(person: Any) -> None:
    """Raise PermissionDenied unless the person is a finance officer of an authority."""
    if not can_see_settlement(person):
        raise PermissionDenied("Only finance officers of an authority pay invoices.")


def require_can_handle_invoice(person: Any, authority_id: int) -> None:
    """Raise PermissionDenied unless the person decides about invoices to this authority."""
    if not can_handle_invoice(person, authority_id):
        raise PermissionDenied("Only a finance officer of the authority that is asked to pay can do this.")


def require_another_than_sender(person: Any, invoice: Invoice) -> None:
    """Raise PermissionDenied for whoever sent the invoice, who may work for the authority too: its own homes bill it."""
    if invoice.submitted_by_id == person.pk:
        raise PermissionDenied("You sent this invoice, so another finance officer must decide about it.")
