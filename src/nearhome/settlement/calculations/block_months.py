"""The months of a block in a case: nights, charges, a provider's share in a year's saving, and nights that nothing pays for.

A month is cut where rules or the guaranteed share change; a guarantee and a year's saving are measured over all pieces.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from nearhome.placements.calculations.dates import add_months, in_words
from nearhome.settlement.calculations.cases import Agreed, Block, months_of, pieces_of
from nearhome.settlement.calculations.charges import Charge, block_charges, name_of
from nearhome.settlement.calculations.guarantees import Piece, guarantee_charges
from nearhome.settlement.calculations.nights import BlockContract, BlockPlace, NightSpan, Period, Stay
from nearhome.settlement.calculations.place_nights import block_nights
from nearhome.settlement.calculations.rules.terms import ends_a_year
from nearhome.settlement.calculations.shared_costs import gain_charges

MONTHS_IN_A_YEAR = 12
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class BlockMonth:
    """One month of one block."""

    month: Period
    nights: tuple[NightSpan, ...]
    charges: tuple[Charge, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Facts:
    """A block as it was known on a day."""

    block: Block
    contract: BlockContract
    stays: tuple[Stay, ...]
    agreed: tuple[Agreed, ...]
    names: Mapping[str, str]


def block_months(
    block: Block, period: Period, months: Sequence[Period], names: Mapping[str, str], on: date
) -> Iterator[BlockMonth]:
    """Each of the period's months by what was known on a day. Raises ValueError for facts that contradict one another,
    and for rules or prices that are missing, those of the year behind a share in a saving too."""
    facts = _Facts(block, *block.as_known(on), names)
    outside = _outside_the_contract(facts, period, months)
    gains = _gains(facts, months)
    for month, pieces in _pieces(facts, period, months).items():
        nights = tuple(span for piece in pieces for span in piece.nights)
        charges = (*_lines(pieces, month, names), *gains.get(month, ()))
        yield BlockMonth(month, nights, charges, tuple(outside.get(month, ())))


def _pieces(facts: _Facts, period: Period, months: Sequence[Period]) -> dict[Period, list[Piece]]:
    """Each month's pieces: a place's history is walked once for each set of rules and guarantee, then cut by months."""
    found: dict[Period, list[Piece]] = {month: [] for month in months}
    for part, contract in _ruled(facts, period):
        for month, spans in _by_month(block_nights(contract, facts.stays, part), months).items():
            if spans:
                found[month].append(Piece(contract, tuple(spans), block_charges(contract, spans, facts.names)))
    return found


def _ruled(facts: _Facts, period: Period) -> Iterator[tuple[Period, BlockContract]]:
    """The period cut where rules or the guaranteed share change, with the contract as it then stands."""
    shares = facts.contract.guarantee
    turns = {day for one in shares for day in (one.starts_on, one.ends_before) if day}
    for piece, rule in pieces_of(facts.agreed, period):
        inside = {day for day in turns if piece.starts_on < day < piece.ends_before}
        for first, before in pairwise(sorted({piece.starts_on, *inside, piece.ends_before})):
            held = tuple(
                one for one in shares if one.starts_on <= first and (one.ends_before is None or first < one.ends_before)
            )
            yield Period(first, before), replace(facts.contract, rule=rule, guarantee=held)


def _lines(pieces: Iterable[Piece], month: Period, names: Mapping[str, str]) -> tuple[Charge, ...]:
    pieces = tuple(pieces)
    return (*(line for piece in pieces for line in piece.charges), *guarantee_charges(pieces, month, names))


def _by_month(spans: Iterable[NightSpan], months: Sequence[Period]) -> dict[Period, list[NightSpan]]:
    """Spans cut at the ends of months. Both are in order of date within each place."""
    found: dict[Period, list[NightSpan]] = {month: [] for month in months}
    starts = {(month.starts_on.year, month.starts_on.month): number for number, month in enumerate(months)}
    for span in spans:
        number = starts[span.starts_on.year, span.starts_on.month]
        rest = span
        while rest.ends_before > months[number].ends_before:
            turn = months[number].ends_before
            found[months[number]].append(replace(rest, ends_before=turn))
            rest, number = replace(rest, starts_on=turn), number + 1
        found[months[number]].append(rest)
    return found


def _gains(facts: _Facts, months: Sequence[Period]) -> dict[Period, tuple[Charge, ...]]:
    """The provider's share in each contract year's saving, in the month that ends the year; months before the period count."""
    opened = min((place.available_from for place in facts.contract.places if place.available_from), default=None)
    ending = [month for month in months if ends_a_year([opened], month)]
    if facts.block.gain is None or opened is None or not ending:
        return {}
    whole = Period(max(_year_before(ending[0].ends_before), opened), ending[-1].ends_before)
    counted = months_of(whole)
    try:
        lines = [
            line for month, some in _pieces(facts, whole, counted).items() for line in _lines(some, month, facts.names)
        ]
    except ValueError as fault:
        since = f"{in_words(whole.starts_on)}, where the contract year begins"
        raise ValueError(
            f"{facts.contract.ref}: the share in the saving counts every night since {since}, and the case does not tell of"
            f" each. {fault} Or leave gain_share out."
        ) from None
    return {month: _gain(facts, month, lines) for month in ending}


def _gain(facts: _Facts, last: Period, lines: Iterable[Charge]) -> tuple[Charge, ...]:
    began, contract = _year_before(last.ends_before), facts.contract
    year = tuple(line for line in lines if began <= line.starts_on < last.ends_before)
    if facts.block.gain is None or not year:
        return ()
    period = Period(min(line.starts_on for line in year), last.ends_before)
    of = contract.ref, contract.provider, contract.host_authority
    return gain_charges(facts.block.gain, period, of, year, facts.names)


def _year_before(day: date) -> date:
    return add_months(day, -MONTHS_IN_A_YEAR)


def _outside_the_contract(facts: _Facts, period: Period, months: Sequence[Period]) -> dict[Period, list[str]]:
    """Nights of stays on which the contract does not pay for the place, in words by month: never charged, always listed."""
    found: dict[Period, list[str]] = {}
    places = {place.place_ref: place for place in facts.contract.places}
    for stay in (one for one in facts.stays if one.place_ref in places):
        place = places[stay.place_ref]
        for first, before, when in _unpaid(stay, place, period):
            for month in months:
                start, end = max(first, month.starts_on), min(before, month.ends_before)
                if start < end:
                    found.setdefault(month, []).append(_said(facts, stay, start, end, when))
    return found


def _unpaid(stay: Stay, place: BlockPlace, period: Period) -> Iterator[tuple[date, date, str]]:
    first = max(stay.arrived_on, period.starts_on)
    before = min(stay.departed_on or period.ends_before, period.ends_before)
    opens, ends = place.available_from or date.max, place.ends_before or date.max
    if first < min(before, opens):
        yield first, min(before, opens), "yet"
    if max(first, opens, ends) < before:
        yield max(first, opens, ends), before, "any more"


def _said(facts: _Facts, stay: Stay, start: date, end: date, when: str) -> str:
    count = (end - start).days
    nights = f"on 1 night, {in_words(start)}," if count == 1 else (
        f"on {count} nights from {in_words(start)} to {in_words(end - _DAY)}"
    )  # fmt: skip
    day = "from which" if when == "yet" else "before which"
    return (
        f"Stay {stay.stay_ref} is in {name_of(stay.place_ref, facts.names)} {nights} on which the contract does not pay for"
        f" the place {when}, so they are not charged. Mend the stay, or the day {day} the place is payable."
    )
