"""The regional plan as one plain integer programme, every row written down: slow and obvious.

It is the model that tests hold the fast solver against, and the peer that measurements name.
"""

import highspy
import numpy as np

from nearhome.matching.calculations.planning.instance import Floats, Instance, Ints, NoPlanError, Solution


def plain_plan(instance: Instance, *, seconds: float | None = None) -> Solution:
    """The best plan by HiGHS on the whole model: a column for each option, a row for each rule.

    Rows: each unit at most once (exactly once where it must be placed); the places of each kind of bed; each pair that
    must live apart, in each home both could go to; each floor. Raises NoPlanError if there is none.
    """
    solver = plain_model(instance)
    solver.setOptionValue("mip_rel_gap", 0.0)
    if seconds is not None:
        solver.setOptionValue("time_limit", float(seconds))
    solver.run()
    if solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        raise NoPlanError("no plan keeps every rule and every floor")
    info = solver.getInfo()
    values = np.array(solver.getSolution().col_value)
    chosen = np.full(len(instance.units), -1, dtype=np.int32)
    taken = np.flatnonzero(values > 0.5)
    chosen[instance.unit_of[taken]] = taken
    worth = float(instance.worth[taken].sum())
    is_optimal = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    bound = worth if is_optimal else max(worth, float(info.mip_dual_bound))
    return Solution(chosen, worth, bound, "optimal" if is_optimal else "time_limit", np.zeros(len(instance.capacity)))


def plain_model(instance: Instance, *, whole: bool = True) -> highspy.Highs:
    """The model, not yet solved; with `whole` False its linear relaxation."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    number = len(instance.worth)
    solver.addVars(number, np.zeros(number), np.ones(number))
    columns = np.arange(number, dtype=np.int32)
    solver.changeColsCost(number, columns, instance.worth)
    if whole:
        kinds = np.full(number, int(highspy.HighsVarType.kInteger), dtype=np.uint8)
        solver.changeColsIntegrality(number, columns, kinds)
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize)
    _unit_rows(solver, instance)
    _bed_rows(solver, instance)
    for together, most in _pairs_in_homes(instance):
        solver.addRow(0.0, most, len(together), together, np.ones(len(together)))
    _floor_rows(solver, instance)
    return solver


def _unit_rows(solver: highspy.Highs, instance: Instance) -> None:
    for unit, must in enumerate(instance.must_place):
        options = np.array(instance.options_of(unit), dtype=np.int32)
        solver.addRow(1.0 if must else 0.0, 1.0, len(options), options, np.ones(len(options)))


def _bed_rows(solver: highspy.Highs, instance: Instance) -> None:
    option, order = instance.option_of_use(), np.argsort(instance.use_bed, kind="stable")
    ends = np.searchsorted(instance.use_bed[order], np.arange(len(instance.capacity) + 1))
    for bed, places in enumerate(instance.capacity):
        uses = order[ends[bed] : ends[bed + 1]]
        takes: Floats = instance.use_takes[uses].astype(np.float64)
        solver.addRow(0.0, float(places), len(uses), option[uses], takes)


def _pairs_in_homes(instance: Instance) -> list[tuple[Ints, float]]:
    """Options that place either child of a pair in one home, and how many may be chosen: none if both are one option's."""
    option = instance.option_of_use()
    home = instance.home_of_bed[instance.use_bed]
    found: dict[tuple[int, int], dict[int, list[int]]] = {}
    wanted = {(int(pair[at]), int(pair[at + 1])) for pair in instance.apart for at in (0, 2)}
    by_unit = {unit for unit, _ in wanted}
    for use in np.flatnonzero(np.isin(instance.unit_of[option], list(by_unit))):
        unit = int(instance.unit_of[option[use]])
        for member in range(len(instance.members[unit])):
            if (unit, member) in wanted and int(instance.use_members[use]) >> member & 1:
                found.setdefault((unit, member), {}).setdefault(int(home[use]), []).append(int(option[use]))
    rows: list[tuple[Ints, float]] = []
    for unit, member, other, their in instance.apart.tolist():
        ours, theirs = found.get((unit, member), {}), found.get((other, their), {})
        for at in sorted(set(ours) & set(theirs)):
            options = set(ours[at]) & set(theirs[at]) if unit == other else {*ours[at], *theirs[at]}
            rows.append((np.array(sorted(options), dtype=np.int32), 0.0 if unit == other else 1.0))
    return rows


def _floor_rows(solver: highspy.Highs, instance: Instance) -> None:
    floors = instance.floors
    if floors is None:
        return
    for number, least in enumerate(floors.at_least):
        counts = floors.floor == number
        solver.addRow(float(least), np.inf, int(counts.sum()), floors.option[counts], floors.amount[counts])
