"""Tables of disputes and of statements between two authorities."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.text import slugify

from nearhome.design.tables import Cell, Column, Link, Table, Tag
from nearhome.settlement.pages.tables import EVERY_COLUMN, child_of, where_of
from nearhome.settlement.queries.disputes import DisputeLine
from nearhome.settlement.queries.months import MonthPage
from nearhome.settlement.queries.pairs import PairPage
from nearhome.settlement.queries.statements import StatementLine, StatementPage

WHOLE_COLUMNS = (
    *EVERY_COLUMN[:-1], Column("Dispute"), Column("Your cost", "money"), Column("Owed to you", "money"),
)  # fmt: skip


def disputes_tables(disputes: Sequence[DisputeLine]) -> tuple[Table, Table]:
    """Those that are open, then those that have ended."""
    still = [one for one in disputes if one.state.is_open]
    ended = [one for one in disputes if not one.state.is_open]
    return (
        _disputes("Open disputes", still, "No line is in dispute. A line is disputed from the statement it stands on."),
        _disputes("Disputes that have ended", ended, "No dispute has ended yet."),
    )


def _disputes(title: str, rows: Sequence[DisputeLine], empty: str) -> Table:
    columns = (
        Column("Line"), Column("Month"), Column("Disputed by"), Column("Charged by"), Column("In dispute", "money"),
        Column("Held now", "money"), Column("How it stands"), Column("Answer by", "date"),
    )  # fmt: skip
    cells = [
        (Link(f"{one.home}, {one.child_ref or 'no child'}", reverse("settlement:disputed_line", args=[one.key]), one.month),
         one.month, one.payer, one.host, one.pence, one.held_pence, Tag(one.state.words, one.state.colour), _by_when(one))
        for one in rows
    ]  # fmt: skip
    totals = ("Sum", "", "", "", sum(one.pence for one in rows), sum(one.held_pence for one in rows), "", "")
    return Table(title, columns, cells, totals if len(rows) > 1 else None, empty)


def _by_when(one: DisputeLine) -> Cell:
    if one.state.answer_by is None:
        return ""
    return Tag(f"Late: {one.state.answer_by:%-d %b %Y}", "red") if one.is_late else one.state.answer_by


def held_table(page: MonthPage) -> Table:
    """Lines that the month's payments leave out, and those of earlier months that they pay."""
    columns = (Column("Line"), Column("Owed by"), Column("Owed to"), Column("Why"), Column("Amount", "money"))
    rows = [
        (Link(one.home, reverse("settlement:disputed_line", args=[one.dispute_key]), "in dispute"), one.payer, one.host,
         "No longer held: paid with this month" if one.is_release else "In dispute: held, not paid with this month",
         -one.pence if one.is_release else one.pence)
        for one in page.held
    ]  # fmt: skip
    return Table("Lines held or no longer held", columns, rows, when_empty="No line of this month is in dispute.")


def whole_statement_table(page: StatementPage, lines: Sequence[StatementLine]) -> Table:
    """Every line of the statement for another program; both sums as on the page."""
    own = page.authority
    rows = [
        (*_every(one), one.pence if one.payer == own else None, one.pence if one.payer != own else None)
        for one in lines
    ]
    totals = ("Total", *[""] * (len(WHOLE_COLUMNS) - 3), page.sums.own_cost, page.sums.recharged_to_others)
    return Table(f"Statement of {own} for {page.month}", WHOLE_COLUMNS, rows, totals, slug=whole_slug(page))


def whole_slug(page: StatementPage) -> str:
    """What the file of the whole statement is called."""
    return slugify(f"statement {page.authority} {page.statement.month.starts_on:%Y-%m}")


def partners_table(page: StatementPage) -> Table:
    """With whom there is what to settle: a statement of its own for each."""
    columns = (
        Column("With"), Column("Owed to you", "money"), Column("Owed by you", "money"), Column("Of the net, held", "money"),
        Column("No longer held", "money"), Column("Left to settle (minus: you owe)", "money"),
    )  # fmt: skip
    rows = [
        (Link(one.name, reverse("settlement:pair", args=[page.statement.key, one.key]), "statement between you"),
         one.account.owed_to, one.account.owed_by, one.account.held, one.account.released, one.account.to_settle)
        for one in page.partners
    ]  # fmt: skip
    accounts = [one.account for one in page.partners]
    sums = (
        sum(one.owed_to for one in accounts), sum(one.owed_by for one in accounts), sum(one.held for one in accounts),
        sum(one.released for one in accounts), sum(one.to_settle for one in accounts),
    )  # fmt: skip
    empty = "Nothing is to be settled with another authority in this month."
    return Table("With each other authority", columns, rows, ("All", *sums) if rows else None, empty)


def pair_tables(page: PairPage) -> tuple[Table, Table]:
    """What each of the two charges the other."""
    one, other = page.statement.organisation.name, page.partner.name
    account = page.partner.account
    return (
        _between(page, f"Owed by {one} to {other}", page.owed_by, account.owed_by),
        _between(page, f"Owed by {other} to {one}", page.owed_to, account.owed_to),
    )


def pair_table(page: PairPage) -> Table:
    """Both in one file: what the first authority owes is minus."""
    one, other = page.statement.organisation.name, page.partner.name
    rows = [(*_every(line), -line.pence) for line in page.owed_by] + [
        (*_every(line), line.pence) for line in page.owed_to
    ]
    columns = (*EVERY_COLUMN[:-1], Column("Dispute"), Column(f"Owed to {one} (minus: owed by it)", "money"))
    totals = ("Net", *[""] * (len(columns) - 2), page.partner.account.net)
    return Table(f"Statement {one} and {other} {page.starts_on:%Y-%m}", columns, rows, totals)


def _between(page: PairPage, title: str, lines: Sequence[StatementLine], pence: int) -> Table:
    columns = (Column("Child"), Column("Why"), Column("Dispute"), Column("Amount", "money"))
    rows = [(child_of(one), one.reason, state_cell(one), one.pence) for one in lines]
    return Table(
        title, columns, rows, ("Total", "", "", pence), "Nothing.", slug=slugify(f"{title} {page.starts_on:%Y-%m}")
    )


def state_cell(one: StatementLine) -> Cell:
    """How a line's dispute stands, leading to it; empty where it was never disputed."""
    if one.dispute is None:
        return ""
    return Link(
        one.dispute.words,
        reverse("settlement:disputed_line", args=[one.dispute.key]),
        f"line {child_of(one)}, {one.home}",
    )


def _every(one: StatementLine) -> tuple[Cell, ...]:
    said = one.dispute.words if one.dispute else ""
    return (child_of(one), one.own_ref, *where_of(one), one.provider, one.host, one.payer, one.reason, said)
