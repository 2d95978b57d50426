"""What is one home worth to one child, on the one scale a plan adds up?"""

from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.ranked import RankedHome
from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.records import Parts, ScoredOption

PART_WORDS = {
    "placed": "has a home",
    "emergency": "an emergency",
    "waiting": "days waited so far",
    "need_fit": "need fit",
    "unmet_essential": "essential needs not shown to be met",
    "score": "score in the ranking",
    "route": "contract route",
    "confidence": "how much is known",
    "paid_for": "a bed already paid for",
    "later": "starts later than wanted",
    "together": "brothers and sisters together",
    "near": "brothers and sisters near each other",
}


def parts_of(home: RankedHome, ranking: Policy, policy: PlanPolicy) -> Parts:
    """The named points of a ranked home; they add up to its worth.

    Need fit and essential needs unmet first; then the score, which holds wishes, school and family; the contract route
    least but for confidence. The ranking's own order differs where need fit is about equal: there a plan needs one number.
    Parts of 0 are left out.
    """
    unmet = min(policy.point("unmet_essential_most"), policy.point("unmet_essential") * home.unmet_essential)
    parts = (
        ("need_fit", policy.point("need_fit") * home.need_fit),
        ("unmet_essential", -unmet),
        ("score", policy.point("score") * home.total / 100),
        ("route", _route_points(home, ranking, policy)),
        ("confidence", policy.point("confidence") * home.confidence),
    )
    return tuple((name, round(points, 3)) for name, points in parts if round(points, 3))


def option_of(home: RankedHome, ranking: Policy, policy: PlanPolicy, *, takes_all: bool = False) -> ScoredOption:
    """A ranked home as an option of the plan, with what a person must still judge."""
    asks = tuple(ask.rule_name for ask in home.asks)
    return ScoredOption(home.home_ref, parts_of(home, ranking, policy), takes_all, asks)


def _route_points(home: RankedHome, ranking: Policy, policy: PlanPolicy) -> float:
    last = len(ranking.route_order) - 1
    place = ranking.route_order.index(home.route.kind)
    return policy.point("route") * (last - place) / last
