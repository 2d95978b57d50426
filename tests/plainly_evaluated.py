"""A tender evaluated the obvious slow way, in decimals, one bid at a time: what the quick arithmetic is held against."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from nearhome.tendering.calculations.evaluation.case import Bid, LotCase

Ranks = dict[str, int | None]
DIGITS = 60  # a total that lies exactly on a half has far fewer, so it is rounded as it should be


def decimal(number: Fraction) -> Decimal:
    return Decimal(number.numerator) / Decimal(number.denominator)


def stands(case: LotCase, bid: Bid) -> bool:
    return not bid.out and None not in bid.agreed and good_enough(case, bid) and all_priced(case, bid)


def good_enough(case: LotCase, bid: Bid) -> bool:
    for question, score in zip(case.questions, bid.agreed, strict=True):
        if question.is_pass and score != 5:
            return False
        if question.least_score is not None and score is not None and score < question.least_score:
            return False
    if case.least_quality is None or case.price_share == 1:
        return True
    return 100 * quality(case, bid) / (100 * (1 - decimal(case.price_share))) >= case.least_quality


def all_priced(case: LotCase, bid: Bid) -> bool:
    for band, price in zip(case.bands, bid.prices, strict=True):
        if price is None or price <= 0 or price > 100_000_000:
            return False
        if band.cap_pence is not None and price > band.cap_pence:
            return False
    return True


def quality(case: LotCase, bid: Bid) -> Decimal:
    marks = Decimal(0)
    for question, score in zip(case.questions, bid.agreed, strict=True):
        marks += 100 * decimal(question.share) * Decimal(score or 0) / 5
    return marks


def weekly(case: LotCase, bid: Bid) -> Decimal:
    """The mean price over the weeks forecast."""
    weeks = [max(band.weeks, band.least_weeks) for band in case.bands]
    if not sum(weeks):
        weeks = [Decimal(1) for _ in weeks]
    prices = zip(bid.prices, weeks, strict=True)
    return sum((Decimal(price or 0) * week for price, week in prices), Decimal(0)) / sum(weeks)


def price_part(formula: str, own: Decimal, prices: list[Decimal]) -> Decimal:
    if formula in ("lowest_ratio", "weighted_basket"):
        return min(prices) / own
    if formula == "min_max":
        return (max(prices) - own) / (max(prices) - min(prices)) if max(prices) != min(prices) else Decimal(1)
    if formula == "mean_deviation" and len(prices) > 1:
        mean = sum(prices) / len(prices)
        return min(Decimal(1), max(Decimal(0), Decimal("0.5") + (mean - own) / mean))
    return Decimal(1)


def plain_totals(case: LotCase) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    """Total, quality and price of every bid that stands."""
    with localcontext() as context:
        context.prec = DIGITS
        standing = [bid for bid in case.bids if stands(case, bid)]
        prices = [weekly(case, bid) for bid in standing] if case.bands else [Decimal(1)] * len(standing)
        found = {}
        for bid, own in zip(standing, prices, strict=True):
            marks = quality(case, bid)
            if case.formula == "quality_per_pound":
                exact = marks / (1 - decimal(case.price_share)) / (own / 100_000)
            else:
                exact = marks + 100 * decimal(case.price_share) * price_part(case.formula, own, prices)
            found[bid.key] = (exact.quantize(Decimal(1).scaleb(-case.places), ROUND_HALF_UP), marks, own)
        return found


def plain_ranks(case: LotCase) -> Ranks:
    """The rank of every bid; None for one that does not stand."""
    totals = plain_totals(case)

    def better(one: str, other: str) -> bool:
        for total in ("total", *case.tie_break):
            mine, theirs = totals[one][_PART[total]], totals[other][_PART[total]]
            if mine != theirs:
                return mine < theirs if total == "price" else mine > theirs
        return False

    ranks: Ranks = {bid.key: None for bid in case.bids}
    for one in totals:
        ranks[one] = 1 + sum(better(other, one) for other in totals)
    return ranks


_PART = {"total": 0, "quality": 1, "price": 2}


def first_of(ranks: Ranks) -> tuple[str, ...]:
    return tuple(sorted(key for key, rank in ranks.items() if rank == 1))


def plain_single_scores(case: LotCase) -> tuple[int, int, set[tuple[str, str, int, tuple[str, ...]]]]:
    """Every agreed score one up and one down, the whole lot ranked again each time: tried, ranks moved, changes of first."""
    before = plain_ranks(case)
    tried, moved, changes = 0, 0, set()
    for bid, place, would_be in _single_changes(case):
        agreed = (*bid.agreed[:place], would_be, *bid.agreed[place + 1 :])
        bids = tuple(replace(one, agreed=agreed) if one.key == bid.key else one for one in case.bids)
        after = plain_ranks(replace(case, bids=bids))
        tried += 1
        moved += after[bid.key] != before[bid.key]
        if first_of(after) != first_of(before):
            changes.add((bid.key, case.questions[place].key, would_be, first_of(after)))
    return tried, moved, changes


def _single_changes(case: LotCase) -> Iterator[tuple[Bid, int, int]]:
    for bid in case.bids:
        sound = replace(bid, agreed=(5,) * len(bid.agreed))
        if bid.out or None in bid.agreed or not stands(case, sound):
            continue
        for place, (question, score) in enumerate(zip(case.questions, bid.agreed, strict=True)):
            assert score is not None
            near = ([0] if score == 5 else [5]) if question.is_pass else [score + 1, score - 1]
            yield from ((bid, place, one) for one in near if 0 <= one <= 5)


def plain_by_means(case: LotCase, without: int | None = None) -> Ranks:
    """Ranks by the mean of individual scores; those that fail on the agreed scores stay out."""
    bids = []
    for bid in case.bids:
        if not stands(case, bid):
            bids.append(replace(bid, out="out"))
            continue
        rows = [row for at, row in enumerate(bid.scores) if at != without]
        means: list[Fraction | int | None] = []
        for place, own in enumerate(bid.agreed):
            told = [row[place] for row in rows if row[place] is not None]
            means.append(Fraction(sum(told), len(told)) if told else own)  # type: ignore[arg-type]
        bids.append(replace(bid, agreed=tuple(means)))  # type: ignore[arg-type]
    open_questions = tuple(replace(one, is_pass=False, least_score=None) for one in case.questions)
    return _fractional(replace(case, bids=tuple(bids), questions=open_questions, least_quality=None))


def _fractional(case: LotCase) -> Ranks:
    """Means need not be decimals: every total in fractions."""
    standing = [bid for bid in case.bids if not bid.out]
    prices = [Fraction(weekly(case, bid)) if case.bands else Fraction(1) for bid in standing]
    keys = {}
    for bid, own in zip(standing, prices, strict=True):
        marks = sum(
            (100 * one.share * Fraction(score or 0) / 5 for one, score in zip(case.questions, bid.agreed, strict=True)),
            Fraction(0),
        )
        if case.formula == "quality_per_pound":
            exact = marks / (1 - case.price_share) / (own / 100_000)
        else:
            exact = marks + 100 * case.price_share * _fraction(case.formula, own, prices)
        total = (exact * 10**case.places * 2 + 1) // 2
        keys[bid.key] = (total, *(marks if tie == "quality" else -own for tie in case.tie_break))
    return {
        bid.key: 1 + sum(one > keys[bid.key] for one in keys.values()) if bid.key in keys else None for bid in case.bids
    }


def _fraction(formula: str, own: Fraction, prices: list[Fraction]) -> Fraction:
    if formula in ("lowest_ratio", "weighted_basket"):
        return min(prices) / own
    if formula == "min_max":
        return (max(prices) - own) / (max(prices) - min(prices)) if max(prices) != min(prices) else Fraction(1)
    if formula == "mean_deviation" and len(prices) > 1:
        mean = sum(prices) / len(prices)
        return min(Fraction(1), max(Fraction(0), Fraction(1, 2) + (mean - own) / mean))
    return Fraction(1)
