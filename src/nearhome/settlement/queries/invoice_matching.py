"""An invoice as matching reads it: its lines, every charge that could be meant, and what stands billed before.

Read while acting for the authority that is asked to pay.
"""

from datetime import date

from django.db.models import Exists, OuterRef

from nearhome.design import wording
from nearhome.settlement.calculations.charges import CREDIT
from nearhome.settlement.calculations.invoices.lines import (
    ACCOMMODATION,
    AGREED,
    MOST_LETTERS,
    OVER,
    UNDER,
    Billed,
    DueLine,
    InvoicedLine,
    Matching,
    Span,
    Tolerance,
)
from nearhome.settlement.calculations.invoices.matching import match_invoice
from nearhome.settlement.calculations.moved_nights import LATE
from nearhome.settlement.models import Charge, Invoice, InvoiceLine, InvoiceTolerance, RunLine
from nearhome.settlement.queries import refs

STANDS = (AGREED, OVER, UNDER)
# Until an authority says otherwise an amount must be right to the penny; a penny comes of rounding part of a month.
A_PENNY = Tolerance(1, 10_000)


def subject_of(child_ref: str, home: str, place: str) -> str:
    """What a line is about, however it was written: a child, or a bed without one."""
    return f"child {child_ref.lower()}" if child_ref else f"bed {home.lower()}, {place.lower()}"


def matching_of(invoice: Invoice) -> Matching:
    """Every line of the invoice that is not approved against what is due by the charges posted so far.

    What is approved is decided: it counts as billed, and no other line of the invoice goes before it.
    """
    rows = list(invoice.lines.order_by("number"))
    window = _window(rows)
    lines = [
        InvoicedLine(row.number, _subject_of_line(row), row.element, Span(row.starts_on, row.ends_before), row.pence, row.kind)
        for row in invoice.lines.exclude(match__approved_at__isnull=False)
    ]  # fmt: skip
    return match_invoice(
        lines, _due(invoice, window), _billed(invoice, window), tolerance_on(invoice.authority_id, invoice.dated_on)
    )


def tolerance_on(authority_id: int, day: date) -> Tolerance:
    """What the authority lets pass for an invoice of this day."""
    rows = InvoiceTolerance.objects.filter(authority=authority_id, starts_on__lte=day)
    row = rows.order_by("-starts_on", "-id").first()
    return Tolerance(row.pence, row.basis_points) if row else A_PENNY


def _window(rows: list[InvoiceLine]) -> Span:
    return Span(min(row.starts_on for row in rows), max(row.ends_before for row in rows)).whole_months()


def _subject_of_line(row: InvoiceLine) -> str:
    return subject_of(row.child_ref, row.home_name, row.place_label)


def _due(invoice: Invoice, window: Span) -> list[DueLine]:
    rows = Charge.objects.filter(
        host=invoice.authority_id, provider=invoice.provider_id, starts_on__lt=window.ends_before,
        ends_before__gt=window.starts_on, lead_cost__isnull=True,
    ).exclude(kind=CREDIT).select_related("place")  # fmt: skip
    return [
        DueLine(
            f"charge-{row.pk}", subject_of(row.child_ref, row.home_name, row.place.label if row.place else ""),
            element_of(row), refs.place(row.place_id) if row.place_id else "", Span(row.starts_on, row.ends_before),
            row.pence, row.kind in LATE,
        )
        for row in rows
    ]  # fmt: skip


def element_of(row: Charge) -> str:
    """The part of the price, as invoices call it: what has no element is accommodation, its corrections too."""
    return row.element.lower()[:MOST_LETTERS] or ACCOMMODATION


def _billed(invoice: Invoice, window: Span) -> list[Billed]:
    rows = InvoiceLine.objects.filter(
        authority=invoice.authority_id, provider=invoice.provider_id, invoice__returned_at__isnull=True,
        match__verdict__in=STANDS, starts_on__lt=window.ends_before, ends_before__gt=window.starts_on,
    ).exclude(invoice=invoice, match__approved_at__isnull=True)  # fmt: skip
    sent = RunLine.objects.filter(line=OuterRef("pk"), sent_at__isnull=False)
    return [
        Billed(
            _subject_of_line(row), row.element, Span(row.starts_on, row.ends_before), row.match.payable_pence, row.kind,
            f"line {row.number} of this invoice" if row.invoice_id == invoice.pk
            else f"invoice {row.invoice.number} of {wording.date(row.invoice.dated_on)}",
            row.was_sent,
        )
        for row in rows.select_related("match", "invoice").annotate(was_sent=Exists(sent)).order_by("id")
    ]  # fmt: skip
