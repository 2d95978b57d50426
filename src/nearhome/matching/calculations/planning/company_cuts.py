"""Cuts from the companies of one home: who could live there together, and what no mixture of companies can exceed.

A company is a set of options that one home can take at once. Weights on its guests that no company exceeds 1 with give
a row that every plan keeps; where the relaxation's values exceed it, the row cuts them off (the facets of the hull of
the home's companies, found by a small linear programme). A guest outside the row gets the greatest weight that keeps
it true, one after another.
"""

from dataclasses import dataclass

import highspy
import numpy as np

from nearhome.matching.calculations.planning.instance import Floats
from nearhome.matching.calculations.planning.solving_posed import Guest, Posed

MOST_GUESTS = 12
MOST_COMPANIES = 3_000
MOST_IN_CLIQUES = 400  # guests of one home
LEAST_VALUE = 1e-6
LEAST_EXCESS = 1e-4

Company = tuple[int, int]  # who is in it (bits), and the room that is left


@dataclass(slots=True, eq=False)
class HomeRow:
    """One cut at a home: its guests with their weights, and the companies they can form."""

    home: int
    guests: list[Guest]
    weights: list[float]
    companies: list[tuple[int, int, float]]

    def lifted(self, ready: Posed, guest: Guest) -> float:
        """The greatest weight this guest can have; it joins the row if that is more than nothing."""
        if len(self.companies) > MOST_COMPANIES:
            return 0.0
        guard = ready.guard[self.home]
        apart = sum(1 << k for k, other in enumerate(self.guests) if ready.clash(guest, other))
        joined = [
            (who, left - guest.takes, weight)
            for who, left, weight in self.companies
            if not who & apart and (left - guest.takes) & guard == guard
        ]
        weight = 1.0 - max((held for _, _, held in joined), default=1.0)
        if weight <= 1e-7:
            return 0.0
        mark = 1 << len(self.guests)
        self.guests.append(guest)
        self.weights.append(weight)
        self.companies += [(who | mark, left, held + weight) for who, left, held in joined]
        return weight


def companies_of(ready: Posed, home: int, guests: list[Guest]) -> list[Company]:
    """Every set of these guests that the home can take at once, the empty one first."""
    guard = ready.guard[home]
    found: list[Company] = [(0, ready.room[home])]
    for k, guest in enumerate(guests):
        apart = sum(1 << other for other in range(k) if ready.clash(guest, guests[other]))
        mark, takes = 1 << k, guest.takes
        found += [
            (who | mark, left - takes) for who, left in found if not who & apart and (left - takes) & guard == guard
        ]
        if len(found) > MOST_COMPANIES:
            break
    return found


def largest(companies: list[Company]) -> list[int]:
    """The companies nobody more could join, as bits."""
    kept: list[int] = []
    for who in sorted({who for who, _ in companies}, key=lambda who: -who.bit_count()):
        if not any(who & other == who for other in kept):
            kept.append(who)
    return kept


def violated_rows(ready: Posed, options: list[int], values: list[float]) -> list[HomeRow]:
    """A violated row for every home whose options are used in a mixture that no companies make up."""
    asked, rows = [], []
    for home, guests in sorted(_by_home(ready, options, values).items()):
        guests.sort(key=lambda one: (-one[1], one[0].option))
        if len(guests) > MOST_GUESTS:
            rows += _clique_rows(ready, home, guests)
        del guests[MOST_GUESTS:]
        if len(guests) < 2 or sum(value for _, value in guests) <= 1.0 + LEAST_EXCESS:
            continue
        companies = companies_of(ready, home, [guest for guest, _ in guests])
        if len(companies) > MOST_COMPANIES:
            continue
        tops = largest(companies)
        if len(tops) > 1 and not _only_counts(ready, home, [guest for guest, _ in guests], tops):
            asked.append((home, guests, companies, tops))
    return rows + _weighed(asked) if asked else rows


def _clique_rows(ready: Posed, home: int, guests: list[tuple[Guest, float]]) -> list[HomeRow]:
    """Violated rows of guests of whom no two may come together: too many for every company to be looked at."""
    of_unit = {guest.unit for guest, _ in guests}
    if len(guests) > MOST_IN_CLIQUES or not any(one in of_unit and other in of_unit for one, other in ready.pairs):
        return []
    near = [{k for k, (two, _) in enumerate(guests) if two is not one and ready.clash(one, two)} for one, _ in guests]
    found, seen = [], set[int]()
    for first in range(len(guests)):
        if first in seen:
            continue
        clique, others = [first], near[first]
        while others:
            clique.append(min(others))
            others = others & near[clique[-1]]
        if sum(guests[k][1] for k in clique) > 1.0 + LEAST_EXCESS:
            seen.update(clique)
            found.append(_only_one(ready, home, [guests[k][0] for k in clique]))
    return found


def _only_one(ready: Posed, home: int, guests: list[Guest]) -> HomeRow:
    """The row that says: at most one of these."""
    room = ready.room[home]
    alone = [(1 << k, room - guest.takes, 1.0) for k, guest in enumerate(guests)]
    return HomeRow(home, guests, [1.0] * len(guests), [(0, room, 0.0), *alone])


def _only_counts(ready: Posed, home: int, guests: list[Guest], tops: list[int]) -> bool:
    """Is it only a matter of how many come? Then the row of the beds is all there is to say."""
    sizes = {guest.takes for guest in guests}
    same = len({top.bit_count() for top in tops}) == 1
    alone = ready.room[home] < 1 << 32 and sizes == {1}
    choices = 1
    for k in range(tops[0].bit_count()):
        choices = choices * (len(guests) - k) // (k + 1)
    return alone and same and len(tops) == choices


def _by_home(ready: Posed, options: list[int], values: list[float]) -> dict[int, list[tuple[Guest, float]]]:
    found: dict[int, list[tuple[Guest, float]]] = {}
    for option, value in zip(options, values, strict=True):
        if value > LEAST_VALUE:
            for home, guest in ready.guests(option):
                found.setdefault(home, []).append((guest, value))
    return found


Asked = tuple[int, list[tuple[Guest, float]], list[Company], list[int]]


def _weighed(asked: list[Asked]) -> list[HomeRow]:
    """The most violated row of every home: one linear programme with a block for each."""
    values: list[float] = []
    rows: list[int] = []
    columns: list[int] = []
    first = count = 0
    for _, guests, _, tops in asked:
        for top in tops:
            members = [first + k for k in range(len(guests)) if top >> k & 1]
            columns.extend(members)
            rows.extend([count] * len(members))
            count += 1
        values.extend(value for _, value in guests)
        first += len(guests)
    weights = _most(np.array(values), np.array(rows, np.int32), np.array(columns, np.int32), count)
    found, first = [], 0
    for home, guests, companies, _ in asked:
        mine = weights[first : first + len(guests)]
        excess = float(mine @ np.array([value for _, value in guests])) - 1.0
        if excess > LEAST_EXCESS:
            found.append(_home_row(home, guests, companies, mine))
        first += len(guests)
    return found


def _most(values: Floats, rows: np.ndarray, columns: np.ndarray, count: int) -> Floats:
    """max values · weights where the weights of each row's columns add up to at most 1."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "off")
    number = len(values)
    solver.addVars(number, np.zeros(number), np.ones(number))
    solver.changeColsCost(number, np.arange(number, dtype=np.int32), values)
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    starts = np.searchsorted(rows, np.arange(count)).astype(np.int32)
    solver.addRows(count, np.zeros(count), np.ones(count), len(rows), starts, columns, np.ones(len(rows)))
    solver.run()
    return np.array(solver.getSolution().col_value)


def _home_row(home: int, guests: list[tuple[Guest, float]], companies: list[Company], weights: Floats) -> HomeRow:
    """The row, made exactly true: scaled down by its heaviest company."""
    heavy = [0.0 if weight < 1e-9 else float(weight) for weight in weights]
    most = max(_weight(who, heavy) for who, _ in companies)
    heavy = [weight / most for weight in heavy]
    kept = [k for k, weight in enumerate(heavy) if weight > 0]
    seen: dict[int, tuple[int, int, float]] = {}
    for who, left in companies:
        inside = sum(1 << place for place, k in enumerate(kept) if who >> k & 1)
        if inside.bit_count() == who.bit_count():
            seen[inside] = (inside, left, _weight(who, heavy))
    return HomeRow(home, [guests[k][0] for k in kept], [heavy[k] for k in kept], list(seen.values()))


def _weight(who: int, weights: list[float]) -> float:
    return sum(weight for k, weight in enumerate(weights) if who >> k & 1)
