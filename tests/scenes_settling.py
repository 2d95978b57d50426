"""Made-up cases to settle, drawn at random as the files that people write; and the same told late, or wrongly at first."""

import copy
import json
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from hypothesis import strategies as st

from nearhome.settlement.calculations.cases import Case
from nearhome.settlement.importers.settle_files import case_from

AUTHORITIES = ("KEN", "WSX", "POR", "MED")
ORIGIN = date(2027, 12, 1)  # the leap day of 2028 lies inside
LONG_AGO = date(2026, 9, 1)
DAY = timedelta(days=1)
FULL = 10_000
Named = st.sampled_from(AUTHORITIES)
Rows = dict[str, Any]


def read(file: Rows) -> Case:
    """The file as the command reads it."""
    return case_from(json.dumps(file, default=str).encode(), "drawn")


def days(low: int, high: int) -> st.SearchStrategy[date]:
    """A day so many days after the origin."""
    return st.integers(low, high).map(lambda number: ORIGIN + DAY * number)


def dated(name: str, values: st.SearchStrategy[Any], low: int = 0) -> st.SearchStrategy[list[Rows]]:
    """Up to two rows, each of another day."""
    rows = st.dictionaries(days(low, 130), values, max_size=2)
    return rows.map(lambda found: [{"starts_on": day, name: value} for day, value in found.items()])


Prices = st.integers(10_000, 900_000)
Weights = st.fixed_dictionaries({name: st.integers(1, 9) for name in AUTHORITIES})


@st.composite
def stays_in(draw: st.DrawFn, place: str) -> list[Rows]:
    """Up to three stays, one after the other, some with another payer from a day and an absence."""
    cuts = sorted(draw(st.lists(st.integers(-60, 130), max_size=6, unique=True)))
    found = []
    for number, (first, last) in enumerate(zip(cuts[::2], [*cuts[1::2], None], strict=False)):
        row: Rows = {
            "ref": f"{place}-{number}",
            "child": f"C{place}-{number}",
            "authority": draw(Named),
            "place": place,
        }
        row |= {"arrived_on": ORIGIN + DAY * first, "departed_on": None if last is None else ORIGIN + DAY * last}
        length = (150 if last is None else last) - first
        away = draw(st.none() | st.integers(0, 20))
        if away is not None and away < length:
            start = ORIGIN + DAY * (first + away)
            until = start + DAY * draw(st.integers(1, length - away))
            row["absences"] = [{"kind": "hospital", "starts_on": start, "ends_before": until}]
        row["funders"] = draw(dated("authority", Named))
        found.append(row)
    return found


def _always_there(place: Rows) -> Rows:
    ref = place["ref"]
    row = {"ref": f"{ref}-A", "child": f"C{ref}-A", "authority": "POR", "place": ref, "arrived_on": LONG_AGO}
    return row | {"departed_on": None, "funders": []}


@st.composite
def rules(draw: st.DrawFn, starts_on: date) -> Rows:
    """Any terms about empty beds and absences."""
    bearer, grace = st.sampled_from(["nominated", "host", "shares"]), draw(st.integers(0, 9))
    row: Rows = {"starts_on": starts_on, "shares": draw(Weights), "grace_nights": grace}
    row |= {"empty_bearer": draw(bearer), "released_bearer": draw(bearer)}
    row["released_after"] = draw(st.none() | st.integers(grace, grace + 20))
    kept = {"kind": "hospital", "full_nights": draw(st.integers(0, 5)), "then_basis_points": draw(st.integers(0, FULL))}
    return row | {"absences": [kept] if draw(st.booleans()) else []}


@st.composite
def closures(draw: st.DrawFn, places: list[str]) -> list[Rows]:
    """Closures by the provider and by the host, never two at once."""
    found = []
    for place in places:
        cuts = sorted(draw(st.lists(st.integers(-20, 130), max_size=4, unique=True)))
        for first, last in zip(cuts[::2], cuts[1::2], strict=False):
            row = {"place": place, "starts_on": ORIGIN + DAY * first, "ends_before": ORIGIN + DAY * last}
            found.append(row | {"by": draw(st.sampled_from(["provider", "host"]))})
    return found


@st.composite
def places_of(draw: st.DrawFn, number: int) -> list[Rows]:
    """One to three places, some opened so long ago that a year of the contract ends in the period."""
    found = []
    for index in range(draw(st.integers(1, 3))):
        opened = draw(st.none() | days(0, 60) | days(-340, -270))
        row: Rows = {"ref": f"B{number}P{index}", "available_from": opened, "nominated": draw(st.none() | Named)}
        row["ends_before"] = draw(st.none() | days(61, 140))
        row["nominations"] = draw(dated("authority", st.none() | Named, -20))
        found.append(row)
    return found


@st.composite
def contracts(draw: st.DrawFn, number: int) -> Rows:
    """A block; some with a part paid for nights with a child, some with a guarantee, some with a share in the saving."""
    places = draw(places_of(number))
    refs = [one["ref"] for one in places]
    guarantee = dated("basis_points", st.integers(0, FULL) | st.just(FULL), -300)
    row: Rows = {"ref": f"B{number}", "provider": f"Madeup Care {number}", "host": draw(Named), "places": places}
    row["agreement"] = [draw(rules(LONG_AGO))] + ([draw(rules(draw(days(1, 120))))] if draw(st.booleans()) else [])
    row["prices"] = [{"starts_on": LONG_AGO, "weekly_pence": draw(Prices)}, *draw(dated("weekly_pence", Prices))]
    row["variable_prices"] = draw(dated("weekly_pence", st.integers(1, 90_000)))
    row["guarantee"] = draw(guarantee) if draw(st.booleans()) else []
    row["closed"] = draw(closures(refs))
    row["stays"] = [one for ref in refs for one in draw(stays_in(ref))]
    if draw(st.integers(0, 3)) == 3:  # children everywhere, all the time: only the rounding is short of a guarantee
        row["stays"] = [_always_there(place) for place in places]
        row["guarantee"] = [{"starts_on": LONG_AGO, "basis_points": FULL}]
    if draw(st.booleans()):
        row["gain_share"] = {"benchmark_weekly_pence": draw(st.integers(100_000, 3_000_000)), "basis_points": 3_333}
        row["gain_share"]["most_pence"] = draw(st.none() | st.integers(0, 10**6))
    return row


@st.composite
def elements(draw: st.DrawFn, name: str, first: date) -> Rows:
    """One part of a price, split between budgets from a day or two."""
    health = st.integers(0, FULL).map(lambda points: {"health": points, "social care": FULL - points})
    prices = [{"starts_on": first, "weekly_pence": draw(Prices)}, *draw(dated("weekly_pence", Prices, 120))]
    row: Rows = {"name": name, "prices": prices, "funding": draw(dated("shares", health)), "ledger_code": name.upper()}
    return row if name == "accommodation" else row | {"ends_before": draw(st.none() | days(131, 150))}


@st.composite
def placements(draw: st.DrawFn) -> Rows:
    """One child's own placement in one stage, or two of which the second follows the first."""
    cuts = sorted(draw(st.lists(st.integers(-30, 110), min_size=1, max_size=3, unique=True)))
    stages = []
    for number, first in enumerate(cuts[:2]):
        last = cuts[number + 1] if number + 1 < len(cuts) else None
        names = ["accommodation", *draw(st.lists(st.sampled_from(["therapy", "education"]), unique=True))]
        came = ORIGIN + DAY * first
        row: Rows = {
            "name": f"stage {number}",
            "provider": f"Madeup Home {number}",
            "place": "Room 1",
            "arrived_on": came,
        }
        row["departed_on"] = None if last is None else ORIGIN + DAY * last
        stages.append(row | {"elements": [draw(elements(name, came)) for name in names]})
    amount = st.tuples(st.sampled_from(["Bed", "Bus"]), days(0, 130), st.integers(-9_999, 9_999))
    amounts = st.lists(amount, max_size=3, unique=True)
    one_offs = [{"name": name, "on": on, "pence": pence} for name, on, pence in draw(amounts)]
    return {
        "ref": "I1", "child": "Child of its own", "authority": draw(Named), "stages": stages, "one_offs": one_offs,
        "funders": draw(dated("authority", Named)),
    }  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> Rows:
    """One or two blocks over up to five months, perhaps a placement bought by itself, and the lead's costs."""
    yearly = draw(st.none() | st.integers(0, 10**7))
    lead = {"ref": "LEAD", "lead": "WSX", "yearly_pence": yearly, "shares": {"WSX": 1, "KEN": 2, "MED": 1}}
    return {
        "title": "Made up",
        "period": {"starts_on": ORIGIN, "ends_before": ORIGIN + DAY * draw(st.integers(20, 140))},
        "authorities": [{"ref": name, "name": name.title()} for name in AUTHORITIES],
        "contracts": [draw(contracts(number)) for number in range(draw(st.integers(1, 2)))],
        "placements": [draw(placements())] if draw(st.booleans()) else [],
        "lead_costs": [lead | {"starts_on": draw(days(-300, 30))}] if yearly is not None else [],
    }


def cases() -> st.SearchStrategy[Case]:
    """The same, read."""
    return files().map(read)


WRONG: dict[str, Any] = {
    "stays": {"authority": "MED"}, "closed": {"by": "host"}, "prices": {"weekly_pence": 77_777},
    "variable_prices": {"weekly_pence": 7_777}, "guarantee": {"basis_points": 7_777}, "funders": {"authority": "POR"},
    "agreement": {"empty_bearer": "host", "grace_nights": 0}, "placements": {"authority": "MED"},
}  # fmt: skip
NEEDED = ("prices", "agreement")  # without the first row of these nothing can be charged at all


@st.composite
def told_late(draw: st.DrawFn, file: Rows, last: date) -> Rows:
    """The file with rows that were learnt, or put right, only up to a last day; then it says the same."""
    late, kinds = copy.deepcopy(file), draw(st.sets(st.sampled_from(sorted(WRONG)), min_size=1))
    for name, rows in ((name, rows) for name, rows in list(_facts(late)) if name in kinds):
        told = []
        for number, row in enumerate(rows):
            how = draw(st.sampled_from(["on time", "late", "wrong at first"]))
            on = draw(st.dates(ORIGIN, last))
            if how == "wrong at first":
                told.append(copy.deepcopy(row) | WRONG[name] | {"superseded_on": on})
            if how == "wrong at first" or (how == "late" and not (name in NEEDED and number == 0)):
                row = row | {"known_on": on}
            told.append(row)
        rows[:] = draw(st.permutations(told))
    return late


def _facts(file: Rows) -> Iterator[tuple[str, list[Rows]]]:
    """Every list of rows that may be learnt late: those inside others first, so that copies of these have them too."""
    for contract in file["contracts"]:
        for stay in contract["stays"]:
            yield "funders", stay["funders"]
        for name in ("prices", "variable_prices", "guarantee", "agreement", "closed", "stays"):
            yield name, contract[name]
    for placement in file["placements"]:
        yield "funders", placement["funders"]
        for stage in placement["stages"]:
            for element in stage["elements"]:
                yield "prices", element["prices"]
    yield "placements", file["placements"]


@st.composite
def shuffled(draw: st.DrawFn, file: Rows) -> Rows:
    """The same with every list, and every object's fields, in another order."""
    order = draw(st.randoms(use_true_random=False))
    found: Rows = _shuffled(file, order)
    return found


def _shuffled(value: Any, order: Random) -> Any:
    if isinstance(value, dict):
        return {name: _shuffled(value[name], order) for name in order.sample(sorted(value), len(value))}
    return order.sample([_shuffled(one, order) for one in value], len(value)) if isinstance(value, list) else value
