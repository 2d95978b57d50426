"""A single child or group to place today: each option is tried in turn, the likeliest first."""

import numpy as np

from nearhome.matching.calculations.planning.instance import Flags, NoPlanError, Solution
from nearhome.matching.calculations.planning.keeping_back_stages import Stages


def planned_for_one(stages: Stages) -> Solution:
    """The best option, or none, exactly. Prices with all beds free limit what an option can be worth: few are tried.

    Raises NoPlanError where the unit must be placed and has no option that fits.
    """
    best, best_worth = _waiting(stages)
    free = stages.later.placed_in(stages.places)
    limits = stages.worth + free.value.mean() - stages.priced(free.prices.mean(axis=0))
    limits[~_fitting(stages)] = -np.inf
    for option in np.argsort(-limits, kind="stable").tolist():
        if limits[option] <= best_worth:
            break
        worth = float(stages.worth[option] + _later_without(stages, option))
        if worth > best_worth:
            best, best_worth = option, worth
    if best_worth == -np.inf:
        raise NoPlanError("the only child or group must be placed and no option fits")
    chosen = np.array([best], dtype=np.int32)
    return Solution(chosen, best_worth, best_worth, "optimal", np.zeros(len(stages.places)))


def _waiting(stages: Stages) -> tuple[int, float]:
    if stages.instance.must_place[0]:
        return -1, -np.inf
    return -1, float(stages.later.placed_in(stages.places).value.mean())


def _later_without(stages: Stages, option: int) -> float:
    return float(stages.later.placed_in(stages.left_after(np.array([option]))).value.mean())


def _fitting(stages: Stages) -> Flags:
    """Which options the beds have places for. Shape [N]."""
    instance, beds = stages.instance, len(stages.places)
    pair, number = np.unique(stages.option_of_use.astype(np.int64) * beds + instance.use_bed, return_inverse=True)
    takes = np.bincount(number, weights=instance.use_takes, minlength=len(pair))
    fits = np.ones(len(instance.worth), dtype=bool)
    fits[pair[takes > stages.places[pair % beds]] // beds] = False
    return fits
