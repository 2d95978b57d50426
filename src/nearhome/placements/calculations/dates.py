"""What date lies so many months after another, and how is a date said?"""

from calendar import monthrange
from datetime import date
from functools import lru_cache

MONTHS_IN_A_YEAR = 12


def add_months(start: date, months: int) -> date:
    """The same day of the month, `months` later; the month's last day where it has no such day (31 August + 6)."""
    year, month = divmod(start.year * MONTHS_IN_A_YEAR + start.month - 1 + months, MONTHS_IN_A_YEAR)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=20_000)
def in_words(day: date) -> str:
    """The date as the design system writes it: "3 May 2026"."""
    return f"{day.day} {day:%B} {day.year}"
