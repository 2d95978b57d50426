"""Which of very many homes should be tried first, and why: the same answer as `rank_homes`, in a fraction of the time."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from nearhome.matching.calculations.at_once.asked import Asked, asked_of
from nearhome.matching.calculations.at_once.columns import KINDS, Columns, Rows
from nearhome.matching.calculations.at_once.criteria_at_once import Possible, parts_of, whole_or_none
from nearhome.matching.calculations.at_once.exactly import Numbers, added, divided, rounded
from nearhome.matching.calculations.at_once.near_misses_at_once import nearest_misses_at_once
from nearhome.matching.calculations.at_once.parts import Part
from nearhome.matching.calculations.at_once.ranked_at_once import AtOnce, ScoredPart
from nearhome.matching.calculations.at_once.rules_at_once import REFUSES, verdicts
from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.feasibility import NotPossible, assess_home
from nearhome.matching.calculations.ordering import ROUNDING
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.ranked import RankedHome
from nearhome.matching.calculations.ranking import rank_homes
from nearhome.matching.calculations.rule_book import CURRENT, RuleBook

Integers = NDArray[np.int64]


def rank_at_once(
    search: Search,
    columns: Columns,
    policy: Policy,
    *,
    explain: int = 20,
    near_misses: int = 20,
    book: RuleBook = CURRENT,
) -> AtOnce:
    """Every home at once: rules, points, need fit, confidence, group and place exactly as `rank_homes` gives them.

    The first `explain` possible homes and the `near_misses` nearest to being possible (`nearest_misses`) come with all
    their words; `explain_home` gives those of any other. Source: `rank_homes`, which also makes the words.
    """
    asked = asked_of(search, columns, policy)
    found = verdicts(asked, book.rules)
    against = (found == REFUSES).sum(axis=0)
    possible = _possible(asked, np.flatnonzero(against == 0))
    refused = np.flatnonzero(against)
    answer = _ordered(possible, book, _scored(possible, book))
    answer = replace(answer, verdicts=found, refused=refused[np.argsort(against[refused], kind="stable")])
    nearest = nearest_misses_at_once(asked, book, found, near_misses)
    return replace(
        answer,
        nearest=nearest,
        ranked=rank_homes(search, _as_priced(answer, range(min(explain, len(answer.rows)))), policy, book).ranked,
        near_misses=tuple(_not_possible(answer, columns.row_of[miss.home_ref]) for miss in nearest),
    )


def explain_home(at_once: AtOnce, home_ref: str) -> RankedHome | NotPossible:
    """One home in full, as `rank_homes` gives it. Raises ValueError if it was not considered."""
    if home_ref not in at_once.asked.columns.row_of:
        raise ValueError(f"home {home_ref} is not in this ranking")
    row = at_once.asked.columns.row_of[home_ref]
    places = np.flatnonzero(at_once.rows == row)
    return _explained(at_once, int(places[0])) if len(places) else _not_possible(at_once, row)


def _explained(at_once: AtOnce, place: int) -> RankedHome:
    """Ranked again with the home above, and the best of both groups, which decide where the groups part."""
    above = max(0, place - 1)
    some = {above, place, _best_of_group(at_once, above), _best_of_group(at_once, place)}
    asked = at_once.asked
    ranking = rank_homes(asked.search, _as_priced(at_once, sorted(some)), asked.policy, at_once.book)
    home = ranking.home(asked.columns.homes[at_once.rows[place]].home_ref)
    return replace(home, position=place + 1, group=int(at_once.group[place]))


def _best_of_group(at_once: AtOnce, place: int) -> int:
    members = np.flatnonzero(at_once.group == at_once.group[place])
    return int(members[np.argmax(at_once.need_fit[members])])


def _as_priced(at_once: AtOnce, places: range | list[int]) -> list[Candidate]:
    """The homes at these places, carrying the comparable price that only the whole search can tell."""
    homes = at_once.asked.columns.homes
    return [
        replace(homes[at_once.rows[place]], comparable_price_pence=whole_or_none(at_once.comparable[place]))
        for place in places
    ]


def _not_possible(at_once: AtOnce, row: int) -> NotPossible:
    asked = at_once.asked
    found = assess_home(asked.search, asked.columns.homes[row], asked.policy.limits, at_once.book.rules)
    if not isinstance(found, NotPossible):
        raise ValueError(f"home {found.home_ref} is refused at once but not by itself: a rule and its twin disagree")
    return found


def _possible(asked: Asked, rows: Rows) -> Possible:
    price, kind = asked.routes.price[rows], asked.columns.facts["kind"][rows]
    usual: Numbers = np.full(len(rows), np.nan)
    for number in range(len(KINDS)):
        prices = np.sort(price[(kind == number) & ~np.isnan(price)])
        if len(prices) and len(prices) >= asked.policy.scale("comparable_homes_needed"):
            usual[kind == number] = prices[(len(prices) - 1) // 2]
    given = asked.columns.facts["comparable_price_pence"][rows]
    return Possible(asked, rows, price, np.where(np.isnan(given), usual, given))


def _scored(possible: Possible, book: RuleBook) -> tuple[list[Part], list[Numbers]]:
    """Every part of every criterion, and beside it the weight it has in each home, nought where it does not apply."""
    policy = possible.asked.policy
    parts = [part for criterion in book.criteria_of(policy) for part in parts_of(criterion, possible)]
    return parts, [np.where(part.applies, policy.weight(part.criterion) * part.share, 0.0) for part in parts]


def _ordered(possible: Possible, book: RuleBook, scored: tuple[list[Part], list[Numbers]]) -> AtOnce:
    (parts, weights), asked, rows = scored, possible.asked, possible.rows
    points = _points(parts, weights, len(rows))
    total = rounded(added(points, len(rows)), 3)
    need_fit = _need_fit(parts, asked.policy, len(rows))
    unmet = (len(asked.essential) - asked.essential_met[rows]).astype(np.int64)
    group = _groups(unmet, need_fit, asked.policy.margin)
    order = _order(possible, group, total)
    return AtOnce(
        asked=asked,
        book=book,
        verdicts=np.zeros((0, 0), dtype=np.int8),
        rows=rows[order],
        group=group[order],
        unmet_essential=unmet[order],
        need_fit=need_fit[order],
        total=total[order],
        confidence=_confidence(parts, weights, len(rows))[order],
        price=possible.price[order],
        comparable=possible.comparable[order],
        parts=tuple(_in_order(part, worth, order) for part, worth in zip(parts, points, strict=True)),
        refused=rows[:0],
    )


def _in_order(part: Part, points: Numbers, order: Integers) -> ScoredPart:
    return ScoredPart(
        part.criterion,
        part.applies[order],
        part.scale[order],
        part.is_known[order],
        part.share[order],
        points[order],
    )


def _counts(part: Part) -> NDArray[np.bool_]:
    return part.applies & ~np.isnan(part.scale)


def _points(parts: list[Part], weights: list[Numbers], rows: int) -> list[Numbers]:
    counted = added((np.where(_counts(part), weight, 0.0) for part, weight in zip(parts, weights, strict=True)), rows)
    return [
        rounded(np.where(_counts(part), divided(100 * weight * part.scale, counted, 0.0), 0.0), 3)
        for part, weight in zip(parts, weights, strict=True)
    ]


def _need_fit(parts: list[Part], policy: Policy, rows: int) -> Numbers:
    weights = dict(policy.need_fit)
    fit = [part for part in parts if part.criterion in weights]
    whole = added((np.where(_counts(part), weights[part.criterion], 0.0) for part in fit), rows)
    met = added((np.where(_counts(part), weights[part.criterion] * part.scale, 0.0) for part in fit), rows)
    return rounded(divided(met, whole, 1.0), 4)


def _confidence(parts: list[Part], weights: list[Numbers], rows: int) -> Numbers:
    known = (np.where(part.is_known, weight, 0.0) for part, weight in zip(parts, weights, strict=True))
    return rounded(divided(added(known, rows), added(weights, rows), 1.0), 2)


def _groups(unmet: Integers, need_fit: Numbers, margin: float) -> Integers:
    """The group of each home, counted from 1: fewest essential needs unmet first, then about equal in need fit."""
    order = np.lexsort((-need_fit, unmet))
    group = np.zeros(len(order), dtype=np.int64)
    number, best = 0, (-1, 0.0)
    for place, here in zip(
        order.tolist(), zip(unmet[order].tolist(), need_fit[order].tolist(), strict=True), strict=True
    ):
        if here[0] != best[0] or best[1] - here[1] > margin + ROUNDING:
            number, best = number + 1, here
        group[place] = number
    return group


def _order(possible: Possible, group: Integers, total: Numbers) -> Integers:
    """By group, contract route, tier, score, price (not known last), reference."""
    routes, rows, price = possible.asked.routes, possible.rows, possible.price
    return np.lexsort(
        (rows, np.nan_to_num(price), np.isnan(price), -total, routes.tier[rows], routes.place[rows], group)
    )
