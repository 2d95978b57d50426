"""How is a year's budget spread over its twelve months, to the penny?

A local authority's financial year runs from 1 April to 31 March. The ways of spreading are ordinary budgeting practice, not
taken from any one source: in equal parts, by the days of each month (a leap year has a longer February), or as typed.
"""

from collections.abc import Sequence
from datetime import date
from typing import Literal

from nearhome.placements.calculations.dates import add_months
from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.charges import shares_of
from nearhome.settlement.calculations.nights import Period

Phasing = Literal["equal", "days", "typed"]
MONTHS = 12
APRIL = 4


def year_of(day: date) -> int:
    """The year in which the financial year of a day began: 31 March 2027 → 2026, 1 April 2027 → 2027."""
    return day.year if day.month >= APRIL else day.year - 1


def months_of_year(year: int) -> tuple[Period, ...]:
    """The twelve months of the financial year that begins in April of `year`."""
    firsts = [add_months(date(year, APRIL, 1), month) for month in range(MONTHS + 1)]
    return tuple(Period(first, firsts[place + 1]) for place, first in enumerate(firsts[:-1]))


def phased(pence: int, year: int, how: Phasing, typed: Sequence[int] = ()) -> tuple[int, ...]:
    """The year's pence by month, April first; always adds up to `pence`, by largest remainder, ties to the earlier month.

    Raises ValueError where typed months are not twelve, or do not add up to the year.
    """
    if how == "typed":
        if len(typed) != MONTHS:
            raise ValueError(f"Enter an amount for each of the 12 months, not {len(typed)}.")
        if sum(typed) != pence:
            raise ValueError(
                f"The months add up to {pounds(sum(typed))}, the year to {pounds(pence)}. They must agree."
            )
        return tuple(typed)
    months = months_of_year(year)
    weights = tuple((str(place), one.nights if how == "days" else 1) for place, one in enumerate(months))
    return tuple(shares_of(pence, weights).values())
