"""The states of the public demand model (age bins, placement categories, ageing) and its months. Quick to load."""

import calendar
import datetime as dt
from collections.abc import Mapping
from typing import Final, NamedTuple


class AgeBin(NamedTuple):
    """Ages from the bin before up to, but without, `below`; one child in `ageing_days` moves on each day."""

    name: str
    title: str
    below: float
    ageing_days: int


class State(NamedTuple):
    """Where a child can be: the names of an age bin and of a placement category."""

    age_bin: str
    category: str


DAYS_IN_A_YEAR: Final = 365.24
YOUNGEST, TOO_OLD = -1.0, 30.0
AGE_BINS: Final = (
    AgeBin("BIRTH_TO_ONE", "under 1", 1, 365),
    AgeBin("ONE_TO_FIVE", "1 to 4", 5, 1460),
    AgeBin("FIVE_TO_TEN", "5 to 9", 10, 1825),
    AgeBin("TEN_TO_SIXTEEN", "10 to 15", 16, 2190),
    AgeBin("SIXTEEN_TO_EIGHTEEN", "16 and over", TOO_OLD, 5110),
)
# Codes of PLACE; every code not named here is "OTHER". K3 is among the others, as in the public model.
CODES: Final[Mapping[str, tuple[str, ...]]] = {
    "FOSTERING": ("U1", "U2", "U3", "U4", "U5", "U6"),
    "RESIDENTIAL": ("K2", "R1"),
    "SUPPORTED": ("H5", "P2"),
}
CATEGORIES: Final = ("FOSTERING", "RESIDENTIAL", "SUPPORTED", "OTHER", "NOT_IN_CARE")
OUTSIDE: Final = len(CATEGORIES) - 1  # children who left are kept in a state of their own, by age bin
STATES: Final = tuple(State(one.name, category) for one in AGE_BINS for category in CATEGORIES)
CATEGORY_OF_CODE: Final = {code: CATEGORIES.index(name) for name, several in CODES.items() for code in several}


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later (or earlier), or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
