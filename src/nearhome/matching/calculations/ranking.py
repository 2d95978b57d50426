"""Which of the possible homes should be tried first, and why?"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.criteria import MEASURES, Measured, Price, miles_to, price_against_comparable
from nearhome.matching.calculations.feasibility import Feasible, NotPossible, assess_home, rule_versions
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.ranked import Contribution, RankedHome, Ranking, RankingInputs
from nearhome.matching.calculations.routes import best_route, route_place, routes_not_available, usual_prices
from nearhome.matching.calculations.rules_of_fit import essential_skills
from nearhome.matching.calculations.wishes import wishes_answered

# Two shares that should be equal may differ in the last binary digit; this is far below any difference shown.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class _Scored:
    home: RankedHome
    place: tuple[int, int]


def rank_homes(search: Search, candidates: Iterable[Candidate], policy: Policy) -> Ranking:
    """Every home, the possible ones in order with their reasons, the others with the rules that refuse them.

    Order: fewest essential needs unmet; then homes whose need fit lies within the policy's margin of the best one
    left are about equal, and go by contract route and tier, score, price, reference. Neither the order of the input
    nor a home that is not possible changes it. Raises ValueError if a home is given twice.
    Source: Children Act 1989 s22C(5)-(9) for what counts; the weights and the rule are the partnership's policy.
    """
    homes = sorted(candidates, key=lambda home: home.home_ref)
    _refuse_duplicates(homes)
    results = [(home, assess_home(search, home, policy.limits)) for home in homes]
    possible = [(home, found) for home, found in results if isinstance(found, Feasible)]
    refused = [found for _, found in results if isinstance(found, NotPossible)]
    return Ranking(
        policy.version,
        rule_versions(),
        _numbered(_groups(_scored_homes(search, possible, policy), policy.margin)),
        tuple(sorted(refused, key=lambda home: (len(home.reasons), home.home_ref))),
    )


def replay(stored_inputs: Mapping[str, Any]) -> Ranking:
    """The ranking made again from stored inputs; the same as the one stored if rules have kept their versions."""
    inputs = RankingInputs.from_json(stored_inputs)
    return rank_homes(inputs.search, inputs.candidates, inputs.policy)


def _refuse_duplicates(homes: list[Candidate]) -> None:
    twice = [ref for ref, count in Counter(home.home_ref for home in homes).items() if count > 1]
    if twice:
        raise ValueError(f"each home may be given once; given more often: {', '.join(twice)}")


def _scored_homes(search: Search, possible: list[tuple[Candidate, Feasible]], policy: Policy) -> list[_Scored]:
    prices = ((home.kind, best_route(search, home, policy)[1]) for home, _ in possible)
    usual = usual_prices(((kind, price) for kind, price in prices if price is not None), policy)
    return [_scored(search, home, found, policy, usual.get(home.kind)) for home, found in possible]


def _scored(search: Search, home: Candidate, found: Feasible, policy: Policy, usual_pence: int | None) -> _Scored:
    route, weekly = best_route(search, home, policy)
    given = home.comparable_price_pence
    price = Price(weekly, usual_pence if given is None else given)
    measured = _measured(search, home, policy, price)
    contributions = _contributions(measured, policy)
    ranked = RankedHome(
        position=0,
        home_ref=home.home_ref,
        home_name=home.home_name,
        kind=home.kind,
        group=0,
        unmet_essential=_unmet_essential(search, home),
        need_fit=_need_fit(measured, policy),
        total=round(sum(part.points for part in contributions), 3),
        contributions=contributions,
        route=route,
        routes_not_available=routes_not_available(search, home),
        weekly_price_pence=price.weekly_pence,
        comparable_price_pence=price.comparable_pence,
        miles_home=miles_to(search, home, "home"),
        miles_school=miles_to(search, home, "school"),
        miles_family=miles_to(search, home, "family"),
        relation=home.relation,
        confidence=_confidence(measured, policy),
        missing=tuple(part.words for part in measured if not part.is_known),
        asks=found.asks,
        why_here="",
    )
    return _Scored(ranked, route_place(route, policy))


def _measured(search: Search, home: Candidate, policy: Policy, price: Price) -> tuple[Measured, ...]:
    measured = (measure(search, home, policy) for measure in MEASURES)
    applies = tuple(part for part in measured if part is not None)
    return (*applies, *wishes_answered(search, home, policy), price_against_comparable(price, policy))


def _contributions(measured: tuple[Measured, ...], policy: Policy) -> tuple[Contribution, ...]:
    counted = sum(policy.weight(part.criterion) * part.share for part in measured if part.scale is not None)
    return tuple(_contribution(part, policy.weight(part.criterion) * part.share, counted) for part in measured)


def _contribution(part: Measured, weight: float, counted: float) -> Contribution:
    points = 100 * weight * part.scale / counted if part.scale is not None and counted else 0.0
    return Contribution(
        part.criterion, part.words, part.value, part.unit, part.scale, round(weight, 4), round(points, 3)
    )


def _need_fit(measured: tuple[Measured, ...], policy: Policy) -> float:
    weights = dict(policy.need_fit)
    parts = [(weights[part.criterion], part.scale) for part in measured if part.criterion in weights]
    known = [(weight, scale) for weight, scale in parts if scale is not None]
    whole = sum(weight for weight, _ in known)
    return round(sum(weight * scale for weight, scale in known) / whole, 4) if whole else 1.0


def _confidence(measured: tuple[Measured, ...], policy: Policy) -> float:
    weights = [(policy.weight(part.criterion) * part.share, part.is_known) for part in measured]
    whole = sum(weight for weight, _ in weights)
    return round(sum(weight for weight, is_known in weights if is_known) / whole, 2) if whole else 1.0


def _unmet_essential(search: Search, home: Candidate) -> int:
    return sum(1 for skill in essential_skills(search) if skill not in (home.skills or frozenset()))


def _groups(scored: list[_Scored], margin: float) -> list[list[_Scored]]:
    """Homes about equal in need fit, best group first, each in the order of the policy."""
    waiting = sorted(scored, key=lambda one: (one.home.unmet_essential, -one.home.need_fit, one.home.home_ref))
    groups: list[list[_Scored]] = []
    for one in waiting:
        if groups and _about_equal(groups[-1][0].home, one.home, margin):
            groups[-1].append(one)
        else:
            groups.append([one])
    return [sorted(group, key=_within_group) for group in groups]


def _about_equal(best: RankedHome, home: RankedHome, margin: float) -> bool:
    return best.unmet_essential == home.unmet_essential and best.need_fit - home.need_fit <= margin + _ROUNDING


def _within_group(one: _Scored) -> tuple[tuple[int, int], float, bool, int, str]:
    price = one.home.weekly_price_pence
    return one.place, -one.home.total, price is None, price or 0, one.home.home_ref


def _numbered(groups: list[list[_Scored]]) -> tuple[RankedHome, ...]:
    flat = [(number, one) for number, group in enumerate(groups, start=1) for one in group]
    before = [None, *flat][: len(flat)]
    return tuple(
        replace(one.home, position=position, group=group, why_here=_why_here(previous, group, one))
        for position, (previous, (group, one)) in enumerate(zip(before, flat, strict=True), start=1)
    )


def _why_here(previous: tuple[int, _Scored] | None, group: int, one: _Scored) -> str:
    if previous is None:
        return "First: fewest essential needs not met, then need fit, then contract route, score and price"
    (group_before, above), home = previous, one.home
    if home.unmet_essential != above.home.unmet_essential:
        return f"After the home above because more essential needs are not met: {home.unmet_essential}"
    if group != group_before:
        return (
            f"After the homes above because its need fit is lower by more than the margin: {home.need_fit:.2f} out of 1"
        )
    return f"Meets needs about as well as the home above; {_decided_by(above, one)}"


def _decided_by(above: _Scored, one: _Scored) -> str:
    if one.place != above.place:
        return f"its contract route comes later: {one.home.route.words}"
    if one.home.total != above.home.total:
        return f"by the same route, its score is lower: {one.home.total:.1f} against {above.home.total:.1f}"
    if one.home.weekly_price_pence != above.home.weekly_price_pence:
        return "by the same route and with the same score, it costs more or its price is not known"
    return "equal in everything, so by its reference"
