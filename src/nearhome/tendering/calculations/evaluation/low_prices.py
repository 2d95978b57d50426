"""Prices to look into for being abnormally low. A flag is a question to the bidder, never a rejection by itself.

The law names no figure (unverified which a court would accept): the per cents are the authority's own, published rule.
"""

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction

from nearhome.tendering.calculations.evaluation.case import LotCase
from nearhome.tendering.calculations.evaluation.faults import weeks_counted

_FEWEST_OTHERS = 2


def low_price_words(case: LotCase, baskets: Sequence[int]) -> list[tuple[str, ...]]:
    """For the basket of each bid that stands, why it is to be looked into; none for most.

    A basket counts against the median of the others, where there are two or more, and against the benchmark.
    """
    if not case.bands:
        return [()] * len(baskets)
    ordered = sorted(baskets)
    benchmark = case.benchmark_pence * weeks_counted(case) if case.benchmark_pence else None
    return [_words(case, price, _median_of_others(ordered, price), benchmark) for price in baskets]


def _words(case: LotCase, price: int, median: Fraction | None, benchmark: int | None) -> tuple[str, ...]:
    said = []
    if median is not None and _is_below(price, median, Fraction(case.low.below_median)):
        said.append(f"more than {case.low.below_median.normalize():f} per cent below the median of the other bids")
    if benchmark is not None and _is_below(price, Fraction(benchmark), Fraction(case.low.below_benchmark)):
        said.append(f"more than {case.low.below_benchmark.normalize():f} per cent below the benchmark")
    return tuple(said)


def _is_below(price: int, than: Fraction, per_cent: Fraction) -> bool:
    return price * 100 < than * (100 - per_cent)


def _median_of_others(ordered: Sequence[int], price: int) -> Fraction | None:
    """The median without one of this price; None for fewer than two others."""
    others = len(ordered) - 1
    if others < _FEWEST_OTHERS:
        return None
    gone = bisect_left(ordered, price)

    def at(place: int) -> int:
        return ordered[place + 1 if place >= gone else place]

    middle = others // 2
    return Fraction(at(middle)) if others % 2 else Fraction(at(middle - 1) + at(middle), 2)
