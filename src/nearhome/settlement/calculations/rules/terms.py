"""Which terms of a block are in force on which nights, and what the contract says under them.

Terms stand from their day until the next ones. What the parties of one contract agreed goes before what their partnership
agreed, from its own first day on. Terms are data: nothing here is a standard (see `templates`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Protocol, TypeVar

from nearhome.settlement.calculations.nights import BlockContract, Period, PriceSpan, VoidRule, price_spans
from nearhome.settlement.calculations.shared_costs import GainShare


class Dated(Protocol):
    """Anything that holds from a day."""

    @property
    def starts_on(self) -> date: ...


Each = TypeVar("Each", bound=Dated)


@dataclass(frozen=True, slots=True)
class Terms:
    """Everything agreed about a block from a day. `guarantee` in basis points, None for none; money in pence by the week."""

    starts_on: date
    rule: VoidRule
    guarantee: int | None = None
    variable_weekly: int = 0
    gain: GainShare | None = None
    first_refusal_days: int = 0

    def __post_init__(self) -> None:
        if self.guarantee is not None and not 0 < self.guarantee <= 10_000:
            raise ValueError("A guarantee is more than 0 and at most 10,000 basis points.")
        if self.variable_weekly < 0 or self.first_refusal_days < 0:
            raise ValueError("A price and a number of days are 0 or more.")


def in_force(common: Iterable[Each], own: Iterable[Each]) -> tuple[Each, ...]:
    """One line of terms, by date: what many share (a partnership, a framework) until those of one contract begin.

    Later ones of a day go before earlier.
    """
    of_one = _one_a_day(own)
    before = of_one[0].starts_on if of_one else date.max
    return (*(one for one in _one_a_day(common) if one.starts_on < before), *of_one)


def pieces_under(terms: tuple[Terms, ...], period: Period) -> tuple[tuple[Period, Terms | None], ...]:
    """The period cut where terms change, each piece with those in force; None before the first. `terms` are by date."""
    changes = {one.starts_on for one in terms if period.starts_on < one.starts_on < period.ends_before}
    days = sorted({period.starts_on, period.ends_before, *changes})
    return tuple(
        (Period(first, before), next((one for one in reversed(terms) if one.starts_on <= first), None))
        for first, before in pairwise(days)
    )


def ruled(contract: BlockContract, terms: Terms, every: tuple[Terms, ...]) -> BlockContract:
    """The contract as it is while these of all its terms are in force.

    A variable part that stays the same from one version to the next is rounded as one price.
    """
    guarantee = (PriceSpan(terms.starts_on, None, terms.guarantee),) if terms.guarantee else ()
    return replace(contract, rule=terms.rule, guarantee=guarantee, variable_price=_variable(every))


def ends_a_year(opened: Iterable[date | None], month: Period) -> bool:
    """Whether a year of the contract, from the month in which its first place opens, ends with this month."""
    first, end = min((day for day in opened if day), default=None), month.ends_before
    return first is not None and (end.day, end.month) == (1, first.month) and end.year > first.year


def _one_a_day(terms: Iterable[Each]) -> tuple[Each, ...]:
    latest = {one.starts_on: one for one in terms}
    return tuple(latest[day] for day in sorted(latest))


def _variable(terms: tuple[Terms, ...]) -> tuple[PriceSpan, ...]:
    changes: list[tuple[date, int]] = []
    for one in terms:
        if not changes or changes[-1][1] != one.variable_weekly:
            changes.append((one.starts_on, one.variable_weekly))
    return tuple(span for span in price_spans(changes) if span.pence)
