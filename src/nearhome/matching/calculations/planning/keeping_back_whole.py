"""Today and every future as one integer programme: today's options whole, later options in part."""

import highspy
import numpy as np

from nearhome.matching.calculations.planning.instance import Floats, Ints, NoPlanError, Solution
from nearhome.matching.calculations.planning.keeping_back_stages import Stages
from nearhome.matching.calculations.planning.plain import plain_model

EXACT_UP_TO = 6_000  # columns: up to here the best plan is proven
NEAR_ENOUGH = 0.005  # beyond, a plan this near to its limit will do: far nearer than futures can be known


def planned_whole(stages: Stages, *, seconds: float | None, start: Ints | None = None) -> Solution:
    """The plan of greatest worth today and later, with its limit. Raises NoPlanError where no plan keeps every rule."""
    solver = whole_model(stages)
    solver.setOptionValue("mip_rel_gap", 0.0 if solver.getNumCol() <= EXACT_UP_TO else NEAR_ENOUGH)
    if seconds is not None:
        solver.setOptionValue("time_limit", max(seconds, 0.01))
    if start is not None:
        _begin_from(solver, stages, start)
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        raise NoPlanError("no plan keeps every rule and every floor")
    return _solution(solver, stages)


def whole_model(stages: Stages) -> highspy.Highs:
    """The programme, not yet solved: today's columns first, then the later options of every trajectory."""
    solver = plain_model(stages.instance.with_worth(stages.worth))
    later, today = stages.later, len(stages.worth)
    number = len(later.value)
    solver.addVars(number, np.zeros(number), np.full(number, np.inf))
    columns = today + np.arange(number, dtype=np.int32)
    solver.changeColsCost(number, columns, later.value / later.count)
    _add_rows(solver, later.unit, columns, np.ones(number), np.ones(int(later.unit[-1]) + 1))
    _add_bed_rows(solver, stages, columns)
    return solver


def _add_bed_rows(solver: highspy.Highs, stages: Stages, columns: Ints) -> None:
    """For each trajectory and bed: what today takes and what later children take is within the places."""
    later, instance, beds = stages.later, stages.instance, len(stages.places)
    pairs, row = np.unique(later.trajectory.astype(np.int64) * beds + later.bed, return_inverse=True)
    pair_bed = pairs % beds
    order = np.argsort(instance.use_bed, kind="stable")
    starts = np.searchsorted(instance.use_bed[order], np.arange(beds + 1))
    counts = np.diff(starts)[pair_bed]
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    uses = order[np.repeat(starts[pair_bed], counts) + offset]
    rows = np.concatenate([np.repeat(np.arange(len(pairs)), counts), row])
    options = np.concatenate([stages.option_of_use[uses], columns])
    _add_rows(solver, rows, options, np.concatenate([instance.use_takes[uses], later.takes]), stages.places[pair_bed])


def _add_rows(solver: highspy.Highs, row: Ints, column: Ints, amount: Floats, at_most: Floats) -> None:
    """Rows from their entries in any order; entries of one row and column add up."""
    wide = int(column.max()) + 1
    place, number = np.unique(row.astype(np.int64) * wide + column, return_inverse=True)
    amounts = np.bincount(number, weights=amount).astype(np.float64)
    starts = np.searchsorted(place // wide, np.arange(len(at_most))).astype(np.int32)
    unlimited = np.full(len(at_most), -np.inf)
    solver.addRows(len(at_most), unlimited, at_most, len(place), starts, (place % wide).astype(np.int32), amounts)


def _begin_from(solver: highspy.Highs, stages: Stages, start: Ints) -> None:
    columns = np.arange(len(stages.worth), dtype=np.int32)
    solver.setSolution(len(columns), columns, np.isin(columns, start).astype(np.float64))


def _solution(solver: highspy.Highs, stages: Stages) -> Solution:
    info, nothing = solver.getInfo(), np.zeros(len(stages.places))
    chosen = np.full(len(stages.instance.units), -1, dtype=np.int32)
    if info.primal_solution_status != 2:
        return Solution(chosen, -np.inf, float(info.mip_dual_bound), "time_limit", nothing)
    taken = np.flatnonzero(np.array(solver.getSolution().col_value)[: len(stages.worth)] > 0.5)
    chosen[stages.instance.unit_of[taken]] = taken
    worth = stages.inclined_worth(chosen) + float(stages.later.placed_in(stages.left_after(chosen)).value.mean())
    exact = solver.getNumCol() <= EXACT_UP_TO and solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    proven = exact or info.mip_dual_bound - worth <= 1e-7 * max(1.0, abs(worth))
    bound = worth if proven else max(worth, float(info.mip_dual_bound))
    return Solution(chosen, worth, bound, "optimal" if proven else "time_limit", nothing)
