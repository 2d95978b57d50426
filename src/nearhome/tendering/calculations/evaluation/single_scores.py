"""Each agreed score one higher and one lower, everything else as it is: which of them would put another bid first?"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nearhome.tendering.calculations.evaluation.case import MOST_SCORE, Bid
from nearhome.tendering.calculations.evaluation.formulas import leans_on
from nearhome.tendering.calculations.evaluation.standing import Standing
from nearhome.tendering.calculations.evaluation.whole_numbers import (
    Key,
    Line,
    baskets_of,
    least_quality,
    lines_of,
    order_key,
    price_failures,
    quality_of,
    total_of,
)


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """One agreed score that, given as `would_be`, puts `first` first."""

    bid: str
    question: str
    score: int
    would_be: int
    first: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SingleScores:
    """How many scores were tried one higher or lower, how many of them move their bid's rank, and which change the first."""

    tried: int
    move_a_rank: int
    change_first: tuple[ScoreChange, ...]


def single_scores(lot: Standing) -> SingleScores:
    """Try every agreed score of every bid that is in, one up and one down; pass-or-fail scores flip between 0 and 5.

    A score that lets its bid fail, or pass after all, has the prices of all marked anew. Exact.
    """
    trial = _Trial(lot)
    tried, moved, changes = 0, 0, []
    for at, bid in _everybody(lot):
        for place, would_be in _nearby(lot, bid):
            tried += 1
            first, moves = trial.of(at, bid, place, would_be)
            moved += moves
            if first is not None:
                question = lot.case.questions[place].key
                changes.append(ScoreChange(bid.key, question, bid.agreed[place] or 0, would_be, first))
    return SingleScores(tried, moved, tuple(changes))


def _everybody(lot: Standing) -> Iterator[tuple[int | None, Bid]]:
    """Bids that stand, with their place, and those that fail on quality alone."""
    yield from enumerate(lot.bids)
    for bid in lot.failing:
        if None not in bid.agreed and not price_failures(lot.case, bid):
            yield None, bid


def _nearby(lot: Standing, bid: Bid) -> Iterator[tuple[int, int]]:
    for place, (question, score) in enumerate(zip(lot.case.questions, bid.agreed, strict=True)):
        if score is None:
            continue
        if question.is_pass:
            yield place, 0 if score == MOST_SCORE else MOST_SCORE
            continue
        if score < MOST_SCORE:
            yield place, score + 1
        if score > 0:
            yield place, score - 1


class _Trial:
    """The lot with its order kept, so that one changed score costs one comparison."""

    def __init__(self, lot: Standing) -> None:
        self.lot = lot
        self.ordered = sorted(lot.keys)
        self.first = self._first_of(lot.bids, lot.keys)
        self._without: dict[int, tuple[str, ...]] = {}
        self._joined: dict[str, tuple[list[Key], Line, int]] = {}
        self._least = least_quality(lot.case, lot.weights)
        self._low = {
            bid.key: sum((score or 0) < one.least for one, score in zip(lot.case.questions, bid.agreed, strict=True))
            for bid in (*lot.bids, *lot.failing)
        }

    def of(self, at: int | None, bid: Bid, place: int, would_be: int) -> tuple[tuple[str, ...] | None, bool]:
        """Who would be first, None if the same; whether the bid's own rank moves."""
        lot, before = self.lot, bid.agreed[place] or 0
        quality = lot.qualities[at] if at is not None else quality_of(lot.weights, bid.agreed) or 0
        quality += lot.weights.each[place] * (would_be - before)
        least = lot.case.questions[place].least
        failed = self._low[bid.key] - (before < least) + (would_be < least)
        stands = not failed and quality >= self._least
        if at is None:
            return (self._changed(self._with(bid, quality)), True) if stands else (None, False)
        if not stands:
            return self._changed(self._leaving(at)), True
        return self._moved(at, quality)

    def _changed(self, first: tuple[str, ...]) -> tuple[str, ...] | None:
        return first if first != self.first else None

    def _moved(self, at: int, quality: int) -> tuple[tuple[str, ...] | None, bool]:
        """The bid's own key changes, no other does."""
        lot, was = self.lot, self.lot.keys[at]
        total = total_of(lot.lines[at], quality, lot.case.places)
        key = order_key(lot.case, total, quality, lot.baskets[at])
        if key == was:
            return None, False
        moves = self._higher(key, was) != self._higher(was, was)
        if key < self.ordered[-1] and was != self.ordered[-1]:
            return None, moves
        keys = [*lot.keys[:at], key, *lot.keys[at + 1 :]]
        return self._changed(self._first_of(lot.bids, keys)), moves

    def _higher(self, key: Key, was: Key) -> int:
        """How many other bids are higher than a key, which stands for the one that was `was`."""
        return len(self.ordered) - bisect_right(self.ordered, key) - (was > key)

    def _leaving(self, at: int) -> tuple[str, ...]:
        """Who is first when a bid fails."""
        if at not in self._without:
            lot = self.lot
            rest = [place for place in range(len(lot.bids)) if place != at]
            keys = self._beside([lot.baskets[place] for place in rest], rest)
            self._without[at] = self._first_of([lot.bids[place] for place in rest], keys)
        return self._without[at]

    def _with(self, bid: Bid, quality: int) -> tuple[str, ...]:
        """Who is first when a bid passes after all."""
        lot = self.lot
        if bid.key not in self._joined:
            baskets = [*lot.baskets, *baskets_of(lot.case, [bid])]
            line = lines_of(lot.case, lot.weights, baskets)[-1]
            self._joined[bid.key] = self._beside(baskets, range(len(lot.bids))), line, baskets[-1]
        keys, line, price = self._joined[bid.key]
        own = order_key(lot.case, total_of(line, quality, lot.case.places), quality, price)
        return self._first_of([*lot.bids, bid], [*keys, own])

    def _beside(self, baskets: Sequence[int], places: Sequence[int]) -> list[Key]:
        """The keys of these bids once prices are marked among `baskets`, of which theirs come first, in order."""
        lot = self.lot
        if leans_on(lot.case.formula, baskets) == leans_on(lot.case.formula, lot.baskets):
            return [lot.keys[place] for place in places]
        lines = lines_of(lot.case, lot.weights, baskets)
        return [
            order_key(
                lot.case,
                total_of(line, lot.qualities[place], lot.case.places),
                lot.qualities[place],
                lot.baskets[place],
            )
            for place, line in zip(places, lines, strict=False)
        ]

    @staticmethod
    def _first_of(bids: Sequence[Bid], keys: Sequence[Key]) -> tuple[str, ...]:
        best = max(keys, default=None)
        return tuple(sorted(bid.key for bid, key in zip(bids, keys, strict=True) if key == best))
