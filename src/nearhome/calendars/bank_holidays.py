"""Bank holidays, read from the library that keeps them. Reading a calendar is not pure, so it happens here."""

from datetime import date
from functools import cache

import holidays

# The library's names of the nations; a working day of procurement is no holiday in any of them.
ENGLAND = ("ENG",)
UNITED_KINGDOM = ("ENG", "WLS", "SCT", "NIR")


def bank_holidays(first: date, last: date) -> frozenset[date]:
    """The bank holidays of England in the years of a period, and in the year after it."""
    return _bank_holidays(ENGLAND, first.year, max(first, last).year + 1)


def bank_holidays_anywhere(first: date, last: date) -> frozenset[date]:
    """Days that are a bank holiday in any part of the United Kingdom, in the years of a period and the year after it.

    Guidance on the Procurement Act 2023 counts working days so (a public body's published answer; the statute's own
    wording was not looked at).
    """
    return _bank_holidays(UNITED_KINGDOM, first.year, max(first, last).year + 1)


@cache
def _bank_holidays(nations: tuple[str, ...], first_year: int, last_year: int) -> frozenset[date]:
    years = range(first_year, last_year + 1)
    return frozenset(day for nation in nations for day in holidays.country_holidays("GB", subdiv=nation, years=years))
