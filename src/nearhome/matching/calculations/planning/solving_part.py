"""The best plan among some of the options: a whole-number programme with every rule written down."""

from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from nearhome.matching.calculations.planning.cliques import cliques_over
from nearhome.matching.calculations.planning.instance import Flags, Floats, Instance, Ints
from nearhome.matching.calculations.planning.relaxation import summed
from nearhome.matching.calculations.planning.solving_posed import TOLERANCE, Posed

Child = tuple[int, int]  # the unit, and which of its members


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The best plan found among the options, if any, and what none among them can exceed."""

    chosen: Ints | None
    bound: float


def best_of_part(
    ready: Posed, keep: Flags, cuts: list[dict[int, float]], best: Ints | None, left: Callable[[], float | None]
) -> Part:
    """The best plan that uses only options marked in `keep` [N]. It begins from `best`, a plan [U].

    `left` says how many seconds there are when the model is written down.
    """
    options = np.flatnonzero(keep).astype(np.int32)
    solver = _model(ready, options)
    _add_apart(solver, ready, options)
    _add_cuts(solver, options, cuts)
    for name, setting in (("mip_rel_gap", 0.0), ("mip_abs_gap", max(1e-6, ready.step * 0.99)), ("threads", 1)):
        solver.setOptionValue(name, setting)
    if best is not None and keep[best[best >= 0]].all():
        _begin_from(solver, options, best)
    if ready.instance.floors is not None:
        solver.setOptionValue("mip_feasibility_tolerance", TOLERANCE / 2)
        solver.setOptionValue("primal_feasibility_tolerance", TOLERANCE / 2)
    seconds = left()
    if seconds is not None:
        solver.setOptionValue("time_limit", max(0.0, seconds))
    solver.run()
    return _answer(solver, ready.instance, options, ready.step * 0.99)


def _begin_from(solver: highspy.Highs, options: Ints, best: Ints) -> None:
    known = highspy.HighsSolution()
    known.col_value = np.isin(options, best[best >= 0]).astype(float).tolist()
    solver.setSolution(known)


def _answer(solver: highspy.Highs, at: Instance, options: Ints, tolerated: float) -> Part:
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Part(None, -np.inf)
    if status == highspy.HighsModelStatus.kModelEmpty:
        return Part(np.full(len(at.units), -1, dtype=np.int32), 0.0)
    chosen = None
    if info.primal_solution_status == 2:
        values = np.array(solver.getSolution().col_value)
        chosen = np.full(len(at.units), -1, dtype=np.int32)
        taken = options[values > 0.5]
        chosen[at.unit_of[taken]] = taken
    bound = float(info.mip_dual_bound)
    if chosen is not None and status == highspy.HighsModelStatus.kOptimal:
        bound = min(bound, float(at.worth[chosen[chosen >= 0]].sum()) + tolerated)
    return Part(chosen, bound)


def _model(ready: Posed, options: Ints) -> highspy.Highs:
    at = ready.instance
    smaller, _ = at.keeping(np.isin(np.arange(len(at.worth)), options))
    units, beds, number = len(at.units), len(at.capacity), len(options)
    row = [smaller.unit_of, (units + smaller.use_bed).astype(np.int32)]
    column = [np.arange(number, dtype=np.int32), smaller.option_of_use()]
    amount: list[Floats] = [np.ones(number), smaller.use_takes.astype(float)]
    least = np.zeros(0)
    if smaller.floors is not None:
        least = smaller.floors.at_least
        row.append((units + beds + smaller.floors.floor).astype(np.int32))
        column.append(smaller.floors.option)
        amount.append(smaller.floors.amount)
    rows, columns, amounts = summed(np.concatenate(row), np.concatenate(column), np.concatenate(amount))
    low = np.concatenate([at.must_place.astype(float), np.full(beds, -np.inf), least])
    high = np.concatenate([np.ones(units), at.capacity.astype(float), np.full(len(least), np.inf)])
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    empty = np.zeros(0, dtype=np.int32)
    solver.addRows(len(low), low, high, 0, np.zeros(len(low), np.int32), empty, np.zeros(0))
    starts = np.searchsorted(columns, np.arange(number)).astype(np.int32)
    solver.addCols(number, smaller.worth, np.zeros(number), np.ones(number), len(rows), starts, rows, amounts)
    kinds = np.full(number, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
    solver.changeColsIntegrality(number, np.arange(number, dtype=np.int32), kinds)
    return solver


def _add_apart(solver: highspy.Highs, ready: Posed, options: Ints) -> None:
    """In each home, of those who may not live together two by two: at most one."""
    members: dict[int, set[int]] = {}
    for (unit, other), pairs in ready.pairs.items():
        members.setdefault(unit, set()).update(mine for mine, _ in pairs)
        members.setdefault(other, set()).update(their for _, their in pairs)
    concerned = np.isin(ready.instance.unit_of[options], np.array(list(members), dtype=np.int32))
    columns: dict[int, dict[Child, list[int]]] = {}
    for column in np.flatnonzero(concerned).tolist():
        for home, guest in ready.guests(int(options[column])):
            for member in members[guest.unit]:
                if guest.members >> member & 1:
                    columns.setdefault(home, {}).setdefault((guest.unit, member), []).append(column)
    rows: list[list[int]] = []
    for edges, at in zip(_edges(ready, columns), columns.values(), strict=True):
        rows.extend([column for child in clique for column in at[child]] for clique in cliques_over(edges))
    _add_rows(solver, [dict.fromkeys(row, 1.0) for row in rows])


def _edges(ready: Posed, columns: dict[int, dict[Child, list[int]]]) -> list[list[tuple[Child, Child]]]:
    """For each home, the pairs of children who could meet there and may not."""
    homes: dict[Child, dict[int, int]] = {}
    for number, at in enumerate(columns.values()):
        for child in at:
            homes.setdefault(child, {})[number] = number
    found: list[list[tuple[Child, Child]]] = [[] for _ in columns]
    for (unit, other), pairs in ready.pairs.items():
        for mine, their in pairs:
            one, two = (unit, mine), (other, their)
            for number in homes.get(one, {}):
                if number in homes.get(two, {}):
                    found[number].append((one, two))
    return found


def _add_cuts(solver: highspy.Highs, options: Ints, cuts: list[dict[int, float]]) -> None:
    column_of = {option: column for column, option in enumerate(options.tolist())}
    rows = [{column_of[option]: amount for option, amount in cut.items() if option in column_of} for cut in cuts]
    _add_rows(solver, [row for row in rows if len(row) > 1])


def _add_rows(solver: highspy.Highs, rows: list[dict[int, float]]) -> None:
    lengths = [len(row) for row in rows]
    if not rows:
        return
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int32)
    columns = np.fromiter((column for row in rows for column in row), np.int32, sum(lengths))
    amounts = np.fromiter((amount for row in rows for amount in row.values()), float, sum(lengths))
    solver.addRows(len(rows), np.full(len(rows), -np.inf), np.ones(len(rows)), len(columns), starts, columns, amounts)
