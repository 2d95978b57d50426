"""Do the age bands of a rate card cover every age once, and which price holds for this child on this day?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from nearhome.procurement.calculations.routes import Rate, rate_of

BIRTHDAY, REVIEW, NEVER = "birthday", "review", "never"
BIRTHDAY_WORDS = {
    BIRTHDAY: "The price of the next band applies from the birthday",
    REVIEW: "The price of the next band applies from the first review after the birthday",
    NEVER: "The band at the start of the placement applies to the end",
}
Band = tuple[int, int]  # years of age, the first in it, the second no longer


def band_problem(bands: Iterable[Band], lowest: int, before: int) -> str:
    """The first thing wrong with bands that must cover ages [lowest, before) once each, with the mend; "" if nothing.

    Half-open whole years: (10, 16) is ages 10 to 15. Method: sorted, each band must begin where the one before ended.
    """
    ordered = sorted(bands)
    if not ordered:
        return f"No band covers {_ages((lowest, before))}. Add one."
    for band in ordered:
        if band[0] >= band[1]:
            return f"The band from {band[0]} to under {band[1]} holds no age. Give an end above its beginning."
    if ordered[0][0] > lowest:
        return f"No band covers {_ages((lowest, ordered[0][0]))}. Begin the first band at {lowest}."
    if ordered[0][0] < lowest:
        return f"The first band begins at {ordered[0][0]}. Begin it at {lowest}."
    between = (_between(one, after) for one, after in pairwise(ordered))
    last = "" if ordered[-1][1] == before else f"The last band ends at {ordered[-1][1]}. End it at {before}."
    return next((words for words in between if words), last)


def _between(one: Band, after: Band) -> str:
    if after[0] < one[1]:
        return f"Two bands cover {_ages((after[0], min(one[1], after[1])))}. Begin the second at {one[1]}."
    if after[0] > one[1]:
        return f"No band covers {_ages((one[1], after[0]))}. Begin the next band at {one[1]}."
    return ""


def _ages(band: Band) -> str:
    return f"age {band[0]}" if band[1] - band[0] == 1 else f"ages {band[0]} to {band[1] - 1}"


@dataclass(frozen=True, slots=True)
class Stay:
    """A placement as far as its band depends on it: born, placed, and the reviews held since (in any order)."""

    born_on: date
    starts_on: date
    reviewed_on: tuple[date, ...] = ()


def age_in_years(born_on: date, on: date) -> int:
    """Whole years on a day. Somebody born on 29 February has their birthday on 1 March where the year has no 29th."""
    return on.year - born_on.year - ((on.month, on.day) < (born_on.month, born_on.day))


def age_for_band(rule: str, stay: Stay, on: date) -> int:
    """The age whose band holds on a day, by the framework's birthday rule.

    Raises ValueError for an unknown rule, and for a day before the placement began.
    """
    if on < stay.starts_on:
        raise ValueError("The day is before the placement began")
    if rule == BIRTHDAY:
        return age_in_years(stay.born_on, on)
    if rule == NEVER:
        return age_in_years(stay.born_on, stay.starts_on)
    if rule != REVIEW:
        raise ValueError(f"No birthday rule is called {rule}")
    held = [day for day in stay.reviewed_on if stay.starts_on <= day <= on]
    return age_in_years(stay.born_on, max(held, default=stay.starts_on))


def rate_for_stay(
    rates: Iterable[Rate], rule: str, stay: Stay, on: date, *, category: str = "standard", priced_on: date | None = None
) -> Rate | None:
    """The one line of a card that holds for this child on a day; None if the card has none.

    `priced_on`: the day whose prices count, where an uplift is for new placements only: the start of the placement.
    Of lines that overlap the latest to begin holds, then the cheapest.
    """
    return rate_of(rates, category, age_for_band(rule, stay, on), priced_on or on)


@dataclass(frozen=True, slots=True)
class BandChange:
    """From a day another band holds for the child; the line before is None where no band held."""

    on: date
    before: Rate | None
    after: Rate


def next_band(
    rates: Iterable[Rate], rule: str, stay: Stay, *, since: date, until: date, category: str = "standard"
) -> BandChange | None:
    """The first day after `since`, up to `until`, from which another band holds than on `since`; None if none does.

    `since` is usually the day of the price that is paid. Looked at: birthdays, or reviews where the rule waits for one.
    """
    lines, first = tuple(rates), max(since, stay.starts_on)
    before = rate_for_stay(lines, rule, stay, first, category=category)
    for day in _turning_days(rule, stay, first, until):
        after = rate_for_stay(lines, rule, stay, day, category=category)
        if after and (before is None or (after.min_age, after.before_age) != (before.min_age, before.before_age)):
            return BandChange(day, before, after)
    return None


def _turning_days(rule: str, stay: Stay, since: date, until: date) -> list[date]:
    if rule == NEVER:
        return []
    years = range(age_in_years(stay.born_on, since) + 1, age_in_years(stay.born_on, until) + 1)
    days = [_birthday(stay.born_on, year) for year in years] if rule == BIRTHDAY else stay.reviewed_on
    return sorted(day for day in days if since < day <= until)


def _birthday(born_on: date, years: int) -> date:
    day = date(born_on.year + years, born_on.month, 1)
    return day + timedelta(days=born_on.day - 1)
