"""Which homes are possible for this child, and which rule says no to the others?"""

from collections.abc import Iterable
from dataclasses import dataclass

from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.policy import Limits
from nearhome.matching.calculations.rule import REFUSES, Finding, Rule, RuleOutcome, is_allowed_to_refuse, outcome
from nearhome.matching.calculations.rules_of_company import RULES_OF_COMPANY
from nearhome.matching.calculations.rules_of_court import RULES_OF_COURT
from nearhome.matching.calculations.rules_of_fit import RULES_OF_FIT
from nearhome.matching.calculations.rules_of_place import RULES_OF_PLACE
from nearhome.matching.calculations.rules_of_register import RULES_OF_REGISTER

RULES: tuple[Rule, ...] = RULES_OF_REGISTER + RULES_OF_FIT + RULES_OF_COMPANY + RULES_OF_PLACE + RULES_OF_COURT


@dataclass(frozen=True, slots=True)
class Feasible:
    """A home that no rule refuses, with what a person must still judge."""

    home_ref: str
    asks: tuple[RuleOutcome, ...] = ()


@dataclass(frozen=True, slots=True)
class NotPossible:
    """A home that at least one rule refuses. `would_be_possible_if` names the one thing in the way.

    `would_be_possible_if_both` names the two, where two are in the way and either can be mended.
    """

    home_ref: str
    home_name: str
    reasons: tuple[RuleOutcome, ...]
    asks: tuple[RuleOutcome, ...] = ()
    would_be_possible_if: str | None = None
    would_be_possible_if_both: str | None = None


def assess_home(
    search: Search, candidate: Candidate, limits: Limits, rules: Iterable[Rule] = RULES
) -> Feasible | NotPossible:
    """Could the child live in this home?

    Every rule is tried, so that all the reasons are shown, not the first. A rule of law counts from its date. A rule
    whose source is unverified may ask a person but never refuses.
    """
    in_force = (rule for rule in rules if rule.effective_on <= search.starts_on)
    found = [(rule, finding) for rule in in_force if (finding := rule.check(search, candidate, limits))]
    against = [pair for pair in found if _is_refusal(*pair)]
    to_judge = tuple(outcome(*pair) for pair in found if not _is_refusal(*pair))
    if not against:
        return Feasible(candidate.home_ref, to_judge)
    reasons = tuple(outcome(*pair) for pair in against)
    return NotPossible(candidate.home_ref, candidate.home_name, reasons, to_judge, *_misses(against))


def rule_versions(rules: Iterable[Rule] = RULES) -> tuple[tuple[str, str], ...]:
    """Each rule's identifier and version, to be stored with a ranking."""
    return tuple((rule.id, rule.version) for rule in rules)


def _is_refusal(rule: Rule, finding: Finding) -> bool:
    return finding.verdict == REFUSES and is_allowed_to_refuse(rule)


def _misses(against: list[tuple[Rule, Finding]]) -> tuple[str | None, str | None]:
    things = [finding.possible_if for _, finding in against]
    if len(things) > 2 or not all(things):
        return None, None
    words = f"This home would be possible if {' and '.join(things)}."
    return (words, None) if len(things) == 1 else (None, words)
