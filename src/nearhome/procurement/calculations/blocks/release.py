"""Whose is a place of a block on a day: its own authority's alone, or offered to the partners besides?

An empty place is filled locally first and then offered to the partnership (Kent County Council decision 21/00094, 2021,
section 4.4). For how long an authority keeps first refusal is a term of the contract: no sector standard was found.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Change:
    """From a day a place is released to the partners, or taken back. Of two on one day the higher `number` stands."""

    starts_on: date
    is_released: bool
    number: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """Days of a place, half-open; `ends_before` None while it stands. `authority` empty: every party's from the first."""

    starts_on: date
    ends_before: date | None
    authority: str
    is_released: bool


def turns(opens_on: date, ends_before: date | None, authority: str, changes: Iterable[Change] = ()) -> tuple[Turn, ...]:
    """The days of a place from the day it is payable, each exactly once. A place of nobody in particular is open to all.

    `authority`: whose first call it is, or empty. Changes before it opens count from the day it opens.
    """
    by_day: dict[date, bool] = {opens_on: not authority}
    for change in sorted(changes, key=lambda one: (one.starts_on, one.number)):
        if authority and (ends_before is None or change.starts_on < ends_before):
            by_day[max(change.starts_on, opens_on)] = change.is_released
    found: list[Turn] = []
    for day in sorted(by_day):
        if found and found[-1].is_released == by_day[day]:
            continue
        if found:
            found[-1] = Turn(found[-1].starts_on, day, authority, found[-1].is_released)
        found.append(Turn(day, ends_before, authority, by_day[day]))
    return tuple(one for one in found if one.ends_before is None or one.starts_on < one.ends_before)


def may_use(turn: Turn, authority: str) -> bool:
    """Whether a party may place a child there in these days."""
    return turn.is_released or turn.authority == authority


def to_be_released_on(empty_since: date, first_refusal_days: int) -> date:
    """The day a place empty since then is offered to the partners: after so many whole days of first refusal."""
    if first_refusal_days < 0:
        raise ValueError("The days of first refusal are 0 or more.")
    return empty_since + timedelta(days=first_refusal_days)
