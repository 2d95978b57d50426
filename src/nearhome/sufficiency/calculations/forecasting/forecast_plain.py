"""The numbers of a forecast as plain values: what other programs read beside the sections."""

import datetime as dt
from typing import Any

import numpy as np

from nearhome.sufficiency.calculations.forecasting import daily_rates
from nearhome.sufficiency.calculations.forecasting.counting_days import AGE_BINS, CATEGORIES, Array, shifted
from nearhome.sufficiency.calculations.forecasting.forecast import WHO, Forecast
from nearhome.sufficiency.calculations.forecasting.other_methods import AsSent

_EDGES = {"low_50": 0.25, "high_50": 0.75, "low_80": 0.1, "high_80": 0.9, "low_95": 0.025, "high_95": 0.975}
Nested = dict[str, dict[str, Any]]


def plain(found: Forecast) -> dict[str, Any]:
    """`stock`, `rates` (a month), `entrants` (a month), `projection` by age bin and category, and every row in full.

    Lists run over `forecast.months`, month 0 first. `rates` and `entrants` are of the region, children now in care and
    authorities taken together; absent where the method has none.
    """
    region = found.mean[-1, 2]
    grid = {age: {one: _numbers(region[b, c]) for c, one in enumerate(CATEGORIES)} for b, age in enumerate(AGE_BINS)}
    said: dict[str, Any] = {
        "stock": {age: {one: line[0] for one, line in row.items()} for age, row in grid.items()},
        "projection": grid,
        "forecast": _in_full(found),
    }
    if found.rates is not None:
        said |= {"rates": _rates(found), "entrants": _entrants(found), "rates_are": "a month"}
    return said


def _numbers(line: Array) -> list[float | None]:
    return [None if one != one else one for one in line.tolist()]


def _in_full(found: Forecast) -> dict[str, Any]:
    levels = found.quantile(*_EDGES.values())
    names = ((*found.authorities, "all"), WHO, (*AGE_BINS, "all"), (*CATEGORIES, "all"))
    rows = []
    for at in np.ndindex(*found.mean.shape[:4]):
        if (at[0] == len(found.authorities) and len(found.authorities) == 1) or np.isnan(found.mean[at][0]):
            continue
        name = dict(
            zip(
                ("authority", "who", "age_bin", "category"),
                (axis[n] for axis, n in zip(names, at, strict=True)),
                strict=True,
            )
        )
        edges = {key: levels[(n, *at)].tolist() for n, key in enumerate(_EDGES)}
        rows.append({**name, "mean": found.mean[at].tolist(), **edges})
    return {
        "method": found.method,
        "seed": found.seed,
        "reference": list(found.reference),
        "months": list(found.months),
        "rows": rows,
        "placements_to_find": _placements(found),
    }


def _placements(found: Forecast) -> list[dict[str, Any]]:
    if found.rates is None:
        return []
    return [
        {"authority": code, "category": one, **{what: found.to_find[a, n, c].tolist() for n, what in enumerate(("starts", "moves", "all"))}}
        for a, code in enumerate(found.authorities)
        for c, one in enumerate(CATEGORIES)
    ]  # fmt: skip


def _rates(found: Forecast) -> Nested:
    """Chance in a month of leaving, and of a new placement in each category, for the children there now."""
    from nearhome.sufficiency.calculations.forecasting.forecast_steps import by_age_month
    from nearhome.sufficiency.calculations.forecasting.pooled_rates import BINS

    assert found.rates is not None
    units = found.rates.units
    starts = (0, 12, 60, 120, 192, 216)
    said: Nested = {}
    gone = np.sum([unit.now[..., None] * by_age_month(unit.go) for unit in units], axis=0).sum(2)
    there = np.sum([unit.now.sum(2) for unit in units], axis=0)
    for b in range(BINS):
        ages = slice(starts[b], starts[b + 1])
        flow, children = gone[ages].sum(0), there[ages].sum(0)
        said[AGE_BINS[b]] = {
            one: dict(zip((*CATEGORIES, "leaving"), (flow[c] / children[c]).tolist(), strict=True))
            if children[c]
            else None
            for c, one in enumerate(CATEGORIES)
        }
    return said


def _entrants(found: Forecast) -> Nested:
    assert found.rates is not None
    total = np.sum([unit.entries for unit in found.rates.units], axis=0)
    return {age: {one: float(total[b, c]) for c, one in enumerate(CATEGORIES)} for b, age in enumerate(AGE_BINS)}


def daily_plain(sent: AsSent, start: dt.date, end: dt.date, months: int) -> dict[str, Any]:
    """The public model's own figures, all authorities together: stock on the last day, rates and entrants a day, and
    the projection for every day after `end`, by its age bins and categories (lists run over `projection_days`)."""
    history = daily_rates.daily_history(sent.episodes, sent.children)
    changes = daily_rates.rates_of_change(history, start, end)
    flow = daily_rates.flows(history, start, end)
    steps = (shifted(end, months) - end).days
    now = history.stock_on(end)
    found = daily_rates.projected(now, flow, end, steps)
    return {
        "stock": _by_state(now),
        "rates": _changes(changes),
        "rates_are": "a day",
        "entrants": _by_state(flow.entrants),
        "projection_days": list(found.days),
        "projection": _by_state(found.population.T),
    }


def _by_state(values: Array) -> Nested:
    said: Nested = {}
    for at, state in enumerate(daily_rates.STATES):
        if state.category != "NOT_IN_CARE":
            said.setdefault(state.age_bin, {})[state.category] = values[at].tolist()
    return said


def _changes(rates: Array) -> Nested:
    """Rates by age bin, category left and category reached; those that did not occur left out."""
    said: Nested = {}
    for at, to in np.argwhere(rates > 0).tolist():
        left, reached = daily_rates.STATES[at], daily_rates.STATES[to]
        said.setdefault(left.age_bin, {}).setdefault(left.category, {})[reached.category] = float(rates[at, to])
    return said
