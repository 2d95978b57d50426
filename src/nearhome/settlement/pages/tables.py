"""The tables of the stage's pages, shown and downloaded alike."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from django.urls import reverse

from nearhome.design.tables import Cell, Column, Link, Table, Tag
from nearhome.settlement.queries.months import MonthLine, MonthPage, PositionLine
from nearhome.settlement.queries.payments import PaymentMonth, Remittance
from nearhome.settlement.queries.statements import StatementLine, StatementPage

ALL_LINES = "every-line-you-bear"
FROM_OTHERS, TO_OTHERS = "Recharged to you by other authorities", "Recharged by you to other authorities"
CHILD, OWN_REF = Column("Child"), Column("Your reference")
EVERY_COLUMN = (
    CHILD, OWN_REF, Column("Home"), Column("Place"), Column("First night", "date"), Column("Last night", "date"),
    Column("Nights", "number"), Column("Weekly price", "money"), Column("Paid to"), Column("Paid by"),
    Column("Cost of"), Column("Why"), Column("Amount", "money"),
)  # fmt: skip
HELD_COLUMNS = (
    Column("Of which held", "money"), Column("No longer held", "money"),
    Column("To settle now", "money"),
)  # fmt: skip
PAYMENT_COLUMNS = (CHILD, *EVERY_COLUMN[2:8], Column("Element"), Column("Paid by"), *EVERY_COLUMN[-2:])


def months_tables(months: Sequence[MonthLine]) -> tuple[Table, ...]:
    """The months of each financial year, newest first, with the year's sums; one empty table where there is none."""
    years = [list(each) for _, each in groupby(months, key=lambda one: one.financial_year)]
    return tuple(_year_table(each) for each in years) or (_year_table(()),)


def _year_table(months: Sequence[MonthLine]) -> Table:
    columns = (
        Column("Month"), Column("Partnership"), Column("State"), Column("Your own cost", "money"),
        Column("You are owed (minus: you owe)", "money"), Column("What to do"),
    )  # fmt: skip
    rows = [
        (Link(one.name, reverse("settlement:month", args=[one.key]), one.partnership), one.partnership,
         Tag(one.state, one.colour), one.own_cost_pence, one.net_pence, one.to_do)
        for one in months
    ]  # fmt: skip
    empty = (
        "No month has been worked out yet. The finance lead of your partnership works out each month when it is over."
    )
    sums = sum(one.own_cost_pence for one in months), sum(one.net_pence or 0 for one in months)
    total = (f"Sum of {len({one.name for one in months})} of 12 months", "", "", *sums, "")
    title = f"Financial year {months[0].financial_year}" if months else "Months"
    return Table(title, columns, rows, totals=total, when_empty=empty)


def positions_table(page: MonthPage) -> Table:
    """Net positions; for the finance lead of everyone, with their sum."""
    title = "Net positions" if page.sees_all else "Your net position"
    is_held = any(one.held_pence or one.released_pence for one in page.positions)
    columns = (
        Column("Authority"), Column("Is owed (minus: owes)", "money"), *(HELD_COLUMNS if is_held else ()),
        Column("Statement"), Column("Its answer"),
    )  # fmt: skip
    rows = [
        (one.organisation, one.pence, *(_held(one) if is_held else ()),
         Link("Statement", reverse("settlement:statement", args=[one.statement_key]), f"of {one.organisation}")
         if one.statement_key else "",
         Tag(one.answer, one.colour))
        for one in page.positions
    ]  # fmt: skip
    sums = [sum(each) for each in zip(*[_held(one) for one in page.positions], strict=True)] if is_held else []
    total = ("Sum", sum(one.pence for one in page.positions), *sums, "", "") if page.sees_all else None
    return Table(title, columns, rows, totals=total, when_empty="Nothing has been worked out for this month yet.")


def _held(one: PositionLine) -> tuple[int, int, int]:
    return one.held_pence, one.released_pence, one.to_settle_pence


def transfers_table(page: MonthPage) -> Table:
    """Payments that settle the positions."""
    columns = (Column("From"), Column("To"), Column("Amount", "money"))
    empty = "Nobody owes anybody anything for this month."
    return Table("Payments between authorities", columns, page.transfers, when_empty=empty)


def problems_table(page: MonthPage) -> Table:
    """What could not be charged or is not what the contract says, and the mend."""
    columns = (Column("About"), Column("Authority that hosts it"), Column("What is wrong, and what to do"))
    rows = [(about, host, words) for host, about, words in page.problems]
    empty = "Everything that looks chargeable was charged."
    return Table("What could not be charged, or is not what the contract says", columns, rows, when_empty=empty)


def from_others_table(page: StatementPage) -> Table:
    """What other authorities recharge to this one."""
    lines = [(one, one.host) for one in page.from_others]
    empty = "No other authority recharges you anything."
    said = [_dispute(one, page.may_answer) for one in page.from_others]
    return _shown(FROM_OTHERS, "Owed to", lines, page.sums.recharged_by_others, empty, said)


def to_others_table(page: StatementPage) -> Table:
    """What this authority recharges to others."""
    lines = [(one, one.payer) for one in page.to_others]
    empty = "You recharge nothing to other authorities."
    said = [_dispute(one, may_dispute=False) for one in page.to_others]
    return _shown(TO_OTHERS, "Owed by", lines, page.sums.recharged_to_others, empty, said)


def own_table(lines: Sequence[StatementLine], total_pence: int, with_total: bool) -> Table:
    """What the authority pays providers for itself; the total is of all pages."""
    empty = "You pay no provider for yourself in this month."
    total = total_pence if with_total else None
    return _shown("Your own children and places", "Paid to", [(one, one.provider) for one in lines], total, empty)


def recharged_downloads(page: StatementPage) -> tuple[Table, Table]:
    """Both tables of lines between authorities with all their columns, for download."""
    return (
        _every(FROM_OTHERS, page.from_others, "Total", page.sums.recharged_by_others),
        _every(TO_OTHERS, page.to_others, "Total", page.sums.recharged_to_others),
    )


def all_lines_table(lines: Sequence[StatementLine], own_cost: int) -> Table:
    """Every line whose cost is the authority's own with all its columns, for download."""
    return _every("Every line you bear", lines, "Your own cost", own_cost)


def payment_months_table(months: Sequence[PaymentMonth]) -> Table:
    """Months in which a provider is paid."""
    columns = (
        Column("Month"), Column("State"), Column("Lines", "number"), Column("Expected by", "date"),
        Column("You will be paid", "money"),
    )  # fmt: skip
    rows = [
        (Link(one.name, reverse("settlement:payment_month", args=[one.key])), Tag(one.state, one.colour), one.lines,
         one.expected_by or "When the month is closed", one.pence)
        for one in months
    ]  # fmt: skip
    empty = "No month with a payment to you has been worked out yet. It will be after the month is over."
    return Table("Payments", columns, rows, when_empty=empty)


def payments_table(month: PaymentMonth, lines: Sequence[StatementLine], *, with_total: bool) -> Table:
    """One month's payments to a provider: who pays each line and why."""
    total = month.pence if with_total else None
    shown = _shown(f"Payments for {month.name}", "Paid by", [(one, one.host) for one in lines], total)
    return replace(shown, slug=_remittance(month))


def payments_download(month: PaymentMonth, lines: Sequence[StatementLine]) -> Table:
    """The remittance advice: the same with all columns that are the provider's to read."""
    rows = [(child_of(one), *where_of(one), one.element, one.host, one.reason, one.pence) for one in lines]
    total = _total(PAYMENT_COLUMNS, "Total", month.pence)
    return Table(f"Payments for {month.name}", PAYMENT_COLUMNS, rows, total, slug=_remittance(month))


def remittance_tables(advice: Remittance) -> tuple[Table, ...]:
    """What each authority pays, then in all."""
    columns = (CHILD, Column("Home"), Column("Why"), Column("Amount", "money"))
    sums = [(host, sum(one.pence for one in lines)) for host, lines in advice.payers]
    every = tuple(
        Table(
            f"Paid by {host}", columns, [(child_of(one), one.home, one.reason, one.pence) for one in lines],
            ("Total", "", "", sum(one.pence for one in lines)),
        )
        for host, lines in advice.payers
    )  # fmt: skip
    return (
        *every,
        Table("In all", [Column("Paid by"), Column("Amount", "money")], sums, ("Total", advice.month.pence)),
    )


def _remittance(month: PaymentMonth) -> str:
    return f"remittance-advice-{month.starts_on:%Y-%m}"


def _dispute(one: StatementLine, may_dispute: bool) -> Cell:
    """How the line's dispute stands; else the way to dispute it, for who may."""
    about = f"the line {child_of(one)}, {one.home}, from {one.starts_on:%-d %B}"
    if one.dispute:
        return Link(one.dispute.words, reverse("settlement:disputed_line", args=[one.dispute.key]), about)
    if may_dispute and one.pence and not one.is_credit:
        return Link("Dispute", reverse("settlement:dispute_line", args=[one.key]), about)
    return ""


def _shown(
    title: str, other: str, lines: Sequence[tuple[StatementLine, str]], total_pence: int | None, empty: str = "",
    disputes: Sequence[Cell] = (),
) -> Table:  # fmt: skip
    """Lines to read: the reason says the nights, the place and the price. Own references, disputes: where there are any."""
    refs = any(one.own_ref for one, _ in lines)
    disputes = disputes if any(disputes) else ()
    columns = (
        CHILD, *([OWN_REF] if refs else []), Column(other), Column("Why"), *([Column("Dispute")] if disputes else []),
        Column("Amount", "money"),
    )  # fmt: skip
    rows = [
        (child_of(one), *([one.own_ref] if refs else []), name, one.reason, *disputes[number : number + 1], one.pence)
        for number, (one, name) in enumerate(lines)
    ]
    total = None if total_pence is None else _total(columns, "Total", total_pence)
    return Table(title, columns, rows, total, empty or "Nothing to show.")


def _every(title: str, lines: Sequence[StatementLine], total_words: str, pence: int) -> Table:
    rows = [
        (child_of(one), one.own_ref, *where_of(one), one.provider, one.host, one.payer, one.reason, one.pence)
        for one in lines
    ]
    return Table(title, EVERY_COLUMN, rows, _total(EVERY_COLUMN, total_words, pence))


def child_of(one: StatementLine) -> str:
    """The child's reference, or that there is none."""
    return one.child_ref or "No child"


def where_of(one: StatementLine) -> tuple[Cell, ...]:
    """Home, place, first and last night, nights (what only adds money has none), weekly price."""
    last = one.ends_before - timedelta(days=1)
    nights = None if one.is_correction else one.nights or None
    return one.home, one.place, one.starts_on, last, nights, one.weekly_price_pence


def _total(columns: Sequence[Column], words: str, pence: int) -> tuple[Cell, ...]:
    return (words, *[""] * (len(columns) - 2), pence)
