"""Who may come later: futures sampled from how many are expected and who came lately.

Numbers are Poisson by authority (or more spread, as a gamma-Poisson); each arrival is a whole past referral, drawn with
replacement from the authority's own of the last 183 days. Where it has too few, the region's are drawn from instead.
Explained in docs/methods/keeping-a-bed-back.md.
"""

from dataclasses import dataclass

import numpy as np

from nearhome.matching.calculations.planning.bare import LaterArrivals
from nearhome.matching.calculations.planning.instance import Floats, Ints

POOL_DAYS = 183
FEWEST_OF_AN_AUTHORITY = 10


@dataclass(frozen=True, slots=True, eq=False)
class PastArrivals:
    """Referrals of the last `POOL_DAYS` days, each a unit (a child, or brothers and sisters) with its options.

    `authority`[U] is the authority of each unit; `unit`, `bed`, `takes` and `value` have one entry an option.
    """

    authority: Ints
    unit: Ints
    bed: Ints
    takes: Ints
    value: Floats


@dataclass(frozen=True, slots=True, eq=False)
class SampledFutures:
    """The sampled futures, and in words what they were drawn from."""

    later: LaterArrivals
    words: str


def days_that_count(horizon_days: int, expected_stay_days: float) -> int:
    """For how many days arrivals compete for a bed taken today: while it would still be taken, to the horizon at most.

    Derived, not published: a child who comes after the bed is free again loses nothing by its being taken today.
    """
    return int(min(horizon_days, max(0.0, expected_stay_days)))


def sample_futures(
    pool: PastArrivals,
    expected_per_day: Floats,
    days: int,
    count: int,
    rng: np.random.Generator,
    *,
    dispersion: float = 0.0,
) -> SampledFutures:
    """`count` futures of `days` days. `expected_per_day`[A] by authority; variance is mean + `dispersion` × mean².

    The same `rng` state gives the same futures. With nobody to draw from, or nobody expected, there are no futures.
    """
    expected = np.maximum(expected_per_day, 0.0) * days
    if len(pool.authority) == 0:
        return SampledFutures(_nothing(), _off(f"no referral of the last {POOL_DAYS} days is known"))
    if count == 0 or not expected.any():
        return SampledFutures(_nothing(), _off("nobody is expected while a bed taken today would still be taken"))
    numbers = _numbers(expected, count, rng, dispersion)
    trajectory, past = _drawn(pool, numbers, rng)
    return SampledFutures(_with_options(pool, trajectory, past, count), _words(pool, expected, days, count))


def _numbers(expected: Floats, count: int, rng: np.random.Generator, dispersion: float) -> Ints:
    """How many come, by future and authority. Shape [count, A]."""
    rates = np.broadcast_to(expected, (count, len(expected)))
    if dispersion > 0:
        rates = rates * rng.gamma(1.0 / dispersion, dispersion, size=rates.shape)
    return rng.poisson(rates).astype(np.int32)


def _drawn(pool: PastArrivals, numbers: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """For each later arrival its future, and the past unit it repeats."""
    trajectories, pasts = [], []
    for authority in range(numbers.shape[1]):
        own = np.flatnonzero(pool.authority == authority)
        source = own if len(own) >= FEWEST_OF_AN_AUTHORITY else np.arange(len(pool.authority))
        trajectories.append(np.repeat(np.arange(len(numbers)), numbers[:, authority]))
        pasts.append(source[rng.integers(0, len(source), int(numbers[:, authority].sum()))])
    return np.concatenate(trajectories).astype(np.int32), np.concatenate(pasts).astype(np.int32)


def _with_options(pool: PastArrivals, trajectory: Ints, past: Ints, count: int) -> LaterArrivals:
    order = np.argsort(pool.unit, kind="stable")
    starts = np.searchsorted(pool.unit[order], np.arange(len(pool.authority) + 1))
    counts = np.diff(starts)[past]
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    option = order[np.repeat(starts[past], counts) + offset]
    return LaterArrivals(
        count=count,
        trajectory=np.repeat(trajectory, counts).astype(np.int32),
        unit=np.repeat(np.arange(len(past)), counts).astype(np.int32),
        home=pool.bed[option],
        takes=pool.takes[option],
        value=pool.value[option],
    )


def _words(pool: PastArrivals, expected: Floats, days: int, count: int) -> str:
    own = np.bincount(pool.authority[pool.authority >= 0], minlength=len(expected))[: len(expected)]
    few = int(((own < FEWEST_OF_AN_AUTHORITY) & (expected > 0)).sum())
    words = (
        f"{count} sampled futures of {days} days, about {expected.sum():.1f} arrivals in each, "
        f"like the {len(pool.authority)} referrals of the last {POOL_DAYS} days."
    )
    if few == 0:
        return words
    whose = "one authority has" if few == 1 else f"{few} authorities have"
    return f"{words} Because {whose} fewer than {FEWEST_OF_AN_AUTHORITY} of them, their arrivals are like the region's."


def _off(why: str) -> str:
    return f"No bed is kept back: {why}."


def _nothing() -> LaterArrivals:
    none = np.zeros(0, dtype=np.int32)
    return LaterArrivals(0, none, none, none, none, np.zeros(0))
