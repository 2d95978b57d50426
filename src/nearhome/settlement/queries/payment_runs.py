"""What can be paid now, the payment runs of an authority, and its bank accounts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import Http404

from nearhome.audit.queries import HistoryLine, history_of
from nearhome.calendars.bank_holidays import bank_holidays
from nearhome.people.models import Organisation
from nearhome.settlement.calculations.invoices.lines import Tolerance
from nearhome.settlement.calculations.invoices.paying import first_pay_day, processing_day
from nearhome.settlement.models import BankAccount, InvoiceLine, LineHold, LineMatch, PaymentRun, RunLine
from nearhome.settlement.permissions.invoices import require_can_pay
from nearhome.settlement.queries.invoice_matching import tolerance_on


@dataclass(frozen=True, slots=True)
class ToPay:
    """What one provider would be paid now, in pence, and why it cannot be ("" if it can)."""

    provider: Organisation
    lines: tuple[InvoiceLine, ...]
    pence: int
    obstacle: str


@dataclass(frozen=True, slots=True)
class RunShown:
    """One payment run in a list."""

    key: UUID
    name: str
    pay_on: date
    made_by: str
    payments: int
    pence: int
    state: str
    colour: str


@dataclass(frozen=True, slots=True)
class Payment:
    """What one provider is paid in a run, for which lines."""

    provider: str
    account: str
    pence: int
    lines: tuple[RunLine, ...]


@dataclass(frozen=True, slots=True)
class RunPage:
    """One payment run with its payments. `may_send`: by this person; `too_late`: its day can no longer be met."""

    row: PaymentRun
    shown: RunShown
    payments: tuple[Payment, ...]
    is_open: bool
    may_send: bool
    too_late: bool
    history: tuple[HistoryLine, ...]


@dataclass(frozen=True, slots=True)
class AccountShown:
    """An account with all but its last digits left out."""

    key: UUID
    holder: str
    name: str
    ending: str
    entered_by: str
    entered_at: datetime
    state: str
    colour: str
    may_confirm: bool
    whole: str  # every digit, for whoever has to read them back to the holder


def ready_to_pay(person: Any) -> tuple[ToPay, ...]:
    """Approved lines of the authority that are in no run and not held, by provider."""
    require_can_pay(person)
    in_a_run = RunLine.objects.filter(line=OuterRef("line"), freed_at__isnull=True)
    held = LineHold.objects.filter(line=OuterRef("line"), released_at__isnull=True)
    rows = LineMatch.objects.filter(
        ~Exists(in_a_run), ~Exists(held), authority=person.organisation_id, approved_at__isnull=False
    ).select_related("line__provider", "line__match", "line__invoice")
    by_provider: dict[Organisation, list[InvoiceLine]] = {}
    for row in rows.order_by("line__provider__name", "line_id"):
        by_provider.setdefault(row.line.provider, []).append(row.line)
    accounts = accounts_in_use(person.organisation_id)
    return tuple(_to_pay(provider, lines, accounts) for provider, lines in by_provider.items())


def accounts_in_use(authority_id: int) -> dict[int, BankAccount]:
    """The confirmed account of each holder, the authority's own among them."""
    rows = BankAccount.objects.filter(authority=authority_id, confirmed_at__isnull=False, ended_at__isnull=True)
    return {row.holder_id: row for row in rows}


def runs_of(person: Any) -> tuple[RunShown, ...]:
    """Every payment run of the authority, newest first."""
    require_can_pay(person)
    rows = PaymentRun.objects.defer("csv_file", "bacs_file").select_related("made_by").prefetch_related("lines")
    return tuple(_shown(row) for row in rows.order_by("-number"))


def run_row(person: Any, key: UUID) -> PaymentRun:
    """One payment run of the person's authority; another does not exist for them."""
    require_can_pay(person)
    row = (
        PaymentRun.objects.select_related("made_by", "sent_by", "authority")
        .prefetch_related("lines")
        .filter(key=key)
        .first()
    )
    if row is None:
        raise Http404
    return row


def run_page(person: Any, key: UUID, *, today: date) -> RunPage:
    """Everything about one run."""
    row = run_row(person, key)
    is_open = row.sent_at is None and row.cancelled_at is None
    return RunPage(
        row=row,
        shown=_shown(row),
        payments=payments_of(row),
        is_open=is_open,
        may_send=is_open and row.made_by_id != person.pk,
        too_late=is_open and row.pay_on < earliest_pay_day(today),
        history=tuple(reversed(history_of(row.key))),
    )


def payments_of(row: PaymentRun) -> tuple[Payment, ...]:
    """What each provider is paid, by name."""
    accounts = accounts_in_use(row.authority_id)
    by_provider: dict[Organisation, list[RunLine]] = {}
    lines = RunLine.objects.filter(run=row).select_related("provider", "line__invoice")
    for line in lines.order_by("provider__name", "line__invoice__dated_on", "line_id"):
        by_provider.setdefault(line.provider, []).append(line)
    return tuple(
        Payment(provider.name, _ending(accounts.get(provider.pk)), sum(one.pence for one in each), tuple(each))
        for provider, each in by_provider.items()
    )


def run_file(person: Any, key: UUID, kind: str) -> bytes:
    """The file as it was made when the run was sent: the same bytes every time."""
    row = run_row(person, key)
    if row.sent_at is None or kind not in ("csv", "bacs"):
        raise Http404
    return (row.csv_file if kind == "csv" else row.bacs_file).encode()


def earliest_pay_day(today: date) -> date:
    """The first day on which money of a file sent today can arrive."""
    return first_pay_day(today, bank_holidays(today, today))


def processed_on(pay_on: date) -> date:
    """The day on which Bacs processes a file for a pay day. Raises ValueError where banks do not pay on that day."""
    return processing_day(pay_on, bank_holidays(pay_on.replace(month=1, day=1), pay_on))


def accounts_of(person: Any) -> tuple[AccountShown, ...]:
    """The authority's accounts: those in use, and those that wait for somebody to confirm them."""
    require_can_pay(person)
    rows = BankAccount.objects.filter(ended_at__isnull=True).select_related("holder", "entered_by")
    return tuple(_account_shown(row, person) for row in rows.order_by("holder__name", "-entered_at"))


def account_row(person: Any, key: UUID) -> BankAccount:
    """One account of the person's authority; another does not exist for them."""
    require_can_pay(person)
    row = BankAccount.objects.select_related("holder").filter(key=key).first()
    if row is None:
        raise Http404
    return row


def holders(person: Any) -> tuple[Organisation, ...]:
    """Whose accounts can be entered: the authority itself, and the providers that sent it an invoice."""
    require_can_pay(person)
    sent = InvoiceLine.objects.filter(authority=person.organisation_id).values("provider")
    return (person.organisation, *Organisation.objects.filter(pk__in=sent).order_by("name"))


def tolerance_of(person: Any, *, today: date) -> Tolerance:
    """What the authority lets pass today."""
    require_can_pay(person)
    return tolerance_on(person.organisation_id, today)


def _to_pay(provider: Organisation, lines: Iterable[InvoiceLine], accounts: dict[int, BankAccount]) -> ToPay:
    each = tuple(lines)
    pence = sum(line.match.payable_pence for line in each)
    obstacle = ""
    if pence <= 0:
        obstacle = "Credits are as much as what is owed, so nothing is paid yet."
    elif provider.pk not in accounts:
        obstacle = "No bank account is confirmed. Enter it, and ask a colleague to confirm it."
    return ToPay(provider, each, pence, obstacle)


def _shown(row: PaymentRun) -> RunShown:
    lines = list(row.lines.all())
    state = ("Sent", "green") if row.sent_at else ("Cancelled", "grey") if row.cancelled_at else ("To be sent", "blue")
    payments = len({line.provider_id for line in lines})
    return RunShown(
        row.key, f"Run {row.number}", row.pay_on, str(row.made_by), payments, sum(line.pence for line in lines), *state
    )


def _account_shown(row: BankAccount, person: Any) -> AccountShown:
    state = ("In use", "green") if row.confirmed_at else ("To confirm", "blue")
    may_confirm = row.confirmed_at is None and row.entered_by_id != person.pk
    code = "-".join(row.sort_code[at : at + 2] for at in (0, 2, 4))
    whole = f"{code}, account {row.number}, in the name {row.name}" if may_confirm else ""
    return AccountShown(
        row.key,
        row.holder.name,
        row.name,
        _ending(row),
        str(row.entered_by),
        row.entered_at,
        *state,
        may_confirm,
        whole,
    )


def _ending(row: BankAccount | None) -> str:
    return f"{row.sort_code[:2]}-••-••, ending {row.number[-4:]}" if row else ""
