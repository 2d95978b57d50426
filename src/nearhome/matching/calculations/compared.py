"""The homes that could change places with the first, as columns: what each of their parts weighs, all homes at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nearhome.matching.calculations.at_once.exactly import added, divided, rounded
from nearhome.matching.calculations.ordering import ROUNDING, within_group
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.ranked import Contribution, RankedHome

Numbers = NDArray[np.float64]
Whole = NDArray[np.int64]
_NO_PART = (-1, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Compared:
    """A row for each home, in the order of the ranking, and in the tables a column for each known part of its score.

    `criterion` numbers the criteria in the order of the policy's weights, -1 where a home has no more parts. `place`
    and `tie` are the ranks of the kind of contract and of price and reference, `fit` need fit from 0 to 1.
    """

    names: tuple[str, ...]
    criterion: Whole
    share: Numbers
    scale: Numbers
    place: Whole
    tie: Whole
    fit: Numbers
    second_is_in: bool

    @classmethod
    def of_ranked(cls, ranked: Sequence[RankedHome], policy: Policy) -> "Compared":
        """The homes with as many essential needs unmet as the first: no weight lets any other stand before it."""
        homes = [home for home in ranked if home.unmet_essential == ranked[0].unmet_essential]
        names = tuple(name for name, _ in policy.weights)
        numbers = {name: number for number, name in enumerate(names)}
        parts = zip_longest(*(_known(home.contributions, numbers) for home in homes), fillvalue=_NO_PART)
        table = np.array(list(parts), dtype=np.float64).reshape(-1, len(homes), 3).transpose(1, 0, 2)
        keys = [within_group(home, policy) for home in homes]
        return cls(
            names,
            table[:, :, 0].astype(np.int64),
            table[:, :, 1].copy(),
            table[:, :, 2].copy(),
            _ranks([key[0] for key in keys]),
            _ranks([key[2:] for key in keys]),
            np.array([home.need_fit for home in homes]),
            len(homes) > 1 and homes[1].home_ref == ranked[1].home_ref,
        )

    def of(self, rows: Whole) -> "Compared":
        """These homes alone."""
        return Compared(
            self.names, self.criterion[rows], self.share[rows], self.scale[rows], self.place[rows], self.tie[rows],
            self.fit[rows], self.second_is_in,
        )  # fmt: skip

    def measures(self, criterion: str) -> bool:
        """Does this criterion count for any of the homes?"""
        return bool((self.criterion == self.names.index(criterion)).any())

    def sums(self, weights: Mapping[str, float], criterion: str, *, whole_parts: bool = False) -> Numbers:
        """By home: points and weight of the other criteria, and of this one for each unit of its weight.

        The four columns are points of the others, of this one, weight of the others, of this one. With `whole_parts`
        each part counts in full, as in need fit.
        """
        known = self._weights(weights) >= 0
        share = np.where(known, 1.0 if whole_parts else self.share, 0.0)
        moves = self.criterion == self.names.index(criterion)
        moving = np.where(moves, share, 0.0)
        still = np.where(moves, 0.0, share * self._weights(weights))
        return np.stack([(still * self.scale).sum(1), (moving * self.scale).sum(1), still.sum(1), moving.sum(1)], 1)

    def totals(self, rows: Whole, weights: Mapping[str, float], criterion: str, tried: Numbers) -> Numbers:
        """The score of each of these homes at the weight beside it, to the last digit as it is shown."""
        of, scale = self.criterion[rows], self.scale[rows]
        line = np.where(of == self.names.index(criterion), tried[:, None], self._weights(weights)[rows])
        weight = np.where(of < 0, 0.0, line * self.share[rows])
        whole = added(weight.T, len(rows))
        points = [divided(100 * column * at, whole, 0.0) for column, at in zip(weight.T, scale.T, strict=True)]
        return rounded(added([rounded(column, 3) for column in points], len(rows)), 3)

    def _weights(self, weights: Mapping[str, float]) -> Numbers:
        """The weight of each part; less than nothing where it does not count."""
        return np.array([*(weights.get(name, -1.0) for name in self.names), -1.0])[self.criterion]


def group_numbers(fit: Numbers, margin: float) -> Whole:
    """Which group of about equal homes each is in, by (weight tried, home), until the first two are known."""
    group, number = np.zeros(fit.shape, dtype=np.int64), 1
    while (group[:, :2] == 0).any():
        left = np.where(group == 0, fit, -1.0)
        best = left.max(axis=1, keepdims=True)
        group[(group == 0) & (best - left <= margin + ROUNDING)] = number
        number += 1
    return np.where(group == 0, number, group)


def _known(parts: Sequence[Contribution], numbers: Mapping[str, int]) -> list[tuple[int, float, float]]:
    return [(numbers[part.criterion], part.share, part.scale) for part in parts if part.scale is not None]


def _ranks(keys: Sequence[Any]) -> Whole:
    place = {key: number for number, key in enumerate(sorted(set(keys)))}
    return np.array([place[key] for key in keys])
