"""What the beds left after today are worth to those who come later: one small linear programme for each trajectory."""

from dataclasses import dataclass
from itertools import pairwise

import highspy
import numpy as np

from nearhome.matching.calculations.planning.bare import LaterArrivals
from nearhome.matching.calculations.planning.instance import Floats, Instance, Ints

JUST_MORE = 1e-5  # this much more of every bed picks, among equally good prices, the lowest


@dataclass(frozen=True, slots=True, eq=False)
class LaterWorth:
    """The later worth of the beds left, by trajectory, and a limit that holds for any other beds left.

    Shapes: `value`[K]; `constant`[K] and `prices`[K, B]: with beds `left`, trajectory k is worth at most
    `constant[k] + prices[k] @ left`, and exactly that for the beds it was asked about.
    """

    value: Floats
    constant: Floats
    prices: Floats

    def at_most(self, left: Floats) -> Floats:
        """What each trajectory can be worth at most with other beds left. Shape [K]."""
        return self.constant + self.prices @ left


class LaterBeds:
    """The trajectories, ready to be asked again and again: each keeps its last answer to begin from.

    Left out, because they can never be used: options that are worth nothing, or need more places than the bed has now.
    """

    def __init__(self, later: LaterArrivals, instance: Instance) -> None:
        useful = (later.value > 0) & (later.takes <= instance.capacity[later.home])
        order = np.lexsort((later.home[useful], later.unit[useful], later.trajectory[useful]))
        self.count = later.count
        self._beds = len(instance.capacity)
        self.trajectory = later.trajectory[useful][order]
        self.bed = later.home[useful][order]
        self.takes = later.takes[useful][order].astype(np.float64)
        self.value = later.value[useful][order].astype(np.float64)
        self.unit = _numbered(self.trajectory, later.unit[useful][order])
        self._unit_starts = np.flatnonzero(np.diff(self.unit, prepend=-1))
        self._unit_trajectory = self.trajectory[self._unit_starts]
        ends = np.searchsorted(self.trajectory, np.arange(self.count + 1))
        self._parts = [slice(first, last) for first, last in pairwise(ends.tolist())]
        self._programmes = [self._programme(part) if part.start < part.stop else None for part in self._parts]

    @property
    def wanted(self) -> Ints:
        """The beds that anybody later could use."""
        return np.unique(self.bed)

    @property
    def largest(self) -> float:
        """The greatest worth of a later option."""
        return float(self.value.max(initial=0.0))

    def placed_in(self, left: Floats) -> LaterWorth:
        """Worth and prices with these places left of each bed. Shape of `left` [B]."""
        value, prices = np.zeros(self.count), np.zeros((self.count, self._beds))
        for number, programme in enumerate(self._programmes):
            if programme is not None:
                value[number], prices[number, programme.beds] = programme.solved(left)
        return LaterWorth(value, self._constant(prices), prices)

    def lowest_prices(self, left: Floats) -> Floats:
        """The worth of one more place in each bed by trajectory, the lowest where several are right. Shape [K, B]."""
        return self.placed_in(left + JUST_MORE).prices

    def _constant(self, prices: Floats) -> Floats:
        """What the units are worth beyond the prices of the beds: the smallest that makes the limit hold everywhere."""
        if len(self.value) == 0:
            return np.zeros(self.count)
        over = self.value - self.takes * prices[self.trajectory, self.bed]
        best = np.maximum(np.maximum.reduceat(over, self._unit_starts), 0.0)
        return np.bincount(self._unit_trajectory, weights=best, minlength=self.count).astype(np.float64)

    def _programme(self, part: slice) -> "_Programme":
        beds, bed = np.unique(self.bed[part], return_inverse=True)
        unit = self.unit[part] - self.unit[part.start]
        return _Programme(unit, beds, bed.astype(np.int32), self.takes[part], self.value[part])


class _Programme:
    """One trajectory: place its units, each at most once and in parts if need be, in the beds left."""

    def __init__(self, unit: Ints, beds: Ints, bed: Ints, takes: Floats, value: Floats) -> None:
        self.beds = beds
        self._units = int(unit[-1]) + 1
        self._solver = highspy.Highs()
        for option, setting in (("output_flag", False), ("presolve", "off"), ("threads", 1)):
            self._solver.setOptionValue(option, setting)
        self._solver.passModel(self._model(unit, bed, takes, value))

    def _model(self, unit: Ints, bed: Ints, takes: Floats, value: Floats) -> highspy.HighsLp:
        model, number, rows = highspy.HighsLp(), len(value), self._units + len(self.beds)
        model.num_col_, model.num_row_ = number, rows
        model.sense_ = highspy.ObjSense.kMaximize
        model.col_cost_, model.col_lower_, model.col_upper_ = value, np.zeros(number), np.full(number, np.inf)
        model.row_lower_ = np.full(rows, -np.inf)
        model.row_upper_ = np.concatenate([np.ones(self._units), np.zeros(len(self.beds))])
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = np.arange(0, 2 * number + 1, 2)
        model.a_matrix_.index_ = np.stack([unit, self._units + bed], axis=1).ravel()
        model.a_matrix_.value_ = np.stack([np.ones(number), takes], axis=1).ravel()
        return model

    def solved(self, left: Floats) -> tuple[float, Floats]:
        """The greatest worth with these places left, and the price of a place in each of `beds`."""
        rows = np.arange(self._units, self._units + len(self.beds), dtype=np.int32)
        self._solver.changeRowsBounds(len(rows), rows, np.full(len(rows), -np.inf), left[self.beds])  # type: ignore[attr-defined]
        self._solver.run()
        duals = np.array(self._solver.getSolution().row_dual)[self._units :]
        return float(self._solver.getInfo().objective_function_value), np.maximum(duals, 0.0)


def _numbered(trajectory: Ints, unit: Ints) -> Ints:
    """Units numbered 0, 1, … in the order they come, one by one over all trajectories."""
    new = np.ones(len(unit), dtype=bool)
    new[1:] = (unit[1:] != unit[:-1]) | (trajectory[1:] != trajectory[:-1])
    return (np.cumsum(new) - 1).astype(np.int32)
