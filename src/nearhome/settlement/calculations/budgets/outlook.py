"""What will a service line have cost by the end of the year?

Months that have been posted count as they were posted. Months that have not count what is agreed already: live placements
to their expected end, or to the end of the year where none is given or it is past; contracted beds as their rules charge
them. Nobody who has not been booked is assumed. The method is ordinary budget monitoring, not taken from any one source.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a line, in pence. Exactly one of `actual_pence` and `committed_pence` is given; budget may be None."""

    starts_on: date
    budget_pence: int | None
    actual_pence: int | None
    committed_pence: int | None

    @property
    def forecast_pence(self) -> int:
        return (self.actual_pence or 0) + (self.committed_pence or 0)


@dataclass(frozen=True, slots=True)
class Outlook:
    """A line's year: its months, and their sums in pence."""

    months: tuple[Month, ...]

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
    def forecast_pence(self) -> int:
        return self.actual_pence + self.committed_pence

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
) -> Outlook:
    """Put a line's year together. `posted`: first days of months whose charges stand; for others commitments count."""
    done = frozenset(posted)
    return Outlook(
        tuple(
            Month(
                first,
                budget.get(first),
                actual.get(first, 0) if first in done else None,
                None if first in done else committed.get(first, 0),
            )
            for first in months
        )
    )
