"""A case settled: nights, charges and budgets month by month; then what each close posts, late facts as differences.

The same facts give the same figures whatever order they come in and whenever months are closed: a close posts what is due
for all months up to it, by what was known then, less what was posted before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from nearhome.placements.calculations.dates import in_words
from nearhome.settlement.calculations.block_months import block_months
from nearhome.settlement.calculations.cases import Case, months_of
from nearhome.settlement.calculations.charges import Charge
from nearhome.settlement.calculations.elements import BudgetShare, amounts_outside, placement_charges
from nearhome.settlement.calculations.nights import NightSpan, Period
from nearhome.settlement.calculations.shared_costs import lead_charges
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
    def unposted(self) -> tuple[Period, ...]:
        """The months that no close has posted; what they come to is in no statement."""
        posted = {one.month for one in self.posted}
        return tuple(one.month for one in self.due if one.month not in posted)

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
        for one in block_months(block, case.period, months, names, on):
            nights[one.month] += [(block.contract.ref, span) for span in one.nights]
            charges[one.month] += one.charges
            problems[one.month] += one.problems
    for placement, known in case.placements:
        for month in months if known.stands(on) else ():
            of_month, shares = placement_charges(placement, month, names)
            charges[month] += of_month
            budgets[month] += shares
            problems[month] += amounts_outside(placement, month)
    for cost in case.lead_costs:
        for month in months:
            charges[month] += lead_charges(cost, month, names)
    return tuple(
        Due(month, tuple(nights[month]), tuple(charges[month]), tuple(budgets[month]), tuple(problems[month]))
        for month in months
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
    every = [*(one for block in case.blocks for one in block.known()), *(one for _, one in case.placements)]
    standing = frozenset(number for number, one in enumerate(every) if one.stands(on))
    if standing not in known:
        try:
            known[standing] = due_as_known(case, on)
        except ValueError as fault:
            raise ValueError(f"By what was known on {in_words(on)}: {fault}") from None
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
