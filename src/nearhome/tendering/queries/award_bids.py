"""The bids of each lot as an award needs them: rank, places offered, prices by band, and whether the ranking still holds."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from nearhome.tendering.models import Bid, BidAnswers, BidPrices, Lot, LotBenchmark, LotResult, PriceBand, Procurement
from nearhome.tendering.queries.interests import LateInterest, late_interests


@dataclass(frozen=True, slots=True)
class RankedOffer:
    """One bid that stands: its place in the ranking (None: it failed), what it offers and asks; `low`: a price flagged."""

    bid: Bid
    rank: int | None
    total: str
    fails: str
    weekly_pence: int | None
    places: int
    prices: tuple[tuple[PriceBand, int], ...]
    low: str = ""

    @property
    def ref(self) -> str:
        """The establishment's number, which no two bids of a lot share."""
        return self.bid.registration.urn


@dataclass(frozen=True, slots=True)
class LotOnTheTable:
    """A lot with its newest result and its bids, best first; `problem` says what stands in the way of awarding it."""

    lot: Lot
    result: LotResult | None
    offers: tuple[RankedOffer, ...]
    bids: tuple[Bid, ...]
    spot_weekly_pence: int | None
    problem: str
    late: tuple[LateInterest, ...] = ()

    @property
    def to_answer(self) -> tuple[LateInterest, ...]:
        """Interests that came up after quality had been locked: an award of the lot says why it stands nevertheless."""
        return tuple(one for one in self.late if one.is_after_lock)


def lots_on_the_table(procurement: Procurement) -> tuple[LotOnTheTable, ...]:
    """Every lot of a procurement, in order, in a fixed number of queries. Sealed bids and prices are not there yet."""
    lots = list(
        procurement.lots.select_related("quality_lock").prefetch_related("bands", "places_wanted").order_by("number")
    )
    bids = _by_lot(_standing(procurement))
    results = _newest(LotResult.objects.filter(lot__in=lots))
    spots = dict(LotBenchmark.objects.filter(lot__in=lots).values_list("lot_id", "spot_weekly_pence"))
    answers = dict(BidAnswers.objects.filter(bid__lot__in=lots).values_list("bid_id", "answers"))
    prices = dict(BidPrices.objects.filter(bid__lot__in=lots).values_list("bid_id", "prices"))
    late = late_interests(lots)
    return tuple(
        replace(
            _on_the_table(lot, results.get(lot.pk), bids[lot.pk], spots.get(lot.pk), (answers, prices)),
            late=late.get(lot.pk, ()),
        )
        for lot in lots
    )


def _standing(procurement: Procurement) -> Iterable[Bid]:
    rows = procurement.bids.filter(submitted_at__isnull=False, withdrawn_at__isnull=True, disqualification__isnull=True)
    return rows.select_related("registration", "provider").order_by("pk")


def _by_lot(bids: Iterable[Bid]) -> dict[int, list[Bid]]:
    found: dict[int, list[Bid]] = defaultdict(list)
    for bid in bids:
        found[bid.lot_id].append(bid)
    return found


def _newest(rows: Iterable[LotResult]) -> dict[int, LotResult]:
    return {row.lot_id: row for row in sorted(rows, key=lambda row: (row.worked_out_at, row.pk))}


def _on_the_table(
    lot: Lot, result: LotResult | None, bids: list[Bid], spot: int | None, envelopes: tuple[Mapping[int, str], ...]
) -> LotOnTheTable:
    ranking = list(result.result.get("ranking", [])) if result else []
    by_bid = {str(row["bid"]): row for row in ranking}
    rows = {bid.pk: by_bid.get(str(bid.key)) for bid in bids}
    offers = [_offer(lot, bid, row, *envelopes) for bid in bids if (row := rows[bid.pk]) is not None]
    offers.sort(key=lambda one: (one.rank is None, one.rank or 0, one.weekly_pence or 0, one.ref))
    problem = _problem(lot, result, rows, ranking)
    return LotOnTheTable(lot, result, tuple(offers), tuple(bids), spot, problem)


def _problem(lot: Lot, result: LotResult | None, rows: Mapping[int, Any], ranking: list[Any]) -> str:
    """What keeps a lot from being awarded: it is not locked, not ranked, or ranked with other bids than stand now."""
    if getattr(lot, "quality_lock", None) is None:
        return "Quality is not locked yet."
    if result is None:
        return "The results have not been worked out yet."
    ranked = sum(1 for row in ranking if row.get("rank") is not None)
    of_standing = sum(1 for row in rows.values() if row is not None and row.get("rank") is not None)
    if ranked != of_standing or None in rows.values():
        return "A bid has come out since the results were worked out. Work them out again."
    return ""


def _offer(
    lot: Lot, bid: Bid, row: Mapping[str, Any], answers: Mapping[int, str], prices: Mapping[int, str]
) -> RankedOffer:
    said = json.loads(prices.get(bid.pk) or "{}").get("bands", {})
    bands = tuple((band, int(said[str(band.pk)])) for band in lot.bands.all() if said.get(str(band.pk)))
    weekly = row.get("weekly_pence")
    rank = row.get("rank") if row.get("passed", True) else None
    fails = row.get("fails") or ()
    return RankedOffer(
        bid=bid,
        rank=rank,
        total=str(row.get("total") or ""),
        fails="; ".join(fails) if isinstance(fails, list) else str(fails or ""),
        weekly_pence=None if weekly is None else int(Decimal(str(weekly)).to_integral_value(ROUND_HALF_UP)),
        places=int(json.loads(answers.get(bid.pk) or "{}").get("places") or 0),
        prices=bands,
        low="; ".join(row.get("low") or ()),
    )
