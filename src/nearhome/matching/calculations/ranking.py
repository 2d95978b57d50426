"""Which of the possible homes should be tried first, and why?"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.criteria import miles_to
from nearhome.matching.calculations.feasibility import Feasible, NotPossible, assess_home, rule_versions
from nearhome.matching.calculations.measured import Measured, Price
from nearhome.matching.calculations.ordering import in_order
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.ranked import RankedHome, Ranking, RankingInputs
from nearhome.matching.calculations.routes import RouteUsed, best_route, routes_not_available, usual_prices
from nearhome.matching.calculations.rule_book import CURRENT, Criterion, RuleBook
from nearhome.matching.calculations.rules_of_fit import essential_skills
from nearhome.matching.calculations.scoring import Scores, scores_of


def rank_homes(search: Search, candidates: Iterable[Candidate], policy: Policy, book: RuleBook = CURRENT) -> Ranking:
    """Every home, the possible ones in order with their reasons, the others with the rules that refuse them.

    Order: fewest essential needs unmet; then homes whose need fit lies within the policy's margin of the best one
    left are about equal, and go by contract route and tier, score, price, reference. Neither the order of the input
    nor a home that is not possible changes it. `book` holds the rules and criteria, today's unless an old ranking is
    made again. Raises ValueError if a home is given twice.
    Source: Children Act 1989 s22C(5)-(9) for what counts; the weights and the rule are the partnership's policy.
    """
    homes = sorted(candidates, key=lambda home: home.home_ref)
    _refuse_duplicates(homes)
    results = [(home, assess_home(search, home, policy.limits, book.rules)) for home in homes]
    possible = [(home, found) for home, found in results if isinstance(found, Feasible)]
    refused = [found for _, found in results if isinstance(found, NotPossible)]
    criteria = book.criteria_of(policy)
    return Ranking(
        policy.version,
        rule_versions(book.rules),
        in_order(_scored_homes(search, possible, policy, criteria), policy),
        tuple(sorted(refused, key=lambda home: (len(home.reasons), home.home_ref))),
        tuple((criterion.name, criterion.version) for criterion in criteria),
    )


def replay(stored_inputs: Mapping[str, Any], book: RuleBook = CURRENT) -> Ranking:
    """The ranking made again from stored inputs, by the rules and criteria of `book`."""
    inputs = RankingInputs.from_json(stored_inputs)
    return rank_homes(inputs.search, inputs.candidates, inputs.policy, book)


def _refuse_duplicates(homes: list[Candidate]) -> None:
    twice = [ref for ref, count in Counter(home.home_ref for home in homes).items() if count > 1]
    if twice:
        raise ValueError(f"each home may be given once; given more often: {', '.join(twice)}")


def _scored_homes(
    search: Search, possible: list[tuple[Candidate, Feasible]], policy: Policy, criteria: tuple[Criterion, ...]
) -> list[RankedHome]:
    bought = [best_route(search, home, policy) for home, _ in possible]
    priced = ((home.kind, price) for (home, _), (_, price) in zip(possible, bought, strict=True) if price is not None)
    usual = usual_prices(priced, policy)
    made = []
    for (home, found), (route, weekly) in zip(possible, bought, strict=True):
        given = home.comparable_price_pence
        price = Price(weekly, usual.get(home.kind) if given is None else given)
        measured = measured_by(criteria, search, home, policy, price)
        made.append(_scored(search, home, found, (route, price), scores_of(measured, policy)))
    return made


def measured_by(
    criteria: Iterable[Criterion], search: Search, home: Candidate, policy: Policy, price: Price
) -> tuple[Measured, ...]:
    """Every criterion that applies to this child, measured on one home."""
    return tuple(part for criterion in criteria for part in criterion.measure(search, home, policy, price))


def _scored(
    search: Search, home: Candidate, found: Feasible, bought: tuple[RouteUsed, Price], scores: Scores
) -> RankedHome:
    route, price = bought
    return RankedHome(
        position=0,
        home_ref=home.home_ref,
        home_name=home.home_name,
        kind=home.kind,
        group=0,
        unmet_essential=_unmet_essential(search, home),
        need_fit=scores.need_fit,
        total=scores.total,
        contributions=scores.contributions,
        route=route,
        routes_not_available=routes_not_available(search, home),
        weekly_price_pence=price.weekly_pence,
        comparable_price_pence=price.comparable_pence,
        miles_home=miles_to(search, home, "home"),
        miles_school=miles_to(search, home, "school"),
        miles_family=miles_to(search, home, "family"),
        relation=home.relation,
        confidence=scores.confidence,
        missing=tuple(part.words for part in scores.contributions if not part.is_known),
        asks=found.asks,
        why_here="",
    )


def _unmet_essential(search: Search, home: Candidate) -> int:
    return sum(1 for skill in essential_skills(search) if skill not in (home.skills or frozenset()))
