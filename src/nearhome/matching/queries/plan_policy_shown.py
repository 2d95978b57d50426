"""The policy by which plans are weighed, as people read it."""

from dataclasses import dataclass

from nearhome.design.tables import Column, Table
from nearhome.matching.queries.regional_plans import plan_policy

POINT_WORDS = {
    "placed": "Having a home at all",
    "emergency": "An emergency",
    "waiting_per_day": "Each day waited so far",
    "waiting_most": "Days waited, at most",
    "need_fit": "How well the home meets needs (times need fit, 0 to 1)",
    "unmet_essential": "Taken off for each essential need not shown to be met",
    "unmet_essential_most": "Taken off for essential needs, at most",
    "score": "The ranking's score (times the score out of 100)",
    "route": "The first contract route of the ranking's order",
    "confidence": "How much is known (times confidence, 0 to 1)",
    "paid_for": "A bed that is already paid for",
    "later_per_day": "Taken off for each day later than wanted",
    "together": "Each brother or sister in the same home",
    "near": "Each brother or sister in two homes near each other",
}
LIMIT_WORDS = {
    "latest_days": "Days after the day wanted on which a place may open and still be an option",
    "first_refusal_hours": "Hours for which a fresh vacancy is its own authority's",
    "near_miles": "Miles between two homes for one group of brothers and sisters",
    "ways_most": "Ways to place one group that are looked at",
}


@dataclass(frozen=True)
class PlanPolicyShown:
    """The policy in tables."""

    version: str
    points: Table
    limits: Table


def plan_policy_shown() -> PlanPolicyShown:
    """The plan policy in force."""
    policy = plan_policy()
    points = [(POINT_WORDS[name], number) for name, number in policy.points]
    limits = [(words, getattr(policy, name)) for name, words in LIMIT_WORDS.items()]
    return PlanPolicyShown(
        policy.version,
        Table("Points for one child", (Column("What counts"), Column("Points", "number")), points),
        Table("Limits", (Column("Limit"), Column("Number", "number")), limits),
    )
