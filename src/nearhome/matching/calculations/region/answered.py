"""What a region's case answers: each child's homes in order with reasons, or the plan for all of them at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from nearhome.matching.calculations.at_once.ranked_at_once import AtOnce
from nearhome.matching.calculations.at_once.rules_at_once import REFUSES
from nearhome.matching.calculations.feasibility import NotPossible
from nearhome.matching.calculations.ordering import told_apart
from nearhome.matching.calculations.planning.solving import Clock
from nearhome.matching.calculations.ranked import RankedHome
from nearhome.matching.calculations.region.advised import Advice, WhyThisPlace
from nearhome.matching.calculations.region.case import Case, bare_region
from nearhome.matching.calculations.region.later import later_arrivals
from nearhome.matching.calculations.region.posing import pose
from nearhome.matching.calculations.region.ranked_case import (
    ChildRanked,
    HomeInShort,
    in_short,
    ranked_case,
    region_of,
)
from nearhome.matching.calculations.region.records import Region
from nearhome.matching.calculations.region.regional_advice import advise

NEAREST, IN_FULL = 5, 20
NO_HOMES = "There are no homes in the region to choose from."


@dataclass(frozen=True, slots=True)
class RefusedBy:
    """A rule with its version and source, how many homes it refuses for a child, and the first 20 of them."""

    rule_id: str
    name: str
    version: str
    source: str
    count: int
    homes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChildAnswer:
    """One child's homes in order, the first in full and the `others` in short; `nearest` to being possible, of
    `refused`, and the rules that refuse, the one that refuses most first; days a place is free from."""

    child_ref: str
    authority: str
    ranked: tuple[RankedHome, ...]
    others: tuple[HomeInShort, ...]
    nearest: tuple[NotPossible, ...]
    refused: int
    refused_by: tuple[RefusedBy, ...]
    decided_by: str
    free_from: Mapping[str, date]

    @property
    def possible(self) -> int:
        """How many homes are possible."""
        return len(self.ranked) + len(self.others)


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer, with what it was made by. Without a plan `children`; with one `advice`, and `explained` if asked.

    `reading_seconds` made the homes into columns, once for all who see the same; `ranking_seconds` is one child
    against every home, the slowest child.
    """

    case: Case
    children: tuple[ChildAnswer, ...] = ()
    advice: Advice | None = None
    explained: WhyThisPlace | None = None
    explained_child: str = ""
    reading_seconds: float = 0.0
    ranking_seconds: float = 0.0


def ranked_answer(case: Case, *, clock: Clock, in_full: int | None = IN_FULL) -> Answer:
    """Each child's homes in order, so many of them in full; None for all."""
    full = len(case.homes) if in_full is None else in_full
    children, reading, slowest = [], 0.0, 0.0
    for one in ranked_case(case, bare_region(case), explain=full, near_misses=NEAREST, clock=clock):
        children.append(_child(one))
        reading, slowest = reading + one.reading, max(slowest, one.ranking)
    return Answer(case, tuple(children), reading_seconds=reading, ranking_seconds=slowest)


def planned_answer(case: Case, *, explain: str | None, clock: Clock, seconds: float | None) -> Answer:
    """The plan. `explain` names the child to explain; it must be in the case."""
    region, reading, slowest = region_of(case, clock=clock)
    advice = _advice(case, region, clock, seconds)
    if not case.homes:
        nobody = tuple(replace(one, why=NO_HOMES) for one in advice.plan.unplaced)
        advice = replace(advice, plan=replace(advice.plan, unplaced=nobody))
    why = next((one for one in advice.why if explain in one.children), None)
    return Answer(
        case, advice=advice, explained=why, explained_child=explain or "", reading_seconds=reading,
        ranking_seconds=slowest,
    )  # fmt: skip


def _advice(case: Case, region: Region, clock: Clock, seconds: float | None) -> Advice:
    later = later_arrivals(pose(region, case.policy), case.later) if case.later else None
    if case.promise:
        return advise(region, case.policy, clock=clock, seconds=seconds, later=later)
    # Homes that are nobody's own promise nobody anything.
    nobodys = tuple(replace(home, authority="") for home in region.homes)
    advice = advise(replace(region, homes=nobodys), case.policy, clock=clock, seconds=seconds, later=later)
    owners = {home.home_ref: home.authority for home in region.homes}
    lines = tuple(replace(line, home_authority=owners[line.home_ref]) for line in advice.plan.lines)
    return replace(advice, plan=replace(advice.plan, lines=lines), price_of_promise=None)


def _child(one: ChildRanked) -> ChildAnswer:
    found, waiting = one.found, one.child.waiting
    return ChildAnswer(
        waiting.child_ref,
        waiting.authority,
        found.ranked,
        in_short(found, len(found.ranked)),
        found.near_misses,
        len(found.refused),
        _refused_by(found),
        _decided_by(found.ranked),
        one.free_from,
    )


def _refused_by(found: AtOnce) -> tuple[RefusedBy, ...]:
    homes, made = found.asked.columns.homes, []
    for rule, verdicts in zip(found.book.rules, found.verdicts, strict=True):
        rows = (verdicts == REFUSES).nonzero()[0]
        if len(rows):
            first = tuple(homes[row].home_ref for row in rows[:IN_FULL])
            made.append(RefusedBy(rule.id, rule.name, rule.version, rule.source, len(rows), first))
    return tuple(sorted(made, key=lambda one: (-one.count, one.rule_id)))


def _decided_by(ranked: tuple[RankedHome, ...]) -> str:
    """What puts the first home before the second, and how near the second is."""
    if not ranked:
        return "No home is possible."
    if len(ranked) == 1:
        return "Only one home is possible."
    first, second = ranked[:2]
    why = second.why_here[0].lower() + second.why_here[1:]
    scores = told_apart(first.total, second.total, decimals=1)
    return (
        f"Second is {second.home_name}: {why}. Scores {' and '.join(scores)}, "
        f"need fit {first.need_fit:.2f} and {second.need_fit:.2f}{_largest(first, second)}."
    )


def _largest(first: RankedHome, second: RankedHome) -> str:
    """The criterion on which the first is most ahead, in points of the score; nothing where it is ahead on none."""
    points: dict[str, float] = {}
    for home, sign in ((first, 1), (second, -1)):
        for part in home.contributions:
            points[part.criterion] = points.get(part.criterion, 0.0) + sign * part.points
    name = max(sorted(points), key=lambda one: points[one], default="")
    ahead = round(points.get(name, 0.0), 1)
    return f"; the first is most ahead on {name.replace('_', ' ')} ({ahead:+.1f} points)" if ahead > 0 else ""
