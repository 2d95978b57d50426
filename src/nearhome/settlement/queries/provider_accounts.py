"""The statement of account between a provider and an authority: what was invoiced, accepted and paid, with a balance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum
from django.utils import timezone

from nearhome.people.models import Organisation
from nearhome.settlement.models import Charge, Invoice, InvoiceLine, RunLine
from nearhome.settlement.permissions.invoices import can_see_settlement, require_can_see_invoices
from nearhome.settlement.queries.invoice_matching import STANDS


class _Move(NamedTuple):
    """Something that changes the balance; invoices of a day before its payments."""

    on: date
    order: int
    what: str
    invoiced_pence: int
    accepted_pence: int
    paid_pence: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the account. Pence: as invoiced, as accepted, as paid, and what is owed after it."""

    on: date
    what: str
    invoiced_pence: int
    accepted_pence: int
    paid_pence: int
    balance_pence: int


@dataclass(frozen=True, slots=True)
class Account:
    """All between the person's organisation and one other. `not_invoiced_pence`: posted as due, on no invoice yet."""

    other: str
    entries: tuple[Entry, ...]
    invoiced_pence: int
    accepted_pence: int
    paid_pence: int
    not_invoiced_pence: int


def accounts_with(person: Any) -> tuple[Account, ...]:
    """An account with each authority, for a provider; with each provider, for an authority. By name."""
    require_can_see_invoices(person)
    mine, other = ("authority", "provider") if can_see_settlement(person) else ("provider", "authority")
    lines = InvoiceLine.objects.filter(**{mine: person.organisation_id}, invoice__returned_at__isnull=True)
    charge_mine, charge_other = ("host", "provider") if mine == "authority" else ("provider", "host")
    posted = Charge.objects.filter(**{charge_mine: person.organisation_id})
    due = dict(posted.values_list(charge_other).annotate(sum=Sum("pence")).order_by(charge_other))
    others = {*lines.values_list(other, flat=True), *due}
    return tuple(
        _account(
            one, lines.filter(**{other: one}), RunLine.objects.filter(**{mine: person.organisation_id, other: one}), due
        )
        for one in Organisation.objects.filter(pk__in=others).order_by("name")
    )


def _account(
    other: Organisation, lines: QuerySet[InvoiceLine], paid: QuerySet[RunLine], due: dict[int, int]
) -> Account:
    moves = sorted([*_invoices(lines), *_payments(paid)])
    entries, balance = [], 0
    for one in moves:
        balance += one.accepted_pence - one.paid_pence
        entries.append(Entry(one.on, one.what, one.invoiced_pence, one.accepted_pence, one.paid_pence, balance))
    accepted = sum(one.accepted_pence for one in moves)
    return Account(
        other.name, tuple(entries), sum(one.invoiced_pence for one in moves), accepted,
        sum(one.paid_pence for one in moves), due.get(other.pk, 0) - accepted,
    )  # fmt: skip


def _invoices(lines: QuerySet[InvoiceLine]) -> Iterator[_Move]:
    sums: dict[Invoice, list[int]] = {}
    for line in lines.select_related("invoice", "match").order_by("id"):
        accepted = line.match.payable_pence if line.match.verdict in STANDS else 0
        found = sums.setdefault(line.invoice, [0, 0])
        found[0] += line.pence
        found[1] += accepted
    for invoice, (sent, accepted) in sums.items():
        yield _Move(timezone.localdate(invoice.received_at), 0, f"Invoice {invoice.number}", sent, accepted, 0)


def _payments(paid: QuerySet[RunLine]) -> Iterator[_Move]:
    runs = paid.filter(sent_at__isnull=False).values_list("pay_on", "run_id").annotate(sum=Sum("pence"))
    for on, _, pence in runs.order_by("pay_on", "run_id"):
        yield _Move(on, 1, "Payment", 0, 0, pence)
