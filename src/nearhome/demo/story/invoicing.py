"""Providers send Kent their invoices: one is paid, one is over and partly held, one in the next run, one still waits."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Count

from nearhome.demo.contracts import BLOCK_BEGAN_ON, KENT_BLOCK, block_provider
from nearhome.demo.story.players import KENT, Players
from nearhome.design.wording import LONDON
from nearhome.people.models import Organisation, Person
from nearhome.placements.calculations.dates import add_months
from nearhome.privacy.acting import acting
from nearhome.settlement.actions.approving import approve_invoice, release_hold
from nearhome.settlement.actions.bank_accounts import confirm_account, enter_account, set_tolerance
from nearhome.settlement.actions.invoicing import submit_invoice
from nearhome.settlement.actions.paying import make_run, send_run
from nearhome.settlement.calculations.charges import MONEY_ONLY
from nearhome.settlement.importers.invoice_rows import lines_from_rows
from nearhome.settlement.models import Charge, Invoice, LineHold, PaymentRun
from nearhome.settlement.queries.invoices import is_ready
from nearhome.settlement.queries.payment_runs import earliest_pay_day
from nearhome.settlement.queries.periods import last_month_over

Row = dict[str, str]
TOLERANCE = {"pence": 500, "basis_points": 10}
SORT_CODE, SERVICE_USER = "99-99-99", "999999"  # no bank has these
FEWEST_LINES, MOST_LINES = 4, 8
OVER_AND_RELEASED, OVER_AND_HELD = 12_000, 35_000  # pence more than is due
NOBODY = "C-UNKNOWN"
RELEASED = "The provider agrees that the outing was not ours to pay for. Pay what is due."


@dataclass(frozen=True)
class _Desk:
    """Kent's two finance officers at work on the bills of one month."""

    players: Players
    month: dt.date

    @property
    def fiona(self) -> Person:
        return self.players.person(KENT, "fiona")

    @property
    def frank(self) -> Person:
        return self.players.person(KENT, "frank")

    def day(self, number: int) -> dt.datetime:
        """An hour of a day in the month after; never later than now."""
        after = add_months(self.month, 1)
        return min(dt.datetime(after.year, after.month, number, 12, tzinfo=LONDON), self.players.now)

    def bill(self, provider: Organisation, number: str, *, more: Iterable[int] = (), unknown: bool = False) -> Invoice:
        """The provider sends what is due for the month, `more` pence on its first lines, and a child nobody knows."""
        manager = self.players.provider_person(provider)
        with acting(manager):
            rows = _over(_rows_due(self.fiona.organisation, provider, self.month), more)
            if unknown:
                rows.append({**rows[-1], "child_ref": NOBODY})
            lines, faults = lines_from_rows(enumerate(rows, start=2))
            if faults:
                raise LookupError(f"{provider}: {faults[0]}")
            return submit_invoice(
                authority=self.fiona.organisation, number=number, dated_on=self.day(4).date(), lines=lines, source="file",
                by=manager, now=self.day(4),
            )  # fmt: skip

    def approve(self, invoice: Invoice) -> None:
        """Frank approves every line that is not held."""
        with acting(self.frank):
            rows = invoice.lines.select_related("match").prefetch_related("holds")
            pence = sum(row.match.payable_pence for row in rows if is_ready(row))
            approve_invoice(invoice=invoice, shown_pence=pence, by=self.frank, now=self.day(9))

    def release(self, invoice: Invoice, line: int) -> None:
        """Fiona lets a line be paid, what is due and no more."""
        with acting(self.fiona):
            hold = LineHold.objects.get(line__invoice=invoice, line__number=line, released_at__isnull=True)
            release_hold(hold=hold, reason=RELEASED, by=self.fiona, now=self.day(8))

    def account(self, holder: Organisation, number: str, *, confirm: bool = True) -> None:
        """Fiona enters where a holder's money is; Frank confirms it."""
        user = SERVICE_USER if holder == self.fiona.organisation else ""
        with acting(self.fiona):
            row = enter_account(
                holder=holder, name=holder.name[:18], sort_code=SORT_CODE, number=number, service_user_number=user,
                by=self.fiona, now=self.day(5),
            )  # fmt: skip
        if confirm:
            with acting(self.frank):
                confirm_account(account=row, by=self.frank, now=self.day(6))

    def run(self, made: dt.datetime, sent: dt.datetime) -> PaymentRun:
        """Fiona makes a run of all that is approved, for the first day that can be met when it is sent."""
        with acting(self.fiona):
            return make_run(pay_on=earliest_pay_day(sent.date()), by=self.fiona, now=made)

    def send(self, run: PaymentRun, now: dt.datetime) -> None:
        """Frank sends it, and its files are made."""
        with acting(self.frank):
            send_run(run=run, by=self.frank, now=now)


def send_and_pay(players: Players) -> None:
    """The bills of the last two months, as far as each has come."""
    last = last_month_over(players.today)
    before, now = _Desk(players, add_months(last, -1)), _Desk(players, last)
    block = block_provider(before.fiona.organisation, KENT_BLOCK)
    with acting(before.fiona):
        set_tolerance(**TOLERANCE, starts_on=BLOCK_BEGAN_ON, by=before.fiona, now=before.day(1))
        first, second = _others(before.fiona.organisation, block, last)[:2]
    before.account(before.fiona.organisation, "00000001")
    _paid(before, block)
    _partly_held(now, first)
    _waits(now, second)
    now.approve(now.bill(block, f"MADE-UP-A-{last:%m}"))
    now.run(players.now, players.now + dt.timedelta(days=2))


def _paid(desk: _Desk, provider: Organisation) -> None:
    """Wholly agreed, approved, and paid in a run that somebody else sent."""
    invoice = desk.bill(provider, f"MADE-UP-A-{desk.month:%m}")
    desk.account(provider, "00000002")
    desk.approve(invoice)
    desk.send(desk.run(desk.day(10), desk.day(11)), desk.day(11))


def _partly_held(desk: _Desk, provider: Organisation) -> None:
    """Two lines are over, one of them released; one is about a child nobody knows. The rest is approved."""
    invoice = desk.bill(provider, f"MADE-UP-B-{desk.month:%m}", more=(OVER_AND_RELEASED, OVER_AND_HELD), unknown=True)
    desk.account(provider, "00000003")
    desk.release(invoice, 1)
    desk.approve(invoice)


def _waits(desk: _Desk, provider: Organisation) -> None:
    """Nobody has looked at this one, and its account has to be confirmed."""
    desk.bill(provider, f"MADE-UP-C-{desk.month:%m}")
    desk.account(provider, "00000004", confirm=False)


def _others(authority: Organisation, block: Organisation, month: dt.date) -> list[Organisation]:
    """Providers of children's homes with a handful of the authority's children in the month, by name."""
    rows = Charge.objects.filter(
        host=authority, month__starts_on=month, place__home__kind="childrens_home", contract=None, pence__gt=0,
        provider__kind=Organisation.Kind.PROVIDER,
    ).exclude(kind__in=MONEY_ONLY)  # fmt: skip
    counted = rows.exclude(provider=block).values("provider").annotate(lines=Count("pk")).order_by("provider__name")
    few = counted.filter(lines__gte=FEWEST_LINES, lines__lte=MOST_LINES).values_list("provider", flat=True)
    found = Organisation.objects.in_bulk(list(few))
    return [found[one] for one in few]


def _rows_due(authority: Organisation, provider: Organisation, month: dt.date) -> list[Row]:
    """What the provider may bill for nights of a month, a row for each line that is due."""
    due = Charge.objects.filter(host=authority, provider=provider, about_month=month, pence__gt=0)
    nights = due.exclude(kind__in=MONEY_ONLY).select_related("place")
    return list(_rows(nights.order_by("child_ref", "home_name", "place__label", "starts_on")))


def _rows(due: Iterable[Charge]) -> Iterator[Row]:
    for one in due:
        yield {
            "child_ref": one.child_ref, "home": one.home_name, "place": one.place.label if one.place else "",
            "first_night": f"{one.starts_on:%d/%m/%Y}", "last_night": f"{one.ends_before - dt.timedelta(days=1):%d/%m/%Y}",
            "element": one.element or "accommodation", "amount": _pounds(one.pence),
        }  # fmt: skip


def _over(rows: list[Row], more: Iterable[int]) -> list[Row]:
    for row, pence in zip(rows, more, strict=False):
        row["amount"] = _pounds(round(float(row["amount"]) * 100) + pence)
    return rows


def _pounds(pence: int) -> str:
    return f"{pence // 100}.{pence % 100:02}"
