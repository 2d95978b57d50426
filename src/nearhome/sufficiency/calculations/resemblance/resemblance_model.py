"""How do the circumstances of children living well in foster care differ from those of children in residential care?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from nearhome.sufficiency.calculations.resemblance.calibration import Estimate, area_under_curve, brier_score
from nearhome.sufficiency.calculations.resemblance.circumstances import CIRCUMSTANCES, Circumstance
from nearhome.sufficiency.calculations.resemblance.ridge_logistic import CrossValidated, chances, cross_validated

FOLDS: Final = 5
KNOWN_ENOUGH: Final = 0.5  # of each group, or a circumstance is left out

Floats = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Learnt:
    """What the model learnt of the children it compares.

    `compared` are the children of both groups and `design` their circumstances, one row each, `columns` the
    circumstance and level of each column of it; `outcome` is 1 for those living well in foster care. `middle` is the
    mean of each column over both groups. `area`, `brier` judge the out-of-fold probabilities; `chance` is the Brier
    score of always saying the share of the group; `area_by_age`, `brier_by_age` are what age alone reaches.
    """

    compared: pl.DataFrame
    used: tuple[Circumstance, ...]
    columns: tuple[tuple[Circumstance, str], ...]
    design: Floats
    outcome: Wholes
    model: CrossValidated
    middle: Floats
    area: Estimate
    brier: Estimate
    chance: Estimate
    area_by_age: Estimate
    brier_by_age: Estimate

    @property
    def beats_chance(self) -> bool:
        """Whether it tells the groups apart out of fold, beyond what chance would do."""
        return self.area.low > 0.5 and self.brier.value < self.chance.value


def learn(children: pl.DataFrame, seed: int) -> Learnt:
    """The model of who lives well in foster care rather than in residential care, judged out of fold.

    `children` are the rows of `circumstances`; at least FOLDS of either group are needed. A circumstance known for
    fewer than half of either group is left out; where one is not known of a child it pulls neither way.
    """
    compared = children.filter(pl.col("group") != "foster")
    outcome = (compared["group"] == "settled").cast(pl.Int64).to_numpy()
    used = tuple(one for one in CIRCUMSTANCES if _is_known_enough(compared, one.key))
    columns = _columns(compared, used)
    middle = _means(compared, columns)
    design = design_of(compared, columns, middle)
    model = _by_kind(design, outcome, seed)
    age = [place for place, (circumstance, _) in enumerate(columns) if circumstance.key == "age"]
    by_age = _by_kind(design[:, age], outcome, seed).probability
    return Learnt(
        compared, used, columns, design, outcome, model, middle,
        area_under_curve(outcome, model.probability),
        brier_score(outcome, model.probability),
        brier_score(outcome, np.full(len(outcome), outcome.mean())),
        area_under_curve(outcome, by_age),
        brier_score(outcome, by_age),
    )  # fmt: skip


def _is_known_enough(compared: pl.DataFrame, key: str) -> bool:
    shares = compared.group_by("group").agg(pl.col(key).is_not_null().mean())[key].to_list()
    return bool(shares) and min(shares) >= KNOWN_ENOUGH


def _columns(compared: pl.DataFrame, used: Sequence[Circumstance]) -> tuple[tuple[Circumstance, str], ...]:
    """A column for each level that occurs but the first one that does."""
    found = []
    for circumstance in used:
        there = set(compared[circumstance.key].drop_nulls().unique())
        levels = [level for level in circumstance.levels if level in there]
        found += [(circumstance, level) for level in levels[1:]]
    return tuple(found)


def _means(compared: pl.DataFrame, columns: Sequence[tuple[Circumstance, str]]) -> Floats:
    return np.array([(compared[one.key] == level).mean() for one, level in columns], dtype=np.float64)


def design_of(children: pl.DataFrame, columns: Sequence[tuple[Circumstance, str]], middle: Floats) -> Floats:
    """1 where a child is at the level of the column, 0 at another, and the mean of the column where it is not known."""
    parts = [
        (children[one.key] == level).cast(pl.Float64).fill_null(mean).to_numpy()
        for (one, level), mean in zip(columns, middle, strict=True)
    ]
    return np.column_stack(parts) if parts else np.zeros((children.height, 0))


def _by_kind(design: Floats, outcome: Wholes, seed: int) -> CrossValidated:
    kinds, kind = np.unique(design, axis=0, return_inverse=True)
    return cross_validated(kinds, kind.reshape(-1), outcome, FOLDS, seed)


@dataclass(frozen=True, slots=True)
class Alike:
    """Children of one group whose circumstances are like those of the other.

    `probability` is that of living well in foster care, from a model that did not see the child; `pulls` what each
    column of the design adds to the log odds of it beyond the mean; `of` how many children were looked at and `bar`
    the probability from which (or up to which) a child is listed.
    """

    children: pl.DataFrame
    probability: Floats
    pulls: Floats
    of: int
    bar: float


def like_foster(learnt: Learnt) -> Alike:
    """Children in residential care at least as like as the middle one of those living well in foster care."""
    bar = float(np.median(learnt.model.probability[learnt.outcome == 1]))
    residential = learnt.outcome == 0
    return _listed(learnt, residential, residential & (learnt.model.probability >= bar), bar)


def like_residential(learnt: Learnt) -> Alike:
    """Children living well in foster care at least as like as the middle one of those in residential care."""
    bar = float(np.median(learnt.model.probability[learnt.outcome == 0]))
    settled = learnt.outcome == 1
    return _listed(learnt, settled, settled & (learnt.model.probability <= bar), bar)


def newer_like_residential(learnt: Learnt, children: pl.DataFrame) -> Alike:
    """The same of children in foster care for less time in the placement, whom no model saw."""
    bar = float(np.median(learnt.model.probability[learnt.outcome == 0]))
    newer = children.filter(pl.col("group") == "foster")
    design = design_of(newer, learnt.columns, learnt.middle)
    probability = chances(design, learnt.model.whole)
    chosen = probability <= bar
    pulls = (design - learnt.middle)[chosen] * learnt.model.whole[1:]
    return Alike(newer.filter(pl.Series(chosen)), probability[chosen], pulls, newer.height, bar)


def _listed(learnt: Learnt, group: npt.NDArray[np.bool_], chosen: npt.NDArray[np.bool_], bar: float) -> Alike:
    coefficients = learnt.model.coefficients[learnt.model.fold[chosen]][:, 1:]
    pulls = (learnt.design[chosen] - learnt.middle) * coefficients
    return Alike(
        learnt.compared.filter(pl.Series(chosen)), learnt.model.probability[chosen], pulls, int(group.sum()), bar
    )
