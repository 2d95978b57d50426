"""Would another choice have put another bid first? Every choice of the rule is tried, exactly, on the bids as they stand.

Tried: each other price formula; every split of quality and price; every weight of each question; the mean of individual
scores in place of the agreed ones, with everybody and with each evaluator left out; each agreed score one higher and lower.
Method: docs/methods/tender-sensitivity.md. Nearhome's own; nothing in the law asks for it.
"""

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from nearhome.tendering.calculations.evaluation.case import LotCase
from nearhome.tendering.calculations.evaluation.formulas import FORMULAS
from nearhome.tendering.calculations.evaluation.intervals import Course, crossing, stays_highest, stretches
from nearhome.tendering.calculations.evaluation.single_scores import SingleScores, single_scores
from nearhome.tendering.calculations.evaluation.standing import Scores, Standing, standing_of
from nearhome.tendering.calculations.evaluation.whole_numbers import Line, lines_of, order_key, total_of

_MOST_QUALITY = 5


@dataclass(frozen=True, slots=True)
class OtherRanking:
    """What one other choice gives: who is first, how many bids change rank, and how many of the tries ran into nothing."""

    choice: str
    first: tuple[str, ...]
    changes_first: bool
    ranks_changed: int


@dataclass(frozen=True, slots=True)
class SplitStretch:
    """From one per cent of quality to another, these bids are first on exact marks."""

    from_quality: Fraction
    to_quality: Fraction
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeightRoom:
    """One question may carry from `least` to `most` of the quality marks, the others in proportion, and the first stays first."""

    question: str
    weight: Fraction
    least: Fraction
    most: Fraction


@dataclass(frozen=True, slots=True)
class Effects:
    """All of it for one lot. `overtakes` gives the split, in per cent of quality, at which a bid equals the first.

    `pairs_crossing` counts the pairs of bids that change places somewhere between all price and all quality.
    """

    lot: str
    first: tuple[str, ...]
    formulas: tuple[OtherRanking, ...] = ()
    splits: tuple[SplitStretch, ...] = ()
    overtakes: tuple[tuple[str, Fraction], ...] = ()
    pairs_crossing: int = 0
    weights: tuple[WeightRoom, ...] = ()
    evaluators: tuple[OtherRanking, ...] = ()
    single: SingleScores | None = None


def effects_of(case: LotCase) -> Effects:
    """Everything tried on one lot; empty where no bid stands.

    Bids that fail stay out, whatever is tried, except where one score by itself lets a bid pass or fail.
    """
    lot = standing_of(case)
    if not lot.bids:
        return Effects(case.key, ())
    ranks = _ranks(lot.keys)
    first = _first(lot, ranks)
    splits, overtakes, crossings = _splits(lot, ranks)
    return Effects(
        case.key, first, _other_formulas(lot, ranks), splits, overtakes, crossings, _weights(lot, ranks),
        _evaluators(lot, ranks), single_scores(lot),
    )  # fmt: skip


def _ranks(keys: Sequence[tuple[int, ...]]) -> list[int]:
    """The rank of each, the greatest key first, equals sharing."""
    places: dict[tuple[int, ...], int] = {}
    for place, key in enumerate(sorted(keys, reverse=True), 1):
        places.setdefault(key, place)
    return [places[key] for key in keys]


def _first(lot: Standing, ranks: Sequence[int]) -> tuple[str, ...]:
    return tuple(bid.key for bid, rank in zip(lot.bids, ranks, strict=True) if rank == 1)


def _other(lot: Standing, choice: str, keys: Sequence[tuple[int, ...]], before: Sequence[int]) -> OtherRanking:
    ranks = _ranks(keys)
    changed = sum(rank != was for rank, was in zip(ranks, before, strict=True))
    first = _first(lot, ranks)
    return OtherRanking(choice, first, first != _first(lot, before), changed)


def _other_formulas(lot: Standing, ranks: Sequence[int]) -> tuple[OtherRanking, ...]:
    """Each other formula that differs on these prices; a basket of them is always what is compared."""
    if not lot.case.bands or not lot.weights.price:
        return ()
    found = []
    for formula in FORMULAS:
        alike = formula == "weighted_basket" or {formula, lot.case.formula} == {"lowest_ratio", "weighted_basket"}
        if formula == lot.case.formula or alike or (formula == "quality_per_pound" and not lot.weights.quality):
            continue
        found.append(_other(lot, formula, _keys(lot, lines_of(lot.case, lot.weights, lot.baskets, formula)), ranks))
    return tuple(found)


def _keys(
    lot: Standing, lines: Sequence[Line], qualities: Sequence[int] | None = None, times: int = 1
) -> list[tuple[int, ...]]:
    return [
        order_key(lot.case, total_of(line, quality, lot.case.places, times), quality, price)
        for line, quality, price in zip(lines, qualities or lot.qualities, lot.baskets, strict=True)
    ]


def _splits(
    lot: Standing, ranks: Sequence[int]
) -> tuple[tuple[SplitStretch, ...], tuple[tuple[str, Fraction], ...], int]:
    """Who is first from all price to all quality; where each other bid equals the first; pairs that cross."""
    if lot.case.formula == "quality_per_pound" or not lot.weights.price or not lot.weights.quality:
        return (), (), 0
    courses = [_split_course(lot, line, quality) for line, quality in zip(lot.lines, lot.qualities, strict=True)]
    found = tuple(
        SplitStretch(one.starts * 100, one.ends * 100, tuple(lot.bids[place].key for place in one.first))
        for one in stretches(courses)
    )
    mine = courses[ranks.index(1)]
    met = ((bid.key, crossing(mine, one)) for bid, one in zip(lot.bids, courses, strict=True))
    overtakes = tuple((key, share * 100) for key, share in met if share is not None and 0 <= share <= 1)
    return found, overtakes, _crossings(courses)


def _split_course(lot: Standing, line: Line, quality: int) -> Course:
    """x of quality and 1 - x of price: quality is A / 5Q of its marks, price is constant / (100 P under / D) of its."""
    of_quality, of_price = (
        _MOST_QUALITY * lot.weights.quality,
        100 * lot.weights.price * line.under // lot.weights.whole,
    )
    at_none = line.constant * of_quality
    return Course(at_none, quality * of_price - at_none, of_quality * of_price)


def _crossings(courses: Sequence[Course]) -> int:
    """Pairs that stand one way at all price and the other way at all quality, counted by sorting and merging."""
    by_price = sorted(
        courses, key=lambda one: (Fraction(one.at_none, one.under), Fraction(one.at_none + one.rise, one.under))
    )
    ends = [Fraction(one.at_none + one.rise, one.under) for one in by_price]
    seen: list[Fraction] = []
    count = 0
    for end in ends:
        count += len(seen) - bisect_right(seen, end)
        insort(seen, end)
    return count


def _weights(lot: Standing, ranks: Sequence[int]) -> tuple[WeightRoom, ...]:
    """For each question, between which of its weights the first bid stays first on exact marks."""
    first = ranks.index(1)
    found = []
    for place, question in enumerate(lot.case.questions):
        mine = lot.weights.each[place]
        others = lot.weights.quality - mine
        if not mine or not others:
            continue
        courses = [
            _weight_course(lot, line, quality, bid.agreed[place] or 0, (mine, others))
            for line, quality, bid in zip(lot.lines, lot.qualities, lot.bids, strict=True)
        ]
        at = Fraction(mine, lot.weights.quality)
        least, most = stays_highest(courses, first, at)
        found.append(WeightRoom(question.key, at * 100, least * 100, most * 100))
    return tuple(found)


def _weight_course(lot: Standing, line: Line, quality: int, score: int, weights: tuple[int, int]) -> Course:
    """The question carries x of the quality marks, the others share 1 - x as they did; all over the others' weight."""
    mine, others = weights
    rest = quality - mine * score
    every = line.slope * lot.weights.quality
    return Course(every * rest + line.constant * others, every * (score * others - rest), line.under * others)


def _evaluators(lot: Standing, ranks: Sequence[int]) -> tuple[OtherRanking, ...]:
    """The mean of individual scores in place of the agreed, of all and without each; an answer nobody scored keeps its own."""
    members = range(len(lot.case.evaluators))
    if not members or not any(bid.scores for bid in lot.bids):
        return ()
    given = lot.given_scores()
    everybody = _by_means(lot, given, list(members))
    found = [_other(lot, "", everybody, ranks)]
    before = _ranks(everybody)
    for one in members if len(members) > 1 else ():
        left = [member for member in members if member != one]
        found.append(_other(lot, lot.case.evaluators[one], _by_means(lot, given, left), before))
    return tuple(found)


def _by_means(lot: Standing, given: Scores, members: Sequence[int]) -> list[tuple[int, ...]]:
    times = lcm(*range(1, len(members) + 1))
    qualities = lot.mean_qualities(given[:, members, :], times)
    return _keys(lot, lot.lines, qualities, times)
