"""Terms and extensions in calendar months. A term is half-open: it ends before a day."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

MOST_MONTHS = 600


@dataclass(frozen=True, slots=True)
class Extension:
    """A term that ended before one day and now ends before a later one."""

    ended_before: date
    ends_before: date

    @property
    def last_day_was(self) -> date:
        """The last day of the earlier term."""
        return self.ended_before - timedelta(days=1)

    @property
    def last_day(self) -> date:
        """The last day now."""
        return self.ends_before - timedelta(days=1)

    @property
    def days(self) -> int:
        """How many days are added."""
        return (self.ends_before - self.ended_before).days

    @property
    def ends_with_financial_year(self) -> bool:
        """Whether the last day is 31 March, as in decision 21/00077."""
        return (self.ends_before.month, self.ends_before.day) == (4, 1)


def months_later(day: date, months: int) -> date:
    """The same day so many calendar months later; the last day of the month where there is no such day.

    Raises ValueError for fewer than 1 or more than 600 months.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise ValueError(f"A term or an extension is 1 to {MOST_MONTHS} months, not {months}")
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def extended(ended_before: date, months: int) -> Extension:
    """An agreement that ended before a day goes on for so many months. Two months from 1 February end on 31 March."""
    return Extension(ended_before, months_later(ended_before, months))
