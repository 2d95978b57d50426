"""Which rules and criteria, in which versions? Today's, and every earlier one that a stored ranking may name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nearhome.matching.calculations import criteria, criteria_of_life, earlier_criteria, earlier_rules
from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.feasibility import RULES
from nearhome.matching.calculations.measured import Measure, Measured, Price
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.rule import Rule
from nearhome.matching.calculations.wishes import wishes_answered

Versions = Iterable[tuple[str, str]]


class NoLongerHeld(ValueError):
    """A ranking names rules or criteria in versions that this program does not hold; `missing` lists them."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        self.missing = missing
        super().__init__(f"This program does not hold {', '.join(missing)}, so the ranking cannot be made again.")


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion: its name, version, and what it measures on a home; nothing where it does not apply."""

    name: str
    version: str
    measure: Callable[[Search, Candidate, Policy, Price], tuple[Measured, ...]]


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules and the criteria a ranking is made by, each in one version, in the order they are shown."""

    rules: tuple[Rule, ...]
    criteria: tuple[Criterion, ...]

    def criteria_of(self, policy: Policy) -> tuple[Criterion, ...]:
        """The criteria to which this policy gives a weight line; an older policy knows fewer."""
        named = dict(policy.weights)
        return tuple(criterion for criterion in self.criteria if criterion.name in named)


def _one(name: str, measure: Measure, version: str = "1") -> Criterion:
    def measured(search: Search, home: Candidate, policy: Policy, price: Price) -> tuple[Measured, ...]:
        part = measure(search, home, policy)
        return () if part is None else (part,)

    return Criterion(name, version, measured)


def _several(name: str, measure: Callable[[Search, Candidate, Policy], tuple[Measured, ...]]) -> Criterion:
    return Criterion(name, "1", lambda search, home, policy, price: measure(search, home, policy))


CRITERIA: tuple[Criterion, ...] = (
    _one("essential_needs", criteria.essential_needs),
    _one("helpful_skills", criteria.helpful_skills_had),
    _one("kind_of_home", criteria.kind_of_home),
    _one("siblings_together", criteria.siblings_together),
    _one("near_home", criteria.nearness("home")),
    _one("near_school", criteria.nearness("school")),
    _one("near_family", criteria.nearness("family")),
    _several("near_others", criteria_of_life.near_others),
    _one("in_area", criteria.in_area),
    _one("education_kept", criteria.education_kept),
    _several("cultural_needs", criteria_of_life.cultural_needs),
    _several("company", criteria_of_life.company),
    _several("wishes", wishes_answered),
    _one("stability", criteria_of_life.stability_expected, "2"),
    _one("step_across", criteria_of_life.step_across_available),
    _one("paid_bed", criteria_of_life.paid_bed_used),
    Criterion("price", "1", lambda search, home, policy, price: (criteria.price_against_comparable(price, policy),)),
)
CURRENT = RuleBook(RULES, CRITERIA)
# Where the same facts get another answer, the version goes up and the old one moves here. Nothing is ever taken out.
_RULES_HELD = {(rule.id, rule.version): rule for rule in (*earlier_rules.EARLIER_RULES, *RULES)}
_EARLIER_CRITERIA = (_one("stability", earlier_criteria.stability_expected_1),)
_CRITERIA_HELD = {(criterion.name, criterion.version): criterion for criterion in (*_EARLIER_CRITERIA, *CRITERIA)}


def book_of(rule_versions: Versions, criterion_versions: Versions = ()) -> RuleBook:
    """The rules and criteria in exactly these versions; criteria not named are those of version 1.

    Raises NoLongerHeld listing what this program does not hold.
    """
    rules, named = [(one, version) for one, version in rule_versions], dict(criterion_versions)
    wanted = [(criterion.name, named.get(criterion.name, "1")) for criterion in CRITERIA]
    unknown = [(name, version) for name, version in named.items() if (name, version) not in _CRITERIA_HELD]
    missing = [f"rule {one} version {version}" for one, version in rules if (one, version) not in _RULES_HELD]
    missing += [f"criterion {name} version {version}" for name, version in unknown]
    if missing:
        raise NoLongerHeld(tuple(missing))
    return RuleBook(
        tuple(_RULES_HELD[pair] for pair in rules),
        tuple(_CRITERIA_HELD[pair] for pair in wanted if pair in _CRITERIA_HELD),
    )
