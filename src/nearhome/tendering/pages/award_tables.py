"""The tables of an award."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from nearhome.design.tables import Column, Link, Table
from nearhome.tendering.queries.outcomes import Outcome
from nearhome.tendering.queries.proposing import LotProposal

_COLUMNS = (
    Column("Bidder"),
    Column("Rank", "number"),
    Column("Gets"),
    Column("Why"),
    Column("Price a week", "money"),
    Column("Offers", "number"),
    Column("Marks", "number"),
)


def proposal_table(one: LotProposal) -> Table:
    """A lot as it would be awarded."""
    rows = [
        _row(line.offer.rank, str(line.offer.bid.registration), str(line.offer.bid.provider), line.offer.total,
             line.offer.weekly_pence, line.offer.places, line.tier, line.places, line.said)
        for line in one.lines
    ]  # fmt: skip
    return _lot_table(one.table.lot.number, rows)


def decided_tables(decisions: Iterable[Any]) -> list[Table]:
    """Every lot as it was recommended."""
    return [
        _lot_table(one.lot.number, [_kept_row(line) for line in one.shown.get("lines", [])]) for one in decisions
    ]  # fmt: skip


def contracts_table(lines: Iterable[Any]) -> Table:
    """What each line became."""
    rows = [
        (
            str(line.registration), f"Lot {line.lot.number}" if line.lot else "", str(line.provider),
            _contract_link(line),
        )
        for line in lines
    ]  # fmt: skip
    columns = (Column("Establishment"), Column("Lot"), Column("Provider"), Column("Contract"))
    return Table("Contracts made", columns, rows, when_empty="No contract was made with a supplier.")


def _contract_link(line: Any) -> Link | str:
    """To the block or the framework that came of a line."""
    if line.block:
        return Link(line.block.name, reverse("procurement:block", args=[line.block.key]))
    if line.supplier:
        framework = line.supplier.framework
        return Link(framework.name, reverse("procurement:framework", args=[framework.key]))
    return ""


def outcomes_table(rows: Sequence[tuple[Any, ...]]) -> Table:
    """Every bid of a provider and what became of it."""
    columns = (Column("Establishment"), Column("Tender"), Column("Lot"), Column("Authority"), Column("Outcome"))
    return Table("Your bids", columns, rows, when_empty="You have not bid for anything yet.", hides_title=True)


def outcome_rows(one: Outcome) -> list[tuple[str, Any]]:
    """The facts of one outcome."""
    bid = one.bid
    return [
        ("Tender", f"{bid.procurement.name}, {bid.procurement.ref}"),
        ("Lot", str(bid.lot)),
        ("Establishment", str(bid.registration)),
        ("Led by", str(bid.procurement.lead)),
    ]


def _lot_table(number: int, rows: Sequence[tuple[Any, ...]]) -> Table:
    return Table(
        f"Lot {number}: who gets what", _COLUMNS, rows, when_empty="Nobody bid for this lot.", slug=f"lot-{number}"
    )  # fmt: skip


def _kept_row(line: Mapping[str, Any]) -> tuple[Any, ...]:
    return _row(
        line["rank"], line["establishment"], line["provider"], line["total"], line["weekly_pence"], line["offered"],
        line["tier"], line["places"], line["why"],
    )  # fmt: skip


def _row(rank: int | None, establishment: str, provider: str, *rest: Any) -> tuple[Any, ...]:
    total, weekly, offered, tier, places, why = rest
    gets = f"tier {tier}" if tier else f"{places} place{'s' * (places != 1)}" if places else "nothing"
    return (f"{establishment}, {provider}", rank if rank is not None else "–", gets, why, weekly, offered, total)
