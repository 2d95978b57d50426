"""Who must approve a placement, what is its whole-life value, and may this person approve it?

Sources: where a placement lies decides who approves it (rules D01 to D03: CPPCR regulations 11 and 13(4), as amended by
SI 2013/3239, verified; D01 verified). Limits and the hours allowed after an emergency are the authority's own, always
arguments. Limits apply to the whole-life value, not to the weekly fee alone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from nearhome.placements.calculations.clocks import Relation
from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import nearest_penny, pounds, price_of_nights

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
class OneOff:
    """A price paid once: what for, and how much."""

    words: str
    pence: int


@dataclass(frozen=True, slots=True)
class WholeLifeValue:
    """What the placement is expected to cost until it ends, over how many nights, and the working in words."""

    pence: int
    days: int
    words: str


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


def expected_end(starts_on: date, *, expected_weeks: int | None, eighteenth_birthday: date | None) -> date:
    """The day the placement is expected to end before: after the expected weeks, at the latest at 18.

    Raises ValueError where neither is known, because a value cannot then be approved.
    """
    planned = None if expected_weeks is None else starts_on + timedelta(weeks=expected_weeks)
    ends = [day for day in (planned, eighteenth_birthday) if day is not None]
    if not ends:
        raise ValueError("Give the expected number of weeks or the 18th birthday: the whole-life value needs an end.")
    return min(ends)


def whole_life_value(
    weekly_pence: int, starts_on: date, ends_before: date, one_offs: tuple[OneOff, ...] = ()
) -> WholeLifeValue:
    """What will the placement cost in all, in pence, from `starts_on` to the day before `ends_before`?

    Nights at a seventh of the weekly price, rounded once to the nearest penny, plus what is paid once. Future price
    rises are not guessed. Raises ValueError where the placement would end before it starts.
    """
    nights = (ends_before - starts_on).days
    if nights < 0:
        raise ValueError(f"The expected end {in_words(ends_before)} is before the start {in_words(starts_on)}.")
    accommodation = nearest_penny(price_of_nights(weekly_pence, nights))
    total = accommodation + sum(item.pence for item in one_offs)
    working = [f"{nights} nights at {pounds(weekly_pence)} a week, a seventh for each night: {pounds(accommodation)}"]
    working += [f"{item.words}: {pounds(item.pence)}" for item in one_offs]
    return WholeLifeValue(total, nights, f"{'; '.join(working)}. In all {pounds(total)}.")


def may_approve(limit_pence: int | None, value_pence: int, requester_id: object, approver_id: object) -> str | None:
    """Why may this person not approve this value? None where they may. A limit of None means no upper limit."""
    if requester_id == approver_id:
        return "You asked for this approval, so someone else must give it."
    if limit_pence is not None and value_pence > limit_pence:
        return f"The whole-life value of {pounds(value_pence)} is more than your limit of {pounds(limit_pence)}."
    return None


def approval_deadline(rule: AfterTheFactRule, requested_at: datetime) -> datetime:
    """By when must an emergency placement be approved after the fact? An instant in UTC; hours, not working hours.

    Raises ValueError for a moment without a time zone: an hour may be missing or double when the clocks change.
    """
    if requested_at.tzinfo is None:
        raise ValueError(f"The time {requested_at.isoformat()} has no time zone: give one, for example UTC.")
    return requested_at.astimezone(UTC) + timedelta(hours=rule.hours)
