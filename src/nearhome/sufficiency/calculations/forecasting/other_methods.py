"""The forecasts ours is measured against, in the same table: daily rates, no change, last window's trend."""

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.forecasting import chance_variation, daily_rates
from nearhome.sufficiency.calculations.forecasting.counting_days import (
    AGE_BINS,
    CATEGORIES,
    Array,
    CountingDays,
    shifted,
)

BINS, CATS = len(AGE_BINS), len(CATEGORIES)
# So that both count the same categories: today's codes said in the ones the public model knows.
_SAME_KIND = {"K1": "K2", "S1": "K2", "K3": "P2"}


def all_only(table: Array) -> Array:
    """(authority, who, age bin, category, month) with totals; `table` is (authority, age bin, category, month)."""
    for axis in range(3):
        table = np.concatenate([table, table.sum(axis, keepdims=True)], axis)
    who = np.full((len(table), 2, *table.shape[1:]), np.nan)
    return np.concatenate([who, table[:, None]], 1)


def extended_grid(days: CountingDays, months: int, *, has_trend: bool) -> tuple[Array, Array]:
    """Mean and variance when the last count stays (or its mean monthly change goes on).

    The variance is that of a random walk with the monthly changes of the window.
    """
    counted = all_only(days.stock().sum(1))
    change = np.diff(counted, axis=-1)
    ahead = np.arange(months + 1.0)
    drift = change.mean(-1, keepdims=True) * has_trend
    mean = counted[..., -1:] + drift * ahead
    noise = ((change - drift) ** 2).mean(-1, keepdims=True)
    return np.maximum(mean, 0) if not has_trend else mean, noise * (ahead + has_trend * ahead**2 / change.shape[-1])


@dataclass(frozen=True, slots=True)
class AsSent:
    """Episodes as they were sent (columns as EPISODES), which the public model prepares in its own way, and children."""

    episodes: pl.DataFrame
    children: pl.DataFrame

    def of(self, authority: str) -> "AsSent":
        """Those of one authority."""
        children = self.children.filter(pl.col("authority") == authority)
        return AsSent(self.episodes.join(children.select("child_no"), on="child_no", how="semi"), children)


def daily_rates_grid(
    sent: AsSent, authorities: tuple[str, ...], start: dt.date, end: dt.date, months: int
) -> tuple[Array, Array]:
    """Mean and variance of the public demand model's method, each authority by itself, unaccompanied children among them.

    The variance is of chance alone: survivors binomial, entrants Poisson.
    """
    at = np.array([(shifted(end, k) - end).days for k in range(months + 1)])
    table = np.zeros((2, len(authorities) + 1, BINS + 1, CATS + 1, months + 1))
    for a, code in enumerate(authorities):
        found = _of_authority(sent.of(code), start, end, at)
        if found is not None:
            table[:, a] = np.moveaxis(found.reshape(2, months + 1, BINS + 1, CATS + 1), 1, -1)
    table[:, -1] = table[:, :-1].sum(1)
    mean, variance = np.full((2, len(authorities) + 1, 3, *table.shape[2:]), np.nan)
    mean[:, 2], variance[:, 2] = table
    return mean, variance


def known_on(records: CareRecords, day: dt.date) -> AsSent:
    """The records as they stood at the end of the day, in the public model's codes, short breaks left out."""
    later = pl.col("ends_before") > day
    episodes = records.episodes.filter(
        (pl.col("starts_on") <= day) & ~pl.col("legal_status").is_in(["V3", "V4"])
    ).with_columns(
        pl.when(later).then(None).otherwise(pl.col("ends_before")).alias("ends_before"),
        pl.col("place_type").replace(_SAME_KIND),
    )
    return AsSent(episodes, records.children)


def _of_authority(records: AsSent, start: dt.date, end: dt.date, at: Array) -> Array | None:
    """Mean and variance, on each of the days `at` after the end, of each sum of states."""
    if records.episodes.is_empty():
        return None
    history = daily_rates.daily_history(records.episodes, records.children)
    flow = daily_rates.flows(history, start, end)
    rates = np.where(np.isfinite(flow.rates), flow.rates, 0.0)
    flow = daily_rates.Flows(rates, flow.leaving, flow.entrants, flow.numbers)
    found = chance_variation.projected(
        daily_rates.daily_probabilities(flow), flow.entrants, np.maximum(history.stock_on(end), 0), int(at[-1])
    )
    mean, covariance = found.mean[at] @ _SUMS, found.covariance[at]
    return np.stack([mean, np.maximum(np.einsum("ir,dij,jr->dr", _SUMS, covariance, _SUMS, optimize=True), 0)])


def _sums() -> Array:
    """Which of the public model's states (rows) each age bin or all, and category or all (columns), adds up."""
    states = daily_rates.STATES
    ages = [one.name for one in daily_rates.AGE_BINS]
    found = np.zeros((len(states), BINS + 1, CATS + 1))
    for at, state in enumerate(states):
        if state.category != "NOT_IN_CARE":
            age, category = ages.index(state.age_bin), daily_rates.CATEGORIES.index(state.category)
            found[np.ix_([at], [age, BINS], [category, CATS])] = 1
    return found.reshape(len(states), -1)


_SUMS = _sums()
