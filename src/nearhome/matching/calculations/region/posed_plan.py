"""A region posed and planned for, so that questions can be asked of it."""

from dataclasses import dataclass, replace

import numpy as np

from nearhome.matching.calculations.planning.instance import Floats, Instance, Solution
from nearhome.matching.calculations.planning.keeping_back import KeptBack
from nearhome.matching.calculations.planning.promise import Alone
from nearhome.matching.calculations.region.posing import Posed


@dataclass(frozen=True, slots=True, eq=False)
class PosedPlan:
    """A region posed and planned for, so that questions can be asked of it: the instance holds the promise."""

    posed: Posed
    instance: Instance
    solution: Solution
    alone: Alone
    price_of_promise: float | None
    kept: KeptBack | None


def less_kept(planned: PosedPlan) -> Floats:
    """Each option's worth less what its beds are worth to later children, but never so little that a child would wait."""
    instance = planned.instance
    if planned.kept is None:
        return instance.worth
    taken = planned.kept.bed_worth[instance.use_bed] * instance.use_takes
    cost = np.bincount(instance.option_of_use(), weights=taken, minlength=len(instance.worth))
    return np.maximum(instance.worth - cost, np.minimum(instance.worth, 1.0))


def weighed_plan(planned: PosedPlan) -> tuple[Instance, Solution]:
    """The plan as it was weighed, later children counted: what another place would cost is measured against this."""
    instance, chosen = planned.instance.with_worth(less_kept(planned)), planned.solution.chosen
    worth = float(instance.worth[chosen[chosen >= 0]].sum())
    return instance, replace(planned.solution, worth=worth, bound=worth)
