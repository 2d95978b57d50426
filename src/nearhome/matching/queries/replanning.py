"""A stored plan worked out again from what it was made of: the same lines, years later."""

from time import monotonic

from nearhome.matching.calculations.region.advised import Advice
from nearhome.matching.calculations.region.regional_advice import advise
from nearhome.matching.models import RegionalPlan
from nearhome.matching.queries.later_arrivals import later_from
from nearhome.matching.queries.regional_plans import plan_policy, region_from


def planned_again_from(plan: RegionalPlan, *, seconds: float | None = None) -> Advice:
    """The advice from the plan's own inputs and today's policy; the plan says by which version it was made."""
    return advise(
        region_from(plan.inputs), plan_policy(), clock=monotonic, seconds=seconds, later=later_from(plan.inputs)
    )
