"""Making and ending the tokens with which a provider's software sends invoices."""

import secrets
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.settlement.models import InvoiceToken
from nearhome.settlement.permissions.invoices import require_can_send_invoice
from nearhome.settlement.queries.invoice_tokens import digest_of

MOST_TOKENS = 10


@transaction.atomic
def make_token(*, label: str, by: Any, now: datetime) -> str:
    """Make a token for the person's organisation and answer it: it can never be read again."""
    require_can_send_invoice(by)
    if not label.strip():
        raise ValidationError("Name the program that will use the token.")
    if InvoiceToken.objects.filter(ended_at__isnull=True).count() >= MOST_TOKENS:
        raise ValidationError(f"There are {MOST_TOKENS} tokens. End one that is not used any more.")
    token = f"nh_{secrets.token_urlsafe(32)}"
    row = InvoiceToken.objects.create(
        provider_id=by.organisation_id, label=label.strip()[:60], digest=digest_of(token), made_by=by, made_at=now
    )
    record(
        "token.made", f"A token to send invoices was made for {row.label}.", about=row, by=by, at=now, thread=row.key
    )
    return token


@transaction.atomic
def end_token(*, token: InvoiceToken, by: Any, now: datetime) -> InvoiceToken:
    """Nothing is accepted with it any more. Harmless when it was ended."""
    require_can_send_invoice(by)
    if token.provider_id != by.organisation_id:
        raise PermissionDenied("Only people of the provider end its tokens.")
    row = InvoiceToken.objects.select_for_update().get(pk=token.pk)
    if row.ended_at is None:
        row.ended_at = now
        row.save(update_fields=["ended_at"])
        record("token.ended", f"The token of {row.label} was ended.", about=row, by=by, at=now, thread=row.key)
    return row
