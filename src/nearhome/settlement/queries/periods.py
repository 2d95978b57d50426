"""Months as periods."""

from datetime import date

from nearhome.placements.calculations.dates import add_months
from nearhome.settlement.calculations.nights import Period


def month_of(starts_on: date) -> Period:
    """The whole month that begins on this day."""
    return Period(starts_on, add_months(starts_on, 1))


def last_month_over(today: date) -> date:
    """First day of the latest month that is over."""
    return add_months(today.replace(day=1), -1)


def in_words(starts_on: date) -> str:
    """October 2026."""
    return f"{starts_on:%B %Y}"


def financial_year(day: date) -> str:
    """The local authority's year, April to March: 1 May 2026 → "April 2026 to March 2027"."""
    first = day.year if day.month >= 4 else day.year - 1
    return f"April {first} to March {first + 1}"
