"""Who must approve a placement where it lies, and by when after an emergency?

Sources: where a placement lies decides who approves it (rules D01 to D03: CPPCR regulations 11 and 13(4), as amended by
SI 2013/3239, verified; D01 verified). Limits and the hours allowed after an emergency are the authority's own, always
arguments. The whole-life value that limits apply to is worked out when the choice is made: `matching.calculations`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from nearhome.matching.calculations.whole_life import (
    OneOff,
    WholeLifeValue,
    expected_end,
    may_approve,
    whole_life_value,
)
from nearhome.placements.calculations.clocks import Relation

__all__ = [
    "APPROVALS", "AfterTheFactRule", "DistanceApproval", "OneOff", "WholeLifeValue", "approval_deadline",
    "distance_approval", "expected_end", "may_approve", "whole_life_value",
]  # fmt: skip

DecisionMaker = Literal["authority_scheme", "nominated_officer", "director"]
AreaAuthority = Literal["none", "notified", "consulted"]


@dataclass(frozen=True, slots=True)
class DistanceApproval:
    """Who decides, and what the authority where the home is must be told ('consulted' also means notified after)."""

    decision_maker: DecisionMaker
    area_authority: AreaAuthority
    rule_id: str
    words: str
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class AfterTheFactRule:
    """How many hours an emergency may go ahead before its approval must be given: the authority's own rule."""

    hours: int


APPROVALS: dict[Relation, DistanceApproval] = {
    "in_area": DistanceApproval(
        "authority_scheme",
        "none",
        "D01",
        "The home is in the authority's own area: approved as the authority's own scheme says.",
        "CPPCR",
        "verified",
    ),
    "adjoining": DistanceApproval(
        "nominated_officer",
        "notified",
        "D02",
        "The home is in an adjoining authority: the nominated officer approves, and that authority is notified in "
        "writing with the assessment of needs, the reasons this is the most suitable placement and the care plan.",
        "CPPCR regulations 11 and 13(4)",
        "verified",
    ),
    "at_a_distance": DistanceApproval(
        "director",
        "consulted",
        "D03",
        "The home is at a distance (not in an adjoining authority): the director of children's services approves. The "
        "authority where the home is is consulted and given the care plan before the decision, then notified.",
        "CPPCR regulation 11, as amended by SI 2013/3239",
        "verified",
    ),
}


def distance_approval(relation: Relation) -> DistanceApproval:
    """Who must approve a placement here, and what must the authority where the home is be told?

    `relation` follows adjacency of authorities, not miles. Raises KeyError for any other relation.
    """
    return APPROVALS[relation]


def approval_deadline(rule: AfterTheFactRule, requested_at: datetime) -> datetime:
    """By when must an emergency placement be approved after the fact? An instant in UTC; hours, not working hours.

    Raises ValueError for a moment without a time zone: an hour may be missing or double when the clocks change.
    """
    if requested_at.tzinfo is None:
        raise ValueError(f"The time {requested_at.isoformat()} has no time zone: give one, for example UTC.")
    return requested_at.astimezone(UTC) + timedelta(hours=rule.hours)
