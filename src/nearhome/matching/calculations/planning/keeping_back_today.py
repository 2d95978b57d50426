"""Today's programme with straight lines above the later worth laid over it, for HiGHS to solve."""

import highspy
import numpy as np

from nearhome.matching.calculations.planning.instance import Floats, NoPlanError
from nearhome.matching.calculations.planning.keeping_back_later import LaterWorth
from nearhome.matching.calculations.planning.keeping_back_stages import Stages
from nearhome.matching.calculations.planning.plain import plain_model


class Today:
    """Today's programme with a column for the places taken of each bed that is wanted later, and one for each future."""

    def __init__(self, stages: Stages) -> None:
        self.stages = stages
        self.options = len(stages.instance.worth)
        self.solver = plain_model(stages.instance.with_worth(stages.worth), whole=False)
        self._beds = np.intersect1d(stages.later.wanted, stages.instance.use_bed)
        self._taken = self.options + np.arange(len(self._beds), dtype=np.int32)
        self._future = self.options + len(self._beds) + np.arange(stages.later.count, dtype=np.int32)
        self._add_columns()
        self._add_takings()
        self._first_limit = self.solver.getNumRow()
        self._limits: list[tuple[float, Floats]] = []

    def solved(self, ends_in: float | None) -> tuple[Floats, float, bool]:
        """Today's columns at their best, what nothing can exceed, and whether it was finished."""
        if ends_in is not None:
            self.solver.setOptionValue("time_limit", self.solver.getRunTime() + max(ends_in, 0.01))
        self.solver.run()
        status, info = self.solver.getModelStatus(), self.solver.getInfo()
        if status == highspy.HighsModelStatus.kInfeasible:
            raise NoPlanError("no plan keeps every rule and every floor")
        finished = status == highspy.HighsModelStatus.kOptimal
        found = info.primal_solution_status == 2
        columns = np.array(self.solver.getSolution().col_value)[: self.options] if found else np.zeros(0)
        return columns, float(info.objective_function_value), finished

    def add_limits(self, later: LaterWorth) -> None:
        """Each future is worth at most this, whatever is left."""
        most = later.at_most(self.stages.places)
        for number, future in enumerate(self._future):
            prices = later.prices[number, self._beds]
            counts = np.flatnonzero(prices)
            columns = np.append(self._taken[counts], future).astype(np.int32)
            self.solver.addRow(-np.inf, float(most[number]), len(columns), columns, np.append(prices[counts], 1.0))
            self._limits.append((float(most[number]), later.prices[number]))

    def prices(self) -> tuple[Floats, float]:
        """After a parted solution: the price of a place in each bed, and what later children get at most besides."""
        weights = np.maximum(np.array(self.solver.getSolution().row_dual)[self._first_limit :], 0.0)
        most, prices = zip(*self._limits, strict=True)
        return weights @ np.array(prices), float(weights @ np.array(most))

    def _add_columns(self) -> None:
        beds, futures = self.stages.places[self._beds], len(self._future)
        self.solver.addVars(len(beds), np.zeros(len(beds)), beds)
        self.solver.addVars(futures, np.zeros(futures), np.full(futures, np.inf))
        self.solver.changeColsCost(futures, self._future, np.full(futures, 1.0 / futures))

    def _add_takings(self) -> None:
        instance = self.stages.instance
        order = np.argsort(instance.use_bed, kind="stable")
        ends = (
            np.searchsorted(instance.use_bed[order], self._beds),
            np.searchsorted(instance.use_bed[order], self._beds, side="right"),
        )
        for column, first, last in zip(self._taken, *ends, strict=True):
            uses = order[first:last]
            options, number = np.unique(self.stages.option_of_use[uses], return_inverse=True)
            takes = np.bincount(number, weights=instance.use_takes[uses])
            columns = np.append(options, column).astype(np.int32)
            self.solver.addRow(0.0, 0.0, len(columns), columns, np.append(takes, -1.0))
