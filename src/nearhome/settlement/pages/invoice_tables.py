"""The tables about invoices, payments and accounts, shown and downloaded alike."""

from collections.abc import Sequence

from django.urls import reverse

from nearhome.design import wording
from nearhome.design.tables import Column, Link, Table, Tag
from nearhome.settlement.importers.invoice_files import COLUMNS
from nearhome.settlement.queries.invoices import InvoicePage, InvoiceShown, LineShown
from nearhome.settlement.queries.payment_runs import AccountShown, RunPage, RunShown, ToPay
from nearhome.settlement.queries.provider_accounts import Account

LAYOUT_WORDS = {
    "child_ref": "The child’s reference as on your payments page. Empty for a bed without a child.",
    "home": "Needed for a bed without a child.",
    "place": "Needed for a bed without a child.",
    "first_night": "Like 01/09/2026.",
    "last_night": "The last night, not the day of departure.",
    "nights": "May be empty in a difference. If it is there, it must fit the dates.",
    "weekly_price": "May be left out. If it is there, it must fit the nights and the amount.",
    "element": "The part of the price. Empty is the whole price of the child or bed.",
    "kind": "“nights”, or “difference” for a correction or money given back.",
    "paid_by": "May be left out. If it is there, it must be the authority you send it to.",
    "amount": "Pounds and pence. Below 0 gives money back.",
}


def invoices_table(rows: Sequence[InvoiceShown], *, is_provider: bool) -> Table:
    """Invoices, newest first, with the day by which each must be paid."""
    other = "Sent to" if is_provider else "From"
    columns = (
        Column("Invoice"), Column(other), Column("Received", "date"), Column("Amount", "money"),
        Column("May be paid", "money"), Column("State"), Column("Pay by", "date"), Column("Late"),
    )  # fmt: skip
    cells = [
        (Link(one.number, reverse("settlement:invoice", args=[one.key]), f"from {one.provider}"),
         one.authority if is_provider else one.provider, one.received_on, one.pence, one.payable_pence,
         Tag(one.state, one.colour), one.pay_by, Tag("Late", "red") if one.is_late else "")
        for one in rows
    ]  # fmt: skip
    empty = "You have not sent an invoice yet." if is_provider else "No provider has sent you an invoice yet."
    return Table("Invoices", columns, cells, when_empty=empty, hides_title=True)


def lines_table(page: InvoicePage) -> Table:
    """What was invoiced beside what is due, with the verdict, why, and what can be done; the nights in words."""
    columns = (
        Column("Line"), Column("For"), Column("Invoiced", "money"), Column("Due", "money"), Column("Verdict"), Column("Why"),
        *([Column("What to do")] if page.handles else []),
    )  # fmt: skip
    rows = [
        (str(one.number), _for(one), one.pence, one.due_pence, Tag(one.verdict, one.colour), _why(one),
         *([_to_do(page, one)] if page.handles else []))
        for one in page.lines
    ]  # fmt: skip
    sums = page.row.pence, sum(one.due_pence for one in page.lines)
    total = ("Total", "", *sums, "", "", *([""] if page.handles else []))
    return Table("Lines", columns, rows, totals=total)


def lines_download(page: InvoicePage) -> Table:
    """The same with every column."""
    columns = (
        Column("Line", "number"), Column("Child or bed"), Column("First night", "date"), Column("Last night", "date"),
        Column("Nights", "number"), Column("Invoiced", "money"), Column("Due", "money"), Column("Verdict"), Column("Why"),
        Column("May be paid", "money"), Column("State"),
    )  # fmt: skip
    rows = [
        (one.number, one.about, one.first_night, one.last_night, one.nights, one.pence, one.due_pence, one.verdict,
         _why(one), one.payable_pence, one.state)
        for one in page.lines
    ]  # fmt: skip
    return Table("Lines", columns, rows)


def _for(one: LineShown) -> str:
    nights = f", {wording.plural(one.nights, 'night')}" if one.nights else ", a difference"
    return f"{one.about}, {wording.short_date(one.first_night)} to {wording.short_date(one.last_night)}{nights}"


def layout_table() -> Table:
    """The published layout of an invoice file."""
    rows = [(COLUMNS[name][0].capitalize(), words) for name, words in LAYOUT_WORDS.items()]
    return Table("Layout of the file", (Column("Column"), Column("What it holds")), rows)


def to_pay_table(rows: Sequence[ToPay]) -> Table:
    """What each provider would be paid now, and why it cannot be."""
    columns = (
        Column("Provider"),
        Column("Lines", "number"),
        Column("To pay", "money"),
        Column("What stands in the way"),
    )
    cells = [(one.provider.name, len(one.lines), one.pence, one.obstacle or "Nothing") for one in rows]
    empty = "No approved line waits for payment. Approve an invoice first."
    return Table("Approved and not paid", columns, cells, when_empty=empty)


def runs_table(rows: Sequence[RunShown]) -> Table:
    """Payment runs, newest first."""
    columns = (
        Column("Run"), Column("Pays on", "date"), Column("Payments", "number"), Column("Sum", "money"), Column("Made by"),
        Column("State"),
    )  # fmt: skip
    cells = [
        (Link(one.name, reverse("settlement:run", args=[one.key])), one.pay_on, one.payments, one.pence, one.made_by,
         Tag(one.state, one.colour))
        for one in rows
    ]  # fmt: skip
    return Table("Payment runs", columns, cells, when_empty="No payment run has been made yet.")


def payments_table(page: RunPage) -> Table:
    """What each provider is paid."""
    columns = (Column("Provider"), Column("Account"), Column("Lines", "number"), Column("Amount", "money"))
    rows = [(one.provider, one.account or "No account in use", len(one.lines), one.pence) for one in page.payments]
    total = ("Total", "", sum(len(one.lines) for one in page.payments), page.shown.pence)
    return Table("Payments", columns, rows, totals=total)


def run_lines_table(page: RunPage) -> Table:
    """Every line that the run pays."""
    columns = (
        Column("Invoice"),
        Column("Line", "number"),
        Column("Provider"),
        Column("Child or bed"),
        Column("Amount", "money"),
    )
    rows = [
        (Link(line.line.invoice.number, reverse("settlement:invoice", args=[line.line.invoice.key])), line.line.number,
         one.provider, line.line.child_ref or f"{line.line.home_name}, {line.line.place_label}", line.pence)
        for one in page.payments for line in one.lines
    ]  # fmt: skip
    return Table("Lines that are paid", columns, rows)


def accounts_table(rows: Sequence[AccountShown]) -> Table:
    """Bank accounts, all but their last digits left out."""
    columns = (
        Column("Held by"),
        Column("Name"),
        Column("Account"),
        Column("Entered by"),
        Column("Entered", "moment"),
        Column("State"),
    )
    cells = [
        (one.holder, one.name, one.ending, one.entered_by, one.entered_at, Tag(one.state, one.colour)) for one in rows
    ]
    return Table("Bank accounts", columns, cells, when_empty="No account has been entered yet.")


def account_table(account: Account) -> Table:
    """What was invoiced, accepted and paid, in order, with the balance."""
    columns = (
        Column("What"), Column("Day", "date"), Column("Invoiced", "money"), Column("Accepted", "money"),
        Column("Paid", "money"), Column("Balance", "money"),
    )  # fmt: skip
    rows = [
        (one.what, one.on, one.invoiced_pence, one.accepted_pence, one.paid_pence, one.balance_pence)
        for one in account.entries
    ]
    balance = account.accepted_pence - account.paid_pence
    total = ("Total", "", account.invoiced_pence, account.accepted_pence, account.paid_pence, balance)
    return Table(f"Account with {account.other}", columns, rows, total if rows else None, "No invoice was sent yet.")


def _why(one: LineShown) -> str:
    return f"{one.why} On hold: {one.hold}" if one.hold else f"{one.why} {one.state}."


def _to_do(page: InvoicePage, one: LineShown) -> Link | str:
    hidden = f"line {one.number}"
    if one.may_release and one.hold_key:
        return Link("Release", reverse("settlement:release_hold", args=[one.hold_key]), hidden)
    if one.may_hold:
        return Link("Hold", reverse("settlement:hold_line", args=[page.row.key, one.number]), hidden)
    return "A colleague must release it" if one.hold and one.payable_pence else ""
