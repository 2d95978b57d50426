"""An invoice comes in, is matched, and goes back where it cannot be paid."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting_for
from nearhome.settlement.actions.matching import lock_invoices_of, lock_provider, match_lines
from nearhome.settlement.calculations.invoices.lines import Span
from nearhome.settlement.importers.invoice_again import what_differs
from nearhome.settlement.importers.invoice_rows import RowFault, SentLine
from nearhome.settlement.models import Invoice, InvoiceLine
from nearhome.settlement.permissions.invoices import require_can_handle_invoice, require_can_send_invoice

_EARLIEST = date(2015, 1, 1)


class OtherContentError(ValidationError):
    """The number stands already, on an invoice that says something else; `differs` is where they first part."""

    def __init__(self, before: Invoice, differs: RowFault) -> None:
        self.differs = differs
        is_approved = InvoiceLine.objects.filter(invoice=before, match__approved_at__isnull=False).exists()
        ways = "" if is_approved else f"ask {before.authority} to return it, or "
        super().__init__(
            f"You sent an invoice {before.number} on {wording.date(before.received_at)} already, of"
            f" {wording.money(before.pence)}, with other content. {differs.words} Give a new invoice another number. To"
            f" correct the first, {ways}send what changes as differences under another number; what you give back is"
            " below 0."
        )


@transaction.atomic
def submit_invoice(
    *,
    authority: Organisation,
    number: str,
    dated_on: date,
    lines: Sequence[SentLine],
    source: str,
    by: Any,
    now: datetime,
) -> Invoice:
    """Take in an invoice of the person's own organisation and match it. The same sent twice is kept once.

    Raises PermissionDenied, OtherContentError where its number stands on another, and ValidationError with the mend where
    it cannot be an invoice of theirs.
    """
    require_can_send_invoice(by)
    number = " ".join(number.split())
    _require_sound(authority, number, dated_on, lines, now)
    lock_invoices_of(authority.pk)
    lock_provider(by.organisation_id)
    before = Invoice.objects.filter(
        provider=by.organisation_id, number__iexact=number, returned_at__isnull=True
    ).first()
    if before:
        return _the_same(before, authority, dated_on, lines)
    row = Invoice.objects.create(
        provider_id=by.organisation_id, authority=authority, number=number, dated_on=dated_on, received_at=now,
        source=source, pence=sum(line.pence for line in lines), submitted_by=by,
    )  # fmt: skip
    InvoiceLine.objects.bulk_create([_line(row, line) for line in lines], batch_size=500)
    with acting_for(authority.pk, person_id=by.pk):
        match_lines(row, now)
    words = f"{by.organisation} sent invoice {number} with {wording.plural(len(lines), 'line')}, {wording.money(row.pence)}."
    record("invoice.sent", words, about=row, by=by, at=now, thread=row.key, seen_by=(authority.pk,))
    return row


@transaction.atomic
def match_again(*, invoice: Invoice, by: Any, now: datetime) -> Invoice:
    """Set what is not approved against what is due today."""
    require_can_handle_invoice(by, invoice.authority_id)
    _require_open(invoice)
    lock_invoices_of(invoice.authority_id)
    if match_lines(invoice, now):
        words = f"Invoice {invoice.number} was matched again, and something changed."
        record(
            "invoice.matched", words, about=invoice, by=by, at=now, thread=invoice.key, seen_by=(invoice.provider_id,)
        )
    return invoice


@transaction.atomic
def return_invoice(*, invoice: Invoice, reason: str, by: Any, now: datetime) -> Invoice:
    """Send an invoice back to the provider unpaid; its number is free again. Harmless when it was returned."""
    require_can_handle_invoice(by, invoice.authority_id)
    lock_invoices_of(invoice.authority_id)
    row = Invoice.objects.select_for_update().get(pk=invoice.pk)
    if row.returned_at:
        return row
    if not reason.strip():
        raise ValidationError("Say why the invoice goes back: the provider reads it.")
    if InvoiceLine.objects.filter(invoice=row, match__approved_at__isnull=False).exists():
        raise ValidationError("A line of it is approved, so it cannot go back. Ask the provider for a credit instead.")
    row.returned_at, row.returned_by, row.return_reason = now, by, reason.strip()
    row.save(update_fields=["returned_at", "returned_by", "return_reason"])
    words = f"Invoice {row.number} was returned: {row.return_reason}"
    record("invoice.returned", words, about=row, by=by, at=now, thread=row.key, seen_by=(row.provider_id,))
    return row


def _require_sound(
    authority: Organisation, number: str, dated_on: date, lines: Sequence[SentLine], now: datetime
) -> None:
    if authority.kind != Organisation.Kind.AUTHORITY:
        raise ValidationError("Choose the authority that pays you.")
    if not number or len(number) > 30:
        raise ValidationError("Give the invoice its number, of at most 30 characters.")
    if not _EARLIEST <= dated_on <= timezone.localdate(now):
        raise ValidationError("The date of the invoice must not be in the future, or before 2015.")
    if not lines:
        raise ValidationError("An invoice has at least one line.")


def _require_open(invoice: Invoice) -> None:
    if invoice.returned_at:
        raise ValidationError("This invoice was returned to the provider. Wait for the corrected one.")


def _line(invoice: Invoice, line: SentLine) -> InvoiceLine:
    return InvoiceLine(
        invoice=invoice, authority_id=invoice.authority_id, provider_id=invoice.provider_id, number=line.number,
        child_ref=line.child_ref, home_name=line.home, place_label=line.place, element=line.element, kind=line.kind,
        starts_on=line.span.starts_on, ends_before=line.span.ends_before, weekly_price_pence=line.weekly_pence,
        pence=line.pence,
    )  # fmt: skip


def _the_same(before: Invoice, authority: Organisation, dated_on: date, lines: Sequence[SentLine]) -> Invoice:
    """The invoice that stands, if this is it again: a double click is no mistake, nor is a program that asks once more."""
    differs = _differs(before, authority, dated_on, lines)
    if differs:
        raise OtherContentError(before, differs)
    return before


def _differs(before: Invoice, authority: Organisation, dated_on: date, lines: Sequence[SentLine]) -> RowFault | None:
    if before.authority_id != authority.pk:
        return RowFault(0, "authority", f"It is to {authority} and was to {before.authority}.")
    if before.dated_on != dated_on:
        words = f"Its date is {wording.date(dated_on)} and was {wording.date(before.dated_on)}."
        return RowFault(0, "dated_on", words)
    return what_differs([_as_sent(row) for row in before.lines.all()], lines)


def _as_sent(row: InvoiceLine) -> SentLine:
    return SentLine(
        row.number, row.child_ref, row.home_name, row.place_label, row.element, row.kind,
        Span(row.starts_on, row.ends_before), row.weekly_price_pence, row.pence,
    )  # fmt: skip
