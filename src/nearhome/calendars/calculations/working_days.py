"""Which day is it in London, and which days count as working days?

A working day is any day but Saturday, Sunday and a bank holiday in England. The regulations' own wording for "working
day" was not confirmed (law-and-practice rule heading 3, unverified), so a deadline counted here may remind and warn,
never refuse. The bank holidays are an argument: keep the calendar that was used beside the answer.
"""

from collections.abc import Set
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)
SATURDAY = 5


def london_date(instant: datetime) -> date:
    """The calendar date in London at this instant. Raises ValueError for an instant without a time zone."""
    if instant.tzinfo is None:
        raise ValueError(f"The time {instant.isoformat()} has no time zone: give one, for example UTC.")
    return instant.astimezone(LONDON).date()


def is_working_day(day: date, bank_holidays: Set[date]) -> bool:
    """Is this day neither a weekend day nor a bank holiday?"""
    return day.weekday() < SATURDAY and day not in bank_holidays


def add_working_days(start: date, days: int, bank_holidays: Set[date]) -> date:
    """The last day of a period of `days` working days after `start`; the start itself is never counted.

    Nought days is the start itself, working day or not. Raises ValueError for fewer than nought.
    """
    return _step(start, days, ONE_DAY, bank_holidays)


def subtract_working_days(end: date, days: int, bank_holidays: Set[date]) -> date:
    """The day that lies `days` working days before `end`; the end itself is never counted."""
    return _step(end, days, -ONE_DAY, bank_holidays)


def working_days_between(start: date, end: date, bank_holidays: Set[date]) -> int:
    """How many working days lie after `start`, up to and including `end`? Nought where `end` is not after `start`."""
    length = max((end - start).days, 0)
    return sum(is_working_day(start + ONE_DAY * step, bank_holidays) for step in range(1, length + 1))


def _step(day: date, days: int, step: timedelta, bank_holidays: Set[date]) -> date:
    if days < 0:
        raise ValueError(f"The number of working days must be 0 or more, not {days}.")
    while days:
        day += step
        days -= is_working_day(day, bank_holidays)
    return day
