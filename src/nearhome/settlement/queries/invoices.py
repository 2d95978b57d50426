"""Invoices: those a provider sent, or an authority is asked to pay; one of them line by line."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from nearhome.audit.queries import HistoryLine, history_of
from nearhome.people.models import Organisation
from nearhome.settlement.calculations.invoices.lines import ALL, ALL_WORDS
from nearhome.settlement.calculations.invoices.paying import pay_by
from nearhome.settlement.models import Charge, Invoice, InvoiceLine, LineHold, RunLine
from nearhome.settlement.permissions import can_see_payments, can_see_settlement
from nearhome.settlement.permissions.invoices import (
    can_handle_invoice,
    require_can_handle_invoice,
    require_can_see_invoices,
    require_can_send_invoice,
)
from nearhome.settlement.queries.invoice_matching import STANDS

VERDICT_WORDS = {
    "agreed": ("Agreed", "green"), "over": ("Over", "orange"), "under": ("Under", "yellow"),
    "unknown": ("Unknown", "red"), "duplicate": ("Duplicate", "red"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line with what it was set against. `hold` is why it is not paid yet; `hold_key` releases it."""

    number: int
    about: str
    first_night: date
    nights: int | None
    pence: int
    due_pence: int
    payable_pence: int
    verdict: str
    colour: str
    why: str
    state: str
    hold: str = ""
    hold_key: UUID | None = None
    last_night: date | None = None
    may_hold: bool = False
    may_release: bool = False


@dataclass(frozen=True, slots=True)
class InvoiceShown:
    """One invoice in a list: its state in words, and by when it must be paid (None once it is settled)."""

    key: UUID
    number: str
    provider: str
    authority: str
    dated_on: date
    received_on: date
    pence: int
    payable_pence: int
    state: str
    colour: str
    pay_by: date | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class InvoicePage:
    """All that the page of one invoice shows. `to_approve_pence`: what approving it now would pay.

    `may_approve`: this person did not release one of the lines that would be approved.
    """

    row: Invoice
    shown: InvoiceShown
    lines: tuple[LineShown, ...]
    handles: bool
    to_approve_pence: int
    lines_to_approve: int
    may_approve: bool
    may_return: bool
    history: tuple[HistoryLine, ...]


def invoices_of(person: Any, *, today: date) -> tuple[InvoiceShown, ...]:
    """Every invoice the person's organisation sent or was sent, newest first."""
    require_can_see_invoices(person)
    return tuple(_shown(row, today) for row in _rows(person).order_by("-received_at", "-id"))


def invoice_row(person: Any, key: UUID) -> Invoice:
    """One invoice of the person's organisation; another does not exist for them."""
    require_can_see_invoices(person)
    row = _rows(person).filter(key=key).first()
    if row is None:
        raise Http404
    return row


def invoice_page(person: Any, key: UUID, *, today: date) -> InvoicePage:
    """Everything about one invoice."""
    row = invoice_row(person, key)
    handles = can_handle_invoice(person, row.authority_id) and row.returned_at is None
    lines = tuple(_line(line, person, handles) for line in row.lines.all())
    waiting = [line for line in row.lines.all() if is_ready(line)]
    return InvoicePage(
        row=row,
        shown=_shown(row, today),
        lines=lines,
        handles=handles,
        to_approve_pence=sum(line.match.payable_pence for line in waiting),
        lines_to_approve=len(waiting),
        may_approve=handles
        and not any(hold.released_by_id == person.pk for line in waiting for hold in line.holds.all()),
        may_return=handles and not any(line.match.approved_at for line in row.lines.all()),
        history=tuple(reversed(history_of(row.key))),
    )


def invoice_to_decide(person: Any, key: UUID) -> Invoice:
    """One invoice that the person decides about; PermissionDenied for the provider that sent it."""
    row = invoice_row(person, key)
    require_can_handle_invoice(person, row.authority_id)
    return row


def line_to_hold(person: Any, key: UUID, number: int) -> InvoiceLine:
    """One line of an invoice that the person decides about."""
    row = invoice_to_decide(person, key)
    line = next((one for one in row.lines.all() if one.number == number), None)
    if line is None:
        raise Http404
    return line


def hold_to_release(person: Any, key: UUID) -> LineHold:
    """One hold on a line that the person decides about."""
    require_can_see_invoices(person)
    row = LineHold.objects.select_related("line__invoice__provider", "line__match", "held_by").filter(key=key).first()
    if row is None:
        raise Http404
    require_can_handle_invoice(person, row.authority_id)
    return row


def authorities_to_bill(person: Any) -> tuple[Organisation, ...]:
    """Authorities that a charge says will pay the person's organisation, by name."""
    require_can_send_invoice(person)
    hosts = Charge.objects.filter(provider=person.organisation_id).values("host")
    return tuple(Organisation.objects.filter(pk__in=hosts).order_by("name"))


def _about(line: InvoiceLine) -> str:
    """The child or bed, and the part of the price that is billed for it."""
    whom = line.child_ref or f"{line.home_name}, {line.place_label}"
    return f"{whom}, {ALL_WORDS if line.element == ALL else line.element}"


def is_ready(line: InvoiceLine) -> bool:
    """Would approving the invoice approve this line?"""
    match = line.match
    return not match.approved_at and match.verdict in STANDS and match.payable_pence != 0 and live_hold(line) is None


def live_hold(line: InvoiceLine) -> LineHold | None:
    """The hold that keeps a line from being paid, if there is one."""
    return next((hold for hold in line.holds.all() if hold.released_at is None), None)


def _rows(person: Any) -> QuerySet[Invoice]:
    """What the person's roles let them read: an authority's own homes do not see what other providers ask of it."""
    sent, received = Q(provider=person.organisation_id), Q(authority=person.organisation_id)
    mine = (sent if can_see_payments(person) else Q(pk__in=[])) | (
        received if can_see_settlement(person) else Q(pk__in=[])
    )
    lines = InvoiceLine.objects.select_related("match__approved_by").order_by("number")
    runs = RunLine.objects.filter(freed_at__isnull=True)
    lines = lines.prefetch_related(Prefetch("holds", LineHold.objects.select_related("held_by")))
    lines = lines.prefetch_related(Prefetch("run_lines", runs))
    return (
        Invoice.objects.filter(mine)
        .select_related("provider", "authority", "submitted_by")
        .prefetch_related(Prefetch("lines", lines))
    )


def _shown(row: Invoice, today: date) -> InvoiceShown:
    state, colour, is_open = _state(row)
    received_on = timezone.localdate(row.received_at)
    until = pay_by(received_on) if is_open else None
    return InvoiceShown(
        row.key, row.number, row.provider.name, row.authority.name, row.dated_on, received_on, row.pence,
        sum(line.match.payable_pence for line in row.lines.all()), state, colour, until,
        until is not None and today > until,
    )  # fmt: skip


def _state(row: Invoice) -> tuple[str, str, bool]:
    """Its state in words, the colour of its tag, and whether money is still to be paid."""
    if row.returned_at:
        return "Returned", "grey", False
    states = [_state_of_line(line) for line in row.lines.all()]
    for words, colour in (("To approve", "blue"), ("On hold", "orange"), ("Approved", "teal")):
        if words in states:
            return words, colour, True
    if "In a payment run" in states:
        return "In a payment run", "purple", True
    return ("Sent to the bank", "green", False) if "Sent to the bank" in states else ("Nothing to pay", "grey", False)


def _state_of_line(line: InvoiceLine) -> str:
    run = next(iter(line.run_lines.all()), None)
    if run:
        return "Sent to the bank" if run.sent_at else "In a payment run"
    if live_hold(line):
        return "On hold"
    if line.match.approved_at:
        return "Approved"
    return "To approve" if is_ready(line) else "Nothing to pay"


def _line(line: InvoiceLine, person: Any, handles: bool) -> LineShown:
    match, hold, state = line.match, live_hold(line), _state_of_line(line)
    words, colour = VERDICT_WORDS[match.verdict]
    nights = (line.ends_before - line.starts_on).days
    return LineShown(
        line.number, _about(line), line.starts_on,
        nights if line.kind == "nights" else None, line.pence, match.due_pence, match.payable_pence, words, colour,
        match.why, state, hold.reason if hold else "", hold.key if hold else None, line.ends_before - timedelta(days=1),
        handles and hold is None and state in ("To approve", "Approved"),
        bool(handles and hold and match.verdict in STANDS and match.payable_pence and hold.held_by_id != person.pk),
    )  # fmt: skip
