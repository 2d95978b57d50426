"""Place today's children, and keep a bed back for somebody later where that is worth more.

A two-stage stochastic programme by sample average (docs/methods/keeping-a-bed-back.md): the worth of today's options
plus the mean, over sampled futures, of what the beds left are worth to those who come later. After Ahani, Gölz,
Procaccia, Teytelboym and Trapp, "Dynamic Placement in Refugee Resettlement", Operations Research 72(3) 2024.
"""

from dataclasses import dataclass, replace

import numpy as np

from nearhome.matching.calculations.planning.bare import LaterArrivals
from nearhome.matching.calculations.planning.instance import Flags, Floats, Instance, Ints, Solution
from nearhome.matching.calculations.planning.keeping_back_cuts import planned_by_cuts
from nearhome.matching.calculations.planning.keeping_back_later import LaterBeds
from nearhome.matching.calculations.planning.keeping_back_one import planned_for_one
from nearhome.matching.calculations.planning.keeping_back_stages import Stages
from nearhome.matching.calculations.planning.keeping_back_waits import placing_as_many
from nearhome.matching.calculations.planning.keeping_back_whole import planned_whole
from nearhome.matching.calculations.planning.solving import Clock, solve

WHOLE_UP_TO = 12_000  # columns of today's and later options in one programme; beyond, prices


@dataclass(frozen=True, slots=True, eq=False)
class KeptBack:
    """Today's plan with its later worth, and what each bed left would be worth to those who come later.

    `solution.worth` is today's options alone; `solution.bound` lies as far above it as the best plan could lie above
    this one with the later worth counted, so they are equal when it is proven. `expected_later` is the mean worth of
    the beds left; `bed_worth`[B] the mean price of one more place in each bed left (the lowest where several are
    right), `spread`[B] its standard deviation over the trajectories.
    """

    solution: Solution
    expected_later: float
    bed_worth: Floats
    spread: Floats
    trajectories: int


def plan_keeping_back(
    instance: Instance,
    later: LaterArrivals,
    *,
    clock: Clock,
    seconds: float | None = None,
    start: Ints | None = None,
    nobody_waits: bool = False,
    urgent: Flags | None = None,
) -> KeptBack:
    """The plan for today that leaves the right beds for later. Without trajectories it is the plain plan.

    With `nobody_waits` as many children are placed today as could be without any future, first of the `urgent` units
    ([U], none if not said), then of all: a bed may be kept back only by choosing another for the child. `clock`,
    `seconds` and `start` as in `solve`. Raises NoPlanError if no plan is possible.
    """
    ends = None if seconds is None else clock() + seconds
    if nobody_waits:
        instance, start = placing_as_many(instance, urgent, clock=clock, seconds=seconds)
    beds = LaterBeds(later, instance)
    if len(beds.value) == 0:
        return _without_futures(instance, later.count, solve(instance, clock=clock, seconds=seconds, start=start))
    stages = Stages(instance, beds)
    return _kept_back(stages, _planned(stages, start=start, clock=clock, ends=ends))


def _planned(stages: Stages, *, start: Ints | None, clock: Clock, ends: float | None) -> Solution:
    """One child: each option in turn. A batch: one programme. Very many: prices, with a limit on what they miss."""
    instance = stages.instance
    if len(instance.units) == 1 and instance.floors is None and len(instance.apart) == 0:
        return planned_for_one(stages)
    if len(instance.worth) + len(stages.later.value) <= WHOLE_UP_TO:
        found = planned_whole(stages, seconds=None if ends is None else ends - clock(), start=start)
        if np.isfinite(found.worth):
            return found
    return planned_by_cuts(stages, start=start, clock=clock, ends=ends)


def _without_futures(instance: Instance, trajectories: int, solution: Solution) -> KeptBack:
    nothing = np.zeros(len(instance.capacity))
    return KeptBack(solution, 0.0, nothing, nothing, trajectories)


def _kept_back(stages: Stages, solution: Solution) -> KeptBack:
    left = stages.left_after(solution.chosen)
    prices = stages.later.lowest_prices(left)
    mean = prices.mean(axis=0)
    worth = stages.today_worth(solution.chosen)
    return KeptBack(
        solution=replace(solution, worth=worth, bound=worth + (solution.bound - solution.worth), prices=mean),
        expected_later=float(stages.later.placed_in(left).value.mean()),
        bed_worth=mean,
        spread=prices.std(axis=0),
        trajectories=stages.later.count,
    )
