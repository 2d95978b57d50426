"""How much to believe an authority's own count, how much its neighbours', and how much what is long past."""

import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

STRONGEST = 1e4  # a prior worth so many events leaves nothing of an authority's own
DISCOUNTS = (1.0, 0.98, 0.96, 0.93, 0.9, 0.85, 0.8, 0.7)
LEAST_MONTHS, LEAST_GAIN = 12, 2.0  # below these a rate is taken to be constant


def pooling_strength(events: Array, expected: Array, weakest: float = 0.5) -> float:
    """How many events the pooled rate is worth beside a cell's own: the shape of a Gamma prior with mean 1.

    By moments over cells: events are Poisson around expected × factor, and the factors vary with variance 1/strength.
    Cells that differ no more than chance does give the strongest prior; fewer than two cells likewise.
    """
    used = expected > 0
    events, expected = events[used], expected[used]
    if len(events) < 2:
        return STRONGEST
    beyond_chance = float(((events - expected) ** 2 - expected).sum() / (expected**2).sum())
    return float(np.clip(1 / beyond_chance, weakest, STRONGEST)) if beyond_chance > 0 else STRONGEST


def pooled(events: Array, expected: Array, strength: float) -> Array:
    """Posterior mean of each cell's factor, (strength + events) / (strength + expected)."""
    return (strength + events) / (strength + expected)


def learned_discount(events: Array, expected: Array) -> float:
    """What one month takes off the worth of what was seen before: 1 if the level of a series is constant.

    The Poisson series with a drifting Gamma level of Harvey and Fernandes (1989): chosen from DISCOUNTS by how well the
    next months together (six of a window of two years or more, else three) were predicted from those before, and below
    1 only with 12 months or more and a log-likelihood better by 2 or more. Chance beyond Poisson is told from drift by
    the changes from month to month.
    """
    if len(events) < LEAST_MONTHS or events.sum() <= 0:
        return 1.0
    change = np.diff(events - expected * events.sum() / expected.sum())
    noise = max(1.0, float((change**2).mean() / 2 / max(events.mean(), 1e-9)))
    found = [_predictive(events / noise, expected / noise, discount) for discount in DISCOUNTS]
    best = int(np.argmax(found))
    return DISCOUNTS[best] if found[best] > found[0] + LEAST_GAIN else 1.0


def _predictive(events: Array, expected: Array, discount: float) -> float:
    """Log-likelihood of each run of months given what came before it, a month counting once."""
    ahead = 6 if len(events) >= 2 * LEAST_MONTHS else 3
    coming, due_then = (np.convolve(one, np.ones(ahead), "valid").tolist() for one in (events, expected))
    shape, rate, total = 0.0, 0.0, 0.0
    for at, (seen, due) in enumerate(zip(coming, due_then, strict=True)):
        if at >= LEAST_MONTHS // 2 and shape > 0 and due > 0:
            total += math.lgamma(shape + seen) - math.lgamma(shape) - math.lgamma(seen + 1)
            total += shape * math.log(rate / (rate + due)) + seen * math.log(due / (rate + due))
        shape, rate = discount * shape + events[at], discount * rate + expected[at]
    return total / ahead


def beyond_poisson(events: Array, expected: Array) -> float:
    """By how much counts vary beyond chance: variance = mean + this × mean². From changes month to month (last axis).

    Both arrays have the same shape, with series along the last axis; drift of a level hardly counts.
    """
    if events.shape[-1] < 6 or expected.sum() <= 0:
        return 0.0
    change = np.diff(events - expected, axis=-1)
    middle = (expected[..., 1:] + expected[..., :-1]) / 2
    return float(max(0.0, ((change**2) / 2 - middle).sum() / (middle**2).sum()))
