"""Invoices, runs and accounts that wait for a finance officer."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from nearhome.design import wording
from nearhome.design.waiting import Waiting
from nearhome.settlement.calculations.invoices.paying import pay_by
from nearhome.settlement.models import BankAccount, Invoice, LineHold, LineMatch, PaymentRun
from nearhome.settlement.queries.invoice_matching import STANDS


def invoices_waiting(person: Any) -> Iterator[Waiting]:
    """Invoices with a line to approve, the oldest first; runs to send and accounts to confirm, of a colleague's."""
    held = LineHold.objects.filter(line=OuterRef("line"), released_at__isnull=True)
    to_approve = LineMatch.objects.filter(
        ~Exists(held), line__invoice=OuterRef("pk"), approved_at__isnull=True, verdict__in=STANDS
    ).exclude(payable_pence=0)
    rows = Invoice.objects.filter(Exists(to_approve), authority=person.organisation_id, returned_at__isnull=True)
    for row in rows.select_related("provider").order_by("received_at"):
        until = wording.date(pay_by(timezone.localdate(row.received_at)))
        about = f"{row.provider}, {row.number}, to be paid by {until}"
        yield Waiting("Approve an invoice", about, reverse("settlement:invoice", args=[row.key]))
    runs = PaymentRun.objects.filter(authority=person.organisation_id, sent_at__isnull=True, cancelled_at__isnull=True)
    for run in runs.exclude(made_by=person.pk).defer("csv_file", "bacs_file").order_by("number"):
        about = f"Run {run.number}, on {wording.date(run.pay_on)}"
        yield Waiting("Send a payment run that a colleague made", about, reverse("settlement:run", args=[run.key]))
    accounts = BankAccount.objects.filter(
        authority=person.organisation_id, confirmed_at__isnull=True, ended_at__isnull=True
    )
    for account in accounts.exclude(entered_by=person.pk).select_related("holder").order_by("entered_at"):
        yield Waiting(
            "Confirm a bank account that a colleague entered", str(account.holder), reverse("settlement:bank")
        )
