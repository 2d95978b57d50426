"""Is a placement priced as its stage of the path was agreed?"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.nights import Period, PriceSpan

Prices = Mapping[str, tuple[PriceSpan, ...]]  # by element, accommodation among them


@dataclass(frozen=True, slots=True)
class AgreedStage:
    """A stage in words, and its weekly prices by element as they were agreed before it began."""

    name: str
    prices: tuple[tuple[str, tuple[PriceSpan, ...]], ...]


def price_on(prices: Iterable[PriceSpan], day: date) -> int:
    """Pence a week in force on a day; 0 before there is one."""
    begun = [one for one in prices if one.starts_on <= day]
    return max(begun, key=lambda one: one.starts_on).pence if begun else 0


def not_as_agreed(stage: AgreedStage, booked: Prices, nights: Period) -> str:
    """What is priced otherwise than agreed in these nights, from the first such night; empty where all is as agreed.

    A child who came before the planned day is priced as agreed for that day.
    """
    agreed = dict(stage.prices)
    first = min((one.starts_on for spans in agreed.values() for one in spans), default=nights.starts_on)
    starts = {one.starts_on for prices in (booked, agreed) for spans in prices.values() for one in spans}
    for day in sorted({nights.starts_on, *(one for one in starts if nights.starts_on < one < nights.ends_before)}):
        there = {name: price_on(spans, day) for name, spans in booked.items()}
        wanted = {name: price_on(spans, max(day, first)) for name, spans in agreed.items()}
        wrong = [name for name in sorted({*there, *wanted}) if there.get(name, 0) != wanted.get(name, 0)]
        if wrong:
            parts = ", ".join(
                f"{name} {pounds(there.get(name, 0))} and not {pounds(wanted.get(name, 0))}" for name in wrong
            )
            return (
                f"Priced at {pounds(sum(there.values()))} a week from {in_words(day)}, but the path agreed"
                f" {pounds(sum(wanted.values()))} for {stage.name}: {parts}. It is charged as the placement is priced."
                " Mend the placement’s price, or agree another price of the stage from a day still to come."
            )
    return ""
