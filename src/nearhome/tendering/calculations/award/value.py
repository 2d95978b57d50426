"""What is an award worth over its term, when places open one after another?

A night is a seventh of the weekly price, as everywhere here; each line is rounded once, to the nearest penny. Places
open by the dates of the lot and go to the bidders in the order of the award: the first places to open are the highest
rank's (derived: the tender says how many places are wanted by a day, not whose). Indexation is not guessed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class PlacesBy:
    """How many places in all are there from a day on."""

    by_on: date
    in_all: int


@dataclass(frozen=True, slots=True)
class AwardedPlaces:
    """Places of one bidder, at a price a week."""

    ref: str
    places: int
    weekly_pence: int


@dataclass(frozen=True, slots=True)
class LineValue:
    """What one line is worth over the term, and for how many nights of a place."""

    ref: str
    place_nights: int
    pence: int


@dataclass(frozen=True, slots=True)
class BandPrice:
    """The weekly price of one band of one supplier, and the weeks it is forecast to be bought for over the term."""

    supplier: str
    band: str
    weekly_pence: int
    weeks: Fraction


def block_values(
    lines: Sequence[AwardedPlaces], ramp: Sequence[PlacesBy], starts_on: date, ends_before: date
) -> tuple[LineValue, ...]:
    """Worth of every line, in the order of the award. Without a ramp every place is there from the first day.

    Raises ValueError for a term that ends before it starts, or dates of the ramp that do not rise.
    """
    if ends_before < starts_on:
        raise ValueError("The term ends before it starts")
    days = [step.by_on for step in ramp]
    if any(later <= earlier for earlier, later in pairwise(days)):
        raise ValueError("The dates by which places open rise")
    steps = tuple(ramp) or (PlacesBy(starts_on, sum(line.places for line in lines)),)
    spans = _spans(steps, starts_on, ends_before)
    found, above = [], 0
    for line in lines:
        nights = sum(days * min(max(in_all - above, 0), line.places) for days, in_all in spans)
        found.append(LineValue(line.ref, nights, nearest_penny(Fraction(line.weekly_pence * nights, 7))))
        above += line.places
    return tuple(found)


def yearly_pence(lines: Sequence[AwardedPlaces]) -> int:
    """What all the places cost in a year of 365 nights: 15 at £4,557 a week are £3,564,225."""
    return nearest_penny(Fraction(365 * sum(line.places * line.weekly_pence for line in lines), 7))


def framework_values(prices: Sequence[BandPrice]) -> tuple[int, int]:
    """What the forecast weeks cost if each is bought from the cheapest, and from the dearest, supplier of its band."""
    by_band: dict[str, list[BandPrice]] = {}
    for price in prices:
        by_band.setdefault(price.band, []).append(price)
    least = sum(min(one.weekly_pence * one.weeks for one in band) for band in by_band.values())
    most = sum(max(one.weekly_pence * one.weeks for one in band) for band in by_band.values())
    return nearest_penny(Fraction(least)), nearest_penny(Fraction(most))


def nearest_penny(pence: Fraction) -> int:
    """Round once, half a penny up; below nought away from it."""
    whole = int(abs(pence) + Fraction(1, 2))
    return whole if pence >= 0 else -whole


def _spans(steps: Sequence[PlacesBy], starts_on: date, ends_before: date) -> list[tuple[int, int]]:
    """(days, places in all) of every stretch of the term in which the number of places stays the same."""
    ends = [*[step.by_on for step in steps[1:]], ends_before]
    spans = []
    for step, until in zip(steps, ends, strict=True):
        first, last = max(step.by_on, starts_on), min(until, ends_before)
        if first < last:
            spans.append(((last - first).days, step.in_all))
    return spans
