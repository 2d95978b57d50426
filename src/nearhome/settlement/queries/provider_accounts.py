"""The statement of account between a provider and an authority: what was invoiced, accepted and paid, with a balance."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from nearhome.people.models import Organisation
from nearhome.settlement.models import Charge, InvoiceLine, RunLine
from nearhome.settlement.permissions.invoices import can_see_settlement, require_can_see_invoices
from nearhome.settlement.queries.invoice_matching import STANDS


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


def _account(other: Organisation, lines: Any, paid: Any, due: dict[int, int]) -> Account:
    found: list[tuple[date, int, str, int, int, int]] = []
    invoices: dict[tuple[date, str], tuple[int, int]] = {}
    for line in lines.select_related("invoice", "match").order_by("id"):
        name = timezone.localdate(line.invoice.received_at), f"Invoice {line.invoice.number}"
        before = invoices.get(name, (0, 0))
        accepted = line.match.payable_pence if line.match.verdict in STANDS else 0
        invoices[name] = before[0] + line.pence, before[1] + accepted
    found += [(on, 0, what, sent, accepted, 0) for (on, what), (sent, accepted) in invoices.items()]
    runs = (
        paid.filter(sent_at__isnull=False)
        .values_list("pay_on", "run_id")
        .annotate(sum=Sum("pence"))
        .order_by("pay_on", "run_id")
    )
    found += [(on, 1, "Payment", 0, 0, pence) for on, _, pence in runs]
    entries, balance = [], 0
    for on, _, what, sent, accepted, pence in sorted(found):
        balance += accepted - pence
        entries.append(Entry(on, what, sent, accepted, pence, balance))
    sums = [sum(one[place] for one in found) for place in (3, 4, 5)]
    return Account(other.name, tuple(entries), *sums, due.get(other.pk, 0) - sums[1])
