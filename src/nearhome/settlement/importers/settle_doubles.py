"""What a settle file says twice at once: two rows for one day, one child in two beds, one cost charged again.

Which of two such rows counted would hang on their order in the file, or both would be charged: so they are refused, both
named. Rows of which one replaced the other (`superseded_on`, `known_on`) do not stand at once.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from nearhome.settlement.importers import settle_rows as rows

_DAY = timedelta(days=1)
Told = Callable[["Row", "Row"], str]
Begins = rows.AgreementRow | rows.PriceRow | rows.GuaranteeRow | rows.FunderRow | rows.NominationRow | rows.SplitRow


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: what it is about, on which days it counts, and when it was known."""

    where: str
    key: Hashable
    first: date
    before: date
    known_on: date = date.min
    superseded_on: date = date.max
    says: str = ""

    def at_once(self, other: "Row") -> bool:
        """Whether both were known on some day. Pieces of one row are one row."""
        known = max(self.known_on, other.known_on) < min(self.superseded_on, other.superseded_on)
        return known and self.where != other.where


def doubles_of(file: rows.SettleFile) -> Iterator[str]:
    """A sentence for each row that stands at once with an earlier one about the same."""
    for number, contract in enumerate(file.contracts):
        yield from _of_contract(f"contracts[{number}]", contract)
    for number, placement in enumerate(file.placements):
        yield from _of_placement(f"placements[{number}]", placement)
    yield from _again((_always(f"placements[{n}]", one.ref, one) for n, one in enumerate(file.placements)), _same_ref)
    costs = (
        _lasting(f"lead_costs[{n}]", one.ref, one.starts_on, one.ends_before) for n, one in enumerate(file.lead_costs)
    )
    yield from _again(costs, _costs)
    yield from _again(_beds(file), _two_beds)


def _of_contract(where: str, row: rows.ContractRow) -> Iterator[str]:
    for name in ("agreement", "prices", "variable_prices", "guarantee"):
        yield from _one_a_day(f"{where}.{name}", getattr(row, name))
    for number, place in enumerate(row.places):
        yield from _one_a_day(f"{where}.places[{number}].nominations", place.nominations)
    for number, agreed in enumerate(row.agreement):
        yield from _kinds_once(f"{where}.agreement[{number}]", agreed.absences)
    yield from _again(_closures(where, row), _closed_twice)
    yield from _again((_always(f"{where}.stays[{n}]", one.ref, one) for n, one in enumerate(row.stays)), _same_ref)
    for number, stay in enumerate(row.stays):
        here = f"{where}.stays[{number}]"
        yield from _one_a_day(f"{here}.funders", stay.funders)
        yield from _away_twice(here, stay.absences)


def _away_twice(where: str, found: Iterable[rows.AbsenceRow]) -> Iterator[str]:
    away = (_lasting(f"{where}.absences[{n}]", "", one.starts_on, one.ends_before) for n, one in enumerate(found))
    yield from _again(away, lambda one, other: f"the child is away twice on {_shared_day(one, other)}; {MEND_DAYS}")


def _kinds_once(where: str, found: Iterable[rows.AbsenceRuleRow]) -> Iterator[str]:
    kinds = (_always(f"{where}.absences[{n}]", one.kind) for n, one in enumerate(found))
    yield from _again(kinds, lambda one, other: f"both are about “{other.key}”; keep one")


MEND_DAYS = "mend the days of one, so that they do not overlap"


def _of_placement(where: str, row: rows.PlacementRow) -> Iterator[str]:
    yield from _one_a_day(f"{where}.funders", row.funders)
    amounts = (
        _always(f"{where}.one_offs[{n}]", f"{one.name}, {one.pence} on {one.on}") for n, one in enumerate(row.one_offs)
    )
    yield from _again(amounts, lambda one, other: f"both are “{other.key}”; keep one, or name them apart")
    for number, one in enumerate(row.one_offs):
        yield from _one_a_day(f"{where}.one_offs[{number}].funding", one.funding)
    for number, terms in enumerate(row.away):
        yield from _kinds_once(f"{where}.away[{number}]", terms.absences)
    for number, stage in enumerate(row.stages):
        yield from _away_twice(f"{where}.stages[{number}]", stage.absences)
        for index, element in enumerate(stage.elements):
            here = f"{where}.stages[{number}].elements[{index}]"
            yield from _one_a_day(f"{here}.prices", element.prices)
            yield from _one_a_day(f"{here}.funding", element.funding)


def _one_a_day(where: str, found: Iterable[Begins]) -> Iterator[str]:
    begun = (_row(f"{where}[{n}]", "", (one.starts_on, one.starts_on + _DAY), one) for n, one in enumerate(found))
    yield from _again(
        begun, lambda one, _: f"both begin on {one.first}; keep one, or say which was superseded and when"
    )


def _closures(where: str, row: rows.ContractRow) -> Iterator[Row]:
    for number, one in enumerate(row.closed):
        days = one.starts_on, one.ends_before or date.max
        yield _row(f"{where}.closed[{number}]", one.place, days, one, one.by)


def _beds(file: rows.SettleFile) -> Iterator[Row]:
    """The nights on which each child sleeps in each bed: those on which it is away are not among them."""
    for number, contract in enumerate(file.contracts):
        for index, stay in enumerate(contract.stays):
            for days in _there(stay.arrived_on, stay.departed_on, stay.absences):
                yield _row(f"contracts[{number}].stays[{index}]", stay.child, days, stay)
    for number, placement in enumerate(file.placements):
        for index, stage in enumerate(placement.stages):
            for days in _there(stage.arrived_on, stage.departed_on, stage.absences):
                yield _row(f"placements[{number}].stages[{index}]", placement.child, days, placement)


def _there(first: date, last: date | None, away: Iterable[rows.AbsenceRow]) -> Iterator[tuple[date, date]]:
    for one in sorted(away, key=lambda one: one.starts_on):
        yield first, min(one.starts_on, last or date.max)
        first = max(first, one.ends_before or date.max)
    yield first, last or date.max


def _always(where: str, key: str, fact: rows.Record | None = None) -> Row:
    return _row(where, key, (date.min, date.max), fact)


def _lasting(where: str, key: str, first: date, before: date | None) -> Row:
    return _row(where, key, (first, before or date.max))


def _row(where: str, key: str, days: tuple[date, date], fact: rows.Record | None = None, says: str = "") -> Row:
    known = (fact.known_on, fact.superseded_on) if isinstance(fact, rows.FactRow) else (None, None)
    return Row(where, key, *days, known[0] or date.min, known[1] or date.max, says)


def _again(found: Iterable[Row], told: Told) -> Iterator[str]:
    """Each row about the same as an earlier one, on a day of both, with the first such row. `told` "": it does no harm."""
    groups: dict[Hashable, list[Row]] = defaultdict(list)
    for row in found:
        if row.first < row.before:
            groups[row.key].append(row)
    for group in groups.values():
        standing: list[Row] = []
        for row in sorted(group, key=lambda row: row.first) if len(group) > 1 else ():
            standing = [one for one in standing if one.before > row.first]
            said = ((one, told(one, row)) for one in standing if one.at_once(row))
            yield from islice((f"{one.where} and {row.where}: {words}" for one, words in said if words), 1)
            standing.append(row)


def _shared_day(one: Row, other: Row) -> date:
    return max(one.first, other.first)


def _same_ref(_: Row, other: Row) -> str:
    return f"both are “{other.key}”; give each its own ref, or say which was superseded and when"


def _costs(one: Row, other: Row) -> str:
    return (
        f"both charge “{other.key}” on {_shared_day(one, other)}; end the first before the second begins, or keep one"
    )


def _closed_twice(one: Row, other: Row) -> str:
    if one.says == other.says:
        return ""
    return (
        f"“{other.key}” is closed by the {one.says} and by the {other.says} on {_shared_day(one, other)}; {MEND_DAYS}"
    )


def _two_beds(one: Row, other: Row) -> str:
    night = _shared_day(one, other)
    return (
        f"the child “{other.key}” is in both on the night of {night}; mend the days of one, tell of the nights away, or give"
        " another child another name"
    )
