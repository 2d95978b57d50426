"""A case to settle: everything that bears on who owes whom, in itself, with dates. Money in pence, nights by calendar."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from nearhome.settlement.calculations.elements import Placement
from nearhome.settlement.calculations.nights import BlockContract, Period, Stay, Unavailable, VoidRule
from nearhome.settlement.calculations.shared_costs import GainShare, LeadCost


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


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its rules by date and its stays. The rule inside `contract` is not used.

    `stays` and `closed` carry when each was known; what the contract says is known from the start.
    """

    contract: BlockContract
    agreed: tuple[Agreed, ...]
    stays: tuple[tuple[Stay, Known], ...] = ()
    closed: tuple[tuple[Unavailable, Known], ...] = ()
    gain: GainShare | None = None

    def as_known(self, on: date) -> tuple[BlockContract, tuple[Stay, ...]]:
        """The contract and its stays as far as they were known on a day."""
        closed = tuple(item for item, known in self.closed if known.stands(on))
        return replace(self.contract, unavailable=closed), tuple(stay for stay, known in self.stays if known.stands(on))


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
