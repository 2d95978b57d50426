"""Nights of a closed month that turn out to be others, at the same money: which were charged wrongly, which are charged now?

A stay from the 5th to the 14th that is later known to have been from the 10th to the 19th costs the same, so there is no
difference of money to post. Yet a statement would name the wrong nights for ever, and a provider's invoice for the right ones
would meet none. So the nights are moved: a line takes off those that were not, another puts on those that were, and the two
come to nought. Our own method; nothing is published about it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import nearest_penny, pounds
from nearhome.settlement.calculations.charges import CORRECTION, ELEMENT, MONEY_ONLY, MOVED, VARIABLE, Charge

Nights = frozenset[int]
LATE = frozenset({CORRECTION, MOVED})
_NOT_BY_NIGHT = MONEY_ONLY - {ELEMENT, VARIABLE}


def moved_nights(due: tuple[Charge, ...], posted: tuple[Charge, ...]) -> list[Charge]:
    """Lines that move nights of one subject from where they were posted to where they are due; none where they agree.

    Both sides come to the same pence. After a correction of money nobody can tell from the lines which nights it was of,
    so nothing is moved then; neither is anything where money is due for other things than nights.
    """
    if not due or not posted or any(line.kind in _NOT_BY_NIGHT for line in due) or _is_unclear(posted):
        return []
    now, then = _nights(due), _nights_posted(posted)
    off, on = then - now, now - then
    if not off or not on:
        return []
    before = [line for line in posted if line.kind != MOVED]
    pence = nearest_penny(Fraction(sum(line.pence for line in before) * len(off), len(_nights(before))))
    lines = [*_lines(before[-1], off, -pence), *_lines(due[-1], on, pence)]
    return lines if all(line.pence for line in lines) else []


def _is_unclear(posted: tuple[Charge, ...]) -> bool:
    return any(line.kind in _NOT_BY_NIGHT or line.pence <= 0 for line in posted if line.kind != MOVED)


def _nights(lines: Iterable[Charge]) -> Nights:
    return frozenset(night for line in lines for night in _of(line))


def _of(line: Charge) -> range:
    return range(line.starts_on.toordinal(), line.ends_before.toordinal())


def _nights_posted(posted: tuple[Charge, ...]) -> Nights:
    """As they stand after every move, in the order in which the lines were posted."""
    found: set[int] = set()
    for line in posted:
        found = found - set(_of(line)) if line.kind == MOVED and line.pence < 0 else found | set(_of(line))
    return frozenset(found)


def _lines(like: Charge, nights: Nights, pence: int) -> Iterator[Charge]:
    """One line for each run of nights; the pence are divided by their lengths, and add up."""
    counted = 0
    for first, count in _runs(nights):
        so_far, counted = counted, counted + count
        part = nearest_penny(Fraction(pence * counted, len(nights))) - nearest_penny(
            Fraction(pence * so_far, len(nights))
        )
        starts_on, ends_before = date.fromordinal(first), date.fromordinal(first + count)
        when = f"{in_words(starts_on)} to {in_words(ends_before - timedelta(days=1))}"
        done = "were not to be charged and are taken off" if pence < 0 else "are charged instead of nights taken off"
        reason = f"Nights corrected, the same money in all: {when} {done}: {pounds(abs(part))}"
        yield replace(like, kind=MOVED, starts_on=starts_on, ends_before=ends_before, pence=part, reason=reason)


def _runs(nights: Nights) -> Iterator[tuple[int, int]]:
    """Consecutive nights as (first, how many)."""
    ordered = sorted(nights)
    while ordered:
        count = next((at for at, night in enumerate(ordered) if night != ordered[0] + at), len(ordered))
        yield ordered[0], count
        ordered = ordered[count:]
