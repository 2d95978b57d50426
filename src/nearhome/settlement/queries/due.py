"""What one authority's records come to: the charges of a month, and what looks chargeable but cannot be charged.

Read while acting for the host authority. A booking in a block counts as the block's; any other of its own children is
an individual placement. Problems name children by pseudonym only, fit for the finance lead.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from nearhome.design.wording import plural
from nearhome.placements.calculations.dates import add_months, in_words
from nearhome.settlement.calculations.charges import Charge, block_charges, individual_charges
from nearhome.settlement.calculations.elements import ACCOMMODATION, Element, OneOff, element_charges, one_off_charge
from nearhome.settlement.calculations.guarantees import Piece, guarantee_charges
from nearhome.settlement.calculations.nights import BlockContract, IndividualPlacement, Period, Stay
from nearhome.settlement.calculations.paths import AgreedStage, not_as_agreed
from nearhome.settlement.calculations.place_nights import block_nights
from nearhome.settlement.calculations.rules.fees import Fee, fee_unsaid
from nearhome.settlement.calculations.rules.terms import Terms, ends_a_year, pieces_under, ruled
from nearhome.settlement.calculations.shared_costs import LeadCost, gain_charges, lead_charges
from nearhome.settlement.calculations.stay_nights import individual_nights


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
    """One place of a block contract with its stays, and the terms in force by date. `fault`: why there are no terms.

    `fees`: what the contract itself says is paid, where that was recorded.
    """

    contract: BlockContract
    name: str
    stays: tuple[Stay, ...]
    terms: tuple[Terms, ...]
    taken: tuple[Taken, ...] = ()
    fault: str = ""
    fees: tuple[Fee, ...] = ()


@dataclass(frozen=True, slots=True)
class Individual:
    """One child's own placement. `first_day` is the agreed one; the stay is None until arrival."""

    ref: str
    place_ref: str
    about: str
    first_day: date
    placement: IndividualPlacement | None
    elements: tuple[Element, ...] = ()
    agreed: AgreedStage | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount on one day of a stay. `host`: who pays the provider of the block, or who bought the placement."""

    contract_ref: str
    provider: str
    host: str
    stay: Stay
    item: OneOff


@dataclass(frozen=True, slots=True)
class HostRecords:
    """All that one authority needs to work out its charges up to a day."""

    blocks: tuple[Block, ...]
    individuals: tuple[Individual, ...]
    lead_costs: tuple[LeadCost, ...] = ()
    amounts: tuple[Amount, ...] = ()
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
    for blocks in _by_contract(records.blocks):
        charges += _contract_month(blocks, records, month, problems, withheld)
    for one in records.individuals:
        problems += _not_as_agreed(one, month)
        try:
            charges += _individual_month(one, records, month)
        except ValueError as fault:
            problems.append(NotCharged(one.about, _mended(str(fault), records)))
            withheld.add((one.ref, one.place_ref))
    due = (one for one in records.amounts if (one.contract_ref, one.stay.place_ref) not in withheld)
    charges += [_amount_line(one, records.names) for one in due if month.starts_on <= one.item.on < month.ends_before]
    for cost in records.lead_costs:
        charges += lead_charges(cost, month, records.names)
    return Due(tuple(charges), tuple(dict.fromkeys(problems)), frozenset(withheld))


def _by_contract(blocks: Iterable[Block]) -> Iterable[list[Block]]:
    found: dict[str, list[Block]] = defaultdict(list)
    for block in blocks:
        found[block.contract.ref].append(block)
    return found.values()


def _contract_month(
    blocks: list[Block], records: HostRecords, month: Period, problems: list[NotCharged], withheld: set[tuple[str, str]]
) -> list[Charge]:
    """A fault in one place stops no other; what is worked out of all places together waits until each can be."""
    pieces: list[Piece] = []
    for block in blocks:
        place_ref = block.contract.places[0].place_ref
        problems += _taken_otherwise(block, month, records.names)
        try:
            here = _place_month(block, records, month)
        except ValueError as fault:
            problems.append(NotCharged(f"{records.names[place_ref]}, {block.name}", _mended(str(fault), records)))
            withheld |= {(block.contract.ref, place_ref), (block.contract.ref, "")}
        else:
            pieces += here
            problems += _outside_the_contract(block, month, here, records.names)
            problems += _closed_for_host(block, month, here, records.names)
    charges = [line for piece in pieces for line in piece.charges]
    problems += _fee_unsaid(blocks[0], month) if any(piece.nights for piece in pieces) else ()
    if (blocks[0].contract.ref, "") in withheld:
        return charges
    charges += guarantee_charges(pieces, month, records.names)
    return charges + _gain(blocks, records, month, problems, withheld)


def _fee_unsaid(block: Block, month: Period) -> Iterator[NotCharged]:
    words = fee_unsaid(block.fees, block.terms, block.contract.weekly_price, month)
    if words:
        yield NotCharged(f"{block.name}, {month.starts_on:%B %Y}", words)


def _place_month(block: Block, records: HostRecords, month: Period) -> list[Piece]:
    found = []
    for period, terms in pieces_under(block.terms, month):
        if terms is None:
            fault = "No partnership agreement says who bears empty nights on some days. Record one that does."
            raise ValueError(block.fault or fault)
        contract = ruled(block.contract, terms, block.terms)
        nights = block_nights(contract, block.stays, period)
        found.append(Piece(contract, nights, block_charges(contract, nights, records.names)))
    return found


def _gain(
    blocks: list[Block], records: HostRecords, month: Period, problems: list[NotCharged], withheld: set[tuple[str, str]]
) -> list[Charge]:
    """The provider's part in the saving of a contract year, in the month that ends it, by the terms of its last night."""
    contract, last = blocks[0].contract, pieces_under(blocks[0].terms, month)[-1][1]
    opened = (block.contract.places[0].available_from for block in blocks)
    if last is None or last.gain is None or not ends_a_year(opened, month):
        return []
    year: list[Charge] = []
    try:
        for number in range(11, -1, -1):
            starts_on = add_months(month.starts_on, -number)
            one = Period(starts_on, add_months(starts_on, 1))
            pieces = [piece for block in blocks for piece in _place_month(block, records, one)]
            year += [line for piece in pieces for line in piece.charges]
            year += guarantee_charges(pieces, one, records.names)
    except ValueError as fault:
        words = f"The provider's part in the year's saving waits until every month of it can be charged. {fault}"
        problems.append(NotCharged(blocks[0].name, _mended(words, records)))
        withheld.add((contract.ref, ""))
        return []
    if not year:
        return []
    whole = contract.ref, contract.provider, contract.host_authority
    period = Period(min(line.starts_on for line in year), month.ends_before)
    return list(gain_charges(last.gain, period, whole, tuple(year), records.names))


def _outside_the_contract(
    block: Block, month: Period, pieces: Iterable[Piece], names: dict[str, str]
) -> Iterator[NotCharged]:
    charged: dict[str | None, int] = defaultdict(int)
    for span in (span for piece in pieces for span in piece.nights):
        charged[span.stay_ref] += span.nights if span.kind in ("occupied", "absent") else 0
    for stay in block.stays:
        first = max(stay.arrived_on, month.starts_on)
        before = min(stay.departed_on or month.ends_before, month.ends_before)
        nights = (before - first).days - charged[stay.stay_ref]
        if nights > 0:
            yield NotCharged(
                f"{names[stay.stay_ref]}, {block.name}",
                f"{plural(nights, 'night')} of {month.starts_on:%B %Y} fall outside the days on which the contract pays"
                " for the place, so nothing is charged for them. Mend the place's dates in the contract, or the stay's.",
            )


def _closed_for_host(
    block: Block, month: Period, pieces: Iterable[Piece], names: dict[str, str]
) -> Iterator[NotCharged]:
    """What the host pays for on its provider's word alone is listed, so that it is looked at."""
    place, host = block.contract.places[0].place_ref, block.contract.host_authority
    spans = (span for piece in pieces for span in piece.nights)
    nights = sum(span.nights for span in spans if (span.kind, span.bearer) == ("unavailable", host))
    if nights:
        yield NotCharged(
            f"{names[place]}, {block.name}",
            f"{plural(nights, 'night')} of {month.starts_on:%B %Y} are charged to the host although the place was closed,"
            " because its provider wrote that the host asked for it. If it did not, ask the provider to open the place"
            " again and close it for a reason of its own; the next month takes the nights back.",
        )


def _individual_month(one: Individual, records: HostRecords, month: Period) -> Iterable[Charge]:
    """Who bought the placement pays the provider; another funder of some nights owes it for them."""
    if one.placement is None:
        return ()
    buyer = one.placement.stay.authority
    spans = individual_nights(one.placement, month)
    lines = individual_charges(one.placement, spans, records.names)
    lines += element_charges(one.placement, one.elements, spans, records.names)
    return [line if line.payer == buyer else replace(line, via=buyer) for line in lines]


def _not_as_agreed(one: Individual, month: Period) -> Iterator[NotCharged]:
    """A stage of a path that is not priced as it was agreed is charged all the same, and listed."""
    if one.placement is None or one.agreed is None:
        return
    first = max(one.placement.stay.arrived_on, month.starts_on)
    before = min(one.placement.stay.departed_on or month.ends_before, month.ends_before)
    if first < before:
        booked = {ACCOMMODATION: one.placement.weekly_price} | {each.name: each.prices for each in one.elements}
        words = not_as_agreed(one.agreed, booked, Period(first, before))
        yield from (NotCharged(one.about, each) for each in (words,) if each)


def _amount_line(one: Amount, names: dict[str, str]) -> Charge:
    """Through the host in a block; else straight to the provider, or through who bought the placement."""
    line = one_off_charge(one.contract_ref, one.item, one.stay, one.provider, names)
    through = one.contract_ref.startswith("block-") or line.payer != one.host
    return replace(line, via=one.host) if through else line


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
