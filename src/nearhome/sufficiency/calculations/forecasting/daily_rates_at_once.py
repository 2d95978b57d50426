"""The daily rates' projection of one small authority, without waiting for large libraries to load.

The same figures as `daily_rates` (a test holds one against the other), for the command that is asked one question of a
few thousand episodes: loading numpy and polars alone takes longer than the whole answer. Plain Python, days as ordinals.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from operator import mul
from typing import NamedTuple

from nearhome.sufficiency.calculations.forecasting.public_model import (
    AGE_BINS,
    CATEGORIES,
    CATEGORY_OF_CODE,
    DAYS_IN_A_YEAR,
    OUTSIDE,
    STATES,
    TOO_OLD,
    YOUNGEST,
)

OTHER, WIDTH, SIZE = CATEGORIES.index("OTHER"), len(CATEGORIES), len(STATES)
NEVER = 0  # the ordinal of no day


class SentEpisode(NamedTuple):
    """A row as sent: days as ordinals, `ends_before` 0 while it runs."""

    child: str
    starts_on: int
    ends_before: int
    place_type: str


class Moves(NamedTuple):
    """Starts and ends as (day, state, +1 or -1), moves as (day, left, reached), entries as (day, state); rows by fate."""

    changes: list[tuple[int, int, int]]
    ends: list[tuple[int, int, int]]
    entries: list[tuple[int, int]]
    rows: int
    kept: int
    without_age: int


class AtOnce(NamedTuple):
    """Children in each of STATES on the last day of the window (`start`) and after each day from then (`population`);
    `changes` are the rates of change by (state left, state reached), `rates` the same with ageing, `entrants` a day."""

    start: list[float]
    changes: dict[tuple[int, int], float]
    rates: dict[tuple[int, int], float]
    entrants: list[float]
    days: tuple[dt.date, ...]
    population: list[list[float]]
    moves: Moves


def projected_at_once(
    episodes: Iterable[SentEpisode], born_on: Mapping[str, int], window: tuple[dt.date, dt.date], days: int
) -> AtOnce:
    """The population on each of `days` days after the window's last, from episodes in the order in which they were sent.

    Raises ValueError if the window does not end after it starts, or nothing is left to count.
    """
    first, last = (day.toordinal() for day in window)
    if last <= first:
        raise ValueError(f"The reference window must end after it starts ({window[0]:%-d %B %Y}).")
    moves = prepared(episodes, born_on)
    if not moves.kept:
        raise ValueError("No episode has a start date and a child with a date of birth, so there is no history.")
    begin, end = min(one[0] for one in moves.changes), max(one[0] for one in moves.changes)
    stock = _stock(moves, max(first, begin), min(last, end))
    changes = _changes(moves, stock, max(first, begin))
    rates = _with_ageing(changes)
    entrants = [0.0] * SIZE
    for day, state in moves.entries:
        if first <= day <= last:
            entrants[state] += 1 / (last - first)
    start = stock[-1] if stock else _stock(moves, end, end)[-1]
    dates = tuple(window[1] + dt.timedelta(days=day + 1) for day in range(days))
    return AtOnce(start, changes, rates, entrants, dates, _days_on(start, rates, entrants, days), moves)


def prepared(episodes: Iterable[SentEpisode], born_on: Mapping[str, int]) -> Moves:
    """Episodes cleaned as the public model cleans them, and what they say of starts, ends, moves and entries."""
    found, rows = Moves([], [], [], 0, 0, 0), 0
    of_child: dict[str, dict[int, SentEpisode]] = {}
    for one in sorted(episodes, key=lambda row: row[:3]):
        rows += 1
        of_child.setdefault(one.child, {})[one.starts_on] = one
    kept = without_age = 0
    for child, by_start in of_child.items():
        by_end: dict[int, SentEpisode] = {}
        for one in by_start.values():
            by_end.setdefault(one.ends_before, one)
        counted = _follow(list(by_end.values()), born_on.get(child, NEVER), found)
        kept, without_age = kept + counted, without_age + len(by_end) - counted
    return found._replace(rows=rows, kept=kept, without_age=without_age)


def _follow(stays: Sequence[SentEpisode], born: int, found: Moves) -> int:
    """Add one child's stays to what was found; how many of them count."""
    before, counted = NEVER, 0
    for at, one in enumerate(stays):
        following = stays[at + 1] if at + 1 < len(stays) else None
        end = one.ends_before
        if following and (end == NEVER or end > following.starts_on):
            end = following.starts_on
        meets, before, came_from = bool(following) and end != NEVER, end, before
        age_bin = _bin(one.starts_on - born) if born != NEVER else None
        if age_bin is None:
            continue
        counted += 1
        state = age_bin * WIDTH + CATEGORY_OF_CODE.get(one.place_type, OTHER)
        found.changes.append((one.starts_on, state, 1))
        if one.starts_on != came_from:
            found.entries.append((one.starts_on, state))
        if end != NEVER:
            after = OUTSIDE
            if meets and following and following.starts_on == end:
                after = CATEGORY_OF_CODE.get(following.place_type, OTHER)
            found.changes.append((end, state, -1))
            found.ends.append((end, state, age_bin * WIDTH + after))
    return counted


def _bin(age_days: int) -> int | None:
    age = age_days / DAYS_IN_A_YEAR
    return next((at for at, one in enumerate(AGE_BINS) if age < one.below), None) if YOUNGEST <= age < TOO_OLD else None


def _stock(moves: Moves, first: int, last: int) -> list[list[float]]:
    """Children in each state on each day from first to last."""
    now, later = [0.0] * SIZE, dict[int, list[tuple[int, int]]]()
    for day, state, change in moves.changes:
        if day <= first:
            now[state] += change
        else:
            later.setdefault(day, []).append((state, change))
    found = []
    for day in range(first, last + 1):
        if day in later:
            now = now.copy()
            for state, change in later[day]:
                now[state] += change
        found.append(now)
    return found


def _with_ageing(changes: Mapping[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    """The rates with ageing to the next bin, out of the model (to SIZE) from the last."""
    found = dict(changes)
    for state in range(SIZE):
        found[state, min(state + WIDTH, SIZE)] = 1 / AGE_BINS[state // WIDTH].ageing_days
    return found


def _changes(moves: Moves, stock: Sequence[Sequence[float]], first: int) -> dict[tuple[int, int], float]:
    """Mean daily rates over the days of `stock`."""
    found: dict[tuple[int, int], float] = {}
    for day, left, reached in moves.ends:
        at = day - first
        if 0 <= at < len(stock) and len(stock) > 1:
            present = stock[max(at - 1, 0)][left]
            share = 1 / present if present else float("inf")
            found[left, reached] = found.get((left, reached), 0.0) + share / len(stock)
    return found


def chance_variance(found: AtOnce, day_numbers: Sequence[int], chosen: Sequence[Sequence[int]]) -> list[list[float]]:
    """Variance by chance alone of each sum of states in `chosen` on each of the days (1 is the first; rising).

    That of `chance_variation`: the mean of the sum, less, for each child at the start, the square of its probability to
    be in one of the states.
    """
    origins = [state for state in range(SIZE) if found.start[state] > 0]
    reach = [[float(state == origin) for state in range(SIZE)] for origin in origins]
    powers = {1: _matrix(found.rates)}
    variances, at = [], 0
    for number in day_numbers:
        reach = _product(reach, _power(powers, number - at)) if number > at else reach
        at = number
        now = found.population[number - 1]
        variances.append(
            [
                sum(now[state] for state in states)
                - sum(
                    found.start[origin] * sum(row[state] for state in states) ** 2
                    for origin, row in zip(origins, reach, strict=True)
                )
                for states in chosen
            ]
        )
    return variances


def _matrix(rates: Mapping[tuple[int, int], float]) -> list[list[float]]:
    """Probability of each state tomorrow (column) given the state today (row)."""
    stays, come = _daily(rates)
    rows = [[stays[at] * (at == to) for to in range(SIZE)] for at in range(SIZE)]
    for reached, sources in enumerate(come):
        for left, rate in sources:
            rows[left][reached] += rate
    return rows


def _power(known: dict[int, list[list[float]]], exponent: int) -> list[list[float]]:
    """The matrix `known[1]` to a power, from and into those already known."""
    if exponent not in known:
        largest = max(one for one in known if one <= exponent)
        by = largest if largest * 2 <= exponent else exponent - largest
        known[largest + by] = _product(_power(known, largest), _power(known, by))
        return _power(known, exponent)
    return known[exponent]


def _product(left: Sequence[Sequence[float]], right: Sequence[Sequence[float]]) -> list[list[float]]:
    columns = list(zip(*right, strict=True))
    return [[sum(map(mul, row, column)) for column in columns] for row in left]


def _daily(rates: Mapping[tuple[int, int], float]) -> tuple[list[float], list[list[tuple[int, float]]]]:
    """The share of each state that stays, and for each state whence children come at which rate."""
    out = [0.0] * SIZE
    for (left, _), rate in rates.items():
        out[left] += rate
    come: list[list[tuple[int, float]]] = [[] for _ in range(SIZE)]
    for (left, reached), rate in rates.items():
        if reached < SIZE and out[left] != float("inf"):
            come[reached].append((left, rate * min(1.0, 1 / out[left])))
    return [1 - min(rate, 1.0) for rate in out], come


def _days_on(
    start: Sequence[float], rates: Mapping[tuple[int, int], float], entrants: Sequence[float], days: int
) -> list[list[float]]:
    stays, come = _daily(rates)
    sources = list(zip(stays, entrants, come, range(SIZE), strict=True))
    now, found = list(start), []
    for _ in range(days):
        now = [now[at] * stay + more + sum([now[i] * rate for i, rate in into]) for stay, more, into, at in sources]
        found.append(now)
    return found
