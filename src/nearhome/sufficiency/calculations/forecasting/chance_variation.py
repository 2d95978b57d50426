"""By how much can the number of children differ by chance alone, when every daily rate is exactly right?

Children move independently of each other with the same daily probabilities; those who enter come as a Poisson process.
Then the children there at the start are a multinomial sample at any later time, and those who entered since are
independent Poisson numbers (a Poisson number, thinned, stays Poisson). Mean and covariance follow without simulation:

    P(t) = M^t     mean(t) = n P(t) + e (I + M + ... + M^(t-1))     covariance(t) = diag(mean(t)) - P(t)' diag(n) P(t)

with n the children in each state at the start, e the entrants a day and M the daily probabilities (row: today's state,
column: tomorrow's; what a row lacks to 1 is leaving). Method: docs/methods/daily-rates.md. It says nothing about error
in the rates themselves, nor about rates that change.
"""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Projected:
    """Mean (days + 1, states) and covariance (days + 1, states, states) of the children in each state, from day 0."""

    mean: Floats
    covariance: Floats

    def deviation(self) -> Floats:
        """Standard deviation of each state on each day, (days + 1, states)."""
        return np.sqrt(np.maximum(np.diagonal(self.covariance, axis1=1, axis2=2), 0))

    def sum_over(self, chosen: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation, day by day, of a sum over states weighted by `chosen` (0 or 1, or prices)."""
        weights = np.asarray(chosen, dtype=np.float64)
        variance = np.einsum("i,dij,j->d", weights, self.covariance, weights)
        return self.mean @ weights, np.sqrt(np.maximum(variance, 0))


def projected(daily: Floats, entrants: Floats, start_counts: Floats, days: int) -> Projected:
    """Mean and exact covariance of the population on day 0, 1, ... `days`.

    `daily` (states × states) holds the probability of each state tomorrow given the state today; `entrants` children a
    day; `start_counts` the children on day 0, who are known and so vary by nothing. Raises ValueError if a probability
    or a count cannot be one.
    """
    _check(daily, entrants, start_counts)
    size = len(start_counts)
    reach, arrived = np.empty((days + 1, size, size)), np.zeros((days + 1, size))
    reach[0] = np.eye(size)
    for day in range(days):
        reach[day + 1] = reach[day] @ daily
        arrived[day + 1] = arrived[day] @ daily + entrants
    mean = start_counts @ reach + arrived
    same_child = np.swapaxes(reach, 1, 2) @ (start_counts[:, None] * reach)
    covariance = -same_child
    covariance[:, np.arange(size), np.arange(size)] += mean
    return Projected(mean, covariance)


def one_day_on(mean: Floats, covariance: Floats, daily: Floats, entrants: Floats) -> tuple[Floats, Floats]:
    """Mean and covariance a day later, for rates that differ from day to day. Day by day it agrees with `projected`.

    What varied before is carried through the moves and damped by them; the day's own moves and entrants add theirs.
    """
    moved = daily.T @ covariance @ daily - daily.T @ (mean[:, None] * daily)
    after = mean @ daily
    return after + entrants, moved + np.diag(after + entrants)


def between(mean: Floats, deviation: Floats, normal_quantile: float) -> tuple[Floats, Floats]:
    """Lower and upper end of the interval mean ± quantile × standard deviation, the lower not under 0.

    (Quantiles: 0.674 for 50 %, 1.282 for 80 %, 1.960 for 95 %.)
    """
    return np.maximum(mean - normal_quantile * deviation, 0), mean + normal_quantile * deviation


def _check(daily: Floats, entrants: Floats, start_counts: Floats) -> None:
    size = len(start_counts)
    if daily.shape != (size, size) or entrants.shape != (size,):
        raise ValueError(f"{size} states need {size} × {size} probabilities and {size} rates of entry.")
    if not (np.isfinite(daily).all() and daily.min(initial=0) >= 0 and daily.sum(axis=1).max() <= 1 + ROUNDING):
        raise ValueError("A daily probability is negative, or the probabilities of a state add to more than 1.")
    if entrants.min(initial=0) < 0 or start_counts.min(initial=0) < 0 or not math.isfinite(float(start_counts.sum())):
        raise ValueError("Children at the start and entrants a day cannot be fewer than none.")
