"""What does a placement cost after an uplift of the rate card it was called off from?

A placement may cost less than its rate card allows, so it is not put on the new rate: it moves in the same proportion,
or by the same amount where the round adds an amount. A weekly price at or below the rate before is then at or below the
rate after.
"""

from collections.abc import Mapping
from fractions import Fraction

from nearhome.procurement.calculations.blocks.rounding import parts_of

ADDITION = "addition"


def uplifted_price(elements: Mapping[str, int], before_pence: int, after_pence: int, *, rule: str) -> dict[str, int]:
    """Pence a week by element after a rate went from `before_pence` to `after_pence`, both above 0.

    The whole price is taken first: times after/before, half up, or plus the amount where the rule is an addition. It is
    then divided in proportion to the elements before, with the largest remainder, so that they add up to it. An
    addition is for the first element, the care itself. Raises ValueError where the price would not be above 0.
    """
    total = sum(elements.values())
    if rule == ADDITION:
        core = next(iter(elements))
        return _above_nothing({**elements, core: elements[core] + after_pence - before_pence})
    after = (2 * total * after_pence + before_pence) // (2 * before_pence)
    shares = parts_of(after, [Fraction(pence) for pence in elements.values()])
    return _above_nothing(dict(zip(elements, shares, strict=True)))


def _above_nothing(elements: dict[str, int]) -> dict[str, int]:
    if sum(elements.values()) <= 0 or min(elements.values()) < 0:
        raise ValueError("The price would not be above £0.00 after the uplift.")
    return elements
