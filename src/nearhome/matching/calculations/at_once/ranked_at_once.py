"""One child ranked against every home of a region: the figures of all, the words of the first and the nearest misses."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nearhome.matching.calculations.at_once.asked import Asked
from nearhome.matching.calculations.at_once.columns import Rows
from nearhome.matching.calculations.at_once.exactly import Mask, Numbers
from nearhome.matching.calculations.at_once.rules_at_once import ASKS, REFUSES, Verdicts
from nearhome.matching.calculations.feasibility import NotPossible
from nearhome.matching.calculations.near_misses import NearMiss
from nearhome.matching.calculations.ranked import RankedHome
from nearhome.matching.calculations.rule_book import RuleBook


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPart:
    """One part of a criterion on each possible home, in their order: as `Contribution`, without the words.

    `scale` is not a number where not known; nothing counts where the part does not apply.
    """

    criterion: str
    applies: Mask
    scale: Numbers
    is_known: Mask
    share: Numbers
    points: Numbers


@dataclass(frozen=True, slots=True, eq=False)
class AtOnce:
    """What `rank_homes` would say of every home, as columns.

    `rows` are the possible homes in order, as rows of `asked.columns`; the columns beside it are in the same order.
    Prices are pence per week, not a number where not known. `verdicts` has a row for each rule of `book` and a column
    for each home: 0 nothing, 1 asks, 2 refuses. `refused` are the other homes, fewest reasons first. `ranked` are the
    first possible homes in full; `nearest` the nearest misses, `near_misses` the same homes with every reason.
    """

    asked: Asked
    book: RuleBook
    verdicts: Verdicts
    rows: Rows
    group: NDArray[np.int64]
    unmet_essential: NDArray[np.int64]
    need_fit: Numbers
    total: Numbers
    confidence: Numbers
    price: Numbers
    comparable: Numbers
    parts: tuple[ScoredPart, ...]
    refused: Rows
    ranked: tuple[RankedHome, ...] = ()
    nearest: tuple[NearMiss, ...] = ()
    near_misses: tuple[NotPossible, ...] = ()

    @property
    def order(self) -> tuple[str, ...]:
        """The references of the possible homes, first to last."""
        homes = self.asked.columns.homes
        return tuple(homes[row].home_ref for row in self.rows.tolist())

    def refusals(self) -> tuple[tuple[str, int, int], ...]:
        """Of each rule that refuses any home: its identifier, how many it refuses, how many it alone refuses."""
        refuses = self.verdicts == REFUSES
        alone = refuses[:, refuses.sum(axis=0) == 1]
        counts = zip(self.book.rules, refuses.sum(axis=1).tolist(), alone.sum(axis=1).tolist(), strict=True)
        return tuple((rule.id, count, only) for rule, count, only in counts if count)

    def rules_against(self, home_ref: str) -> tuple[str, ...]:
        """The rules that refuse this home. Raises KeyError if it was not considered."""
        return self._rules(home_ref, REFUSES)

    def rules_asking(self, home_ref: str) -> tuple[str, ...]:
        """The rules that ask a person about this home. Raises KeyError if it was not considered."""
        return self._rules(home_ref, ASKS)

    def _rules(self, home_ref: str, verdict: np.int8) -> tuple[str, ...]:
        found = self.verdicts[:, self.asked.columns.row_of[home_ref]] == verdict
        return tuple(self.book.rules[number].id for number in np.flatnonzero(found).tolist())
