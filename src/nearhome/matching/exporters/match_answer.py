"""The answer of `nearhome match` as JSON: the published schema is made from these records."""

from datetime import date
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType

from nearhome.matching.calculations.feasibility import NotPossible
from nearhome.matching.calculations.ranked import RankedHome
from nearhome.matching.calculations.region.advised import Advice, WhyThisPlace
from nearhome.matching.calculations.region.answered import Answer, ChildAnswer, RefusedBy
from nearhome.matching.calculations.region.ranked_case import HomeInShort


class PartGiven(msgspec.Struct):
    """What one criterion adds to the score of a home."""

    criterion: str
    words: str
    scale: Annotated[float | None, Meta(description="0 to 1; null where it is not known.")]
    weight: float
    points: Annotated[float, Meta(description="All points of a home add up to its score.")]


class HomeGiven(msgspec.Struct):
    """A possible home in its place on a child's list: the first 20 in full, the others in short unless `--all` asks."""

    position: Annotated[int, Meta(description="Its place on the list, from 1.")]
    home: Annotated[str, Meta(description="The id of the home in the file.")]
    name: str
    kind: str
    total: Annotated[float, Meta(description="The score out of 100.")]
    need_fit: Annotated[float, Meta(description="0 to 1.")]
    unmet_essential: Annotated[int, Meta(description="Essential needs that are not among its skills.")]
    confidence: Annotated[float, Meta(description="0 to 1: how much is known.")]
    weekly_price_pence: Annotated[int | None, Meta(description="By the route; null where not known.")]
    free_from: Annotated[date | None, Meta(description="Null where a place is free only if a planned move is made.")]
    asks: Annotated[list[str], Meta(description="What a person must still judge; in short, the names of the rules.")]
    route: Annotated[str, Meta(description="How a place there would be bought.")] | UnsetType = UNSET
    why_here: Annotated[str, Meta(description="Why it stands here and not one higher.")] | UnsetType = UNSET
    contributions: Annotated[list[PartGiven], Meta(description="What each criterion adds, wishes one by one.")] | UnsetType = UNSET  # fmt: skip
    missing: Annotated[list[str], Meta(description="What is not known; it lowers confidence, not the score.")] | UnsetType = UNSET  # fmt: skip
    points: Annotated[dict[str, float], Meta(description="In short: points by criterion.")] | UnsetType = UNSET


class MissGiven(msgspec.Struct):
    """A home that is nearly possible, the rules that refuse it, and what would make it possible."""

    home: str
    name: str
    reasons: Annotated[list[str], Meta(description="What each rule that refuses it says.")]
    possible_if: Annotated[str | None, Meta(description="“This home would be possible if …”.")]


class RuleGiven(msgspec.Struct):
    """A rule that refuses homes for this child, with the rule's version and source."""

    rule: Annotated[str, Meta(description="Its identifier; the methods page on which homes are possible lists them.")]
    name: str
    version: str
    source: str
    count: Annotated[int, Meta(description="How many homes it refuses; one home may be refused by more than one rule.")]
    homes: Annotated[list[str], Meta(description="The first 20 of them.")]


class ChildGiven(msgspec.Struct):
    """One child's homes in order."""

    child: str
    authority: str
    ranked: list[HomeGiven]
    nearest_misses: list[MissGiven]
    refused: Annotated[int, Meta(description="How many homes a rule refuses.")]
    refused_by: Annotated[list[RuleGiven], Meta(description="Which rules refuse them, the one that refuses most first.")]  # fmt: skip
    decided_by: Annotated[str, Meta(description="What puts the first before the second, and how near it is.")]


class VersionsGiven(msgspec.Struct):
    """The policies the answer was made by."""

    ranking: str
    plan: str


class AnswerGiven(msgspec.Struct, omit_defaults=True):
    """Rankings child by child, or the plan for all: advice to work through, never a placement."""

    on: date
    policies: VersionsGiven
    seconds: Annotated[float, Meta(description="The whole command, from its arguments to this answer.")]
    reading_seconds: Annotated[float, Meta(description="Of them: the homes made into columns, once for all children who see the same.")]  # fmt: skip
    ranking_seconds: Annotated[float, Meta(description="Of them: one child ranked against every home, reasons included; the slowest child.")]  # fmt: skip
    children: Annotated[list[ChildGiven] | None, Meta(description="Each child’s list; without --plan and --explain.")] = None  # fmt: skip
    advice: Annotated[Advice | None, Meta(description="The plan; with --plan or --explain.")] = None
    explained: Annotated[WhyThisPlace | None, Meta(description="The child asked about; with --explain.")] = None


def plain_answer(answer: Answer, seconds: float) -> AnswerGiven:
    """The answer as the schema has it."""
    case = answer.case
    return AnswerGiven(
        case.on,
        VersionsGiven(case.ranking.version, case.policy.version),
        round(seconds, 4),
        round(answer.reading_seconds, 4),
        round(answer.ranking_seconds, 4),
        None if answer.advice else [_child(one) for one in answer.children],
        answer.advice,
        answer.explained,
    )


def _child(child: ChildAnswer) -> ChildGiven:
    return ChildGiven(
        child.child_ref,
        child.authority,
        [*(_home(home, child) for home in child.ranked), *(_in_short(home, child) for home in child.others)],
        [_miss(home) for home in child.nearest],
        child.refused,
        [_rule(one) for one in child.refused_by],
        child.decided_by,
    )


def _rule(one: RefusedBy) -> RuleGiven:
    return RuleGiven(one.rule_id, one.name, one.version, one.source, one.count, list(one.homes))


def _home(home: RankedHome, child: ChildAnswer) -> HomeGiven:
    return HomeGiven(
        home.position,
        home.home_ref,
        home.home_name,
        home.kind,
        home.total,
        home.need_fit,
        home.unmet_essential,
        home.confidence,
        home.weekly_price_pence,
        child.free_from.get(home.home_ref),
        [ask.words for ask in home.asks],
        home.route.words,
        home.why_here,
        [PartGiven(one.criterion, one.words, one.scale, one.weight, one.points) for one in home.contributions],
        list(home.missing),
    )


def _in_short(home: HomeInShort, child: ChildAnswer) -> HomeGiven:
    return HomeGiven(
        home.position,
        home.home_ref,
        home.home_name,
        home.kind,
        home.total,
        home.need_fit,
        home.unmet_essential,
        home.confidence,
        home.weekly_price_pence,
        child.free_from.get(home.home_ref),
        list(home.asks),
        points=home.points,
    )


def _miss(home: NotPossible) -> MissGiven:
    reasons = [reason.words for reason in home.reasons]
    words = home.would_be_possible_if or home.would_be_possible_if_both
    return MissGiven(home.home_ref, home.home_name, reasons, words)
