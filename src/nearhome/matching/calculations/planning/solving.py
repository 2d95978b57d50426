"""The best regional plan, with a proof."""

from collections.abc import Callable

import numpy as np

from nearhome.matching.calculations.planning.company_cuts import HomeRow, violated_rows
from nearhome.matching.calculations.planning.greedy import greedy_plan
from nearhome.matching.calculations.planning.instance import Floats, Instance, Ints, NoPlanError, Solution
from nearhome.matching.calculations.planning.relaxation import Priced, Relaxation
from nearhome.matching.calculations.planning.solving_part import Part, best_of_part
from nearhome.matching.calculations.planning.solving_posed import Posed, keeps_rules, posed

Clock = Callable[[], float]

FIRST_OPTIONS = 8  # of each unit, in the first relaxation
MORE_OPTIONS = 6  # of each unit, in each later one
CUT_ROUNDS = 40
LEAST_GAIN = 0.02  # of the gap, for another round of cuts
FIRST_PART = 2.5  # options of each unit in the first whole-number programme
WIDER = 3.0


class OutOfTimeError(NoPlanError):
    """Time ran out before a plan was found that keeps what must be kept; there may be one."""


class Search:
    """One search for the best plan: the relaxation, the best plan so far, and what no plan can exceed."""

    def __init__(self, ready: Posed, clock: Clock, seconds: float | None) -> None:
        """Nothing is known yet."""
        self.ready, self.clock = ready, clock
        self.ends_at = None if seconds is None else clock() + seconds
        self.relaxation = Relaxation(ready)
        self.rows: list[HomeRow] = []
        self.rows_at: dict[int, list[int]] = {}
        self.chosen: Ints | None = None
        self.worth, self.bound = -np.inf, np.inf
        self.relaxed = np.inf  # the bound that the losses are losses from
        self.losses: Floats = np.full(len(ready.instance.worth), np.inf)
        self.prices: Floats = np.zeros(len(ready.instance.capacity))
        if len(ready.instance.worth):
            self.learn(self.relaxation.unpriced())

    @property
    def left(self) -> float | None:
        """The seconds left, if they are counted."""
        return None if self.ends_at is None else self.ends_at - self.clock()

    @property
    def is_late(self) -> bool:
        """Is the time over?"""
        return self.ends_at is not None and self.clock() >= self.ends_at

    @property
    def is_proven(self) -> bool:
        """Can no plan be better? Worths in whole numbers improve by 1 at least."""
        return self.bound - self.worth < self.margin

    @property
    def margin(self) -> float:
        """A plan better by less than this is no better."""
        tiny = 1e-9 * max(1.0, abs(self.worth) if np.isfinite(self.worth) else 1.0)
        return max(tiny, self.ready.step - 1e-6 - tiny)

    def offer(self, chosen: Ints) -> None:
        """Keep a plan if it keeps every rule and is better than the best so far."""
        worth = float(self.ready.instance.worth[chosen[chosen >= 0]].sum())
        if worth > self.worth and keeps_rules(self.ready, chosen):
            self.chosen, self.worth = chosen.copy(), worth

    def add_options(self, options: Ints) -> None:
        """More options for the relaxation, each lifted into the cuts at its homes."""
        amounts: dict[int, list[tuple[int, float]]] = {}
        if self.rows:
            for option in options.tolist():
                for home, guest in self.ready.guests(option):
                    for number in self.rows_at.get(home, ()):
                        weight = self.rows[number].lifted(self.ready, guest)
                        if weight > 0:
                            amounts.setdefault(option, []).append((number, weight))
        self.relaxation.add_options(options, amounts)

    def solve_relaxation(self) -> Priced:
        """Solve over all options: add those that would gain until there is none."""
        while True:
            priced = self.relaxation.solved(self.left)
            more = self.gaining(self.learn(priced))
            if not len(more) or self.is_late:
                return priced
            self.add_options(more)

    def learn(self, priced: Priced) -> Floats:
        """Keep what these prices prove, if it is more than was known; the losses of the options at them. Shape [N]."""
        bound, losses = self.relaxation.bound_and_losses(priced)
        if bound < self.bound:
            self.bound = self.relaxed = bound
            self.losses, self.prices = losses, priced.bed
        return losses

    def gaining(self, losses: Floats) -> Ints:
        """Options outside the relaxation that are worth more than their unit's best inside it."""
        at, inside = self.ready.instance, self.relaxation.column_of >= 0
        inner = np.where(inside, losses, np.inf)
        starts = np.flatnonzero(np.concatenate([[True], at.unit_of[1:] != at.unit_of[:-1]]))
        least = np.full(len(at.units), np.inf)
        least[at.unit_of[starts]] = np.minimum.reduceat(inner, starts)
        found = np.flatnonzero(~inside & (losses < least[at.unit_of] - 1e-7) & np.isfinite(losses))
        return first_of_each(at.unit_of, losses, found.astype(np.int32), MORE_OPTIONS)

    def add_rows(self, priced: Priced) -> int:
        """Cut the relaxation's solution off, where companies of a home show that it is no mixture of plans."""
        used = np.flatnonzero(priced.value > 1e-6)
        options = self.relaxation.columns[used].tolist()
        found = violated_rows(self.ready, options, priced.value[used].tolist())
        if not found:
            return 0
        near: dict[int, list[tuple[float, int]]] = {}
        homes = {row.home for row in found}
        for option in self.relaxation.columns.tolist():
            for home, _ in self.ready.guests(option):
                if home in homes:
                    near.setdefault(home, []).append((float(self.losses[option]), option))
        cuts = []
        for row in found:
            self._lift(row, sorted(near.get(row.home, ())))
            self.rows_at.setdefault(row.home, []).append(len(self.rows))
            self.rows.append(row)
            cuts.append({guest.option: weight for guest, weight in zip(row.guests, row.weights, strict=True)})
        self.relaxation.add_cuts(cuts)
        return len(cuts)

    def _lift(self, row: HomeRow, near: list[tuple[float, int]]) -> None:
        there = {guest.option for guest in row.guests}
        for _, option in near:
            if option not in there:
                for home, guest in self.ready.guests(option):
                    if home == row.home:
                        row.lifted(self.ready, guest)


def first_of_each(unit_of: Ints, losses: Floats, options: Ints, most: int) -> Ints:
    """Of these options the `most` of least loss of each unit, in order of number."""
    order = options[np.lexsort((options, losses[options], unit_of[options]))]
    unit = unit_of[order]
    first = np.flatnonzero(np.concatenate([[True], unit[1:] != unit[:-1]])) if len(unit) else np.zeros(0, int)
    place = np.arange(len(order)) - np.repeat(first, np.diff([*first, len(order)]))
    return np.sort(order[place < most]).astype(np.int32)


def solve(instance: Instance, *, clock: Clock, seconds: float | None = None, start: Ints | None = None) -> Solution:
    """The plan of greatest worth.

    `clock` gives seconds from any beginning; after `seconds` of it the best plan so far is returned with its bound.
    `start`[U] is a plan to begin from (ignored where it is not feasible). Raises NoPlanError if no plan is possible.
    """
    ready = posed(instance)
    _refuse_the_impossible(ready)
    return searched(Search(ready, clock, seconds), start)


def _refuse_the_impossible(ready: Posed) -> None:
    """Name the units that must be placed and have no option that there is room for."""
    at = ready.instance
    could = np.bincount(at.unit_of[ready.usable], minlength=len(at.units)) > 0
    stuck = [at.units[unit] for unit in np.flatnonzero(at.must_place & ~could).tolist()]
    if stuck:
        raise NoPlanError(f"no plan places {', '.join(stuck)}: no option has room and keeps apart who must be")


def searched(search: Search, start: Ints | None) -> Solution:
    """Carry a search through."""
    _begin(search, start)
    if len(search.ready.instance.worth):
        _relax(search)
        _finish(search)
    elif search.chosen is not None:
        search.bound = search.worth
    return _solution(search)


def _solution(search: Search) -> Solution:
    if search.chosen is None and search.is_late:
        raise OutOfTimeError("time ran out before a plan was found that keeps every rule and every floor")
    if search.chosen is None:
        raise NoPlanError("no plan keeps every rule and every floor")
    proven = search.is_proven
    bound = search.worth if proven else max(search.worth, search.bound)
    return Solution(search.chosen, search.worth, bound, "optimal" if proven else "time_limit", search.prices)


def _begin(search: Search, start: Ints | None) -> None:
    """A first plan and the first options of the relaxation."""
    at = search.ready.instance
    losses = np.where(search.ready.usable, -at.worth, np.inf)
    plan = greedy_plan(search.ready, losses)
    search.offer(np.full(len(at.units), -1, dtype=np.int32))
    search.offer(plan)
    if start is not None:
        search.offer(np.asarray(start, dtype=np.int32))
    usable = np.flatnonzero(search.ready.usable).astype(np.int32)
    first = first_of_each(at.unit_of, losses, usable, FIRST_OPTIONS)
    known = [part[part >= 0] for part in (plan, search.chosen) if part is not None]
    search.add_options(np.unique(np.concatenate([first, *known])).astype(np.int32))


def _relax(search: Search) -> None:
    """The relaxation over all options, then cuts as long as they bring the bound down."""
    before = np.inf
    for number in range(CUT_ROUNDS):
        priced = search.solve_relaxation()
        if number % 5 == 0:
            _round(search, priced)
        if search.is_proven or search.is_late:
            return
        if before - search.bound < LEAST_GAIN * max(search.bound - search.worth, 1e-9) and number > 3:
            break
        before = search.bound
        if not search.add_rows(priced):
            break
    _round(search, priced)


def _round(search: Search, priced: Priced) -> None:
    """A plan from the relaxation: the options it uses most first, then those that lose least."""
    used = np.flatnonzero(priced.value > 1e-3)
    order = used[np.lexsort((used, -priced.value[used]))]
    search.offer(greedy_plan(search.ready, search.losses, search.relaxation.columns[order].tolist()))


def _finish(search: Search) -> None:
    """The best plan among options of small loss; wider, until those left out cannot be in a better plan."""
    width = max(search.margin, _narrow(search))
    while not (search.is_proven or search.is_late):
        width = min(width, search.relaxed - search.worth) if np.isfinite(search.worth) else width
        keep = search.ready.usable & (search.losses <= width + 1e-6)
        found: Part = best_of_part(search.ready, keep, search.relaxation.cuts, search.chosen, lambda: search.left)
        if found.chosen is not None:
            search.offer(found.chosen)
        whole = bool((keep == search.ready.usable).all())
        outside = -np.inf if whole else search.relaxed - width
        search.bound = min(search.bound, max(found.bound, outside, search.worth))
        gap = search.relaxed - search.worth
        if whole or width >= gap - 1e-9:
            return
        width = gap if gap < WIDER * width else WIDER * width


def _narrow(search: Search) -> float:
    """A loss that only the best few options of each unit stay below."""
    most = int(FIRST_PART * len(search.ready.instance.units))
    losses = search.losses[np.isfinite(search.losses)]
    if len(losses) <= most:
        return float(losses.max(initial=0.0))
    return float(np.partition(losses, most)[most])
