"""How the made-up region came to be as it is: its stock and starts in the years before, and the seasons of a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from nearhome.demo.calculations.days import Year
from nearhome.demo.calculations.figures import AuthorityFigures, Cohorts

# Starts by month, April first; 1 is an even year. Ours: more in autumn, fewer in the months of long holidays.
SEASON = (0.90, 0.92, 0.95, 1.00, 0.88, 1.20, 1.32, 1.26, 0.84, 0.98, 0.90, 0.85)
_UPTO = tuple(accumulate((0.0, *(weight / sum(SEASON) for weight in SEASON))))
FEWEST_PASSED = 0.06  # of the year's starts: some always come and go within the year


@dataclass(frozen=True, slots=True)
class Past:
    """What a past year was like beside the newest. `england_stock` in children, the others in per cent."""

    years_before: int
    england_stock: float
    unaccompanied_stock: float
    starts: float
    unaccompanied_starts: float


def seasonal(day: int) -> int:
    """The day of the same collection year to which a start moves, so that even days come to follow `SEASON`.

    Days keep their order: each is taken as a share of the year gone by, and put where that share of starts has come.
    """
    year = year_of(day)
    gone = (day - year.first + 0.5) / (year.last - year.first + 1)
    month = next(at for at in range(12) if gone <= _UPTO[at + 1] or at == 11)
    within = (gone - _UPTO[month]) / (_UPTO[month + 1] - _UPTO[month])
    return min(year.last, year.first + int((month + within) / 12 * (year.last - year.first + 1)))


def months_wanted(started: Sequence[int], year: Year, more: int) -> list[float]:
    """How many of `more` starts each month (April first) still lacks, so that the year's starts follow `SEASON`."""
    there = [0] * 12
    for day in started:
        there[_month(day, year)] += 1
    scale = (len(started) + more) / sum(SEASON)
    return [max(0.0, weight * scale - count) for weight, count in zip(SEASON, there, strict=True)]


def day_in(month: int, share: float, year: Year) -> int:
    """The day at a share of the way through a month (April is 0) of the year; months are twelfths."""
    return min(year.last - 4, year.first + int((month + share) / 12 * (year.last - year.first + 1)))


def _month(day: int, year: Year) -> int:
    return min(11, (day - year.first) * 12 // (year.last - year.first + 1))


def year_of(day: int) -> Year:
    """The collection year a day falls in."""
    guess = Year(1 + int((day - 90) / 365.2425) + 1)
    while day > guess.last:
        guess = Year(guess.year + 1)
    while day < guess.first:
        guess = Year(guess.year - 1)
    return guess


def past_year(trend: Sequence[Past], years_before: int) -> Past:
    """The line for so many years before; the oldest line holds for all earlier ones."""
    return trend[min(years_before, len(trend) - 1)]


def leavers(
    one: AuthorityFigures,
    flow: int,
    unaccompanied: bool,
    years_before: int,
    trend: Sequence[Past],
    counted: tuple[int, int],
) -> Cohorts:
    """How many children must have left and passed through in a past year, so that stock and starts follow the trend?

    `flow` is the starts of this population in the newest year; `counted` the stock at the end of the past year and
    those of it who started in that year, both already drawn.
    """
    now, before = past_year(trend, years_before), past_year(trend, years_before + 1)
    stock, arrived = counted
    index = now.unaccompanied_starts if unaccompanied else now.starts
    starts = max(round(flow * index / 100), round(arrived * (1 + FEWEST_PASSED)))
    if unaccompanied:
        wanted = stock * before.unaccompanied_stock / now.unaccompanied_stock
    else:
        everyone = before.england_stock / now.england_stock
        alone = one.unaccompanied / one.stock
        shrinks = before.unaccompanied_stock / now.unaccompanied_stock
        wanted = stock * (everyone - alone * shrinks) / (1 - alone)
    return Cohorts(stock - arrived, arrived, max(0, round(wanted) - (stock - arrived)), starts - arrived)
