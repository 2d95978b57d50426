"""A lot in whole numbers: every mark is exact until the total is rounded, once, half up.

With D the common denominator of all shares, a bid's quality is the whole number A = sum of (share x D) x score, which is
20 A / D marks. Its total is (slope x A + constant) / under, whatever the formula: so a changed score changes A alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, lcm

from nearhome.tendering.calculations.evaluation.case import MOST_SCORE, Bid, Formula, LotCase
from nearhome.tendering.calculations.evaluation.faults import basket, price_fault, weeks_counted
from nearhome.tendering.calculations.evaluation.formulas import price_ratios

Key = tuple[int, ...]
_PER_SCORE = 100 // MOST_SCORE  # marks out of 100 that a point of score is worth where the share is 1
_PENCE_IN_THOUSAND_POUNDS = 100_000


@dataclass(frozen=True, slots=True)
class Line:
    """The total marks of a bid as (slope x A + constant) / under."""

    slope: int
    constant: int
    under: int


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares over one denominator: `each` question's, the `price`'s; together `whole`."""

    each: tuple[int, ...]
    price: int
    whole: int

    @property
    def quality(self) -> int:
        """What all questions carry together."""
        return self.whole - self.price


def weights_of(case: LotCase) -> Weights:
    """The shares of the lot over their least common denominator."""
    whole = lcm(case.price_share.denominator, *(one.share.denominator for one in case.questions))
    each = tuple(int(one.share * whole) for one in case.questions)
    return Weights(each, int(case.price_share * whole), whole)


def quality_of(weights: Weights, scores: Iterable[int | None]) -> int | None:
    """A of these scores; None while one is missing."""
    total = 0
    for weight, score in zip(weights.each, scores, strict=True):
        if score is None:
            return None
        total += weight * score
    return total


def least_quality(case: LotCase, weights: Weights) -> int:
    """The least A that is not under the published per cent of the quality marks; 0 without such a rule."""
    if case.least_quality is None or not weights.quality:
        return 0
    return ceil(Fraction(case.least_quality) * weights.quality / _PER_SCORE)


def failures(case: LotCase, weights: Weights, bid: Bid) -> tuple[str, ...]:
    """Why a bid does not stand, in sentences; none if it does. Quality is looked at before price."""
    if bid.out:
        return (bid.out,)
    said = [
        f"“{one.title}” was {'failed' if one.is_pass else f'scored {score}, below {one.least}'}"
        for one, score in zip(case.questions, bid.agreed, strict=True)
        if score is not None and score < one.least
    ]
    quality = quality_of(weights, bid.agreed)
    if quality is None:
        return ("not every answer has an agreed score",)
    if quality < least_quality(case, weights):
        said.append(f"its quality is below {case.least_quality:f} per cent of the quality marks")
    return (*said, *price_failures(case, bid))


def price_failures(case: LotCase, bid: Bid) -> tuple[str, ...]:
    """What is wrong with the prices of a bid."""
    if not case.bands:
        return ()
    told = (price_fault(price, band) for price, band in zip(bid.prices, case.bands, strict=True))
    return tuple(fault for fault in told if fault)


def lines_of(case: LotCase, weights: Weights, baskets: Sequence[int], formula: Formula | None = None) -> list[Line]:
    """The line of each bid that stands, with its price marked beside the others'."""
    formula = formula or case.formula
    if formula == "quality_per_pound":
        scale = _PER_SCORE * _PENCE_IN_THOUSAND_POUNDS * weeks_counted(case)
        return [Line(scale, 0, weights.quality * one) for one in baskets]
    ratios = price_ratios(formula, baskets) if case.bands else [(1, 1)] * len(baskets)
    return [Line(_PER_SCORE * below, 100 * weights.price * above, weights.whole * below) for above, below in ratios]


def baskets_of(case: LotCase, bids: Iterable[Bid]) -> list[int]:
    """The basket of each bid, in pence times hundredths of a week; 1 where no price is asked for."""
    return [basket(case, bid.prices) if case.bands else 1 for bid in bids]


def rounded(above: int, below: int, places: int) -> int:
    """above / below, half up, in units of the last place."""
    return (2 * above * 10**places + below) // (2 * below)


def total_of(line: Line, quality: int, places: int, times: int = 1) -> int:
    """The published total in units of the last place; `quality` may be a sum over `times`, such as of several scorers."""
    return rounded(line.slope * quality + line.constant * times, line.under * times, places)


def order_key(case: LotCase, total: int, quality: int, price: int) -> Key:
    """What bids are sorted by, greatest first: the rounded total, then the published tie-breaks."""
    return (total, *(quality if tie == "quality" else -price for tie in case.tie_break))


def as_marks(units: int, places: int) -> Decimal:
    """Units of the last place as marks."""
    return Decimal(units).scaleb(-places)
