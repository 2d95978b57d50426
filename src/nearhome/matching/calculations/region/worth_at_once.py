"""What is every home worth to one child, on the one scale a plan adds up: `parts_of` for a whole ranking at once."""

import numpy as np

from nearhome.matching.calculations.at_once.ranked_at_once import AtOnce
from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.records import ScoredOption


def options_of(found: AtOnce, policy: PlanPolicy, *, takes_all: bool = False) -> tuple[ScoredOption, ...]:
    """Every possible home of a ranking as an option of the plan, first to last; `asks` are left out.

    The same points as `option_of` gives for each home. Parts of 0 are left out.
    """
    last = len(found.asked.policy.route_order) - 1
    unmet = np.minimum(policy.point("unmet_essential_most"), policy.point("unmet_essential") * found.unmet_essential)
    parts = {
        "need_fit": policy.point("need_fit") * found.need_fit,
        "unmet_essential": -unmet,
        "score": policy.point("score") * found.total / 100,
        "route": policy.point("route") * (last - found.asked.routes.place[found.rows]) / last,
        "confidence": policy.point("confidence") * found.confidence,
    }
    columns = {name: [round(points, 3) for points in worth.tolist()] for name, worth in parts.items()}
    return tuple(
        ScoredOption(ref, tuple((name, points[at]) for name, points in columns.items() if points[at]), takes_all)
        for at, ref in enumerate(found.order)
    )
