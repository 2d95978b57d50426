"""Which ranking criteria say so much about a group of children that weighing them weighs the group?"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import polars as pl

from nearhome.matching.calculations.fairness.intervals import two_sided
from nearhome.matching.calculations.fairness.records import DIMENSIONS, RecordsError, levels_of, strata_of
from nearhome.matching.calculations.planning.instance import Flags, Floats, Ints
from nearhome.sufficiency.calculations.figures import Breakdown, Column, Section

FEWEST: Final = 10
STRONG: Final = 0.15  # this far from one in two: 65 of 100 pairs in one order
_CHANCE: Final = 0.01
_LOOKED_AT: Final = ("sex", "age_band", "ethnicity", "disability", "uasc")
_WHOM: Final = {"sex": "{} children", "age_band": "children aged {}", "ethnicity": "children whose ethnic group is {}"}
_REASONS: Final = {
    ("near_family", "uasc", "known"): "children without family in the country have none recorded",
    ("near_home", "uasc", "known"): "their homes are abroad, so there is no address here to measure from",
    ("near_home", "uasc", "value"): "they are often placed from where they arrived, not from a family home",
    ("siblings_together", "uasc", "known"): "most come without brothers and sisters",
    ("near_school", "age_band", "known"): "the youngest do not go to school yet, and many of the eldest have left",
    ("essential_needs", "disability", "value"): "a disability is often itself one of the needs",
}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A criterion that stands in for a group: by its value, or by whether it is known at all.

    `of_pairs` is how often a child of the group has the higher value of the two in a pair with another child alike in
    age and need (ties count half; 0.5 says nothing); `before` the same among all children; `p_value` that of no
    association, times the number of criteria and groups looked at.
    """

    criterion: str
    dimension: str
    level: str
    what: Literal["value", "known"]
    of_pairs: float
    before: float
    p_value: float
    group_mean: float
    rest_mean: float

    @property
    def words(self) -> str:
        """The proxy named in plain words, with a likely reason where one is known."""
        whom = _WHOM.get(self.dimension, "{}").format(
            self.level if self.dimension == "ethnicity" else _lower(self.level)
        )
        reason = _REASONS.get((self.criterion, self.dimension, self.what), "")
        return f"{self.criterion} says much about {whom}: {self._finding()}{f' ({reason})' if reason else ''}."

    def _finding(self) -> str:
        if self.what == "known":
            return f"it is recorded for {self.group_mean:.0%} of them and for {self.rest_mean:.0%} of the others"
        side = "higher" if self.of_pairs > 0.5 else "lower"
        pairs = max(self.of_pairs, 1 - self.of_pairs)
        return f"theirs is {side} in {pairs:.0%} of pairs with other children alike in age and need"


def proxies(contributions: pl.DataFrame, groups: pl.DataFrame) -> tuple[Proxy, ...]:
    """The criteria that stand in for a group, strongest first.

    `contributions`: a row for each placement, `placement` and for each criterion its scale 0 to 1 (null: not known);
    `groups`: the table of placements as `prepared`. Named are those whose association among children alike in age band
    and need is strong (65 of 100 pairs in one order) and, allowing for all that were looked at, not chance (1 %).
    Raises RecordsError where there is no column `placement`.
    """
    if "placement" not in contributions.columns:
        raise RecordsError("the contributions have no column placement")
    criteria = [name for name in contributions.columns if name != "placement"]
    kept = ["placement", "need", *_LOOKED_AT]
    table = groups.select(kept).join(
        contributions.rename({name: f"criterion {name}" for name in criteria}), on="placement", how="inner"
    )
    asked = [
        one
        for dimension in _LOOKED_AT
        for level in levels_of(table, dimension)
        for criterion in criteria
        for one in _looked_at(table, dimension, level, criterion)
    ]
    corrected = [(one, min(1.0, one.p_value * len(asked))) for one in asked]
    found = [_with_p(one, p) for one, p in corrected if p < _CHANCE and abs(one.of_pairs - 0.5) >= STRONG]
    return tuple(sorted(found, key=lambda one: (-abs(one.of_pairs - 0.5), one.criterion, one.dimension, one.level)))


def stratified_ranks(values: Floats, is_group: Flags, strata: Ints) -> tuple[float, float]:
    """How often is the group's value the higher of a pair in one stratum, and the p-value of no association?

    Van Elteren's test: ranks within strata with ties in the middle, strata weighted by n₁n₀/N; mean and variance are
    those of all permutations of the group within strata, exactly. (nan, 1.0) where no stratum has both.
    """
    higher = variance = weight = 0.0
    for stratum in np.unique(strata[is_group]).tolist():
        here = strata == stratum
        mine, whole = int(is_group[here].sum()), int(here.sum())
        if mine == whole:
            continue
        ranks = _middle_ranks(values[here])
        share = mine * (whole - mine) / whole
        higher += (float(ranks[is_group[here]].sum()) - mine * (mine + 1) / 2) / whole
        variance += share * float(ranks.var(ddof=1)) / whole**2
        weight += share
    if not weight:
        return float("nan"), 1.0
    of_pairs = higher / weight
    z = (higher - weight / 2) / math.sqrt(variance) if variance else 0.0
    return of_pairs, two_sided(z)


def proxy_section(found: Sequence[Proxy], names: Mapping[str, str] | None = None) -> Section:
    """The proxies as a section of the report: each named, with how strongly it stands in.

    `names` are the criteria's names in words.
    """
    called = {one.criterion: (names or {}).get(one.criterion, one.criterion) for one in found}
    rows = tuple((called[one.criterion] + one.words.removeprefix(one.criterion), called[one.criterion], f"{DIMENSIONS[one.dimension]}: {one.level}",
                  "whether it is known" if one.what == "known" else "its value",
                  one.of_pairs, one.before, one.p_value) for one in found)  # fmt: skip
    return Section(
        "fairness_proxies",
        "Criteria that stand in for a group",
        "A criterion may never ask about a group and still say a great deal about it. Whoever weighs it then weighs, "
        "in part, who belongs to the group. That can be right (a child does need what a child needs) and should be "
        "chosen knowingly.",
        breakdowns=(Breakdown(
            "fairness_proxies",
            "Criteria found",
            "Share of pairs: how often a child of the group has the higher value of two children (ties count half; "
            "0.5 says nothing). Named are criteria with at least 65 of 100 pairs in one order among children alike "
            "in age band and need, unless chance could have made it (1 %, allowing for all that were looked at).",
            (Column("words", "In words"), Column("criterion", "Criterion"), Column("group", "Group"),
             Column("what", "What says it"), Column("of_pairs", "Share of pairs, children alike", "number"),
             Column("before", "Share of pairs, all children", "number"), Column("p_value", "p-value, corrected", "number")),
            rows,
            when_empty="No criterion was found that stands in for a group.",
        ),),
        limits=("Two criteria together can stand in for a group where neither does alone: that is not looked for.",),
    )  # fmt: skip


def _looked_at(table: pl.DataFrame, dimension: str, level: str, criterion: str) -> list[Proxy]:
    known_group = table.filter(pl.col(dimension).is_not_null())
    is_known = known_group[f"criterion {criterion}"].is_not_null().cast(pl.Float64).to_numpy()
    recorded = known_group.filter(pl.col(f"criterion {criterion}").is_not_null())
    values = recorded[f"criterion {criterion}"].cast(pl.Float64).to_numpy()
    parts: list[tuple[Literal["value", "known"], pl.DataFrame, Floats]] = [
        ("value", recorded, values),
        ("known", known_group, is_known),
    ]
    return [
        one for what, part, numbers in parts if (one := _association(part, numbers, dimension, level, criterion, what))
    ]


def _association(
    part: pl.DataFrame, values: Floats, dimension: str, level: str, criterion: str, what: Literal["value", "known"]
) -> Proxy | None:
    is_group = (part[dimension] == level).to_numpy()
    if min(int(is_group.sum()), int((~is_group).sum())) < FEWEST or values.min() == values.max():
        return None
    of_pairs, p_value = stratified_ranks(values, is_group, strata_of(part, dimension))
    before, _ = stratified_ranks(values, is_group, np.zeros(len(values), dtype=np.int32))
    means = float(values[is_group].mean()), float(values[~is_group].mean())
    return None if math.isnan(of_pairs) else Proxy(criterion, dimension, level, what, of_pairs, before, p_value, *means)


def _with_p(one: Proxy, p_value: float) -> Proxy:
    return Proxy(one.criterion, one.dimension, one.level, one.what, one.of_pairs, one.before, p_value,
                 one.group_mean, one.rest_mean)  # fmt: skip


def _middle_ranks(values: Floats) -> Floats:
    _, place, many = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(many) - (many - 1) / 2)[place]
    return ranks


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
