"""Tokens with which a provider's software sends invoices, and who stands behind one."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection
from django.http import Http404

from nearhome.people.models import Person
from nearhome.settlement.models import InvoiceToken
from nearhome.settlement.permissions.invoices import require_can_send_invoice


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def person_of_token(token: str) -> Person | None:
    """Who made the token, while it stands. Nobody acts yet, so a function of the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT settlement_person_of_token(%s)", [digest_of(token)])
        (person_id,) = cursor.fetchone()
    return Person.objects.select_related("organisation").filter(pk=person_id, is_active=True).first()


def tokens_of(person: Any) -> tuple[InvoiceToken, ...]:
    """The tokens of the person's organisation that stand, newest first."""
    require_can_send_invoice(person)
    return tuple(InvoiceToken.objects.filter(ended_at__isnull=True).select_related("made_by").order_by("-made_at"))


def token_row(person: Any, key: UUID) -> InvoiceToken:
    """One token of the person's organisation; another does not exist for them."""
    require_can_send_invoice(person)
    row = InvoiceToken.objects.filter(key=key).first()
    if row is None:
        raise Http404
    return row
