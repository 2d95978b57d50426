"""The tables and charts of blocks held against spot, shown and downloaded alike."""

from collections.abc import Iterator
from itertools import groupby

from django.urls import reverse
from markupsafe import Markup

from nearhome.design.charts import bar_chart
from nearhome.design.tables import Cell, Column, Link, Table
from nearhome.design.wording import percent
from nearhome.settlement.pages.budget_tables import short_pounds
from nearhome.settlement.queries.against_spot import (
    CONTRACT,
    HOSTS,
    MEDIAN,
    NONE,
    TYPED,
    AllBlocks,
    BlockAgainstSpot,
    HeldTo,
    Line,
)
from nearhome.settlement.queries.periods import in_words

SAVED = Column("Cheaper than spot by (minus: dearer)", "money")
SUMS = (
    Column("Nights with a child", "number"),
    Column("Paid, empty beds too", "money"),
    Column("Spot would be", "money"),
)
MONTHS_IN_A_CHART = 24
SAYS_SO = {
    TYPED: "Your authority, on this page",
    HOSTS: "The block’s host, on this page",
    CONTRACT: "The block’s terms, as its host recorded them",
    MEDIAN: "Your spot call-offs",
    NONE: "Nobody",
}


def blocks_table(every: AllBlocks) -> Table:
    """Every block with what was paid and what spot would have cost."""
    rows: list[tuple[Cell, ...]] = [
        (
            Link(one.contract.name, reverse("settlement:block_against_spot", args=[one.key])), one.contract.host.name,
            *_sums(one.compared.total), one.empty_months, one.compared.total.saving_pence,
        )
        for one in every.blocks
    ]  # fmt: skip
    if every.lead_pence:
        rows.append(
            ("Costs of the lead that belong to no one block", "", 0, every.lead_pence, 0, None, -every.lead_pence)
        )
    columns = (Column("Block"), Column("Host"), *SUMS, Column("Months without a child", "number"), SAVED)
    totals = ("Sum", "", *_sums(every.total), None, every.total.saving_pence)
    return Table("Blocks", columns, rows, totals, when_empty="No month of a block has been posted yet.")


def whom_table(authorities: tuple[tuple[str, Line], ...]) -> Table:
    """Each authority's part."""
    rows = [
        (name, *_sums(line), line.effective_weekly_pence if line.child_nights else "No occupancy", line.saving_pence)
        for name, line in authorities
    ]
    columns = (Column("Authority"), *SUMS, Column("Paid by week with a child", "money"), SAVED)
    return Table("For whom", columns, rows, when_empty="Nothing has been posted yet.")


def months_table(one: BlockAgainstSpot) -> Table:
    """A block month by month; break-even only for the host, who sees every bed."""
    more = (
        (Column("Nights open", "number"), Column("Occupied", "percent"), Column("Needed to break even"))
        if one.is_host
        else ()
    )
    rows = [
        (
            in_words(each.month), *_sums(each.line),
            each.line.effective_weekly_pence if not each.is_empty else "No occupancy",
            *((each.available_nights, _share(each.occupancy), _needed(each.break_even_occupancy)) if one.is_host else ()),
            each.line.saving_pence, each.cumulative_pence,
        )
        for each in one.compared.months
    ]  # fmt: skip
    columns = (
        Column("Month"), *SUMS, Column("Paid by week with a child", "money"), *more, SAVED,
        Column("Since the first month", "money"),
    )  # fmt: skip
    empty = "No month of this block has been posted yet."
    return Table("Month by month", columns, rows, is_wide=True, when_empty=empty)


def months_chart(one: BlockAgainstSpot) -> Markup | None:
    """What each of the last months saved; None before there are any that can be held against spot."""
    shown = one.compared.months[-MONTHS_IN_A_CHART:]
    if all(each.line.saving_pence is None for each in shown):
        return None
    values = [None if each.line.saving_pence is None else each.line.saving_pence / 100 for each in shown]
    return bar_chart([in_words(each.month) for each in shown], values, short_pounds)


def held_table(one: BlockAgainstSpot) -> Table:
    """What the months are held against, and where each figure comes from."""
    rows = [
        (in_words(first.month), first.weekly_pence, SAYS_SO[first.how], first.source) for first in _changes(one.held)
    ]
    week = Column("A child’s week by spot purchase", "money")
    columns = Column("From"), week, Column("Who says so"), Column("Source")
    return Table("What the block is held against", columns, rows, when_empty="No month has been posted yet.")


def has_nothing_to_hold_against(one: BlockAgainstSpot) -> bool:
    """Whether some month has no spot price."""
    return any(each.how == NONE for each in one.held)


def _changes(held: tuple[HeldTo, ...]) -> Iterator[HeldTo]:
    """The first month of each stretch with one figure and one source."""
    for _, each in groupby(held, key=lambda one: (one.weekly_pence, one.source, one.how)):
        yield next(each)


def _sums(line: Line) -> tuple[Cell, ...]:
    return line.child_nights, line.paid_pence, "Not known" if line.spot_pence is None else line.spot_pence


def _share(part: object) -> float | None:
    return None if part is None else float(part)  # type: ignore[arg-type]


def _needed(part: object) -> str:
    share = _share(part)
    if share is None:
        return "Never, or not known"
    return f"{percent(share)}: more than every bed" if share > 1 else f"{percent(share)} of the nights open"
