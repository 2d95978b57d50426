"""A rule about which homes are possible, what it finds, and what is shown of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.policy import Limits

REFUSES, ASKS = "refuses", "asks"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule has to say about one home: refuse it, or ask a person.

    `value` and `threshold` are what was compared; `possible_if` completes "this home would be possible if ...".
    """

    verdict: str
    words: str
    value: str = ""
    threshold: str = ""
    possible_if: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, version, source, how sure we are of the source, and the check.

    A rule of law applies to placements that start on or after `effective_on`. The version changes when the same facts
    could get another answer; the old version is then kept, so that old rankings can be made again.
    """

    id: str
    name: str
    version: str
    source: str
    confidence: str
    check: Callable[[Search, Candidate, Limits], Finding | None]
    effective_on: date = date.min


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A rule's finding on one home, as it is shown and stored."""

    rule_id: str
    rule_name: str
    words: str
    value: str
    threshold: str
    version: str
    source: str
    confidence: str
    possible_if: str = ""


def refuses(words: str, value: object = "", threshold: object = "", possible_if: str = "") -> Finding:
    """A finding that the home is not possible."""
    return Finding(REFUSES, words, str(value), str(threshold), possible_if)


def asks(words: str, value: object = "", threshold: object = "") -> Finding:
    """A finding that a person must judge."""
    return Finding(ASKS, words, str(value), str(threshold))


def is_allowed_to_refuse(rule: Rule) -> bool:
    """May this rule refuse a home? An unverified rule may only remind."""
    return not rule.confidence.startswith("unverified")


def outcome(rule: Rule, finding: Finding) -> RuleOutcome:
    """The finding with everything needed to say which rule made it, and on what authority."""
    return RuleOutcome(
        rule.id, rule.name, finding.words, finding.value, finding.threshold, rule.version, rule.source,
        rule.confidence, finding.possible_if,
    )  # fmt: skip


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 place", "2 places"."""
    return f"{count} {one if count == 1 else many or one + 's'}"
