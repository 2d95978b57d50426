"""A plan in words: who goes where from when, with whom, and why somebody has no place."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from nearhome.matching.calculations.planning.instance import Solution
from nearhome.matching.calculations.region.places import first_day
from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.records import (
    SAME_HOME,
    OptionLabel,
    Placing,
    Plan,
    PlanLine,
    Region,
    Unplaced,
    Waiting,
)

RULED_OUT = "No home in the region is possible for this child: every one is refused by a rule."
RULED_OUT_TOGETHER = (
    "No home in the region is possible for all {count} brothers and sisters together: every one is refused by a rule."
)
NO_PLACE = "None of the homes that suit has a place this child may use by {day}."
NO_PLACE_TOGETHER = "No home, or pair of homes near each other, has places for all the brothers and sisters by {day}."
OTHERS = (
    "In this plan other children take every place that suits this child, or may not be joined there, because the whole"
    " plan is worth more that way."
)
STAYS_APART = "A brother or sister stays where they live, and no home has a place for this child with them."


def plan_told(
    region: Region,
    policy: PlanPolicy,
    options: Sequence[OptionLabel],
    chosen: Sequence[OptionLabel],
    solution: Solution,
    notes: tuple[str, ...],
) -> Plan:
    """The plan of the chosen options, lines and unplaced in order of the child's reference."""
    children = {child.child_ref: child for child in region.waiting}
    there: dict[str, list[str]] = defaultdict(list)
    for option in chosen:
        for placing in option.placings:
            there[placing.home_ref].append(placing.child_ref)
    owners = {home.home_ref: home.authority for home in region.homes}
    lines = [
        _line(option.kind, placing, children[placing.child_ref], owners.get(placing.home_ref, ""), there, region)
        for option in chosen
        for placing in option.placings
    ]
    placed = {line.child_ref for line in lines}
    could = {placing.child_ref for option in options for placing in option.placings if placing.opening != -1}
    missing = [child for child in region.waiting if child.child_ref not in placed]
    joined = {child.group for child in region.waiting if child.child_ref in placed and child.group}
    return Plan(
        solution.status,
        solution.worth,
        solution.bound,
        solution.gap,
        tuple(sorted(lines, key=lambda line: line.child_ref)),
        tuple(
            Unplaced(child.child_ref, child.authority, _why(child, could, joined, region, policy), child.group)
            for child in sorted(missing, key=lambda one: one.child_ref)
        ),
        notes,
        policy.version,
    )


def _line(
    kind: str, placing: Placing, child: Waiting, owner: str, there: dict[str, list[str]], region: Region
) -> PlanLine:
    stays = placing.opening == -1
    return PlanLine(
        placing.child_ref,
        placing.authority,
        "stays" if stays else kind,
        placing.home_ref,
        owner,
        placing.starts_on,
        0 if stays else (placing.starts_on - first_day(child, region)).days,
        placing.worth,
        placing.parts,
        child.group,
        child.moves_from,
        placing.freed_by,
        placing.kept_for,
        tuple(sorted(ref for ref in there[placing.home_ref] if ref != placing.child_ref)),
        placing.asks,
    )


def _why(child: Waiting, could: set[str], joined: set[str], region: Region, policy: PlanPolicy) -> str:
    if not child.options:
        count = _together(child, region)
        return RULED_OUT_TOGETHER.format(count=count) if count > 1 else RULED_OUT
    if child.group in joined:
        return STAYS_APART
    if child.child_ref in could:
        return OTHERS
    allowed = 0 if child.is_emergency else policy.latest_days
    day = first_day(child, region) + timedelta(days=allowed)
    words = NO_PLACE_TOGETHER if child.group else NO_PLACE
    return words.format(day=f"{day.day} {day:%B %Y}")


def _together(child: Waiting, region: Region) -> int:
    """How many brothers and sisters, this child with them, may only be placed in one home; 0 if any."""
    if any(rule.group == child.group and rule.kind != SAME_HOME for rule in region.groups):
        return 0
    return sum(bool(child.group) and other.group == child.group for other in region.waiting)
