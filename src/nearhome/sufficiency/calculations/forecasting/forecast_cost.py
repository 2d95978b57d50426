"""What will the placements cost, in this financial year and the next ones?"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nearhome.sufficiency.calculations.forecasting.counting_days import CATEGORIES, Array
from nearhome.sufficiency.calculations.forecasting.forecast import Forecast

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True)
class YearCost:
    """Cost of one financial year (or the part of it that is forecast) in pence, unrounded; `low`, `high`: 80 %.

    `by_category` in the order of CATEGORIES. `starts_on` to `ends_before` is the part that is forecast.
    """

    year: str
    starts_on: dt.date
    ends_before: dt.date
    pence: float
    low: float
    high: float
    by_category: tuple[float, ...]


def cost(
    found: Forecast,
    weekly_pence: Mapping[str, float],
    *,
    uplifts: Sequence[tuple[dt.date, float]] = (),
    authority: str = "all",
) -> tuple[YearCost, ...]:
    """Children × price, for each day after the reference window, by financial year (to 31 March).

    `weekly_pence` is the price of a week by category; each uplift (date, factor) multiplies all prices from its date on.
    Between counting days the number of children is taken to move in a straight line. Nothing is rounded. The interval
    takes all months and categories to be high or low together, as wide as it can be. Raises ValueError if a category
    has no price or a price or factor is below 0.
    """
    missing = [one for one in CATEGORIES if one not in weekly_pence]
    if missing:
        raise ValueError(
            f"There is no price for {', '.join(missing)}. Give pence a week for each of: {', '.join(CATEGORIES)}."
        )
    if min(weekly_pence.values()) < 0 or any(factor < 0 for _, factor in uplifts):
        raise ValueError("A price or an uplift is below 0. Give pence a week, and a factor such as 1.03 for 3 % more.")
    mean, deviation = _daily(found, authority)
    days = [found.months[0] + dt.timedelta(days=n + 1) for n in range(mean.shape[1])]
    price = np.array([weekly_pence[one] for one in CATEGORIES]) / DAYS_A_WEEK
    factor = np.array([np.prod([by for day, by in uplifts if day <= one]) for one in days])
    spent, unsure = (price[:, None] * part * factor for part in (mean, deviation))
    years = np.array([one.year + (one.month >= 4) for one in days])
    return tuple(_year(int(year), days, years == year, spent, unsure) for year in np.unique(years))


def _daily(found: Forecast, authority: str) -> tuple[Array, Array]:
    """Children and their standard deviation, (category, day), on each day after the first up to the last counting day."""
    at = found.at(authority)[0]
    number = np.array([(day - found.months[0]).days for day in found.months], dtype=float)
    each = np.arange(1, int(number[-1]) + 1)
    mean, variance = found.mean[at, -1, -1, :-1], found.variance[at, -1, -1, :-1]
    line = [np.stack([np.interp(each, number, row) for row in part]) for part in (mean, np.sqrt(variance))]
    return line[0], line[1]


def _year(year: int, days: list[dt.date], within: Array, spent: Array, unsure: Array) -> YearCost:
    here = np.nonzero(within)[0]
    by_category = spent[:, within].sum(1)
    total, deviation = float(by_category.sum()), float(unsure[:, within].sum())
    return YearCost(
        f"{year - 1}-{year % 100:02d}", days[here[0]], days[here[-1]] + dt.timedelta(days=1), total,
        max(total - 1.2816 * deviation, 0.0), total + 1.2816 * deviation, tuple(by_category.tolist()),
    )  # fmt: skip
