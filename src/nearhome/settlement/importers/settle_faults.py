"""What is wrong with a settle file whose fields are all of the right kind: names nobody has, days in the wrong order.

Each fault names its place in the file and the mend.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from nearhome.settlement.importers import settle_rows as rows

MOST_YEARS = 30


def faults_of(file: rows.SettleFile) -> Iterator[str]:
    """Every fault, in the order of the file."""
    known = {one.ref for one in file.authorities}
    yield from _twice("authorities", (one.ref for one in (*file.authorities, *file.providers)))
    yield from _period(file.period)
    yield from _twice("contracts", [*(one.ref for one in file.contracts), *(one.ref for one in file.placements)])
    for number, contract in enumerate(file.contracts):
        yield from _contract(f"contracts[{number}]", contract, known, file.period)
    for number, placement in enumerate(file.placements):
        yield from _placement(f"placements[{number}]", placement, known)
    for number, cost in enumerate(file.lead_costs):
        yield from _authorities(f"lead_costs[{number}].shares", cost.shares, known)
        yield from _authorities(f"lead_costs[{number}].lead", [cost.lead], known)
        if not sum(cost.shares.values()):
            yield f"lead_costs[{number}].shares: nobody has a share; give at least one weight above 0"
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
    yield from _once_a_day(f"{where}.prices", row.prices)
    yield from _once_a_day(f"{where}.variable_prices", row.variable_prices)
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
    for number, closed in enumerate(row.closed):
        yield from _in_order(f"{where}.closed[{number}]", closed.starts_on, closed.ends_before)
        if closed.place not in places:
            yield f"{where}.closed[{number}].place: there is no place “{closed.place}” in the contract"


def _placement(where: str, row: rows.PlacementRow, known: set[str]) -> Iterator[str]:
    yield from _authorities(f"{where}.authority", [row.authority, *(one.authority for one in row.funders)], known)
    for number, stage in enumerate(row.stages):
        here = f"{where}.stages[{number}]"
        yield from _in_order(here, stage.arrived_on, stage.departed_on)
        for absence in stage.absences:
            yield from _in_order(f"{here}.absences", absence.starts_on, absence.ends_before)
        for index, element in enumerate(stage.elements):
            yield from _once_a_day(f"{here}.elements[{index}].prices", element.prices)
            yield from _split(f"{here}.elements[{index}].funding", element.funding)
    yield from _once_a_day(f"{where}.away", row.away, "terms")
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


def _once_a_day(where: str, found: Iterable[rows.PriceRow | rows.AwayTermsRow], what: str = "prices") -> Iterator[str]:
    for day, count in Counter(one.starts_on for one in found).items():
        if count > 1:
            yield f"{where}: {count} {what} begin on {day}; keep one"


def _closes(file: rows.SettleFile) -> Iterator[str]:
    first, last = file.period.starts_on.replace(day=1), file.period.ends_before
    for number, close in enumerate(file.closes):
        if close.month.day != 1 or not first <= close.month < last:
            yield f"closes[{number}].month: {close.month} is not the first day of a month of the period"
        elif close.closed_on <= close.month:
            yield f"closes[{number}].closed_on: the month is not over on {close.closed_on}; close it after its last day"
    yield from _twice("closes", (str(one.month) for one in file.closes))
