"""The linear relaxation over a growing part of the options, with prices that value all the others."""

from dataclasses import dataclass

import highspy
import numpy as np

from nearhome.matching.calculations.planning.instance import Floats, Ints
from nearhome.matching.calculations.planning.solving_posed import Posed

PENALTY = 100.0  # times the greatest worth, for each rule a relaxation breaks while it has no plan


@dataclass(frozen=True, slots=True, eq=False)
class Priced:
    """A solved relaxation: `value` of each column, and the prices of units, beds, floors and cuts (all 0 or more)."""

    value: Floats
    bed: Floats
    floor: Floats
    cut: Floats


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows to add: `options` and their `amounts`, the sum at most 1."""

    options: tuple[int, ...]
    amounts: tuple[float, ...]


class Relaxation:
    """A linear programme that options and cuts are added to; HiGHS goes on from where it was."""

    def __init__(self, ready: Posed) -> None:
        """Rows for units, beds and floors, and no option yet."""
        self.ready, at = ready, ready.instance
        self.columns: Ints = np.zeros(0, dtype=np.int32)
        self.column_of: Ints = np.full(len(at.worth), -1, dtype=np.int32)
        self.cuts: list[dict[int, float]] = []
        self.first_column = 0
        self.solver = highspy.Highs()
        for option, setting in (("output_flag", False), ("threads", 1), ("simplex_strategy", 0), ("presolve", "off")):
            self.solver.setOptionValue(option, setting)
        self.solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
        least = np.zeros(0) if at.floors is None else at.floors.at_least
        low = np.concatenate([at.must_place.astype(float), np.zeros(len(at.capacity)), least])
        high = np.concatenate([np.ones(len(at.units)), at.capacity.astype(float), np.full(len(least), np.inf)])
        empty = np.zeros(0, dtype=np.int32)
        self.solver.addRows(len(low), low, high, 0, np.zeros(len(low), np.int32), empty, np.zeros(0))
        self._let_break(np.flatnonzero(low > 0).astype(np.int32), low)

    def _let_break(self, rows: Ints, low: Floats) -> None:
        """Columns that mend a rule at a great price, so that there is always a solution to read prices from."""
        price = -PENALTY * (1.0 + float(np.abs(self.ready.instance.worth).max(initial=0.0)))
        scale = np.where(rows < len(self.ready.instance.units), 1.0, np.maximum(1.0, low[rows]))
        number = len(rows)
        starts = np.arange(number, dtype=np.int32)
        top = np.full(number, np.inf)
        self.solver.addCols(number, np.full(number, price), np.zeros(number), top, number, starts, rows, scale)
        self.first_column = number

    def add_options(self, options: Ints, cut_amounts: dict[int, list[tuple[int, float]]]) -> None:
        """More options; `cut_amounts` gives an option's (cut, amount) where not 0."""
        at = self.ready.instance
        first, units = len(self.columns), len(at.units)
        rows: list[Ints] = [at.unit_of[options]]
        column = [np.arange(len(options), dtype=np.int32)]
        amount = [np.ones(len(options))]
        place, uses = _spread(at.use_starts, options)
        rows.append(units + at.use_bed[uses])
        column.append(place)
        amount.append(at.use_takes[uses].astype(float))
        self.column_of[options] = np.arange(first, first + len(options))
        self.columns = np.concatenate([self.columns, options])
        self._floor_entries(options, first, rows, column, amount)
        extra = [(cut, k, worth) for k, o in enumerate(options.tolist()) for cut, worth in cut_amounts.get(o, ())]
        if extra:
            cut, k, worth = (np.array(part) for part in zip(*extra, strict=True))
            rows.append(self._rows_before_cuts() + cut.astype(np.int32))
            column.append(k.astype(np.int32))
            amount.append(worth.astype(float))
            for number, where, size in extra:
                self.cuts[number][int(options[where])] = size
        self._pass_columns(at.worth[options], np.concatenate(rows), np.concatenate(column), np.concatenate(amount))

    def _floor_entries(self, options: Ints, first: int, rows: list, column: list, amount: list) -> None:
        at = self.ready.instance
        if at.floors is None:
            return
        where = self.column_of[at.floors.option] - first
        counts = where >= 0
        rows.append(len(at.units) + len(at.capacity) + at.floors.floor[counts])
        column.append(where[counts].astype(np.int32))
        amount.append(at.floors.amount[counts])

    def _pass_columns(self, worth: Floats, row: Ints, column: Ints, amount: Floats) -> None:
        row, column, amount = summed(row, column, amount)
        starts = np.searchsorted(column, np.arange(len(worth))).astype(np.int32)
        zero, one = np.zeros(len(worth)), np.full(len(worth), np.inf)
        self.solver.addCols(len(worth), worth, zero, one, len(row), starts, row, amount)

    def _rows_before_cuts(self) -> int:
        at = self.ready.instance
        return len(at.units) + len(at.capacity) + (0 if at.floors is None else len(at.floors.at_least))

    def add_cuts(self, cuts: list[dict[int, float]]) -> None:
        """More rows: amounts by option, the sum at most 1. Every option must be a column already."""
        lengths = [len(cut) for cut in cuts]
        starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int32)
        options = np.fromiter((option for cut in cuts for option in cut), np.int32, sum(lengths))
        amounts = np.fromiter((amount for cut in cuts for amount in cut.values()), float, sum(lengths))
        columns = self.column_of[options] + self.first_column
        low, high = np.full(len(cuts), -np.inf), np.ones(len(cuts))
        self.solver.addRows(len(cuts), low, high, len(options), starts, columns.astype(np.int32), amounts)
        self.cuts.extend(cuts)

    def solved(self, seconds: float | None) -> Priced:
        """Solve, or as far as the time goes."""
        if seconds is not None:
            self.solver.setOptionValue("time_limit", self.solver.getRunTime() + max(0.0, seconds))
        self.solver.run()
        solution, at = self.solver.getSolution(), self.ready.instance
        price = np.array(solution.row_dual, dtype=float)
        units, beds, base = len(at.units), len(at.capacity), self._rows_before_cuts()
        return Priced(
            np.array(solution.col_value)[self.first_column :],
            np.maximum(price[units : units + beds], 0.0),
            np.maximum(-price[units + beds : base], 0.0),
            np.maximum(price[base:], 0.0),
        )

    def unpriced(self) -> Priced:
        """Nothing has a price yet: every unit could have its best option."""
        at = self.ready.instance
        floors = 0 if at.floors is None else len(at.floors.at_least)
        return Priced(np.zeros(0), np.zeros(len(at.capacity)), np.zeros(floors), np.zeros(len(self.cuts)))

    def bound_and_losses(self, priced: Priced) -> tuple[float, Floats]:
        """What no plan can exceed, and for each option by how much more a plan that uses it stays below. Shape [N].

        Weak duality: true for any prices of 0 or more, whether or not the relaxation was solved to the end.
        """
        at = self.ready.instance
        net = at.worth - self.ready.costs(priced.bed)
        total = float(priced.bed @ at.capacity) + float(priced.cut.sum())
        if at.floors is not None:
            net += np.bincount(
                at.floors.option, weights=at.floors.amount * priced.floor[at.floors.floor], minlength=len(net)
            )
            total -= float(priced.floor @ at.floors.at_least)
        for cut in np.flatnonzero(priced.cut > 0).tolist():
            held = self.cuts[cut]
            net[np.fromiter(held, np.int32, len(held))] -= priced.cut[cut] * np.fromiter(
                held.values(), float, len(held)
            )
        net[~self.ready.usable] = -np.inf
        best = np.where(at.must_place, -np.inf, 0.0)
        _raise_best(best, at.unit_of, net)
        return total + float(best.sum()), best[at.unit_of] - net


def _raise_best(best: Floats, unit_of: Ints, net: Floats) -> None:
    """The best of each unit, by runs: options of one unit are next to each other."""
    starts = np.flatnonzero(np.concatenate([[True], unit_of[1:] != unit_of[:-1]]))
    units = unit_of[starts]
    best[units] = np.maximum(best[units], np.maximum.reduceat(net, starts))


def _spread(starts: Ints, chosen: Ints) -> tuple[Ints, Ints]:
    """For every entry of the chosen runs: the place among `chosen`, and the entry's number."""
    lengths = starts[chosen + 1] - starts[chosen]
    place = np.repeat(np.arange(len(chosen), dtype=np.int32), lengths)
    before = np.cumsum(lengths) - lengths
    return place, (np.arange(len(place)) - before[place] + starts[chosen][place]).astype(np.int32)


def summed(row: Ints, column: Ints, amount: Floats) -> tuple[Ints, Ints, Floats]:
    """Entries in order of column and row, those at one place added up."""
    order = np.lexsort((row, column))
    row, column, amount = row[order], column[order], amount[order]
    if not len(row):
        return row, column, amount
    new = np.concatenate([[True], (row[1:] != row[:-1]) | (column[1:] != column[:-1])])
    first = np.flatnonzero(new)
    return row[first].astype(np.int32), column[first].astype(np.int32), np.add.reduceat(amount, first)
