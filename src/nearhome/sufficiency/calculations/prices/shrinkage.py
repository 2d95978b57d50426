"""Estimates for many small groups at once: each is pulled towards the mean of all, the more the less is known of it.

Method: empirical Bayes for a normal mean in each group (Efron and Morris 1975), the variance between groups by moments
(Henderson's first method, 1953).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FEWEST_GROUPS, FEWEST_TO_SPARE = 3, 5
LIMITS = {"95": 1.959963984540054, "998": 3.090232306167813}


@dataclass(frozen=True, slots=True)
class Shrunken:
    """`estimates` with 95 % limits, one a group; `weights` are how much of a group's own mean is kept, 0 to 1."""

    centre: float
    between: float
    within: float
    estimates: Floats
    low: Floats
    high: Floats
    weights: Floats


def shrunken(values: Floats, group: NDArray[np.int64]) -> Shrunken | None:
    """Shrunken means of the groups (numbered from 0) of these values.

    None when there are fewer than 3 groups or fewer than 5 values more than groups: then nothing tells luck from habit.
    """
    counts = np.bincount(group).astype(float)
    if len(counts) < FEWEST_GROUPS or len(values) - len(counts) < FEWEST_TO_SPARE:
        return None
    means = np.bincount(group, values) / counts
    within = float(np.sum((values - means[group]) ** 2) / (len(values) - len(counts)))
    between = variance_between(means, counts, within)
    return pulled(means, counts, within, between)


def variance_between(means: Floats, counts: Floats, within: float) -> float:
    """The variance between groups beyond what `within` explains, at least 0.

    With N values in k groups of n: (sum of n (mean - grand mean)² - (k - 1) within) / (N - sum of n² / N).
    """
    total = counts.sum()
    squares = float(np.sum(counts * (means - np.sum(counts * means) / total) ** 2))
    scale = float(total - np.sum(counts**2) / total)
    return max(0.0, (squares - (len(counts) - 1) * within) / scale) if scale > 0 else 0.0


def pulled(means: Floats, counts: Floats, within: float, between: float) -> Shrunken:
    """Means pulled towards their centre: centre + weight (mean - centre), weight = between / (between + within / n).

    The limits include that the centre itself is estimated; not that the two variances are.
    """
    if between <= 0:
        centre = float(np.sum(counts * means) / counts.sum())
        known = np.full(len(means), np.sqrt(within / counts.sum()))
        weights = np.zeros(len(means))
    else:
        precision = 1 / (between + within / counts)
        centre = float(np.sum(precision * means) / precision.sum())
        weights = between * precision
        known = np.sqrt(between * (1 - weights) + (1 - weights) ** 2 / precision.sum())
    estimates = centre + weights * (means - centre)
    reach = LIMITS["95"] * known
    return Shrunken(centre, between, within, estimates, estimates - reach, estimates + reach, weights)


def funnel_limits(counts: Floats, within: float, limit: str) -> Floats:
    """How far from the centre chance alone takes the mean of so many values: "95" or "998" (99.8) per cent of the time."""
    return np.asarray(LIMITS[limit] * np.sqrt(within / counts))
