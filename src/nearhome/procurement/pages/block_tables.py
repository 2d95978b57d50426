"""Tables and charts of block pages, from what queries give."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from django.urls import reverse
from markupsafe import Markup

from nearhome.design import wording
from nearhome.design.charts import Series, bar_chart, line_chart
from nearhome.design.tables import Column, Link, Table, Tag
from nearhome.procurement.calculations.blocks.case import Worked
from nearhome.procurement.calculations.blocks.commitment import OF_NOBODY
from nearhome.procurement.calculations.blocks.release import Turn
from nearhome.procurement.queries.block_places import PlaceShown

COLOURS = {"Free": "green", "Occupied": "blue", "Held": "yellow", "Closed": "orange", "Ended": "grey"}
MOST_POINTS = 60
_PENCE_IN_A_MILLION = 100_000_000


def blocks_table(rows: Iterable[Any], person: Any) -> Table:
    """The blocks somebody may see."""
    columns = [
        Column("Block"),
        Column("Host"),
        Column("Provider"),
        Column("From", "date"),
        Column("Ends before", "date"),
    ]
    shown = [
        (Link(row.name, reverse("procurement:block", args=[row.key])), row.host.name, row.provider.name, row.starts_on, row.ends_before)
        for row in rows
    ]  # fmt: skip
    empty = "No block contract is on record that you may see."
    return Table("Block contracts", columns, shown, when_empty=empty, hides_title=True)


def capacity_table(rows: Iterable[tuple[date, int, int | None, str]]) -> Table:
    """Contracted beds by day, and of days gone by how many were ready."""
    columns = [
        Column("From", "date"),
        Column("Beds contracted", "number"),
        Column("Ready then", "number"),
        Column("Reason"),
    ]
    return Table("Beds by date", columns, list(rows), when_empty="No contracted beds are on record yet.")


def capacity_chart(rows: Sequence[tuple[date, int, int | None, str]]) -> Markup | None:
    """Contracted beds step by step; nothing worth drawing with one step."""
    if not 2 <= len(rows) <= MOST_POINTS:
        return None
    labels = [f"{day:%b %Y}" for day, *_ in rows]
    return bar_chart(labels, [beds for _, beds, *_ in rows])


def places_table(places: Iterable[PlaceShown], contract: Any, *, may_change: bool, today: date) -> Table:
    """Each place: where it stands and whose it is. Never who lives there."""
    columns = [
        Column("Place"),
        Column("Today"),
        Column("Paid for from", "date"),
        Column("First call"),
        Column("For the partners"),
    ]
    if may_change:
        columns.append(Column("Change"))
    rows = []
    for one in places:
        row: list[Any] = [
            one.name, Tag(one.state, COLOURS.get(one.state, "purple")), one.row.available_from,
            one.row.nominated.name if one.row.nominated else "Every party", _released(one, today),
        ]  # fmt: skip
        if may_change:
            row.append(_next_step(one, contract))
        rows.append(row)
    return Table("Places", columns, rows, when_empty="No place has been added to this block yet.")


def _released(one: PlaceShown, today: date) -> str:
    if one.row.nominated is None:
        return "Open to all from the first"
    since = one.row.released_from
    if since is None:
        return f"Not offered; empty since {wording.short_date(one.empty_since)}" if one.empty_since else "Not offered"
    return f"Offered {'since' if since <= today else 'from'} {wording.short_date(since)}"


def _next_step(one: PlaceShown, contract: Any) -> Any:
    """The one thing that is usually done next with a place."""
    key = (contract.key, one.row.place.key)
    if one.state in ("Mobilising", "Ready later"):
        return Link("Mark as ready", reverse("procurement:ready_block_place", args=key), one.name)
    if one.state == "Ended" or one.row.nominated_id is None:
        return ""
    if one.row.released_from:
        return Link("Keep again", reverse("procurement:take_back_block_place", args=key), one.name)
    return Link("Offer to partners", reverse("procurement:release_block_place", args=key), one.name)


def turns_table(places: Iterable[PlaceShown]) -> Table:
    """Whose each place is on which days."""
    columns = [Column("Place"), Column("From", "date"), Column("Until before", "date"), Column("Who may use it")]
    rows = [(one.name, turn.starts_on, turn.ends_before, _who(turn)) for one in places for turn in one.turns]
    return Table("Whose place, on which days", columns, rows, when_empty="No place is paid for yet.")


def _who(turn: Turn) -> str:
    if not turn.authority:
        return "Every party"
    return f"{turn.authority} first, and the partners" if turn.is_released else f"{turn.authority} alone"


def fees_table(fees: Iterable[Any]) -> Table:
    """Fees by day with their model."""
    columns = [
        Column("From", "date"), Column("Fixed, each available bed", "weekly"), Column("Variable, each occupied bed", "weekly"),
        Column("Guaranteed share", "share"), Column("Model"),
    ]  # fmt: skip
    rows = [
        (
            fee.starts_on,
            fee.fixed_pence,
            fee.variable_pence,
            fee.guaranteed_bp / 10_000,
            fee.model[0].upper() + fee.model[1:],
        )
        for fee in fees
    ]
    return Table("Fees", columns, rows, when_empty="No fee is on record yet.")


def nominations_table(rows: Iterable[Any]) -> Table:
    """First calls by authority and day."""
    columns = [Column("Authority"), Column("From", "date"), Column("Beds", "number")]
    shown = [(one.authority, one.starts_on, one.places) for one in rows]
    return Table("First call on beds", columns, shown, when_empty="No authority has first call: beds go by weight.")


def years_table(found: Worked, title: str, *, by_contract: bool = False) -> Table:
    """Years of the term with what each authority bears; every row and column adds up."""
    total = found.commitment
    named = total.authorities if total.authorities != (OF_NOBODY,) else ()
    columns = [Column("Year"), Column("From", "date"), Column("Bed-days", "number"), Column("Committed", "money")]
    columns += [Column(name, "money") for name in named]
    lines = total.contract_years if by_contract else total.financial_years
    rows = [
        (line.label, line.starts_on, line.bed_days, line.pence, *(line.by_authority if named else ())) for line in lines
    ]
    sums = [sum(line.by_authority[at] for line in lines) for at in range(len(named))]
    return Table(
        title, columns, rows, totals=("In all", None, total.bed_days, total.pence, *sums), is_wide=len(columns) > 6
    )


def years_chart(found: Worked) -> Markup | None:
    """Committed by financial year."""
    lines = found.commitment.financial_years
    if not 2 <= len(lines) <= MOST_POINTS:
        return None
    series = [Series("Committed", [line.pence / _PENCE_IN_A_MILLION for line in lines])]
    return line_chart([line.label for line in lines], series, lambda value: f"£{value:,.4g}m")


def total_figures(found: Worked, occupancy: Fraction) -> list[dict[str, str]]:
    """The total, and what it is with nobody placed and with every bed full where that differs."""
    total = found.commitment
    if total.least_pence == total.most_pence:
        return [{"figure": short_total(total.pence), "about": "over the term, whether its beds are occupied or not"}]
    return [
        {"figure": short_total(total.pence), "about": f"over the term, at {float(occupancy):.0%} occupancy"},
        {"figure": short_total(total.least_pence), "about": "with nobody placed"},
        {"figure": short_total(total.most_pence), "about": "with every bed full"},
    ]


def short_total(pence: int) -> str:
    """A total for a headline: £31.63m, or pounds below a million."""
    return f"£{pence / _PENCE_IN_A_MILLION:,.2f}m" if pence >= _PENCE_IN_A_MILLION else wording.pounds(pence)


def computed_table(found: Worked) -> Table:
    """Totals a printed one can be held against."""
    rows = [(one.what[0].upper() + one.what[1:], one.pence) for one in found.computed]
    return Table("Totals a printed one is held against", [Column("What"), Column("Total", "money")], rows)


def adjustments_table(rows: Iterable[tuple[Any, str]]) -> Table:
    """Adjustments asked for and how they stand."""
    columns = [Column("Asked for"), Column("From", "date"), Column("Beds", "number"), Column("By"), Column("State")]
    shown = [
        (
            Link(wording.short_date(one.asked_at), reverse("procurement:block_adjustment", args=[one.key]), f"{one.beds} beds"),
            one.starts_on, one.beds, one.asked_by, state,
        )
        for one, state in rows
    ]  # fmt: skip
    return Table("Adjustments", columns, shown, when_empty="Nobody has asked for other beds.")
