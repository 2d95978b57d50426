"""Two groups compared: the difference, how sure it is, and what is left of it among children alike in age and need."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from nearhome.matching.calculations.planning.instance import Flags, Floats, Ints

_Z: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval; all None where there is nothing to say."""

    value: float | None
    low: float | None = None
    high: float | None = None


NOTHING: Final = Estimate(None)


@dataclass(frozen=True, slots=True)
class Adjusted:
    """A difference among children alike, the p-value of no difference, and how many of the group it rests on."""

    difference: Estimate
    p_value: float | None
    compared: int


def wilson(part: float, whole: int) -> Estimate:
    """A share with the interval of Wilson 1927. Nothing where `whole` is 0."""
    if not whole:
        return NOTHING
    share, square = part / whole, _Z**2
    middle = (part + square / 2) / (whole + square)
    reach = _Z / (whole + square) * math.sqrt(part * (whole - part) / whole + square / 4)
    return Estimate(share, min(share, max(0.0, middle - reach)), max(share, min(1.0, middle + reach)))


def newcombe(part: float, whole: int, other_part: float, other_whole: int) -> Estimate:
    """The difference of two shares, first less second, with the interval of Newcombe 1998 (method 10)."""
    one, other = wilson(part, whole), wilson(other_part, other_whole)
    if one.value is None or one.low is None or one.high is None:
        return NOTHING
    if other.value is None or other.low is None or other.high is None:
        return NOTHING
    change = one.value - other.value
    down = math.hypot(one.value - one.low, other.high - other.value)
    up = math.hypot(one.high - one.value, other.value - other.low)
    return Estimate(change, change - down, change + up)


def mean_of(values: Floats) -> Estimate:
    """A mean with the interval of Student's t; without an interval for fewer than two values."""
    if len(values) < 2:
        return Estimate(float(values[0])) if len(values) else NOTHING
    reach = _t(len(values) - 1) * float(values.std(ddof=1)) / math.sqrt(len(values))
    return Estimate(float(values.mean()), float(values.mean()) - reach, float(values.mean()) + reach)


def welch(values: Floats, others: Floats) -> Estimate:
    """The difference of two means, first less second, with the interval of Welch 1947."""
    if len(values) < 2 or len(others) < 2:
        return NOTHING
    parts = [float(one.var(ddof=1)) / len(one) for one in (values, others)]
    change, variance = float(values.mean() - others.mean()), sum(parts)
    if variance == 0:
        return Estimate(change, change, change)
    freedom = variance**2 / sum(part**2 / (len(one) - 1) for part, one in zip(parts, (values, others), strict=True))
    reach = _t(freedom) * math.sqrt(variance)
    return Estimate(change, change - reach, change + reach)


def adjusted_share(happened: Flags, is_group: Flags, strata: Ints) -> Adjusted:
    """The Mantel-Haenszel difference of two shares over strata, with the variance of Sato 1989. Shapes [n].

    A stratum in which only one of the two groups is present says nothing and is left out.
    """
    many, others, part, other_part = _counts(happened.astype(np.float64), is_group, strata)
    whole = many + others
    weight = many * others / whole
    if not weight.sum():
        return Adjusted(NOTHING, None, 0)
    change = float((weight * (part / many - other_part / others)).sum() / weight.sum())
    first = (many**2 * other_part - others**2 * part + many * others * (others - many) / 2) / whole**2
    second = (part * (others - other_part) + other_part * (many - part)) / (2 * whole)
    variance = float((change * first + second).sum() / weight.sum() ** 2)
    return _around(change, variance, int(many.sum()))


def adjusted_mean(values: Floats, is_group: Flags, strata: Ints) -> Adjusted:
    """The difference of two means over strata, weighted as Mantel and Haenszel do. Shapes [n].

    The variance within strata is taken to be the same in all strata, apart for the group and the others.
    """
    many, others, total, other_total = _counts(values, is_group, strata)
    weight = many * others / (many + others)
    if not weight.sum():
        return Adjusted(NOTHING, None, 0)
    change = float((weight * (total / many - other_total / others)).sum() / weight.sum())
    spread, other_spread = _within(values[is_group], strata[is_group]), _within(values[~is_group], strata[~is_group])
    variance = float((weight**2 * (spread / many + other_spread / others)).sum() / weight.sum() ** 2)
    return _around(change, variance, int(many.sum()))


def differing(p_values: list[float | None], rate: float = 0.05) -> list[bool]:
    """Which comparisons differ, so that of those said to differ about `rate` do so by chance (Benjamini-Hochberg 1995)."""
    known = sorted((p, at) for at, p in enumerate(p_values) if p is not None)
    last = max((n for n, (p, _) in enumerate(known, 1) if p <= rate * n / len(known)), default=0)
    found = {at for _, at in known[:last]}
    return [at in found for at in range(len(p_values))]


def two_sided(z: float) -> float:
    """The chance of a standard normal number at least this far from nought."""
    return math.erfc(abs(z) / math.sqrt(2))


def _counts(values: Floats, is_group: Flags, strata: Ints) -> tuple[Floats, Floats, Floats, Floats]:
    """Of strata with both: how many of the group and of the others, and the sums of their values."""
    size = int(strata.max(initial=-1)) + 1
    many = np.bincount(strata[is_group], minlength=size).astype(np.float64)
    others = np.bincount(strata[~is_group], minlength=size).astype(np.float64)
    total = np.bincount(strata[is_group], values[is_group], minlength=size).astype(np.float64)
    other_total = np.bincount(strata[~is_group], values[~is_group], minlength=size).astype(np.float64)
    both = (many > 0) & (others > 0)
    return many[both], others[both], total[both], other_total[both]


def _within(values: Floats, strata: Ints) -> float:
    """The variance of values around the mean of their stratum."""
    many = np.bincount(strata)
    means = np.bincount(strata, values) / np.maximum(many, 1)
    freedom = len(values) - int((many > 0).sum())
    return float(((values - means[strata]) ** 2).sum() / freedom) if freedom > 0 else float(values.var())


def _around(change: float, variance: float, compared: int) -> Adjusted:
    spread = math.sqrt(max(variance, 0.0))
    p_value = two_sided(change / spread) if spread else (1.0 if change == 0 else 0.0)
    return Adjusted(Estimate(change, change - _Z * spread, change + _Z * spread), p_value, compared)


def _t(freedom: float) -> float:
    """The 97.5 % point of Student's t by its series in 1/freedom: right to 1 % from 4 degrees on."""
    z = _Z
    return (
        z
        + (z**3 + z) / (4 * freedom)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * freedom**3)
    )
