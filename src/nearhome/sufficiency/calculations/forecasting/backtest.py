"""How wrong would the forecast have been? Each method on earlier dates, against what then happened."""

import datetime as dt
from dataclasses import dataclass

import numpy as np

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.forecasting.counting_days import (
    CATEGORIES,
    Array,
    CountingDays,
    counting_days,
    shifted,
    whole_months,
)
from nearhome.sufficiency.calculations.forecasting.forecast import METHODS, Forecast, forecast, with_totals
from nearhome.sufficiency.calculations.forecasting.spread import INTERVALS, crps, quantiles

HORIZONS = (3, 6, 12)
LEAST_ORIGINS = 4
WHAT = ("all children", *CATEGORIES)


@dataclass(frozen=True, slots=True)
class Score:
    """How one method did at one horizon for all children or one category, over origins and authorities.

    `mae` and `crps` in children of one authority (of the region where `area` is "region"); `within` the share of what
    happened that lay inside the interval of 50, 80 and 95 %; `tried` how many forecasts were compared.
    """

    method: str
    horizon: int
    area: str
    what: str
    mae: float
    crps: float
    within: dict[int, float]
    tried: int


@dataclass(frozen=True, slots=True)
class Backtest:
    """All scores, and the dates forecast from. `too_short` says why there are none, if there are none."""

    origins: tuple[dt.date, ...]
    window_months: int
    scores: tuple[Score, ...]
    too_short: str = ""

    def score(self, method: str, horizon: int, what: str = "all children", area: str = "authority") -> Score:
        """One score. Raises KeyError if it was not tried."""
        for one in self.scores:
            if (one.method, one.horizon, one.what, one.area) == (method, horizon, what, area):
                return one
        raise KeyError(f"{method}, {horizon} months, {what}, {area} was not tried")

    def worth(self, method: str, horizon: int) -> float:
        """The sum of a method's CRPS over the categories and all children, authority by authority: less is better."""
        return sum(self.score(method, horizon, what).crps for what in WHAT)


@dataclass(frozen=True, slots=True)
class Choice:
    """The method to use and one sentence why."""

    method: str
    why: str


def backtest(
    records: CareRecords,
    *,
    authorities: tuple[str, ...],
    start: dt.date,
    end: dt.date,
    months: int,
    methods: tuple[str, ...] = METHODS,
    every: int = 3,
) -> Backtest:
    """Rolling origin within the reference window: fit to what went before, forecast up to `months`, compare.

    The fit at each origin takes the same number of months before it: half the window, at least 12. Origins lie `every`
    months apart, the last one 3 months before the window's end. What happened after an origin is unknown to the fit.
    """
    whole = whole_months(start, end)
    window = max(12, whole // 2)
    horizons = tuple(h for h in HORIZONS if h <= max(months, HORIZONS[0]))
    offsets = tuple(range(whole - window, HORIZONS[0] - 1, -every))
    if len([one for one in offsets if one >= HORIZONS[0]]) < LEAST_ORIGINS:
        needed = 12 + HORIZONS[0] + every * (LEAST_ORIGINS - 1)
        return Backtest(
            (), window, (), f"A back-test needs a reference window of {needed} months or more, not {whole}."
        )
    days = counting_days(records, authorities, end, whole)
    if not (days.category[:, : window + 1] >= 0).any():
        return Backtest((), window, (), "There are no children in care early in the window, so nothing can be tested.")
    seen = with_totals(days.stock().sum((1, 2)), 2)
    trials = [_Trial(records, days, seen, offset, window) for offset in offsets]
    scores = [one for method in methods for one in _scores(trials, method, horizons)]
    return Backtest(tuple(trial.origin for trial in trials), window, tuple(scores))


class _Trial:
    """One origin: what was known then, and what came."""

    def __init__(self, records: CareRecords, days: CountingDays, seen: Array, months_left: int, window: int) -> None:
        self.origin, self.seen, self.months_left = days.days[-1 - months_left], seen, months_left
        self.records, self.authorities, self.window = records, days.authorities, window

    def forecast(self, method: str, months: int) -> Forecast | None:
        """What the method would have said at the origin; None if nobody was in care in the window before it."""
        start = shifted(self.origin, -self.window) + dt.timedelta(days=1)
        try:
            return forecast(
                self.records, authorities=self.authorities, start=start, end=self.origin,
                months=min(months, self.months_left), method=method,
            )  # fmt: skip
        except ValueError:
            return None


def _scores(trials: list[_Trial], method: str, horizons: tuple[int, ...]) -> list[Score]:
    told = [(trial, trial.forecast(method, horizons[-1])) for trial in trials]
    found = []
    for horizon in horizons:
        rows = [_compared(trial, one, horizon) for trial, one in told if one and trial.months_left >= horizon]
        if rows:
            mean, variance, seen = (np.stack(part) for part in zip(*rows, strict=True))
            found += _areas(method, horizon, mean, variance, seen)
    return found


def _compared(trial: _Trial, one: Forecast, horizon: int) -> tuple[Array, Array, Array]:
    """Mean, variance and what came, by authority or all and category or all."""
    at = trial.seen.shape[-1] - 1 - trial.months_left + horizon
    return one.mean[:, 2, -1, :, horizon], one.variance[:, 2, -1, :, horizon], trial.seen[:, :, at]


def _areas(method: str, horizon: int, mean: Array, variance: Array, seen: Array) -> list[Score]:
    found = []
    for area, rows in (("authority", slice(0, -1)), ("region", slice(-1, None))):
        for what in WHAT:
            column = (*CATEGORIES, "all children").index(what)
            parts = tuple(part[:, rows, column].ravel() for part in (mean, variance, seen))
            found.append(_score(method, horizon, area, what, *parts))
    return found


def _score(method: str, horizon: int, area: str, what: str, mean: Array, variance: Array, seen: Array) -> Score:
    within = {}
    for percent, levels in INTERVALS.items():
        low, high = quantiles(mean, variance, levels)
        within[percent] = float(((seen >= low - 1e-9) & (seen <= high + 1e-9)).mean())
    error = float(np.abs(mean - seen).mean())
    return Score(method, horizon, area, what, error, float(crps(mean, variance, seen).mean()), within, len(seen))


def choose_method(tested: Backtest, months: int) -> Choice:
    """The method with the least CRPS at the tried horizon nearest to `months`; ours where nothing could be tried."""
    if not tested.scores:
        return Choice("nearhome", f"{tested.too_short} Read this forecast as a scenario: it has not been tested.")
    horizons = {one.horizon for one in tested.scores}
    nearest = min(horizons, key=lambda one: (abs(one - months), one))
    worth = {one: tested.worth(one, nearest) for one in dict.fromkeys(score.method for score in tested.scores)}
    best = min(worth, key=lambda one: worth[one])
    compared = ", ".join(f"{one} {worth[one]:.2f}" for one in sorted(worth, key=lambda one: worth[one]))
    said = f"At {nearest} months, over {len(tested.origins)} earlier dates, the score (CRPS, less is better) was: {compared}."
    if best == "nearhome":
        return Choice(best, f"Nearhome's own method foretold best. {said}")
    return Choice(best, f"Nearhome's own method did not foretell best here, so “{best}” is used. {said}")
