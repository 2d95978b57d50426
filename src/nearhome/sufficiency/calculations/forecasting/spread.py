"""How far a count may lie from its expectation: quantiles, and how well a spread foretold what came (CRPS)."""

import math
from statistics import NormalDist
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
INTERVALS = {50: (0.25, 0.75), 80: (0.1, 0.9), 95: (0.025, 0.975)}
SMALL, LEAST_VARIANCE = 20.0, 0.02  # below: a count's own distribution; no spread worth drawing


def quantiles(mean: Array, variance: Array, levels: tuple[float, ...] = LEVELS) -> Array:
    """The quantiles (levels first) of counts with these means and variances.

    Below a mean of 20 those of the binomial, Poisson or negative binomial count with that mean and variance; above,
    the normal's. Never below 0.
    """
    flat_mean, flat_variance = mean.ravel(), variance.ravel()
    standard = np.array([NormalDist().inv_cdf(level) for level in levels])[:, None]
    found = np.maximum(flat_mean + standard * np.sqrt(np.maximum(flat_variance, 0)), 0)
    small = (flat_mean < SMALL) & (flat_variance >= LEAST_VARIANCE)
    if small.any():
        reached = np.cumsum(probabilities(flat_mean[small], flat_variance[small]), axis=0)
        found[:, small] = np.stack([(reached < level - 1e-9).sum(0) for level in levels])
    return np.asarray(found.reshape(len(levels), *mean.shape))


def probabilities(mean: Array, variance: Array, least: int = 0) -> Array:
    """Chance of 0, 1, 2, … (first axis, at least up to `least`) of the counts with these means and variances.

    Panjer's recursion p(n + 1) = p(n) (a + b / (n + 1)): binomial when the variance is below the mean, Poisson when it
    is the mean, negative binomial above.
    """
    ratio = np.where(np.abs(variance / np.maximum(mean, 1e-9) - 1) < 1e-6, 1 + 1e-6, variance / np.maximum(mean, 1e-9))
    a = 1 - 1 / ratio
    b = mean / ratio - a
    tail = np.minimum(9 * np.sqrt(variance) + 15 * ratio, 3000)  # what lies beyond is less than a millionth
    top = max(least, int((mean + tail).max(initial=0)) + 3)
    now = np.exp(np.maximum((mean / ratio) / a * -np.log(ratio), -700))
    found = [now]
    for n in range(top):
        now = np.maximum(now * (a + b / (n + 1)), 0)
        found.append(now)
    every = np.stack(found)
    return np.asarray(every / np.maximum(every.sum(0), 1e-300))


def crps(mean: Array, variance: Array, seen: Array) -> Array:
    """Continuous ranked probability score of each forecast: 0 is perfect; a forecast without spread scores its error."""
    found = np.abs(seen - mean).astype(float)
    spread = variance >= LEAST_VARIANCE
    small = spread & (mean < SMALL)
    large = spread & ~small
    if small.any():
        reached = np.cumsum(probabilities(mean[small], variance[small], int(seen[small].max()) + 1), axis=0)
        came = np.arange(len(reached))[:, None] >= seen[small]
        found[small] = ((reached - came) ** 2).sum(0)
    if large.any():
        scale = np.sqrt(variance[large])
        z = (seen[large] - mean[large]) / scale
        below = np.array([0.5 * math.erfc(-one / math.sqrt(2)) for one in z.tolist()])
        density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
        found[large] = scale * (z * (2 * below - 1) + 2 * density - 1 / math.sqrt(math.pi))
    return found
