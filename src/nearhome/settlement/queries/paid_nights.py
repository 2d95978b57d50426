"""Which nights are paid for already, where an approval was refused because of them."""

from collections.abc import Iterable

from nearhome.settlement.calculations.invoices.lines import ALL, ALL_WORDS, Span, meet
from nearhome.settlement.calculations.invoices.words import when
from nearhome.settlement.models import PaidNights

_MEND = "Hold the line or return the invoice: what is left of these nights is sent as a difference."


def paid_already(wanted: Iterable[PaidNights]) -> str:
    """Why these nights cannot be kept, in words with the mend; the person sees only nights of its own organisation."""
    for one in wanted:
        rows = PaidNights.objects.filter(place=one.place_id, days__overlap=one.days).select_related("line__invoice")
        kept = next((row for row in rows.order_by("days") if meet(row.element, one.element)), None)
        both = _span(kept).overlap(_span(one)) if kept else None
        if kept and both:
            element = ALL_WORDS if kept.element == ALL else kept.element
            return (
                f"Line {one.line.number} cannot be paid: for {when(both)}, {element} is paid with line {kept.line.number}"
                f" of invoice {kept.line.invoice.number}. {_MEND}"
            )
    return f"Some of these nights are approved on another line already. {_MEND}"


def _span(row: PaidNights) -> Span:
    return Span(row.days.lower, row.days.upper)
