"""How much more does one authority pay than another for the same children? A regression of the logarithm of price.

Method: ordinary least squares on log weekly price with one effect per authority; sandwich variances clustered by child,
each residual divided by the square root of one less its leverage (MacKinnon and White 1985, HC2; Liang and Zeger 1986
for clusters); Student limits with as many degrees of freedom as the authority has children, less one.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from nearhome.sufficiency.calculations.prices.costs import CIRCUMSTANCE, circumstances_of

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
FEWEST_OF_A_LEVEL = 5
FEWEST_OF_AN_AUTHORITY = 5
FEWEST_ROWS, ROWS_PER_COLUMN = 30, 3
CHILD, PLACEMENT = "child", "placement"
_NORMAL_975 = 1.959963984540054
_ALIASED = 1e-8


@dataclass(frozen=True, slots=True)
class Mix:
    """The mix of children and placements as columns of noughts and ones (rows × columns), without a constant.

    `parts` says of each column whether it is about the child (age, need, circumstances) or the placement (its code and
    type of provider).
    """

    matrix: Floats
    names: tuple[str, ...]
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AuthorityEffects:
    """Effect of each authority on log price, as the difference from the region (the mean over all placements).

    `low` and `high` are 95 % limits, not a number where an authority has too few placements. `coefficients` belong to
    the columns of the mix, `residuals` to the rows.
    """

    effects: Floats
    low: Floats
    high: Floats
    placements: Whole
    coefficients: Floats
    residuals: Floats


def age_band(age: pl.Expr) -> pl.Expr:
    """The published age bands, or "not known"."""
    bands = ["under 1", "1 to 4", "5 to 9", "10 to 15", "16 and over"]
    return age.cut([0, 4, 9, 15], labels=bands).cast(pl.String).fill_null("not known")


def factors(costs: pl.DataFrame) -> pl.DataFrame:
    """Every row's levels: age band, need, circumstances (about the child), code and type of provider (the placement)."""
    known = [
        pl.when(pl.col(name)).then(pl.lit("yes")).when(~pl.col(name)).then(pl.lit("no")).otherwise(pl.lit("not known"))
        .alias(name) for name in circumstances_of(costs)
    ]  # fmt: skip
    return costs.select(
        age_band(pl.col("age")).alias("age"), "need", *known, "place_type", pl.col("provider_type")
    ).with_columns(pl.col("need", "place_type", "provider_type").replace("", "not known"))


def mix_of(costs: pl.DataFrame) -> Mix:
    """The mix of these placements, each factor against its commonest level.

    Levels of fewer than 5 placements are taken together as "few"; if those are still fewer than 5, with the commonest.
    Columns that others already say are left out.
    """
    columns: list[Floats] = []
    names: list[str] = []
    for factor in factors(costs).iter_columns():
        levels = _merged(factor)
        for level in levels.value_counts(sort=False).sort(["count", factor.name], descending=[True, False])[
            factor.name
        ][1:]:
            columns.append((levels == level).cast(pl.Float64).to_numpy())
            names.append(f"{factor.name.removeprefix(CIRCUMSTANCE)}: {level}")
    matrix = np.column_stack(columns) if columns else np.zeros((costs.height, 0))
    kept = independent(matrix)
    chosen = tuple(names[at] for at in kept)
    return Mix(matrix[:, kept], chosen, tuple(map(_part, chosen)))


def _part(name: str) -> str:
    return PLACEMENT if name.startswith(("place_type:", "provider_type:")) else CHILD


def _merged(factor: pl.Series) -> pl.Series:
    name = factor.name
    counts = factor.value_counts(sort=False).sort(["count", name], descending=[True, False])
    rare = counts.filter(pl.col("count") < FEWEST_OF_A_LEVEL)
    if rare.is_empty():
        return factor
    into = "few" if rare["count"].sum() >= FEWEST_OF_A_LEVEL else counts[name][0]
    return factor.replace(rare[name].to_list(), [into] * rare.height)


def independent(matrix: Floats) -> list[int]:
    """Which columns, first come first kept, are no combination of a constant and those before them?"""
    if not matrix.size:
        return []
    apart = matrix - matrix.mean(axis=0)
    products = apart.T @ apart
    sizes = np.diag(products).copy()
    scale = np.maximum(np.sum(matrix**2, axis=0), 1e-300)
    kept: list[int] = []
    for at in range(matrix.shape[1]):
        if products[at, at] > _ALIASED * max(sizes[at], _ALIASED * scale[at]):
            kept.append(at)
            products = products - np.outer(products[at], products[at]) / products[at, at]
    return kept


def is_enough(rows: int, columns: int) -> bool:
    """Are there rows enough for a model of so many columns?"""
    return rows >= max(FEWEST_ROWS, ROWS_PER_COLUMN * columns)


def authority_effects(log_price: Floats, mix: Mix, authority: Whole, child: Whole) -> AuthorityEffects:
    """Each authority's effect on log price for the same mix, against the region; see the module for the method.

    `authority` and `child` number them from 0. The effects' mean over all placements is 0.
    """
    count = np.bincount(authority)
    design = np.column_stack([np.eye(len(count))[authority], mix.matrix])
    spread = np.linalg.pinv(design.T @ design)
    coefficients = spread @ (design.T @ log_price)
    residuals = log_price - design @ coefficients
    contrast = np.eye(len(count)) - count / count.sum()
    effects = contrast @ coefficients[: len(count)]
    variance = contrast @ _sandwich(design, spread, residuals, child)[: len(count), : len(count)] @ contrast.T
    children = np.array([len(np.unique(child[authority == at])) for at in range(len(count))])
    reach = student_975(np.maximum(children - 1, 1)) * np.sqrt(np.maximum(np.diag(variance), 0))
    reach = np.where((count < FEWEST_OF_AN_AUTHORITY) | (children < FEWEST_OF_AN_AUTHORITY), np.nan, reach)
    return AuthorityEffects(
        effects, effects - reach, effects + reach, count, coefficients[len(count) :], residuals
    )  # fmt: skip


def _sandwich(design: Floats, spread: Floats, residuals: Floats, child: Whole) -> Floats:
    leverage = np.minimum(np.einsum("ij,jk,ik->i", design, spread, design), 0.999)
    scores = design * (residuals / np.sqrt(1 - leverage))[:, None]
    by_child = np.zeros((int(child.max()) + 1, design.shape[1]))
    np.add.at(by_child, child, scores)
    meat: Floats = by_child.T @ by_child
    return np.asarray(spread @ meat @ spread)


def student_975(freedom: NDArray[np.int64] | NDArray[np.float64]) -> Floats:
    """The 97.5 % point of Student's distribution, by Fisher's expansion in 1 / freedom (within 1 % from 4 up)."""
    z, one = _NORMAL_975, 1 / np.asarray(freedom, dtype=float)
    first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return np.asarray(z + first * one + second * one**2 + third * one**3)


def matched_effects(costs: pl.DataFrame) -> pl.DataFrame:
    """The check without a model: exact matching. Columns authority, matched (placements), effect (on log price).

    A placement is compared with the mean of other authorities' placements that agree on every factor; `effect` is the
    mean difference in log price over the placements for which there are any.
    """
    rows = factors(costs).with_columns(costs["authority"], costs["weekly_pence"].log().alias("log"))
    cell = [name for name in rows.columns if name not in ("authority", "log")]
    sums = rows.group_by(*cell, "authority", maintain_order=True).agg(
        pl.len().alias("n"), pl.col("log").sum().alias("sum")
    )
    both = (
        sums.sort(*cell, "authority")
        .with_columns(
            (pl.col("n").sum().over(cell) - pl.col("n")).alias("others"),
            (pl.col("sum").sum().over(cell) - pl.col("sum")).alias("others_sum"),
        )
        .filter(pl.col("others") > 0)
    )
    difference = pl.col("sum") - pl.col("n") * pl.col("others_sum") / pl.col("others")
    return (
        both.group_by("authority", maintain_order=True)
        .agg(pl.col("n").sum().alias("matched"), (difference.sum() / pl.col("n").sum()).alias("effect"))
        .sort("authority")
    )
