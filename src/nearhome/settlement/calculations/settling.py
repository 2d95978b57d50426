"""A case settled: nights, charges and budgets month by month; then what each close posts, late facts as differences.

The same facts give the same figures whatever order they come in and whenever months are closed: a close posts what is due
for all months up to it, by what was known then, less what was posted before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from nearhome.settlement.calculations.cases import Block, Case, months_of, pieces_of
from nearhome.settlement.calculations.charges import Charge, block_charges
from nearhome.settlement.calculations.elements import BudgetShare, placement_charges
from nearhome.settlement.calculations.guarantees import guarantee_charges
from nearhome.settlement.calculations.nights import BlockContract, NightSpan, Period
from nearhome.settlement.calculations.place_nights import block_nights
from nearhome.settlement.calculations.shared_costs import gain_charges, lead_charges
from nearhome.settlement.calculations.statement import Settlement, difference_to_post, settle

END_OF_TIME = date.max


@dataclass(frozen=True, slots=True)
class Due:
    """What one month comes to as far as facts were known: nights by contract, charges, and which budget pays what."""

    month: Period
    nights: tuple[tuple[str, NightSpan], ...]
    charges: tuple[Charge, ...]
    budgets: tuple[BudgetShare, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """What one close posted: new lines of its month, and differences for months before it."""

    month: Period
    closed_on: date | None
    lines: tuple[Charge, ...]
    corrections: tuple[Charge, ...]


@dataclass(frozen=True)
class Settled:
    """A whole case."""

    case: Case
    due: tuple[Due, ...]
    posted: tuple[Posted, ...]

    @cached_property
    def settlement(self) -> Settlement:
        """Statements, payables, recharges and net positions of all that was posted."""
        every = [line for one in self.posted for line in (*one.lines, *one.corrections)]
        return settle(every, self.case.authorities)

    @property
    def problems(self) -> tuple[str, ...]:
        """What looks chargeable and could not be charged, each once."""
        return tuple(dict.fromkeys(words for one in self.due for words in one.problems))


def settle_case(case: Case) -> Settled:
    """Work out every month and post it, close by close. Raises ValueError for facts that contradict one another."""
    due = due_as_known(case, END_OF_TIME)
    return Settled(case, due, tuple(_closes(case, due)))


def due_as_known(case: Case, on: date) -> tuple[Due, ...]:
    """What every month of the case comes to by what was known on a day."""
    months = months_of(case.period)
    names = dict(case.names)
    nights: dict[Period, list[tuple[str, NightSpan]]] = defaultdict(list)
    charges: dict[Period, list[Charge]] = defaultdict(list)
    budgets: dict[Period, list[BudgetShare]] = defaultdict(list)
    problems: dict[Period, list[str]] = defaultdict(list)
    for block in case.blocks:
        for month, spans, lines in _block_months(block, case.period, months, names, on):
            nights[month] += [(block.contract.ref, span) for span in spans]
            charges[month] += lines
            problems[month] += _too_early(block.contract, spans, names)
    for placement, known in case.placements:
        for month in months if known.stands(on) else ():
            of_month, shares = placement_charges(placement, month, names)
            charges[month] += of_month
            budgets[month] += shares
    for cost in case.lead_costs:
        for month in months:
            charges[month] += lead_charges(cost, month, names)
    return tuple(
        Due(month, tuple(nights[month]), tuple(charges[month]), tuple(budgets[month]), tuple(problems[month]))
        for month in months
    )


def _block_months(
    block: Block, period: Period, months: Sequence[Period], names: Mapping[str, str], on: date
) -> Iterator[tuple[Period, list[NightSpan], list[Charge]]]:
    """Each month's nights and charges: a place's history is walked once for each set of rules, then cut by months."""
    contract, stays = block.as_known(on)
    by_month: dict[Period, list[tuple[BlockContract, list[NightSpan]]]] = {month: [] for month in months}
    for piece, rule in pieces_of(block.agreed, period):
        ruled = replace(contract, rule=rule)
        cut = _by_month(block_nights(ruled, stays, piece), months)
        for month, spans in cut.items():
            by_month[month].append((ruled, spans))
    year: list[Charge] = []
    for month in months:
        spans = [span for _, some in by_month[month] for span in some]
        lines = _charged(by_month[month], month, names)
        year += lines
        if block.gain and _ends_a_year(contract, month):
            whole = contract.ref, contract.provider, contract.host_authority
            lines += (
                gain_charges(block.gain, Period(year[0].starts_on, month.ends_before), whole, tuple(year), names)
                if year
                else ()
            )
            year = []
        yield month, spans, lines


def _charged(
    ruled: Iterable[tuple[BlockContract, list[NightSpan]]], month: Period, names: Mapping[str, str]
) -> list[Charge]:
    lines: list[Charge] = []
    for contract, spans in ruled:
        of_piece = block_charges(contract, spans, names)
        lines += of_piece
        if contract.guarantee and spans:
            lines += guarantee_charges(contract, spans, of_piece, month, names)
    return lines


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


def _ends_a_year(contract: BlockContract, month: Period) -> bool:
    """Whether a year of the contract, from the month in which its first place opens, ends with this month."""
    opened = min((place.available_from for place in contract.places if place.available_from), default=None)
    return opened is not None and month.ends_before.month == opened.month and month.ends_before.year > opened.year


def _too_early(contract: BlockContract, spans: Iterable[NightSpan], names: Mapping[str, str]) -> Iterator[str]:
    for span in spans:
        if span.kind == "not_yet_payable" and span.stay_ref:
            place = names.get(span.place_ref, span.place_ref)
            yield (
                f"Stay {span.stay_ref} is in {place} on nights from {span.starts_on} on which the contract does not pay for the"
                " place yet, so they are not charged. Mend the stay, or the day from which the place is payable."
            )


def _closes(case: Case, at_the_end: tuple[Due, ...]) -> Iterator[Posted]:
    """Each close in order; without any, every month is posted as known at the end."""
    if not case.closes:
        yield from (Posted(one.month, None, one.charges, ()) for one in at_the_end)
        return
    posted: dict[Period, tuple[Charge, ...]] = {}
    months = {one.month.starts_on.replace(day=1): one.month for one in at_the_end}
    known: dict[frozenset[int], tuple[Due, ...]] = {}
    for close in sorted(case.closes, key=lambda one: (one.month_starts_on, one.closed_on)):
        due = _known_once(case, close.closed_on, known)
        month = months[close.month_starts_on]
        lines, corrections = _to_post(due, month, posted)
        yield Posted(month, close.closed_on, lines, corrections)


def _known_once(case: Case, on: date, known: dict[frozenset[int], tuple[Due, ...]]) -> tuple[Due, ...]:
    """Months are worked out again only where something was learnt since."""
    facts = [fact for block in case.blocks for fact in (*block.stays, *block.closed)]
    every = [one for _, one in [*facts, *case.placements]]
    standing = frozenset(number for number, one in enumerate(every) if one.stands(on))
    if standing not in known:
        known[standing] = due_as_known(case, on)
    return known[standing]


def _to_post(
    due: Iterable[Due], month: Period, posted: dict[Period, tuple[Charge, ...]]
) -> tuple[tuple[Charge, ...], tuple[Charge, ...]]:
    lines: tuple[Charge, ...] = ()
    corrections: list[Charge] = []
    for one in due:
        if one.month.starts_on > month.starts_on:
            continue
        before = posted.get(one.month)
        if before is None and one.month == month:
            lines = one.charges
            posted[month] = lines
            continue
        found = difference_to_post(one.charges, before or ())
        corrections += found
        posted[one.month] = (*(before or ()), *found)
    return lines, tuple(corrections)
