"""Lines are held, released by somebody else, and approved for payment by somebody else again."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from psycopg.types.range import DateRange

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.settlement.actions.matching import lock_invoices_of, lock_provider, match_lines
from nearhome.settlement.calculations.invoices.lines import NIGHTS, Matched, nights_kept
from nearhome.settlement.models import Invoice, InvoiceLine, LineHold, LineMatch, PaidNights, RunLine
from nearhome.settlement.permissions.invoices import require_another_than_sender, require_can_handle_invoice
from nearhome.settlement.queries import refs
from nearhome.settlement.queries.invoice_matching import STANDS, matching_of
from nearhome.settlement.queries.invoices import is_ready
from nearhome.settlement.queries.paid_nights import paid_already


@transaction.atomic
def hold_line(*, line: InvoiceLine, reason: str, by: Any, now: datetime) -> LineHold:
    """Keep a line from being paid, and say why. Harmless when it is held already."""
    require_can_handle_invoice(by, line.authority_id)
    lock_invoices_of(line.authority_id)
    if not reason.strip():
        raise ValidationError("Say why the line is held: the provider reads it.")
    live = LineHold.objects.filter(line=line, released_at__isnull=True).first()
    if live:
        return live
    if RunLine.objects.filter(line=line, freed_at__isnull=True).exists():
        raise ValidationError("The line is in a payment run. Cancel the run first, if it was not sent yet.")
    hold = LineHold.objects.create(
        line=line,
        authority_id=line.authority_id,
        provider_id=line.provider_id,
        reason=reason.strip(),
        held_by=by,
        held_at=now,
    )
    _record(line.invoice, "invoice.held", f"Line {line.number} was held: {hold.reason}", by, now)
    return hold


@transaction.atomic
def release_hold(*, hold: LineHold, reason: str, by: Any, now: datetime) -> LineHold:
    """Let a held line be paid, what is due and no more; somebody else than who held it. Harmless when released."""
    require_can_handle_invoice(by, hold.authority_id)
    lock_invoices_of(hold.authority_id)
    hold = LineHold.objects.select_related("line__match", "line__invoice").get(pk=hold.pk)
    if hold.released_at:
        return hold
    if hold.held_by_id == by.pk:
        raise PermissionDenied("You held this line, so another finance officer must release it.")
    require_another_than_sender(by, hold.line.invoice)
    match = hold.line.match
    if match.verdict not in STANDS or not match.payable_pence:
        raise ValidationError(f"Nothing can be paid for this line. {match.why}")
    if not reason.strip():
        raise ValidationError("Say why the line is released.")
    hold.released_by, hold.released_at, hold.release_reason = by, now, reason.strip()
    hold.save(update_fields=["released_by", "released_at", "release_reason"])
    words = (
        f"Line {hold.line.number} was released, to be paid {wording.money(match.payable_pence)}: {hold.release_reason}"
    )
    _record(hold.line.invoice, "invoice.released", words, by, now)
    return hold


@transaction.atomic
def approve_invoice(*, invoice: Invoice, shown_pence: int, by: Any, now: datetime) -> int | None:
    """Approve every line that is not held, for payment; answers their pence. Approved twice changes nothing.

    `shown_pence` is what the page said: a figure that changed since is never approved unseen; the new figures are kept
    to be looked at, and the answer is None. Raises PermissionDenied for whoever released one of the lines, and
    ValidationError where there is nothing to approve.
    """
    require_can_handle_invoice(by, invoice.authority_id)
    lock_invoices_of(invoice.authority_id)
    if Invoice.objects.filter(pk=invoice.pk, returned_at__isnull=False).exists():
        raise ValidationError("This invoice was returned to the provider, so it cannot be approved.")
    # What is due may have changed since the page was made: nothing is approved on yesterday's figures.
    changed = match_lines(invoice, now)
    rows = list(invoice.lines.select_related("match").prefetch_related("holds").order_by("number"))
    ready = [row for row in rows if is_ready(row)]
    pence = sum(row.match.payable_pence for row in ready)
    if (changed or ready) and pence != shown_pence:
        return None
    if not ready:
        if any(row.match.approved_at for row in rows):
            return 0
        raise ValidationError("No line of this invoice can be approved. Look at what is held, and why.")
    require_another_than_sender(by, invoice)
    if any(hold.released_by_id == by.pk for row in ready for hold in row.holds.all()):
        raise PermissionDenied("You released a line of this invoice, so another finance officer must approve it.")
    _keep_nights(invoice, ready)
    LineMatch.objects.filter(line__in=ready).update(approved_by=by, approved_at=now)
    words = f"{wording.plural(len(ready), 'line')} of invoice {invoice.number} approved: {wording.money(pence)} to pay."
    _record(invoice, "invoice.approved", words, by, now)
    return pence


def _keep_nights(invoice: Invoice, rows: list[InvoiceLine]) -> None:
    """The nights that are paid, by place and element; the whole price keeps them for every element."""
    found: dict[int, Matched] = {one.number: one for one in matching_of(invoice).lines}
    nights = [
        PaidNights(
            line=row, authority_id=row.authority_id, provider_id=row.provider_id, place_id=refs.number(place),
            element=element, days=DateRange(span.starts_on, span.ends_before),
        )
        for row in rows if row.kind == NIGHTS
        for place, element, span in nights_kept(row.element, found[row.number].places) if place
    ]  # fmt: skip
    lock_provider(invoice.provider_id)
    try:
        with transaction.atomic():
            PaidNights.objects.bulk_create(nights, batch_size=500)
    except IntegrityError as refused:
        raise ValidationError(paid_already(nights)) from refused


def _record(invoice: Invoice, name: str, words: str, by: Any, now: datetime) -> None:
    record(name, words, about=invoice, by=by, at=now, thread=invoice.key, seen_by=(invoice.provider_id,))
