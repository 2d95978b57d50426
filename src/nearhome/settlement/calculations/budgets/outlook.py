"""What will a service line have cost by the end of the year?

Months that have been posted count as they were posted. Months that have not count what is agreed already: live placements
to their expected end, or to the end of the year where none is given or it is past; contracted beds as their rules charge
them. Placements that nobody has booked count only where somebody has said so: an assumption, kept apart. The method is ordinary budget monitoring, not taken from any one source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from nearhome.settlement.calculations.charges import running_total
from nearhome.settlement.calculations.nights import Period


@dataclass(frozen=True, slots=True)
class Expected:
    """So many children at a weekly price in pence from a day until before another: an assumption, nobody's booking."""

    children: int
    starts_on: date
    ends_before: date
    weekly_pence: int

    def nights_in(self, month: Period) -> int:
        """How many nights of all children fall in a month."""
        first, before = max(self.starts_on, month.starts_on), min(self.ends_before, month.ends_before)
        return max(0, (before - first).days) * self.children

    def pence_in(self, month: Period) -> int:
        """What a month comes to; rounded like charges, so that months add up to the whole."""
        first, before = max(self.starts_on, month.starts_on), min(self.ends_before, month.ends_before)
        if first >= before:
            return 0
        until, since = (running_total(self.weekly_pence, self.starts_on, day) for day in (before, first))
        return (until - since) * self.children


@dataclass(frozen=True, slots=True)
class MonthOutlook:
    """One month of a line, in pence. Exactly one of `actual_pence` and `committed_pence` is given; budget may be None."""

    starts_on: date
    budget_pence: int | None
    actual_pence: int | None
    committed_pence: int | None
    assumed_pence: int = 0

    @property
    def forecast_pence(self) -> int:
        return (self.actual_pence or 0) + (self.committed_pence or 0) + self.assumed_pence


@dataclass(frozen=True, slots=True)
class Outlook:
    """A line's year: its months, and their sums in pence."""

    months: tuple[MonthOutlook, ...]

    @property
    def budget_pence(self) -> int | None:
        known = [one.budget_pence for one in self.months if one.budget_pence is not None]
        return sum(known) if known else None

    @property
    def actual_pence(self) -> int:
        return sum(one.actual_pence or 0 for one in self.months)

    @property
    def committed_pence(self) -> int:
        return sum(one.committed_pence or 0 for one in self.months)

    @property
    def assumed_pence(self) -> int:
        return sum(one.assumed_pence for one in self.months)

    @property
    def forecast_pence(self) -> int:
        return self.actual_pence + self.committed_pence + self.assumed_pence

    @property
    def variance_pence(self) -> int | None:
        """Forecast less budget: above nought, more than budgeted. None without a budget."""
        return None if self.budget_pence is None else self.forecast_pence - self.budget_pence


def outlook(
    months: Iterable[date],
    budget: Mapping[date, int],
    actual: Mapping[date, int],
    committed: Mapping[date, int],
    posted: Iterable[date],
    assumed: Mapping[date, int] | None = None,
) -> Outlook:
    """Put a line's year together. `posted`: first days of months whose charges stand; for others commitments and assumptions do."""
    done = frozenset(posted)
    return Outlook(
        tuple(
            MonthOutlook(
                first,
                budget.get(first),
                actual.get(first, 0) if first in done else None,
                None if first in done else committed.get(first, 0),
                0 if first in done else (assumed or {}).get(first, 0),
            )
            for first in months
        )
    )
