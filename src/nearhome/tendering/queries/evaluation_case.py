"""A lot's rows as the frozen input of the evaluation. Prices are there only once the database lets them be read."""

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, cast

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from nearhome.tendering.calculations.evaluation.case import Band, Formula, LotCase
from nearhome.tendering.calculations.evaluation.case import Bid as BidIn
from nearhome.tendering.calculations.evaluation.criteria import Criterion, Shares, shares_of
from nearhome.tendering.models import (
    AwardCriterion,
    Bid,
    BidAnswers,
    BidPrices,
    Consensus,
    Disqualification,
    Lot,
    LotBenchmark,
    Procurement,
    Score,
)
from nearhome.tendering.queries.interests import left_out


def bids_in(lot: Lot) -> QuerySet[Bid]:
    """The bids that were submitted and not withdrawn before the deadline, those disqualified among them."""
    rows = Bid.objects.filter(lot=lot, submitted_at__isnull=False, withdrawn_at__isnull=True)
    return rows.select_related("registration", "provider", "lot", "procurement", "disqualification").order_by(
        "registration__name", "pk"
    )


def bids_standing(lot: Lot) -> QuerySet[Bid]:
    """Those of them that are not disqualified: what is scored."""
    return bids_in(lot).filter(disqualification__isnull=True)


def questions_of(procurement: Procurement) -> list[AwardCriterion]:
    """The questions that are scored, in the order of the tree."""
    return [one for one in _in_order(procurement) if one.kind in ("question", "pass")]


def _in_order(procurement: Procurement) -> list[AwardCriterion]:
    below: dict[int | None, list[AwardCriterion]] = defaultdict(list)
    for one in AwardCriterion.objects.filter(procurement=procurement).order_by("position", "pk"):
        below[one.parent_id].append(one)

    def walk(parent: int | None) -> Iterable[AwardCriterion]:
        for one in below[parent]:
            yield one
            yield from walk(one.pk)

    return list(walk(None))


def shares_for(procurement: Procurement) -> Shares:
    """Every question's part of all marks. Raises ValidationError if weights do not sum to 100."""
    below: dict[int | None, list[AwardCriterion]] = defaultdict(list)
    for one in _in_order(procurement):
        below[one.parent_id].append(one)

    def node(one: AwardCriterion) -> Criterion:
        children = tuple(node(child) for child in below[one.pk])
        return Criterion(str(one.pk), one.title, cast(Any, one.kind), one.weight, one.least_score, children)

    try:
        return shares_of(tuple(node(one) for one in below[None]))
    except ValueError as wrong:
        raise ValidationError(f"These criteria cannot be applied: {wrong}.") from None


def case_of(lot: Lot) -> LotCase:
    """The lot with its agreed scores, individual scores and prices, as far as whoever acts may read them."""
    shares = shares_for(lot.procurement)
    bands = tuple(Band(str(one.pk), one.label, one.forecast_weeks, one.most_weekly_pence) for one in lot.bands.all())
    bids = list(bids_in(lot))
    agreed, scores, names = _agreed(lot), *_scores(lot)
    prices = _prices(lot)
    keys = [one.key for one in shares.questions]
    benchmark = LotBenchmark.objects.filter(lot=lot).first()
    return LotCase(
        str(lot.number), shares.questions, shares.price, bands,
        tuple(
            BidIn(
                str(bid.key), tuple(agreed.get((bid.pk, key)) for key in keys),
                tuple(prices.get(bid.pk, {}).get(band.key) for band in bands),
                tuple(tuple(scores.get((bid.pk, key, person)) for key in keys) for person in names), _why_out(bid),
            )
            for bid in bids
        ),
        cast(Formula, lot.price_formula), tuple(names.values()), lot.least_quality,
        benchmark_pence=benchmark.spot_weekly_pence if benchmark else None,
    )  # fmt: skip


def _agreed(lot: Lot) -> dict[tuple[int, str], int]:
    """The newest agreed score of each answer."""
    rows = Consensus.objects.filter(bid__lot=lot).order_by("at", "pk").values_list("bid_id", "criterion_id", "score")
    return {(bid, str(criterion)): score for bid, criterion, score in rows}


def _scores(lot: Lot) -> tuple[dict[tuple[int, str, int], int], dict[int, str]]:
    """Individual scores, and who gave any. Those of whoever has declared an interest since are left out."""
    rows = Score.objects.filter(bid__lot=lot).exclude(person__in=left_out(lot)).order_by("person__name", "person_id")
    told = rows.values_list("bid_id", "criterion_id", "person_id", "score", "person__name")
    scores, names = {}, {}
    for bid, criterion, person, score, name in told:
        scores[bid, str(criterion), person] = score
        names[person] = name
    return scores, names


def _prices(lot: Lot) -> dict[int, dict[str, int | None]]:
    """What each bid asks, by band; a price that is no whole number of pence is none."""
    found: dict[int, dict[str, int | None]] = {}
    for row in BidPrices.objects.filter(bid__lot=lot):
        bands = json.loads(row.prices).get("bands", {})
        found[row.bid_id] = {key: pence if type(pence) is int else None for key, pence in bands.items()}
    return found


def _why_out(bid: Bid) -> str:
    out: Disqualification | None = getattr(bid, "disqualification", None)
    return f"{out.ground.replace('_', ' ')}: {out.reason}" if out else ""


def answers_of(bid: Bid) -> dict[str, str]:
    """The words of a bid's answers by criterion; empty where there are none."""
    row = BidAnswers.objects.filter(bid=bid).first()
    found: dict[str, str] = json.loads(row.answers).get("answers", {}) if row else {}
    return found
