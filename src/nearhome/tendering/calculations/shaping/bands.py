"""Do the price bands of a lot cover its ages, without a gap and without overlap, and do its places only rise?

Ages are half-open: 10 to before 17 is everybody aged 10 to 16. Each category of need has bands of its own, and each
category covers all the ages of the lot: a child of any age and category of the lot has exactly one price.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Band:
    """One price that is asked: what it is called, category of need, ages from and before, weeks it is expected for.

    `cap_pence` is the published most it may be, pence a week; None where there is no cap.
    """

    label: str
    category: str
    min_age: int
    before_age: int
    forecast_weeks: Decimal
    cap_pence: int | None = None


def wrong_bands(bands: Iterable[Band], min_age: int, before_age: int) -> tuple[str, ...]:
    """Every gap, overlap and age outside the lot's, each a sentence with its mend; () when every age has one price."""
    given = tuple(bands)
    if not given:
        return ("No price is asked for: add a price band",)
    said: list[str] = []
    for category in dict.fromkeys(band.category for band in given):
        said += _of_category(category, [band for band in given if band.category == category], min_age, before_age)
    if not any(band.forecast_weeks > 0 for band in given):
        said.append("No band is expected to be bought for any week: enter the weeks forecast for at least one")
    said += [
        f"“{band.label}” is forecast for 0 weeks, so its price would count for nothing and could be anything: enter weeks"
        " above 0 or set a cap"
        for band in given
        if band.forecast_weeks <= 0 and band.cap_pence is None
    ]
    return tuple(said)


def _of_category(category: str, bands: list[Band], min_age: int, before_age: int) -> Iterator[str]:
    covered = min_age
    for band in sorted(bands, key=lambda one: (one.min_age, one.before_age)):
        if band.min_age < min_age or band.before_age > before_age:
            yield f"“{band.label}” is for {ages(band.min_age, band.before_age)}, but the lot for {ages(min_age, before_age)}: change one of them"
        if band.min_age > covered:
            yield f"Nothing is asked for {ages(covered, band.min_age)}, {category}: add a band or begin “{band.label}” at {covered}"
        elif band.min_age < covered:
            yield f"{ages(band.min_age, min(covered, band.before_age))}, {category}, have two prices: begin “{band.label}” at {covered}"
        covered = max(covered, band.before_age)
    if covered < before_age:
        yield f"Nothing is asked for {ages(covered, before_age)}, {category}: add a band"


def ages(from_age: int, before_age: int) -> str:
    """(10, 17) → ages 10 to 16; (10, 11) → age 10."""
    last = before_age - 1
    return f"age {from_age}" if last <= from_age else f"ages {from_age} to {last}"


def wrong_places(places: Iterable[tuple[date, int]], most: int | None) -> tuple[str, ...]:
    """What is wrong with places wanted by days: none at all, fewer by a later day, or more than the lot may have."""
    steps = sorted(places)
    if not steps:
        return ("No places are asked for: say how many by which day",)
    said = [
        f"{now} places by {_said(on)} are fewer than the {before} by {_said(earlier)}: places in all cannot fall"
        for (earlier, before), (on, now) in pairwise(steps)
        if now < before
    ]
    if most is not None and max(count for _, count in steps) > most:
        said.append(
            f"{max(count for _, count in steps)} places are wanted, but the lot has at most {most}: raise the most"
        )
    if steps[-1][1] < 1:
        said.append("The last number of places must be 1 or more")
    return tuple(said)


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
