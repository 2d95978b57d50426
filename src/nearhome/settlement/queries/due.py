"""What one authority's records come to: the charges of a month, and what looks chargeable but cannot be charged.

Read while acting for the host authority. A booking in a block counts as the block's; any other of its own children is
an individual placement. Problems name children by pseudonym only, fit for the finance lead.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from nearhome.design.wording import plural
from nearhome.placements.calculations.dates import in_words
from nearhome.settlement.calculations.charges import Charge, block_charges, individual_charges
from nearhome.settlement.calculations.nights import (
    BlockContract,
    IndividualPlacement,
    Period,
    Stay,
    VoidRule,
)
from nearhome.settlement.calculations.place_nights import block_nights, individual_nights


@dataclass(frozen=True, slots=True)
class Terms:
    """What a partnership agreement says of empty nights, from a day."""

    starts_on: date
    empty_bearer: str
    grace_nights: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A place of a block taken by a booking that is not charged to the block."""

    place_ref: str
    starts_on: date
    ends_before: date | None


@dataclass(frozen=True, slots=True)
class NotCharged:
    """Something to look at: what it is about, and what is wrong with its mend."""

    about: str
    words: str


@dataclass(frozen=True, slots=True)
class Block:
    """One place of a block contract with its stays; shares of those that use it, by name."""

    contract: BlockContract
    name: str
    stays: tuple[Stay, ...]
    shares: tuple[tuple[str, int], ...]
    taken: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class Individual:
    """One child's own placement. `first_day` is the agreed one; the stay is None until arrival."""

    ref: str
    place_ref: str
    about: str
    first_day: date
    placement: IndividualPlacement | None


@dataclass(frozen=True, slots=True)
class HostRecords:
    """All that one authority needs to work out its charges up to a day."""

    terms: tuple[Terms, ...]
    blocks: tuple[Block, ...]
    individuals: tuple[Individual, ...]
    expected: tuple[tuple[date, NotCharged], ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    child_refs: dict[str, str] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Due:
    """A month's charges and problems. `withheld`: (contract, place) that cannot be worked out; leave them as posted."""

    charges: tuple[Charge, ...]
    problems: tuple[NotCharged, ...]
    withheld: frozenset[tuple[str, str]]


def due_in(records: HostRecords, month: Period) -> Due:
    """What is due for a month by these records."""
    charges: list[Charge] = []
    problems: list[NotCharged] = [problem for day, problem in records.expected if day < month.ends_before]
    withheld: set[tuple[str, str]] = set()
    for block in records.blocks:
        place_ref = block.contract.places[0].place_ref
        problems += _taken_otherwise(block, month, records.names)
        try:
            charges += _block_month(block, records, month, problems)
        except ValueError as fault:
            problems.append(NotCharged(f"{records.names[place_ref]}, {block.name}", _mended(str(fault), records)))
            withheld.add((block.contract.ref, place_ref))
    for one in records.individuals:
        try:
            charges += _individual_month(one, records, month)
        except ValueError as fault:
            problems.append(NotCharged(one.about, _mended(str(fault), records)))
            withheld.add((one.ref, one.place_ref))
    return Due(tuple(charges), tuple(dict.fromkeys(problems)), frozenset(withheld))


def _block_month(block: Block, records: HostRecords, month: Period, problems: list[NotCharged]) -> list[Charge]:
    charges: list[Charge] = []
    occupied: dict[str | None, int] = defaultdict(int)
    for piece, terms in _pieces(records.terms, month):
        contract = _under(block, terms)
        spans = block_nights(contract, block.stays, piece)
        charges += block_charges(contract, spans, records.names)
        for span in spans:
            occupied[span.stay_ref] += span.nights if span.kind == "occupied" else 0
    problems += _outside_the_contract(block, month, occupied, records.names)
    return charges


def _outside_the_contract(
    block: Block, month: Period, occupied: dict[str | None, int], names: dict[str, str]
) -> Iterator[NotCharged]:
    for stay in block.stays:
        first = max(stay.arrived_on, month.starts_on)
        before = min(stay.departed_on or month.ends_before, month.ends_before)
        nights = (before - first).days - occupied[stay.stay_ref]
        if nights > 0:
            yield NotCharged(
                f"{names[stay.stay_ref]}, {block.name}",
                f"{plural(nights, 'night')} of {month.starts_on:%B %Y} fall outside the days on which the contract pays"
                " for the place, so nothing is charged for them. Mend the place's dates in the contract, or the stay's.",
            )


def _under(block: Block, terms: Terms | None) -> BlockContract:
    if terms is None:
        raise ValueError("No partnership agreement says who bears empty nights on some days. Record one that does.")
    contract = block.contract
    rule = VoidRule(terms.empty_bearer, block.shares, terms.grace_nights)  # type: ignore[arg-type]
    return BlockContract(
        contract.ref, contract.provider, contract.host_authority, contract.places, contract.weekly_price, rule,
        contract.unavailable,
    )  # fmt: skip


def _pieces(terms: tuple[Terms, ...], month: Period) -> Iterator[tuple[Period, Terms | None]]:
    """The month cut where the agreement changes, each piece with the terms in force."""
    changes = {one.starts_on for one in terms if month.starts_on < one.starts_on < month.ends_before}
    for first, before in pairwise(sorted({month.starts_on, month.ends_before, *changes})):
        in_force = [one for one in terms if one.starts_on <= first]
        yield Period(first, before), in_force[-1] if in_force else None


def _individual_month(one: Individual, records: HostRecords, month: Period) -> tuple[Charge, ...]:
    if one.placement is None:
        return ()
    return individual_charges(one.placement, individual_nights(one.placement, month), records.names)


def _taken_otherwise(block: Block, month: Period, names: dict[str, str]) -> Iterator[NotCharged]:
    place = block.contract.places[0]
    start = max(month.starts_on, place.available_from or month.ends_before)
    end = min(month.ends_before, place.ends_before or month.ends_before)
    for one in block.taken:
        if one.starts_on < end and (one.ends_before is None or one.ends_before > start):
            yield NotCharged(
                f"{names[place.place_ref]}, {block.name}",
                f"The place is booked from {in_words(one.starts_on)} by a booking that is not part of the block, so its"
                " nights are counted as empty. Make the booking part of the block, or take the place out of the block.",
            )


def _mended(words: str, records: HostRecords) -> str:
    for ref, name in sorted(records.names.items(), key=lambda item: -len(item[0])):
        words = words.replace(f"{ref}:", f"{name}:").replace(f"{ref} ", f"{name} ")
    return words
