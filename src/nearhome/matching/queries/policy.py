"""The policy by which homes are ranked, read from its file once."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nearhome.design.tables import Column, Table
from nearhome.matching.calculations.feasibility import RULES
from nearhome.matching.calculations.policy import Policy, policy_from_mapping
from nearhome.matching.calculations.routes import ROUTE_WORDS

CRITERION_WORDS = {
    "essential_needs": "Essential needs that the home can meet",
    "helpful_skills": "Skills that would help",
    "kind_of_home": "The kind of home recommended",
    "siblings_together": "Brothers and sisters together",
    "near_home": "Near home",
    "near_school": "Near school",
    "near_family": "Near family",
    "near_others": "Near others who matter: friends, clubs, worship, health",
    "in_area": "In the area of the child's authority",
    "education_kept": "Staying at the same school",
    "company": "Who else lives there, both ways",
    "wishes": "The child's wishes",
    "cultural_needs": "Culture, language and faith, where the child says it matters",
    "stability": "Stability expected from similar placements",
    "step_across": "Moving on to a family by the same contract",
    "paid_bed": "Using an empty bed already paid for",
    "price": "Price against comparable places",
}


@dataclass(frozen=True)
class PolicyShown:
    """The policy in words and tables."""

    version: str
    margin: float
    routes: Sequence[str]
    weights: Table
    need_fit: Table
    miles: Table
    limits: Sequence[tuple[str, str]]
    rules: Table


@cache
def current_policy() -> Policy:
    """The policy in force: the file that comes with Nearhome. Raises PolicyError naming the line that is wrong."""
    text = (files("nearhome.matching") / "reference" / "policy.toml").read_text(encoding="utf-8")
    return policy_from_mapping(tomllib.loads(text))


def policy_shown() -> PolicyShown:
    """The policy in force as people read it."""
    policy = current_policy()
    limits = policy.limits
    return PolicyShown(
        version=policy.version,
        margin=policy.margin,
        routes=tuple(ROUTE_WORDS[kind] for kind in policy.route_order),
        weights=_weights("What counts, out of 100", policy.weights),
        need_fit=_weights("Need fit, which comes before the score", policy.need_fit),
        miles=_miles(policy),
        limits=(
            ("Fostered children in one household", str(limits.fostering_limit)),
            ("Miles from a place to avoid that has no distance of its own", f"{limits.avoid_within_miles:g}"),
            ("Judgements that rule a home out", "; ".join(limits.judgements_refused)),
            ("Judgements that a person must look at", "; ".join(limits.judgements_asked)),
        ),
        rules=_rules(),
    )


def _weights(title: str, weights: Sequence[tuple[str, float]]) -> Table:
    rows = tuple((CRITERION_WORDS[name], weight) for name, weight in weights)
    return Table(title, (Column("Criterion"), Column("Weight", "number")), rows)


def _miles(policy: Policy) -> Table:
    columns = (Column("Criterion"), Column("Best up to", "miles"), Column("Counts nothing from", "miles"))
    rows = tuple((CRITERION_WORDS[name], full, none) for name, (full, none) in policy.miles)
    return Table("How distance counts", columns, rows)


def _rules() -> Table:
    columns = (Column("Rule"), Column("Name"), Column("Version"), Column("Source"), Column("How sure we are"))
    rows = tuple((rule.id, rule.name, rule.version, rule.source, rule.confidence) for rule in RULES)
    return Table("Rules that say which homes are possible", columns, rows)
