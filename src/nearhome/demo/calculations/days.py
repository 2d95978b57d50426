"""Days as whole numbers (date.toordinal): quick to add, compare and draw."""

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=100_000)
def written(day: int | None) -> str:
    """The day as the return writes it, DD/MM/YYYY; nothing for None."""
    return date.fromordinal(day).strftime("%d/%m/%Y") if day else ""


@lru_cache(maxsize=200_000)
def birthday(born: int, age: int) -> int:
    """The day someone born on `born` reaches `age`; for 29 February the 1st of March in other years."""
    on = date.fromordinal(born)
    if (on.month, on.day) == (2, 29):
        return date(on.year + age, 3, 1).toordinal()
    return on.replace(year=on.year + age).toordinal()


def born_for_age(on: int, youngest: int, before_age: int) -> range:
    """The days of birth of someone aged at least `youngest` and under `before_age` on the day `on`."""
    return range(birthday(on, -before_age) + 1, birthday(on, -youngest) + 1)


def age_on(born: int, on: int) -> int:
    """Whole years reached."""
    b, d = date.fromordinal(born), date.fromordinal(on)
    return d.year - b.year - ((d.month, d.day) < (b.month, b.day))


class Year:
    """A collection year: 2026 is 1 April 2025 to 31 March 2026."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.first = date(year - 1, 4, 1).toordinal()
        self.last = date(year, 3, 31).toordinal()
