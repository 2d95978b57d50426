"""How many children will be in care in the coming months, and how many placements will have to be found?"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np

from nearhome.needs.calculations.care_records import CareRecords
from nearhome.sufficiency.calculations.forecasting.counting_days import (
    AGE_BINS,
    CATEGORIES,
    Array,
    CountingDays,
    counting_days,
    shifted,
    whole_months,
)
from nearhome.sufficiency.calculations.forecasting.forecast_steps import Path, path
from nearhome.sufficiency.calculations.forecasting.other_methods import (
    AsSent,
    daily_rates_grid,
    extended_grid,
    known_on,
)
from nearhome.sufficiency.calculations.forecasting.pooled_rates import BINS, CATS, LEAVES, Rates, Unit, fitted
from nearhome.sufficiency.calculations.forecasting.spread import LEVELS, quantiles

METHODS = ("nearhome", "daily-rates", "no-change", "trend")
WHO = ("not unaccompanied", "unaccompanied", "all")
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Forecast:
    """Children in care by (authority, who, age bin, category, month); the last of each of the first four axes is all.

    Month 0 is the last day of the reference window, month k the same day k months later. `variance` is of the count,
    chance and unknown rates together; `chance` of chance alone. `to_find[authority, what, category, month 1..]` are
    placements to be made: starts of care, moves, both; `to_find_variance` likewise. NaN where a method does not say.
    `rates` is None but for the method "nearhome". `over_18`, `without_birth_date` are children left out.
    """

    method: str
    authorities: tuple[str, ...]
    reference: tuple[dt.date, dt.date]
    months: tuple[dt.date, ...]
    mean: Array
    variance: Array
    chance: Array
    to_find: Array
    to_find_variance: Array
    rates: Rates | None
    seed: int
    over_18: int
    without_birth_date: int
    history_days: tuple[dt.date, ...]
    history: Array  # (authority or all, category or all, counting day): what was counted in the window

    def quantile(self, *levels: float) -> Array:
        """Quantiles of the counts, levels first; LEVELS if none are named."""
        return quantiles(self.mean, self.variance, levels or LEVELS)

    def at(
        self, authority: str = "all", who: str = "all", age_bin: str = "all", category: str = "all"
    ) -> tuple[int, ...]:
        """The position of a row in `mean` and `variance`. Raises ValueError if there is no such name."""
        names = ((*self.authorities, "all"), WHO, (*AGE_BINS, "all"), (*CATEGORIES, "all"))
        return tuple(axis.index(one) for axis, one in zip(names, (authority, who, age_bin, category), strict=True))


def forecast(
    records: CareRecords,
    *,
    authorities: tuple[str, ...] | None = None,
    start: dt.date,
    end: dt.date,
    months: int,
    method: str = "nearhome",
    seed: int = 0,
    as_sent: AsSent | None = None,
) -> Forecast:
    """The forecast for `months` months after `end`, from what happened from `start` to `end` (both days included).

    Authorities learn from each other when there are several. `seed` starts the draws of scenarios. For the method
    "daily-rates" `as_sent` gives the public model's own figures; without it the method is applied to the joined records
    in today's categories, knowing nothing after `end`. Raises ValueError, with what to do, when the window ends
    before it starts, has no whole month or holds no data, when months is not 1 to 60, or the method is unknown.
    """
    codes = authorities or records.authorities
    check(records, codes, start, end, months)
    if method not in METHODS:
        raise ValueError(f"There is no method “{method}”. Choose one of: {', '.join(METHODS)}.")
    days = counting_days(records, codes, end, whole_months(start, end))
    if not (days.category >= 0).any():
        raise ValueError(f"No child of {', '.join(codes)} was in care from {start} to {end}. Choose another window.")
    if method == "nearhome":
        found = learned(days, months)
    elif method == "daily-rates":
        sent = as_sent or known_on(records, end)
        found = _told(days, months, *daily_rates_grid(sent, codes, start, end, months), method)
    else:
        found = _told(days, months, *extended_grid(days, months, has_trend=method == "trend"), method)
    return replace(found, reference=(start, end), seed=seed)


def check(records: CareRecords, codes: tuple[str, ...], start: dt.date, end: dt.date, months: int) -> None:
    """Refuse a question that cannot be answered, with a sentence that says how to put it."""
    unknown = [code for code in codes if code not in records.authorities]
    if unknown or not codes:
        known = ", ".join(records.authorities) or "none"
        raise ValueError(f"The data hold no children of {', '.join(unknown) or 'any authority'}. They hold: {known}.")
    if not 1 <= months <= LONGEST:
        raise ValueError(f"{months} months cannot be forecast. Give 1 to {LONGEST}.")
    if end < start:
        raise ValueError(f"The reference window starts on {start} after it ends on {end}. Give the earlier date first.")
    if records.years:
        first, last = dt.date(records.years[0] - 1, 4, 1), dt.date(records.years[-1], 3, 31)
        if start < first or end > last:
            raise ValueError(f"The reference window {start} to {end} is outside the data, {first} to {last}.")
    if whole_months(start, end) < 1:
        raise ValueError(f"The reference window {start} to {end} has no whole month. Give a longer one.")


def learned(days: CountingDays, months: int) -> Forecast:
    """Nearhome's own forecast, from the children on the counting days of the window."""
    rates = fitted(days)
    ahead = tuple(shifted(days.days[-1], k) for k in range(months + 1))
    coming = tuple(day.month for day in ahead[1:])
    many = len(days.authorities)
    shape = (many + 1, len(WHO), BINS + 1, CATS + 1, months + 1)
    mean, chance, doubt = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    to_find, find_variance = np.zeros((2, many + 1, 3, CATS, months))
    for u in (0, 1):
        shared = _Shared(rates, u, months)
        for a in range(many):
            unit = rates.units[2 * a + u]
            one = path(unit, rates, coming)
            doubt[a, u] = np.moveaxis(_own_doubt(unit, one, rates, u) + shared.add(unit, one), 0, -1)
            doubt[many, u] += np.moveaxis(_own_doubt(unit, one, rates, u), 0, -1)
            mean[a, u], chance[a, u] = np.moveaxis(one.mean, 0, -1), np.moveaxis(one.chance, 0, -1)
            _add_placements(to_find[a], find_variance[a], one, float(rates.dispersion[u]), shared.relative)
        doubt[many, u] += np.moveaxis(shared.variance(), 0, -1)
    for each in (mean, chance):
        each[many] = each[:many].sum(0)
    for each in (mean, chance, doubt):
        each[:, 2] = each[:, :2].sum(1)
    to_find[many], find_variance[many] = to_find[:many].sum(0), find_variance[:many].sum(0)
    return Forecast(
        "nearhome", days.authorities, (days.days[0], days.days[-1]), ahead, mean, chance + doubt, chance, to_find,
        find_variance, rates, 0, days.over_18, days.without_birth_date, days.days, _counted(days),
    )  # fmt: skip


def _told(days: CountingDays, months: int, mean: Array, variance: Array, method: str) -> Forecast:
    nothing = np.full((len(days.authorities) + 1, 3, CATS, months), np.nan)
    ahead = tuple(shifted(days.days[-1], k) for k in range(months + 1))
    return Forecast(
        method, days.authorities, (days.days[0], days.days[-1]), ahead, mean, variance, variance, nothing, nothing,
        None, 0, days.over_18, days.without_birth_date, days.days, _counted(days),
    )  # fmt: skip


def _counted(days: CountingDays) -> Array:
    """Children on each counting day by (authority or all, category or all, day)."""
    return with_totals(days.stock().sum((1, 2)), 2)


def with_totals(table: Array, axes: int) -> Array:
    """The table with a total added at the end of each of its first axes."""
    for axis in range(axes):
        table = np.concatenate([table, table.sum(axis, keepdims=True)], axis)
    return table


def _add_placements(to_find: Array, variance: Array, one: Path, dispersion: float, relative: float) -> None:
    starts, moves = one.starts.T, one.moves.T
    to_find += np.stack([starts, moves, starts + moves])
    more = starts + (dispersion + relative) * starts**2
    other = moves * (1 + relative * moves)
    variance += np.stack([more, other, more + other])


def _fading(discount: Array, months: int) -> Array:
    """By how much an error grows month by month when a level drifts (a random walk in its steady state).

    The shape is that of `discount`, then month, age bin, category.
    """
    drift = 1 / discount - 1
    return np.asarray((1 + drift[..., None] * np.arange(months + 1.0))[..., None, None])


def _own_doubt(unit: Unit, one: Path, rates: Rates, u: int) -> Array:
    """Variance (month, age bin, category) from not knowing the authority's own rates."""
    months = len(one.mean) - 1
    entering, going = _fading(rates.entry_discount[u], months), _fading(rates.change_discount[u], months)
    entry = (one.entry_slope**2 * _wide(unit.entry_own) * entering).sum((0, 1))
    entry += one.entry_slope.sum((0, 1)) ** 2 * unit.entry_level_own * entering.max(0)
    leave = (one.leave_slope**2 * _wide(unit.own[:, LEAVES])).sum(0) * going[LEAVES]
    move = (one.move_slope**2 * _wide(unit.own[:, :CATS]) * going[:CATS]).sum((0, 1))
    return np.asarray(entry + leave + move)


def _wide(errors: Array) -> Array:
    return errors[..., None, None, None]


class _Shared:
    """What all authorities share of not knowing the region's rates: slopes add up before they are squared."""

    def __init__(self, rates: Rates, u: int, months: int) -> None:
        self.rates, self.u, self.months = rates, u, months
        cells = (months + 1, BINS + 1, CATS + 1)
        self.slopes = [np.zeros((BINS, CATS, *cells)), np.zeros((CATS, *cells)), np.zeros((CATS, CATS, *cells))]

    @property
    def relative(self) -> float:
        """Relative variance of all entries together."""
        return float(1 / (1 / self.rates.entry_error[self.u]).sum())

    def add(self, unit: Unit, one: Path) -> Array:
        """Take the authority's part into the region's; its variance alone."""
        parts = [
            one.entry_slope * _wide(unit.entry_leans),
            one.leave_slope * _wide(unit.leans[:, LEAVES]),
            one.move_slope * _wide(unit.leans[:, :CATS]),
        ]
        self.slopes = [so_far + part for so_far, part in zip(self.slopes, parts, strict=True)]
        return self._variance(parts)

    def variance(self) -> Array:
        """Variance (month, age bin, category) of the region's sum."""
        return self._variance(self.slopes)

    def _variance(self, slopes: list[Array]) -> Array:
        rates, u = self.rates, self.u
        entering, going = _fading(rates.entry_discount[u], self.months), _fading(rates.change_discount[u], self.months)
        entry = (slopes[0] ** 2 * _wide(rates.entry_error[u]) * entering).sum((0, 1))
        by_age = slopes[1][:, :, :BINS] ** 2 * rates.leave_error[u].T[:, None, :, None]
        leave = np.concatenate([by_age, by_age.sum(2, keepdims=True)], 2).sum(0) * going[LEAVES]
        move = (slopes[2] ** 2 * _wide(rates.move_error[u]) * going[:CATS]).sum((0, 1))
        return np.asarray(entry + leave + move)
