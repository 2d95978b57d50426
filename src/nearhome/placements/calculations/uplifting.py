"""What does a placement cost after an uplift of the rate card it was called off from?

A placement may cost less than its rate card allows, so it is not put on the new rate: it moves in the same proportion,
or by the same amount where the round adds an amount. A weekly price at or below the rate before is then at or below the
rate after.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from nearhome.placements.calculations.dates import MONTHS_IN_A_YEAR, add_months
from nearhome.procurement.calculations.blocks.rounding import parts_of

ADDITION = "addition"
NIGHTS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class StayAhead:
    """What is known on a day of how long a placement and its price go on. None where it is not known."""

    departed_on: date | None = None
    expected_ends_on: date | None = None
    next_price_on: date | None = None


@dataclass(frozen=True, slots=True)
class PriceMove:
    """One placement that a round reaches: pence a week before and after, and its nights in the first year."""

    before_pence: int
    after_pence: int
    nights: int


def first_year_nights(stay: StayAhead, effective_on: date, today: date) -> int:
    """Nights from the day of a round for which the price moved is paid, in the twelve months that begin on it.

    They end on the day the child left or else is expected to leave, or on the day from which another price is already
    agreed. An expected end that has passed while the child still lives there says nothing: the year counts in full.
    """
    expected = stay.expected_ends_on if stay.expected_ends_on and stay.expected_ends_on > today else None
    ends = [add_months(effective_on, MONTHS_IN_A_YEAR), stay.departed_on or expected, stay.next_price_on]
    return max(0, (min(day for day in ends if day is not None) - effective_on).days)


def more_in_first_year(moves: Iterable[PriceMove]) -> int:
    """Pence more in the first year, a week being seven nights; all placements together rounded once, half a penny up."""
    sevenths = sum((one.after_pence - one.before_pence) * one.nights for one in moves)
    sign = -1 if sevenths < 0 else 1
    return sign * ((2 * abs(sevenths) + NIGHTS_A_WEEK) // (2 * NIGHTS_A_WEEK))


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
