"""Price formulas: the published words of each, what it owes to the other bids, and the arithmetic in whole numbers.

Sources: `lowest_ratio` is in common council use (Cambridge); `min_max` and `cap_gate` were seen in public code and tenders;
`weighted_basket`, `mean_deviation` and `quality_per_pound` are Nearhome's suggestions. Procurement reference 13.2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from nearhome.tendering.calculations.evaluation.case import Formula

Ratio = tuple[int, int]


@dataclass(frozen=True, slots=True)
class FormulaWords:
    """What is published of a formula. `leans_on_others`: how one bid's arrival can reorder two others; "" if it cannot."""

    title: str
    rule: str
    leans_on_others: str = ""
    is_suggestion: bool = False


FORMULAS: dict[Formula, FormulaWords] = {
    "lowest_ratio": FormulaWords(
        "Pro rata to the lowest",
        "The lowest valid price gets all the price marks; any other gets that part of them which the lowest price is of its own.",
        "A new lowest price takes marks from all others, more from cheaper ones; two bids close in total can change places."
        " A dearer bid changes nothing.",
    ),
    "weighted_basket": FormulaWords(
        "Weighted basket",
        "Each band’s price is multiplied by the weeks it is forecast to be bought; the lowest basket gets all the price"
        " marks, any other that part of them which the lowest basket is of its own. A bid without a price for every band fails.",
        "A new lowest basket takes marks from all others, more from cheaper ones; two bids close in total can change places."
        " A dearer bid changes nothing.",
        is_suggestion=True,
    ),
    "min_max": FormulaWords(
        "Linear between lowest and highest",
        "The lowest valid price gets all the price marks, the highest none, any other in proportion between them."
        " Where all prices are equal, or there is one, each gets all.",
        "A dear bid that cannot win stretches the scale and can reorder the others.",
    ),
    "mean_deviation": FormulaWords(
        "Distance from the mean",
        "A price at the mean of the valid prices gets half the price marks; each per cent below the mean adds one per cent"
        " of them, each above takes one away, never below none or above all. A single bid gets all.",
        "Any bid moves the mean, and so can reorder the others.",
        is_suggestion=True,
    ),
    "cap_gate": FormulaWords(
        "Pass at or under the cap",
        "A price at or under the published cap passes and gets all the price marks; a price above it fails the bid."
        " Quality alone ranks those that pass.",
    ),
    "quality_per_pound": FormulaWords(
        "Quality for the money",
        "The quality marks, out of 100, are divided by the price in thousands of pounds a week; the bid with most is first."
        " The weight of price is not used.",
        is_suggestion=True,
    ),
}


def price_ratios(formula: Formula, prices: Sequence[int]) -> list[Ratio]:
    """The part of the price marks that each price gets, as numerator and denominator; all prices above 0, in one unit.

    Only bids that stand are given, so the least, greatest and mean price are theirs. Raises ValueError at a price of 0
    or less.
    """
    if any(price <= 0 for price in prices):
        raise ValueError("A price of 0 or less is no price: leave the bid out before prices are compared")
    if formula in ("lowest_ratio", "weighted_basket"):
        least = min(prices, default=0)
        return [(least, price) for price in prices]
    if formula == "min_max":
        return _linear(prices)
    if formula == "mean_deviation":
        return _from_mean(prices)
    return [(1, 1)] * len(prices)


def _linear(prices: Sequence[int]) -> list[Ratio]:
    least, most = min(prices, default=0), max(prices, default=0)
    if least == most:
        return [(1, 1)] * len(prices)
    return [(most - price, most - least) for price in prices]


def _from_mean(prices: Sequence[int]) -> list[Ratio]:
    if len(prices) == 1:
        return [(1, 1)]
    total, count = sum(prices), len(prices)
    # 1/2 + (mean - price) / mean, with the mean total / count, held between 0 and 1.
    return [(min(2 * total, max(0, 3 * total - 2 * count * price)), 2 * total) for price in prices]


def leans_on(formula: Formula, prices: Sequence[int]) -> tuple[int, ...]:
    """What the marks of a bid owe to the prices of all: while it stays the same, so do the marks."""
    if not prices:
        return ()
    if formula in ("lowest_ratio", "weighted_basket"):
        return (min(prices),)
    if formula == "min_max":
        return (min(prices), max(prices))
    return (sum(prices), len(prices)) if formula == "mean_deviation" else ()
