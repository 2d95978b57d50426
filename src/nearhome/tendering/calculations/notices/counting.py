"""Counting the days of procurement law.

"N days beginning with day D" ends at the close of D + N − 1; "N days after D" at the close of D + N. Source: sections 69,
70 and 80 of the Procurement Act 2023, whose text says "beginning with" (verified); that the count is inclusive is derived
and agrees with published returns dates.
"""

from collections.abc import Set
from datetime import date, timedelta
from enum import StrEnum

from nearhome.calendars.calculations.working_days import ONE_DAY, add_working_days


class Counting(StrEnum):
    """How a rule counts from the day of its event; `reference/notices.toml` explains each."""

    BEGINNING_WITH = "beginning_with"
    AFTER = "after"
    BEFORE = "before"
    PROMPTLY = "promptly"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"


def last_day_beginning_with(first: date, days: int) -> date:
    """The last of `days` days of which `first` is day 1. Raises ValueError for fewer than one day."""
    _at_least_one(days)
    return first + timedelta(days=days - 1)


def last_day_after(event: date, days: int) -> date:
    """The last of `days` days of which the day after `event` is day 1. Raises ValueError for fewer than one day."""
    _at_least_one(days)
    return event + timedelta(days=days)


def last_working_day_beginning_with(first: date, days: int, bank_holidays: Set[date]) -> date:
    """The last of `days` working days beginning with `first`; where that is no working day, with the next that is.

    A standstill under section 51 counts so, in days that are a bank holiday nowhere in the United Kingdom (stated).
    Raises ValueError for fewer than one day.
    """
    _at_least_one(days)
    return add_working_days(first - ONE_DAY, days, bank_holidays)


def quarter_end(day: date) -> date:
    """The last day of the calendar quarter that `day` lies in."""
    return _end_of_month(day.year, (day.month + 2) // 3 * 3)


def half_year_end(day: date) -> date:
    """The last day of the half-year to 31 March or 30 September that `day` lies in."""
    if day.month <= 3:
        return date(day.year, 3, 31)
    return date(day.year, 9, 30) if day.month <= 9 else date(day.year + 1, 3, 31)


def due_day(counting: Counting, days: int, event: date) -> date:
    """The last day on which a notice is in time, for an event on `event`. Raises ValueError for fewer than one day."""
    match counting:
        case Counting.BEGINNING_WITH:
            return last_day_beginning_with(event, days)
        case Counting.AFTER:
            return last_day_after(event, days)
        case Counting.QUARTER:
            return last_day_beginning_with(quarter_end(event), days)
        case Counting.HALF_YEAR:
            return last_day_beginning_with(half_year_end(event), days)
    return event


def _at_least_one(days: int) -> None:
    if days < 1:
        raise ValueError(f"A period has at least 1 day, not {days}.")


def _end_of_month(year: int, month: int) -> date:
    return (date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)) - ONE_DAY
