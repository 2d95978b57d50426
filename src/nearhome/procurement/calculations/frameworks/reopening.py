"""Who may ask for what while a framework is open again, and may this lower price be taken?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

NEWCOMERS, PRICES, BOTH = "newcomers", "prices", "both"
LineOf = tuple[str, int, int]  # category, first age, age before which it ends


@dataclass(frozen=True, slots=True)
class Window:
    """Days [opens_on, closes_before) on which a framework takes newcomers, lower prices, or both."""

    opens_on: date
    closes_before: date
    admits: str

    def takes(self, what: str, on: date) -> bool:
        """Whether it is open on a day for newcomers or for prices."""
        return self.opens_on <= on < self.closes_before and self.admits in (what, BOTH)


def open_window(windows: Iterable[Window], what: str, on: date) -> Window | None:
    """The window that takes newcomers or prices on a day, the longest open of several; None if none is open."""
    return max((one for one in windows if one.takes(what, on)), key=lambda one: one.closes_before, default=None)


ALWAYS_OPEN = ("market", "pcr_dps", "list")


def newcomer_problem(form: str, windows: Iterable[Window], on: date) -> str:
    """Why nobody new may be admitted from a day, with the mend; empty if somebody may.

    A dynamic market, a dynamic purchasing system and a list are always open; every other form takes newcomers only in
    a window that was published.
    """
    if form in ALWAYS_OPEN or open_window(windows, NEWCOMERS, on):
        return ""
    return (
        f"The framework takes no new entrants on {on.day} {on:%B %Y}. Open it again first,"
        " or choose a day on which it is open."
    )


def application_problem(windows: Iterable[Window], *, is_admitted: bool, on: date) -> str:
    """Why an application cannot be made on a day, with the mend; empty if it can.

    A newcomer needs a window for newcomers, whoever is admitted one for prices.
    """
    rows = tuple(windows)
    what = PRICES if is_admitted else NEWCOMERS
    if open_window(rows, what, on):
        return ""
    asked = "lower prices" if is_admitted else "new entrants"
    coming = sorted(one.opens_on for one in rows if one.admits in (what, BOTH) and one.opens_on > on)
    when = f" It takes them from {coming[0].day} {coming[0]:%B %Y}." if coming else " Ask its lead when it reopens."
    return f"The framework does not take {asked} today.{when}"


def improvement_problem(now: Mapping[LineOf, int], offered: Mapping[LineOf, int]) -> str:
    """What is wrong with prices offered in a window (pence a week by line), with the mend; empty if nothing.

    A reopening may only lower prices: each offered line exists, none is dearer, at least one is cheaper, all above zero.
    """
    for line, pence in sorted(offered.items()):
        if line not in now:
            return f"The card has no line for {line_words(line)}. Offer prices for the lines it has."
        if pence <= 0:
            return f"The price for {line_words(line)} must be more than £0.00."
        if pence > now[line]:
            return (
                f"The price for {line_words(line)} is above the present {_pounds(now[line])}."
                " While the framework is open again a price may only fall. Enter that price or less."
            )
    if not any(pence < now[line] for line, pence in offered.items()):
        return "None of the prices is lower than now. Lower at least one."
    return ""


def line_words(line: LineOf) -> str:
    """("standard", 10, 16) → standard, ages 10 to 15."""
    category, low, before = line
    ages = f"age {low}" if before - low == 1 else f"ages {low} to {before - 1}"
    return f"{category}, {ages}"


def _pounds(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02d}"
