"""Is a block cheaper than buying each child's placement singly, by how much, for whom, with empty beds counted?

For each month and authority: the nights its children lived in the block, priced at what a child's week costs by spot
purchase (the benchmark), less all that the authority paid for the block in that month: its children's nights, empty beds,
what was short of a guarantee, its share of the lead's costs. What is left is the saving; below nought the block was dearer.

With a fixed fee F and a fee V for each night with a child, a block breaks even when F × available nights = (S − V) × nights
with a child, S being the benchmark. The formula is our own working of the terms seen in published contracts; no published
break-even of an English block was found. A benchmark is only as good as its source, which is shown beside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import ceil
from types import MappingProxyType

from nearhome.placements.calculations.pence import NIGHTS_IN_A_WEEK, nearest_penny


@dataclass(frozen=True, slots=True)
class Part:
    """What one authority had of a block in one month, and paid: nights with its children, pence in all.

    `month`: its first day. `paid_pence` holds everything; `variable_pence` is what of it was paid only for nights with a
    child.
    """

    month: date
    authority: str
    child_nights: int
    paid_pence: int
    variable_pence: int = 0


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What a child’s week costs bought singly, in pence, from a month until the next one. None: nothing known."""

    month: date
    weekly_pence: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One authority, one month, or a sum of them, held against spot. `saving_pence` below nought: the block was dearer.

    `spot_pence` None: no benchmark, so nothing can be said.
    """

    child_nights: int
    paid_pence: int
    spot_pence: int | None

    @property
    def saving_pence(self) -> int | None:
        return None if self.spot_pence is None else self.spot_pence - self.paid_pence

    @property
    def effective_weekly_pence(self) -> int | None:
        """All that was paid by week with a child; None where no child lived there."""
        if not self.child_nights:
            return None
        return nearest_penny(Fraction(self.paid_pence * NIGHTS_IN_A_WEEK, self.child_nights))


@dataclass(frozen=True, slots=True)
class MonthLine:
    """A month of the block: what it came to, what was saved since the first month, nights needed to break even.

    `available_nights`: nights on which a place was open to a child, each once, whoever paid for them; 0 where not known.
    `break_even_nights` None: no benchmark, or one that is no higher than what a night with a child costs by itself.
    """

    month: date
    line: Line
    cumulative_pence: int | None
    available_nights: int
    break_even_nights: int | None

    @property
    def is_empty(self) -> bool:
        return self.line.child_nights == 0

    @property
    def occupancy(self) -> Fraction | None:
        return Fraction(self.line.child_nights, self.available_nights) if self.available_nights else None

    @property
    def break_even_occupancy(self) -> Fraction | None:
        """Above 1: the block could not have been cheaper with every bed full."""
        if self.break_even_nights is None or not self.available_nights:
            return None
        return Fraction(self.break_even_nights, self.available_nights)


@dataclass(frozen=True, slots=True)
class AgainstSpot:
    """The block against spot: by month, by authority, in all."""

    months: tuple[MonthLine, ...]
    authorities: tuple[tuple[str, Line], ...]
    total: Line


def against_spot(
    parts: Iterable[Part], benchmarks: Iterable[Benchmark], available: Mapping[date, int] = MappingProxyType({})
) -> AgainstSpot:
    """Hold every part against the benchmark of its month. Months by date, authorities by name.

    `available`: nights on which the block's places were open to a child, by the first day of the month.
    Each authority's month is rounded to the nearest penny; every sum is the sum of what is shown. Where a month with a
    child has no benchmark, sums that hold it say nothing rather than something wrong.
    """
    priced = sorted(benchmarks, key=lambda one: one.month)
    by_month, by_authority = defaultdict[date, list[Part]](list), defaultdict[str, list[Part]](list)
    for part in parts:
        by_month[part.month].append(part)
        by_authority[part.authority].append(part)
    months: list[MonthLine] = []
    so_far: int | None = 0
    for month in sorted(by_month):
        line = _line(by_month[month], priced)
        so_far = None if so_far is None or line.saving_pence is None else so_far + line.saving_pence
        months.append(_month(by_month[month], line, so_far, _at(priced, month), available.get(month, 0)))
    authorities = tuple((name, _line(by_authority[name], priced)) for name in sorted(by_authority))
    return AgainstSpot(tuple(months), authorities, _line([one for each in by_month.values() for one in each], priced))


def nights_to_break_even(fixed_pence: int, weekly_spot_pence: int, variable_night_pence: Fraction) -> int | None:
    """Whole nights with a child from which a block is no dearer than spot; None where no number of them is enough."""
    gained = Fraction(weekly_spot_pence, NIGHTS_IN_A_WEEK) - variable_night_pence
    return ceil(fixed_pence / gained) if gained > 0 else None


def _line(parts: Iterable[Part], priced: list[Benchmark]) -> Line:
    nights = paid = spot = 0
    known = True
    for part in parts:
        nights += part.child_nights
        paid += part.paid_pence
        weekly = _at(priced, part.month)
        known = known and (weekly is not None or not part.child_nights)
        spot += nearest_penny(Fraction((weekly or 0) * part.child_nights, NIGHTS_IN_A_WEEK))
    return Line(nights, paid, spot if known else None)


def _month(parts: list[Part], line: Line, so_far: int | None, weekly: int | None, available: int) -> MonthLine:
    variable = sum(part.variable_pence for part in parts)
    by_night = Fraction(variable, line.child_nights) if line.child_nights else Fraction(0)
    needed = None if weekly is None else nights_to_break_even(line.paid_pence - variable, weekly, by_night)
    return MonthLine(parts[0].month, line, so_far, available, needed)


def _at(priced: list[Benchmark], month: date) -> int | None:
    """The benchmark in force in a month, weekly pence."""
    return next((one.weekly_pence for one in reversed(priced) if one.month <= month), None)
