"""What is wrong with a settle file whose fields are all of the right kind: names nobody has, days in the wrong order.

Each fault names its place in the file and the mend.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import pairwise

from nearhome.placements.calculations.dates import add_months
from nearhome.settlement.calculations.elements import ACCOMMODATION
from nearhome.settlement.importers import settle_rows as rows
from nearhome.settlement.importers.settle_days import days_out_of_reach
from nearhome.settlement.importers.settle_doubles import doubles_of

MOST_YEARS = 30


def faults_of(file: rows.SettleFile) -> Iterator[str]:
    """Every fault, in the order of the file; where days are out of reach, those alone."""
    far = list(days_out_of_reach(file))
    yield from far or _faults(file)


def _faults(file: rows.SettleFile) -> Iterator[str]:
    known = {one.ref for one in file.authorities}
    yield from _twice("authorities", (one.ref for one in (*file.authorities, *file.providers)))
    yield from _period(file.period)
    yield from _twice("contracts", [*(one.ref for one in file.contracts), *{one.ref for one in file.placements}])
    for number, contract in enumerate(file.contracts):
        yield from _contract(f"contracts[{number}]", contract, known, file.period)
    for number, placement in enumerate(file.placements):
        yield from _placement(f"placements[{number}]", placement, known)
    yield from _known("placements", file.placements)
    for number, cost in enumerate(file.lead_costs):
        yield from _authorities(f"lead_costs[{number}].shares", cost.shares, known)
        yield from _authorities(f"lead_costs[{number}].lead", [cost.lead], known)
        if not sum(cost.shares.values()):
            yield f"lead_costs[{number}].shares: nobody has a share; give at least one weight above 0"
    yield from doubles_of(file)
    yield from _closes(file)


def _twice(where: str, refs: Iterable[str]) -> Iterator[str]:
    for ref, count in Counter(refs).items():
        if count > 1:
            yield f"{where}: “{ref}” is there {count} times; give each its own ref"


def _period(period: rows.PeriodRow) -> Iterator[str]:
    if period.ends_before <= period.starts_on:
        yield f"period: it ends ({period.ends_before}) before it begins ({period.starts_on}); swap the days"
    elif period.ends_before.year - period.starts_on.year > MOST_YEARS:
        yield f"period: it is longer than {MOST_YEARS} years; settle a shorter one"


def _contract(where: str, row: rows.ContractRow, known: set[str], period: rows.PeriodRow) -> Iterator[str]:
    yield from _authorities(f"{where}.host", [row.host], known)
    yield from _twice(f"{where}.places", (one.ref for one in row.places))
    for number, place in enumerate(row.places):
        named = [place.nominated, *(one.authority for one in place.nominations)]
        yield from _authorities(f"{where}.places[{number}].nominated", [one for one in named if one], known)
        yield from _in_order(f"{where}.places[{number}]", place.available_from, place.ends_before)
    first = min(one.starts_on for one in row.agreement)
    if first > period.starts_on:
        yield f"{where}.agreement: no rules before {first}, but the period begins on {period.starts_on}; give rules from then"
    for number, agreed in enumerate(row.agreement):
        yield from _authorities(f"{where}.agreement[{number}].shares", agreed.shares, known)
        if agreed.shares and not sum(agreed.shares.values()):
            yield f"{where}.agreement[{number}].shares: nobody has a share; give at least one weight above 0"
    for name in ("agreement", "prices", "variable_prices", "guarantee"):
        yield from _known(f"{where}.{name}", getattr(row, name))
    yield from _stays(where, row, known)


def _stays(where: str, row: rows.ContractRow, known: set[str]) -> Iterator[str]:
    places = {one.ref for one in row.places}
    for number, stay in enumerate(row.stays):
        here = f"{where}.stays[{number}]"
        yield from _authorities(f"{here}.authority", [stay.authority, *(one.authority for one in stay.funders)], known)
        yield from _in_order(here, stay.arrived_on, stay.departed_on)
        if stay.place not in places:
            yield f"{here}.place: there is no place “{stay.place}” in the contract; name one of its places"
        for absence in stay.absences:
            yield from _in_order(f"{here}.absences", absence.starts_on, absence.ends_before)
        yield from _known(f"{here}.funders", stay.funders)
    yield from _known(f"{where}.stays", row.stays)
    yield from _known(f"{where}.closed", row.closed)
    for number, closed in enumerate(row.closed):
        yield from _in_order(f"{where}.closed[{number}]", closed.starts_on, closed.ends_before)
        if closed.place not in places:
            yield f"{where}.closed[{number}].place: there is no place “{closed.place}” in the contract"


def _placement(where: str, row: rows.PlacementRow, known: set[str]) -> Iterator[str]:
    yield from _authorities(f"{where}.authority", [row.authority, *(one.authority for one in row.funders)], known)
    yield from _known(f"{where}.funders", row.funders)
    for number, stage in enumerate(row.stages):
        here = f"{where}.stages[{number}]"
        yield from _in_order(here, stage.arrived_on, stage.departed_on)
        count = sum(element.name == ACCOMMODATION for element in stage.elements)
        if count != 1:
            found = f"{count} are" if count else "none is"
            yield f"{here}.elements: {found} called accommodation; call the one that has the price of a night so"
        for absence in stage.absences:
            yield from _in_order(f"{here}.absences", absence.starts_on, absence.ends_before)
        for index, element in enumerate(stage.elements):
            yield from _known(f"{here}.elements[{index}].prices", element.prices)
            yield from _split(f"{here}.elements[{index}].funding", element.funding)
    yield from _terms_once_a_day(f"{where}.away", row.away)
    for number, one in enumerate(row.one_offs):
        yield from _split(f"{where}.one_offs[{number}].funding", one.funding)


def _split(where: str, found: Iterable[rows.SplitRow]) -> Iterator[str]:
    for number, one in enumerate(found):
        total = sum(one.shares.values())
        if total != 10_000:
            yield f"{where}[{number}].shares: they sum to {total}; make them sum to 10000"


def _authorities(where: str, named: Iterable[str], known: set[str]) -> Iterator[str]:
    for name in named:
        if name not in known:
            yield f"{where}: there is no authority “{name}”; add it to authorities, or mend the name"


def _in_order(where: str, first: date | None, last: date | None) -> Iterator[str]:
    if first is not None and last is not None and last < first:
        yield f"{where}: it ends ({last}) before it begins ({first}); swap or mend the days"


def _known(where: str, found: Iterable[rows.FactRow]) -> Iterator[str]:
    for number, one in enumerate(found):
        if one.known_on and one.superseded_on and one.superseded_on < one.known_on:
            yield (
                f"{where}[{number}].superseded_on: it was replaced ({one.superseded_on}) before it was known"
                f" ({one.known_on}); swap or mend the days"
            )


def _terms_once_a_day(where: str, found: Iterable[rows.AwayTermsRow]) -> Iterator[str]:
    for day, count in Counter(one.starts_on for one in found).items():
        if count > 1:
            yield f"{where}: {count} terms begin on {day}; keep one"


def _closes(file: rows.SettleFile) -> Iterator[str]:
    first, last = file.period.starts_on.replace(day=1), file.period.ends_before
    yield from _twice("closes", (str(one.month) for one in file.closes))
    by_month = sorted(enumerate(file.closes), key=lambda one: one[1].month)
    for number, close in by_month:
        if close.month.day != 1 or not first <= close.month < last:
            yield f"closes[{number}].month: {close.month} is not the first day of a month of the period"
        elif close.closed_on < min(add_months(close.month, 1), last):
            yield f"closes[{number}].closed_on: the month is not over on {close.closed_on}; close it after its last day"
    for (number, close), (later, following) in pairwise(by_month):
        if following.closed_on < close.closed_on:
            yield (
                f"closes[{number}] and closes[{later}]: {following.month:%B %Y} is closed on {following.closed_on}, before"
                f" {close.month:%B %Y} on {close.closed_on}; months are closed in order, so mend the days"
            )
    yield from _gaps(first, [close.month for _, close in by_month])


def _gaps(first: date, closed: list[date]) -> Iterator[str]:
    month = first
    while closed and month < closed[-1]:
        if month not in closed:
            yield f"closes: {closed[-1]:%B %Y} is closed and {month:%B %Y} is not; close every month up to the last closed one"
        month = add_months(month, 1)
