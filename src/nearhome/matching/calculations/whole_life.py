"""What will a choice cost until it ends, and may this person approve it?

Limits are the authority's own, always arguments. They apply to the whole-life value, not to the weekly fee alone.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from nearhome.matching.calculations.pence import nearest_penny, pounds, price_of_nights


@dataclass(frozen=True, slots=True)
class OneOff:
    """A price paid once: what for, and how much."""

    words: str
    pence: int


@dataclass(frozen=True, slots=True)
class WholeLifeValue:
    """What the placement is expected to cost until it ends, over how many nights, and the working in words."""

    pence: int
    days: int
    words: str


def expected_end(starts_on: date, *, expected_weeks: int | None, eighteenth_birthday: date | None) -> date:
    """The day the placement is expected to end before: after the expected weeks, at the latest at 18.

    Raises ValueError where neither is known, because a value cannot then be approved.
    """
    planned = None if expected_weeks is None else starts_on + timedelta(weeks=expected_weeks)
    ends = [day for day in (planned, eighteenth_birthday) if day is not None]
    if not ends:
        raise ValueError("Give the expected number of weeks or the 18th birthday: the whole-life value needs an end.")
    return min(ends)


def whole_life_value(
    weekly_pence: int, starts_on: date, ends_before: date, one_offs: tuple[OneOff, ...] = ()
) -> WholeLifeValue:
    """What will the placement cost in all, in pence, from `starts_on` to the day before `ends_before`?

    Nights at a seventh of the weekly price, rounded once to the nearest penny, plus what is paid once. Future price
    rises are not guessed. Raises ValueError where the placement would end before it starts.
    """
    nights = (ends_before - starts_on).days
    if nights < 0:
        raise ValueError(f"The expected end {_in_words(ends_before)} is before the start {_in_words(starts_on)}.")
    accommodation = nearest_penny(price_of_nights(weekly_pence, nights))
    total = accommodation + sum(item.pence for item in one_offs)
    working = [f"{nights} nights at {pounds(weekly_pence)} a week, a seventh for each night: {pounds(accommodation)}"]
    working += [f"{item.words}: {pounds(item.pence)}" for item in one_offs]
    return WholeLifeValue(total, nights, f"{'; '.join(working)}. In all {pounds(total)}.")


def may_approve(limit_pence: int | None, value_pence: int, requester_id: object, approver_id: object) -> str | None:
    """Why may this person not approve this value? None where they may. A limit of None means no upper limit."""
    if requester_id == approver_id:
        return "You asked for this approval, so someone else must give it."
    if limit_pence is not None and value_pence > limit_pence:
        return f"The whole-life value of {pounds(value_pence)} is more than your limit of {pounds(limit_pence)}."
    return None


def birthday(born_on: date, years: int) -> date:
    """The day this many years after birth; someone born on 29 February has it on 1 March in a common year."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 3, 1)


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
