"""The tables of the stage's pages, shown and downloaded alike."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.urls import reverse

from nearhome.design.tables import Cell, Column, Link, Table, Tag
from nearhome.settlement.queries.months import MonthLine, MonthPage
from nearhome.settlement.queries.payments import PaymentMonth
from nearhome.settlement.queries.statements import StatementLine, StatementPage

ALL_LINES = "every-line-you-bear"
SHOWN_COLUMNS = (
    Column("Child"), Column("Home and place"), Column("Paid to"), Column("Nights", "number"),
    Column("Weekly price", "money"), Column("Why"), Column("Amount", "money"),
)  # fmt: skip
EVERY_COLUMN = (
    Column("Child"), Column("Home"), Column("Place"), Column("First night", "date"), Column("Last night", "date"),
    Column("Nights", "number"), Column("Weekly price", "money"), Column("Paid to"), Column("Through"), Column("Why"),
    Column("Amount", "money"),
)  # fmt: skip


def months_table(months: Sequence[MonthLine]) -> Table:
    """Every month with its state and what to do."""
    columns = (
        Column("Month"), Column("Partnership"), Column("State"), Column("You are owed (minus: you owe)", "money"),
        Column("What to do"),
    )  # fmt: skip
    rows = [
        (Link(one.name, reverse("settlement:month", args=[one.key]), one.partnership), one.partnership,
         Tag(one.state, one.colour), one.net_pence, one.to_do)
        for one in months
    ]  # fmt: skip
    empty = (
        "No month has been worked out yet. The finance lead of your partnership works out each month when it is over."
    )
    return Table("Months", columns, rows, when_empty=empty)


def positions_table(page: MonthPage) -> Table:
    """Net positions; for the finance lead of everyone, with their sum."""
    title = "Net positions" if page.settles else "Your net position"
    columns = (Column("Authority"), Column("Is owed (minus: owes)", "money"), Column("Statement"), Column("Its answer"))
    rows = [
        (one.organisation, one.pence,
         Link("Statement", reverse("settlement:statement", args=[one.statement_key]), f"of {one.organisation}")
         if one.statement_key else "",
         Tag(one.answer, one.colour))
        for one in page.positions
    ]  # fmt: skip
    total = ("Sum", sum(one.pence for one in page.positions), "", "") if page.settles else None
    return Table(title, columns, rows, totals=total, when_empty="Nothing has been worked out for this month yet.")


def transfers_table(page: MonthPage) -> Table:
    """Payments that settle the positions."""
    columns = (Column("From"), Column("To"), Column("Amount", "money"))
    empty = "Nobody owes anybody anything for this month."
    return Table("Payments between authorities", columns, page.transfers, when_empty=empty)


def problems_table(page: MonthPage) -> Table:
    """What could not be charged, and the mend."""
    columns = (Column("About"), Column("Authority that hosts it"), Column("What is wrong, and what to do"))
    rows = [(about, host, words) for host, about, words in page.problems]
    empty = "Everything that looks chargeable was charged."
    return Table("What could not be charged", columns, rows, when_empty=empty)


def from_others_table(page: StatementPage) -> Table:
    """What other authorities recharge to this one."""
    rows = [_shown(one, one.host) for one in page.from_others]
    empty = "No other authority recharges you anything."
    total = _total(SHOWN_COLUMNS, "Total", page.sums.recharged_by_others)
    return Table("Recharged to you by other authorities", _shown_columns("Owed to"), rows, total, empty)


def to_others_table(page: StatementPage) -> Table:
    """What this authority recharges to others."""
    rows = [_shown(one, one.payer) for one in page.to_others]
    empty = "You recharge nothing to other authorities."
    total = _total(SHOWN_COLUMNS, "Total", page.sums.recharged_to_others)
    return Table("Recharged by you to other authorities", _shown_columns("Owed by"), rows, total, empty)


def own_table(lines: Sequence[StatementLine], total_pence: int, with_total: bool) -> Table:
    """What the authority pays providers for itself; the total is of all pages."""
    rows = [_shown(one, one.provider) for one in lines]
    empty = "You pay no provider for yourself in this month."
    total = _total(SHOWN_COLUMNS, "Total", total_pence) if with_total else None
    return Table("Your own children and places", _shown_columns("Paid to"), rows, total, empty)


def all_lines_table(lines: Sequence[StatementLine], own_cost: int) -> Table:
    """Every line whose cost is the authority's own with all its columns, for download."""
    rows = [
        (
            one.child_ref or "No child", one.home, one.place, one.starts_on, _last_night(one), _nights(one),
            one.weekly_price_pence, one.provider, one.host, one.reason, one.pence,
        )
        for one in lines
    ]  # fmt: skip
    total = _total(EVERY_COLUMN, "Your own cost", own_cost)
    return Table("Every line you bear", EVERY_COLUMN, rows, total, slug=ALL_LINES)


def payment_months_table(months: Sequence[PaymentMonth]) -> Table:
    """Months in which a provider is paid."""
    columns = (Column("Month"), Column("State"), Column("Lines", "number"), Column("You will be paid", "money"))
    rows = [
        (Link(one.name, reverse("settlement:payment_month", args=[one.key])), Tag(one.state, one.colour), one.lines,
         one.pence)
        for one in months
    ]  # fmt: skip
    empty = "No month with a payment to you has been worked out yet. It will be after the month is over."
    return Table("Payments", columns, rows, when_empty=empty)


def payments_table(month: PaymentMonth, lines: Sequence[StatementLine], *, with_total: bool) -> Table:
    """One month's payments to a provider: who pays each line and why."""
    rows = [_shown(one, one.host) for one in lines]
    total = _total(SHOWN_COLUMNS, "Total", month.pence) if with_total else None
    return Table(f"Payments for {month.name}", _shown_columns("Paid by"), rows, total)


def _shown_columns(other: str) -> tuple[Column, ...]:
    return (*SHOWN_COLUMNS[:2], Column(other), *SHOWN_COLUMNS[3:])


def _shown(one: StatementLine, other: str) -> tuple[Cell, ...]:
    where = f"{one.home}, {one.place}"
    return one.child_ref or "No child", where, other, _nights(one), one.weekly_price_pence, one.reason, one.pence


def _nights(one: StatementLine) -> int | None:
    return None if one.is_correction else one.nights


def _last_night(one: StatementLine) -> date:
    return one.ends_before - timedelta(days=1)


def _total(columns: Sequence[Column], words: str, pence: int) -> tuple[Cell, ...]:
    return (words, *[""] * (len(columns) - 2), pence)
