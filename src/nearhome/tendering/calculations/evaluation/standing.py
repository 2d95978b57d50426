"""The bids of a lot that stand, in whole numbers, ready for many questions."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nearhome.tendering.calculations.evaluation.case import MOST_SCORE, Bid, LotCase
from nearhome.tendering.calculations.evaluation.whole_numbers import (
    Key,
    Line,
    Weights,
    baskets_of,
    failures,
    lines_of,
    order_key,
    quality_of,
    total_of,
    weights_of,
)

Scores = NDArray[np.int64]
_ROOM = 2**62


@dataclass(frozen=True, slots=True)
class Standing:
    """The bids that stand in the order of their keys, each with its quality A, basket, line and place in the order."""

    case: LotCase
    weights: Weights
    bids: tuple[Bid, ...]
    qualities: list[int]
    baskets: list[int]
    lines: list[Line]
    keys: list[Key]
    failing: tuple[Bid, ...]

    def given_scores(self) -> Scores:
        """Bids x evaluators x questions: individual scores, -1 where there is none."""
        shape = (len(self.bids), len(self.case.evaluators), len(self.case.questions))
        nobody = ((None,) * shape[2],) * shape[1]
        flat = (score for bid in self.bids for row in bid.scores or nobody for score in row)
        return np.fromiter((-1 if score is None else score for score in flat), np.int64).reshape(shape)

    def mean_qualities(self, given: Scores, times: int) -> list[int]:
        """A from the mean of these scores, `times` over, so that it is a whole number; the agreed score where none is given."""
        agreed = np.array([bid.agreed for bid in self.bids], np.int64).reshape(given.shape[0], given.shape[2])
        told = given >= 0
        count = told.sum(axis=1)
        means = np.where(count > 0, (given * told).sum(axis=1) * times // np.maximum(count, 1), agreed * times)
        fits = MOST_SCORE * times * sum(self.weights.each) < _ROOM
        kind = np.int64 if fits else object
        found: list[int] = (means.astype(kind) @ np.array(self.weights.each, kind)).tolist()
        return found


def standing_of(case: LotCase) -> Standing:
    """What stands in a lot, and what fails but is still in; order of keys."""
    weights = weights_of(case)
    ordered = sorted(case.bids, key=lambda bid: bid.key)
    why = [failures(case, weights, bid) for bid in ordered]
    bids = tuple(bid for bid, said in zip(ordered, why, strict=True) if not said)
    failing = tuple(bid for bid, said in zip(ordered, why, strict=True) if said and not bid.out)
    qualities = [quality_of(weights, bid.agreed) or 0 for bid in bids]
    baskets = baskets_of(case, bids)
    lines = lines_of(case, weights, baskets)
    keys = [
        order_key(case, total_of(line, quality, case.places), quality, price)
        for line, quality, price in zip(lines, qualities, baskets, strict=True)
    ]
    return Standing(case, weights, bids, qualities, baskets, lines, keys, failing)
