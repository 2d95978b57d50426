"""What would change the ranking: other weights, and how far each could move before the first home is another.

A weight moved by a slider moves both parts it has: its line in the score, and its line in need fit in proportion.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nearhome.matching.calculations.at_once.exactly import rounded
from nearhome.matching.calculations.compared import Compared, group_numbers
from nearhome.matching.calculations.ordering import ROUNDING, in_order, told_apart
from nearhome.matching.calculations.policy import Policy, PolicyError
from nearhome.matching.calculations.ranked import RankedHome, Ranking
from nearhome.matching.calculations.routes import route_place
from nearhome.matching.calculations.scoring import measured_again, scores_of

HIGHEST_WEIGHT, STEP = 100.0, 0.1
# Each part of a score is rounded to a thousandth, so two scores further apart than this cannot change places by it.
_ROUNDED_AWAY = 0.03
_AT_A_TIME = 128  # weights tried at once: more would not fit where the processor reads quickly
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tells:
    """How much one criterion tells between two homes: points of the first less points of the second."""

    criterion: str
    points: float


@dataclass(frozen=True, slots=True)
class Swing:
    """One weight as it is, the range in which the first home stays first, and where the second would come before it.

    `lowest` and `highest` are within 0 to 100, the other weights unchanged, looked at to a tenth of a point.
    `swaps_at` is the nearest weight at which the second home stands above the first; None if there is none.
    """

    criterion: str
    weight: float
    lowest: float
    highest: float
    swaps_at: float | None

    @property
    def change(self) -> float | None:
        """By how much the weight would have to change for the first two to swap, up or down."""
        return None if self.swaps_at is None else round(self.swaps_at - self.weight, 4)


@dataclass(frozen=True, slots=True)
class Deciding:
    """What decides between the first home and the second, and what it would take to swap them.

    `by` is 'essential_needs', 'need_fit', 'route', 'score', 'price' or 'reference'. `tells` are the criteria on which
    the two differ, those for the first home first. `nearest` is the weight whose change by the least swaps them.
    """

    first_ref: str
    second_ref: str
    by: str
    words: str
    tells: tuple[Tells, ...]
    swings: tuple[Swing, ...]
    nearest: Swing | None


def reweighed_policy(policy: Policy, weights: Mapping[str, float]) -> Policy:
    """The policy with other weights, those not given left as they are; need fit moves in proportion.

    Raises PolicyError for a criterion the policy does not have, a weight that is no number from 0 to 100, or essential
    needs of no weight.
    """
    for name, weight in weights.items():
        if name not in dict(policy.weights):
            raise PolicyError(f"{name} is not a criterion of this policy")
        if not 0 <= weight <= HIGHEST_WEIGHT:
            raise PolicyError(f"the weight of {name} is {weight:g}; it must be from 0 to {HIGHEST_WEIGHT:g}")
    if weights.get("essential_needs", 1) <= 0:
        raise PolicyError("the weight of essential_needs must be more than 0")
    moved = tuple((name, float(weights.get(name, weight))) for name, weight in policy.weights)
    fit = tuple((name, _in_proportion(name, part, policy, weights)) for name, part in policy.need_fit)
    return replace(policy, weights=moved, need_fit=fit)


def reweighed(ranking: Ranking, policy: Policy, weights: Mapping[str, float]) -> Ranking:
    """The ranking by other weights, at once: what was measured is kept, so nothing is measured again.

    `policy` is the one the ranking was made by. The same, to the last digit, as ranking again by `reweighed_policy`.
    Raises PolicyError as that does.
    """
    changed = reweighed_policy(policy, weights)
    return replace(ranking, ranked=in_order([_rescored(home, changed) for home in ranking.ranked], changed))


def deciding(ranking: Ranking, policy: Policy) -> Deciding | None:
    """What decides between the first and the second home? None where fewer than two are possible."""
    if len(ranking.ranked) < 2:
        return None
    first, second = ranking.ranked[:2]
    by = _decided_by(first, second, policy)
    compared = Compared.of_ranked(ranking.ranked, policy)
    swings = tuple(_swing(compared, policy, name) for name, _ in policy.weights)
    possible = [swing for swing in swings if swing.change is not None]
    nearest = min(possible, key=lambda swing: abs(swing.change or 0.0), default=None)
    tells = _tells(first, second)
    return Deciding(first.home_ref, second.home_ref, by, _in_words(by, first, second), tells, swings, nearest)


def _in_proportion(name: str, part: float, policy: Policy, weights: Mapping[str, float]) -> float:
    published = policy.weight(name) if name in dict(policy.weights) else 0.0
    if name not in weights or weights[name] == published:
        return part
    return part * weights[name] / published if published else float(weights[name])


def _rescored(home: RankedHome, policy: Policy) -> RankedHome:
    scores = scores_of(measured_again(home.contributions), policy)
    return replace(
        home, total=scores.total, need_fit=scores.need_fit, confidence=scores.confidence,
        contributions=scores.contributions,
    )  # fmt: skip


def _decided_by(first: RankedHome, second: RankedHome, policy: Policy) -> str:
    if first.unmet_essential != second.unmet_essential:
        return "essential_needs"
    if first.group != second.group:
        return "need_fit"
    if route_place(first.route, policy) != route_place(second.route, policy):
        return "route"
    if first.total != second.total:
        return "score"
    return "price" if first.weekly_price_pence != second.weekly_price_pence else "reference"


def _in_words(by: str, first: RankedHome, second: RankedHome) -> str:
    fits = told_apart(first.need_fit, second.need_fit, decimals=2)
    scores = told_apart(first.total, second.total, decimals=1)
    return {
        "essential_needs": f"Essential needs decide: {first.unmet_essential} not met against {second.unmet_essential}.",
        "need_fit": f"Need fit decides: {fits[0]} against {fits[1]} out of 1.",
        "route": f"Both meet needs about equally; the contract decides: {first.route.words} before {second.route.words}.",
        "score": "Both meet needs about equally and would be bought by the same kind of contract; the score decides:"
        f" {scores[0]} against {scores[1]} out of 100.",
        "price": "Everything but the price is equal, and the first costs less or is the one whose price is known.",
        "reference": "Nothing decides: the two are equal in everything, so the order between them says nothing.",
    }[by]


def _tells(first: RankedHome, second: RankedHome) -> tuple[Tells, ...]:
    ours, theirs = _points(first), _points(second)
    names = dict.fromkeys((*ours, *theirs))
    told = [Tells(name, round(ours.get(name, 0.0) - theirs.get(name, 0.0), 3)) for name in names]
    return tuple(sorted((one for one in told if one.points), key=lambda one: -one.points))


def _points(home: RankedHome) -> dict[str, float]:
    points: dict[str, float] = {}
    for part in home.contributions:
        points[part.criterion] = points.get(part.criterion, 0.0) + part.points
    return points


def _swing(compared: Compared, policy: Policy, criterion: str) -> Swing:
    weight = policy.weight(criterion)
    tried = _tried(weight, criterion)
    here = int(np.argmin(np.abs(tried - weight)))
    if len(compared.place) == 1 or not compared.measures(criterion):
        return Swing(criterion, weight, float(tried[0]), float(tried[-1]), None)
    is_first, second_is_after = _stands_before(compared, policy, criterion, tried)
    swapped = np.flatnonzero(~second_is_after)
    low = here - int(np.argmin(is_first[here::-1])) + 1 if not is_first[: here + 1].all() else 0
    high = here + int(np.argmin(is_first[here:])) - 1 if not is_first[here:].all() else len(tried) - 1
    nearest = swapped[np.argmin(np.abs(swapped - here))] if len(swapped) and compared.second_is_in else None
    at = None if nearest is None else round(float(tried[nearest]), 4)
    return Swing(criterion, weight, round(float(tried[low]), 4), round(float(tried[high]), 4), at)


def _tried(weight: float, criterion: str) -> Numbers:
    """Every tenth of a point up and down from the weight as it is; essential needs must weigh something."""
    steps = np.arange(-int(weight / STEP + ROUNDING), int((HIGHEST_WEIGHT - weight) / STEP + ROUNDING) + 1)
    tried = np.round(weight + steps * STEP, 6)
    return tried[tried > 0] if criterion == "essential_needs" else tried


def _stands_before(compared: Compared, policy: Policy, criterion: str, tried: Numbers) -> tuple[Flags, Flags]:
    """By weight tried: whether the first home stands before every other, and whether before the second."""
    found = [
        _stands_before_at(compared, policy, criterion, tried[start : start + _AT_A_TIME])
        for start in range(0, len(tried), _AT_A_TIME)
    ]
    return np.concatenate([every for every, _ in found]), np.concatenate([second for _, second in found])


def _stands_before_at(compared: Compared, policy: Policy, criterion: str, tried: Numbers) -> tuple[Flags, Flags]:
    """Where need fit stays as it is, only homes of its group and its kind of contract can pass the first."""
    weights = dict(policy.need_fit)
    if criterion in weights:
        published = policy.weight(criterion)
        line = weights[criterion] * tried / published if published else tried
        line = np.where(tried == published, weights[criterion], line)
        group = group_numbers(_fits(compared, weights, criterion, line), policy.margin)
    else:
        group = group_numbers(compared.fit[None, :], policy.margin)
    before = np.broadcast_to(compared.place[0] < compared.place, (len(tried), len(compared.place))).copy()
    rivals = np.flatnonzero((group <= group[:, :1]).any(axis=0) & (compared.place == compared.place[0]))
    leads = _leads(compared.of(rivals), dict(policy.weights), criterion, tried)
    before[:, rivals] = (leads > 0) | ((leads == 0) & (compared.tie[0] <= compared.tie[rivals]))
    stands = (group[:, :1] < group) | ((group[:, :1] == group) & before)
    return stands.all(axis=1), stands[:, 1]


def _leads(compared: Compared, weights: Mapping[str, float], criterion: str, tried: Numbers) -> Numbers:
    """By how many points the first home leads each, by (weight tried, home); exact wherever that could tell."""
    sums = compared.sums(weights, criterion)
    met, whole = sums[:, 0] + np.outer(tried, sums[:, 1]), sums[:, 2] + np.outer(tried, sums[:, 3])
    totals = 100 * _ratio(met, whole, 0.0)
    leads: Numbers = totals[:, :1] - totals
    # Homes equal in all have nothing to turn; elsewhere rounding to what is shown could turn the order.
    is_equal = np.isclose(sums, sums[0], rtol=0, atol=1e-12).all(axis=1)
    leads[:, is_equal] = 0.0
    rows, homes = np.nonzero((np.abs(leads) < _ROUNDED_AWAY) & ~is_equal)
    if len(rows):
        first = compared.totals(np.zeros(len(tried), dtype=np.int64), weights, criterion, tried)
        leads[rows, homes] = first[rows] - compared.totals(homes, weights, criterion, tried[rows])
    return leads


def _fits(compared: Compared, weights: Mapping[str, float], criterion: str, line: Numbers) -> Numbers:
    """Need fit from 0 to 1, by (weight tried, home), with the same rounding as need fit itself."""
    sums = compared.sums(weights, criterion, whole_parts=True)
    met, whole = sums[:, 0] + np.outer(line, sums[:, 1]), sums[:, 2] + np.outer(line, sums[:, 3])
    fits = _ratio(met, whole, 1.0)
    return rounded(fits.ravel(), 4).reshape(fits.shape)


def _ratio(part: Numbers, whole: Numbers, where_none: float) -> Numbers:
    return np.divide(part, whole, out=np.full(part.shape, where_none), where=whole > 0)
