"""The ranking of a lot by its published rule. The order in which bids are given does not matter.

Method: invalid, failed, disqualified and withdrawn bids leave first; then prices are marked beside those that stand; marks
are exact until the total is rounded half up; equal totals are told apart by the published tie-breaks, or share a rank.
Source: procurement reference 13.2 and 13.3 (rules seen in use; the handling of edge cases is Nearhome's own).
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from nearhome.tendering.calculations.evaluation.case import Bid, LotCase
from nearhome.tendering.calculations.evaluation.faults import weeks_counted
from nearhome.tendering.calculations.evaluation.low_prices import low_price_words
from nearhome.tendering.calculations.evaluation.whole_numbers import (
    Line,
    Weights,
    as_marks,
    baskets_of,
    failures,
    lines_of,
    order_key,
    price_failures,
    quality_of,
    rounded,
    total_of,
    weights_of,
)


@dataclass(frozen=True, slots=True)
class RankedBid:
    """One bid in the ranking. Marks are rounded for reading; `total` is rounded from exact marks, not from these.

    `rank`, `total` and `price` are None for a bid that does not stand; `fails` says why. `weekly_pence` is the mean price over
    the weeks of the basket, None where a price is none. `low` says why its price is to be looked into.
    """

    bid: str
    rank: int | None
    passed: bool
    fails: tuple[str, ...]
    total: Decimal | None
    quality: Decimal | None
    price: Decimal | None
    weekly_pence: int | None
    low: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LotRanking:
    """Every bid of a lot, best first; bids that do not stand come last."""

    lot: str
    ranking: tuple[RankedBid, ...]

    @property
    def first(self) -> tuple[str, ...]:
        """The bid that is first, or several that share it."""
        return tuple(one.bid for one in self.ranking if one.rank == 1)


def rank_bids(case: LotCase) -> LotRanking:
    """Rank the bids of a lot. Takes whole pence and scores 0 to 5; gives marks out of 100, rounded once, half up.

    Bids that share a rank stand in the order of their keys. Raises ValueError where two bids have one key.
    """
    if len({bid.key for bid in case.bids}) != len(case.bids):
        raise ValueError("Two bids have the same key; give each its own")
    weights = weights_of(case)
    why = {bid.key: failures(case, weights, bid) for bid in case.bids}
    standing = sorted((bid for bid in case.bids if not why[bid.key]), key=lambda bid: bid.key)
    baskets = baskets_of(case, standing)
    low = low_price_words(case, baskets)
    rows = [
        _row(case, weights, bid, (price, line), words)
        for bid, price, line, words in zip(standing, baskets, lines_of(case, weights, baskets), low, strict=True)
    ]
    out = [
        _left_out(case, weights, bid, why[bid.key])
        for bid in sorted(case.bids, key=lambda bid: bid.key)
        if why[bid.key]
    ]
    return LotRanking(case.key, (*_ranked(rows), *out))


def _row(
    case: LotCase, weights: Weights, bid: Bid, priced: tuple[int, Line], low: tuple[str, ...]
) -> tuple[tuple[int, ...], RankedBid]:
    price, line = priced
    quality = quality_of(weights, bid.agreed) or 0
    total = total_of(line, quality, case.places)
    marks = None if case.formula == "quality_per_pound" else _marks(case, line.constant, line.under)
    row = RankedBid(
        bid.key, 0, True, (), as_marks(total, case.places), _marks(case, 20 * quality, weights.whole), marks,
        mean_weekly(case, price), low,
    )  # fmt: skip
    return order_key(case, total, quality, price), row


def _ranked(rows: list[tuple[tuple[int, ...], RankedBid]]) -> list[RankedBid]:
    """Ranks as in sport: after two that share the first comes the third."""
    rows = sorted(rows, key=lambda row: row[0], reverse=True)
    ranked: list[RankedBid] = []
    for place, (key, row) in enumerate(rows):
        shared = place and rows[place - 1][0] == key
        rank = ranked[-1].rank if shared else place + 1
        ranked.append(replace(row, rank=rank))
    return ranked


def _left_out(case: LotCase, weights: Weights, bid: Bid, why: tuple[str, ...]) -> RankedBid:
    quality = quality_of(weights, bid.agreed)
    marks = None if quality is None else _marks(case, 20 * quality, weights.whole)
    priced = case.bands and not any(price is None for price in bid.prices) and not _is_no_price(case, bid)
    weekly = mean_weekly(case, baskets_of(case, [bid])[0]) if priced else None
    return RankedBid(bid.key, None, False, why, None, marks, None, weekly)


def _is_no_price(case: LotCase, bid: Bid) -> bool:
    return any("no price" in fault for fault in price_failures(case, bid))


def _marks(case: LotCase, above: int, below: int) -> Decimal:
    return as_marks(rounded(above, below, case.places), case.places)


def mean_weekly(case: LotCase, price: int) -> int | None:
    """The mean price of a basket, pence a week, half up; None where no price is asked for."""
    return rounded(price, weeks_counted(case), 0) if case.bands else None
