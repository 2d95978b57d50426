"""A case to settle: everything that bears on who owes whom, in itself, with dates. Money in pence, nights by calendar."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import TypeVar

from nearhome.settlement.calculations.elements import Placement
from nearhome.settlement.calculations.nights import (
    BlockContract,
    Period,
    PriceSpan,
    Stay,
    Unavailable,
    VoidRule,
    price_spans,
)
from nearhome.settlement.calculations.shared_costs import GainShare, LeadCost

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Known:
    """When a fact was known: from a day, until a later version replaced it. None: always, for ever."""

    known_on: date | None = None
    superseded_on: date | None = None

    def stands(self, on: date) -> bool:
        """Whether the fact was known on a day and not yet replaced."""
        return (self.known_on is None or self.known_on <= on) and (
            self.superseded_on is None or on < self.superseded_on
        )


ALWAYS = Known()


@dataclass(frozen=True, slots=True)
class Agreed:
    """The rules of a contract from a day on."""

    starts_on: date
    rule: VoidRule
    known: Known = ALWAYS


@dataclass(frozen=True, slots=True)
class Dated:
    """A weekly price in pence, or a guaranteed share in basis points, from a day until the next one that was known."""

    starts_on: date
    amount: int
    known: Known = ALWAYS


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its rules by date and its stays. The rule inside `contract` is not used.

    What carries when it was known is told by dates: stays, closures, rules, and prices and guaranteed shares where they
    are given here. Where they are not, those of `contract` are known from the start.
    """

    contract: BlockContract
    agreed: tuple[Agreed, ...]
    stays: tuple[tuple[Stay, Known], ...] = ()
    closed: tuple[tuple[Unavailable, Known], ...] = ()
    gain: GainShare | None = None

    prices: tuple[Dated, ...] = ()
    variable_prices: tuple[Dated, ...] = ()
    guarantee: tuple[Dated, ...] = ()

    def as_known(self, on: date) -> tuple[BlockContract, tuple[Stay, ...], tuple[Agreed, ...]]:
        """The contract, its stays and its rules as far as they were known on a day."""
        contract = replace(
            self.contract,
            unavailable=_standing(self.closed, on),
            weekly_price=_spans(self.prices, on) if self.prices else self.contract.weekly_price,
            variable_price=_spans(self.variable_prices, on) if self.variable_prices else self.contract.variable_price,
            guarantee=_spans(self.guarantee, on) if self.guarantee else self.contract.guarantee,
        )
        return contract, _standing(self.stays, on), tuple(one for one in self.agreed if one.known.stands(on))

    def known(self) -> Iterator[Known]:
        """When each fact was known, always in the same order."""
        yield from (known for _, known in self.stays)
        yield from (known for _, known in self.closed)
        yield from (one.known for one in self.agreed)
        yield from (one.known for one in (*self.prices, *self.variable_prices, *self.guarantee))


def _spans(told: Iterable[Dated], on: date) -> tuple[PriceSpan, ...]:
    return price_spans((one.starts_on, one.amount) for one in told if one.known.stands(on))


def _standing(facts: Iterable[tuple[Fact, Known]], on: date) -> tuple[Fact, ...]:
    return tuple(fact for fact, known in facts if known.stands(on))


@dataclass(frozen=True, slots=True)
class Close:
    """A month, closed on a day: later facts about it are posted in a month closed later."""

    month_starts_on: date
    closed_on: date


@dataclass(frozen=True, slots=True)
class Case:
    """What is settled, for the months of a period. `closes` empty: everything as known at the end."""

    title: str
    period: Period
    names: tuple[tuple[str, str], ...]
    authorities: tuple[str, ...]
    blocks: tuple[Block, ...] = ()
    placements: tuple[tuple[Placement, Known], ...] = ()
    lead_costs: tuple[LeadCost, ...] = ()
    closes: tuple[Close, ...] = ()


def months_of(period: Period) -> tuple[Period, ...]:
    """The calendar months of a period, the first and last cut where it begins or ends within one."""
    months, first = [], period.starts_on
    while first < period.ends_before:
        before = min(_next_month(first), period.ends_before)
        months.append(Period(first, before))
        first = before
    return tuple(months)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def pieces_of(agreed: Iterable[Agreed], period: Period) -> tuple[tuple[Period, VoidRule], ...]:
    """The period cut where the rules change. Raises ValueError where no rules are in force."""
    rules = sorted(agreed, key=lambda one: one.starts_on)
    if not rules or rules[0].starts_on > period.starts_on:
        raise ValueError(f"No rules are in force on {period.starts_on}. Give rules from that day or earlier.")
    inside = [one.starts_on for one in rules if period.starts_on < one.starts_on < period.ends_before]
    cuts = [period.starts_on, *inside, period.ends_before]
    return tuple(
        (Period(first, before), next(one.rule for one in reversed(rules) if one.starts_on <= first))
        for first, before in pairwise(cuts)
        if first < before
    )
