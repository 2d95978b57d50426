"""Invoices in the whole world: one paid, one in a run that waits, one on hold; the accounts money moves between."""

import datetime as dt
from itertools import pairwise

from django.db.models import Sum

from cast import Cast
from nearhome.people.models import Organisation, Person
from nearhome.privacy.acting import acting, acting_for
from nearhome.settlement.actions.approving import approve_invoice, hold_line
from nearhome.settlement.actions.bank_accounts import confirm_account, enter_account, set_tolerance
from nearhome.settlement.actions.invoice_tokens import make_token
from nearhome.settlement.actions.invoicing import submit_invoice
from nearhome.settlement.actions.paying import make_run, send_run
from nearhome.settlement.importers.invoice_rows import lines_from_rows
from nearhome.settlement.models import Charge, Invoice, InvoiceLine
from nearhome.settlement.queries.payment_runs import earliest_pay_day


def make_invoices(cast: Cast, now: dt.datetime) -> None:
    """Meadow bills Kent for two children and a bed of the month that was worked out."""
    _accounts(cast, now)
    invoices = [
        _invoice(cast, now, number, ref) for number, ref in (("ZZINVOICE", "ZZBLOCKREF"), ("PPINVOICE", "PPBLOCKREF"))
    ]
    for first in invoices:
        _approve(cast.fiona, first, now)
        with acting(cast.fiona):
            run = make_run(pay_on=earliest_pay_day(now.date()), by=cast.fiona, now=now)
        if first == invoices[0]:
            with acting(cast.frank):
                send_run(run=run, by=cast.frank, now=now)
    with acting(cast.mona):
        make_token(label="ZZTOKEN", by=cast.mona, now=now)
    held = _invoice(cast, now, "ZZHELDINVOICE", "")
    with acting(cast.fiona):
        line = InvoiceLine.objects.get(invoice=held)
        hold_line(line=line, reason="ZZHOLDREASON", by=cast.fiona, now=now)


def _accounts(cast: Cast, now: dt.datetime) -> None:
    with acting(cast.fiona):
        set_tolerance(pence=100, basis_points=10, starts_on=now.date(), by=cast.fiona, now=now)
    _account(cast, cast.kent, now, "998877")
    row = _account(cast, cast.meadow, now)
    assert row
    with acting(cast.fiona):
        enter_account(
            holder=cast.meadow, name="ZZACCOUNT", sort_code="445566", number="87654321", by=cast.fiona, now=now
        )


def _account(cast: Cast, holder: Organisation, now: dt.datetime, user: str = "") -> object:
    with acting(cast.fiona):
        row = enter_account(
            holder=holder, name="ZZACCOUNT", sort_code="112233", number="12345678", service_user_number=user, by=cast.fiona,
            now=now,
        )  # fmt: skip
    with acting(cast.frank):
        return confirm_account(account=row, by=cast.frank, now=now)


def _invoice(cast: Cast, now: dt.datetime, number: str, ref: str) -> Invoice:
    with acting_for(cast.meadow.pk):
        found = Charge.objects.filter(provider=cast.meadow, contract__isnull=False, child_ref=ref).order_by(
            "place__label", "starts_on"
        )
        found = found if ref else found.filter(place__label="Place 3")
        charges = list(found.select_related("place"))
        assert charges and all(one.ends_before <= two.starts_on for one, two in pairwise(charges))
        pence = found.aggregate(sum=Sum("pence"))["sum"]
    row = {
        "child_ref": ref, "home": charges[0].home_name, "place": charges[0].place.label,
        "first_night": str(charges[0].starts_on), "last_night": str(charges[-1].ends_before - dt.timedelta(days=1)),
        "amount": f"{pence / 100:.2f}",
    }  # fmt: skip
    lines, faults = lines_from_rows([(2, row)])
    assert not faults, faults
    with acting(cast.mona):
        return submit_invoice(
            authority=cast.kent, number=number, dated_on=now.date(), lines=lines, source="file", by=cast.mona, now=now
        )


def _approve(person: Person, invoice: Invoice, now: dt.datetime) -> None:
    with acting(person):
        assert approve_invoice(invoice=invoice, shown_pence=invoice.pence, by=person, now=now)
