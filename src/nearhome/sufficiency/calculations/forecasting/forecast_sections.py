"""A forecast as sections: what is expected month by month, how sure, what must be found, how it would have done before."""

from collections.abc import Sequence

import numpy as np

from nearhome.sufficiency.calculations.figures import Breakdown, Cell, Chart, Column, Indicator, Section
from nearhome.sufficiency.calculations.forecasting.backtest import WHAT, Backtest
from nearhome.sufficiency.calculations.forecasting.counting_days import AGE_BINS, CATEGORIES, Array
from nearhome.sufficiency.calculations.forecasting.forecast import WHO, Forecast
from nearhome.sufficiency.calculations.forecasting.forecast_cost import YearCost
from nearhome.sufficiency.calculations.forecasting.scenarios import Compared
from nearhome.sufficiency.calculations.forecasting.spread import quantiles

_BANDS = tuple(Column(f"{side}_{percent}", f"{title} of the {percent} % interval", "number")
               for percent in (50, 80, 95) for side, title in (("low", "Low end"), ("high", "High end")))  # fmt: skip
_EDGES = (0.25, 0.75, 0.1, 0.9, 0.025, 0.975)
_MONTH, _EXPECTED = Column("on", "On", "date"), Column("expected", "Expected", "number")
_COUNTED = (
    "Children looked after on the day and under 18, short breaks (V3, V4) left out. An interval says between which numbers"
    " the count should lie in so many of a hundred cases, by chance and by not knowing the rates, if they stay as they were."
)
LIMITS = (
    "A forecast carries on what happened in the reference window. It knows nothing of a new law, duty or service.",
    "Read it as a tool to think with until a back-test on your own data says how far it can be trusted.",
    "Brothers and sisters who enter or leave together make numbers vary more than the intervals say.",
)
_PUBLIC = "This method has an interval for chance only and no error of its rates: it is narrower than it should be."


def sections(
    found: Forecast,
    *,
    tested: Backtest | None = None,
    choice: str = "",
    scenarios: Sequence[Compared] = (),
    costs: Sequence[YearCost] = (),
) -> tuple[Section, ...]:
    """The forecast and whatever was worked out with it, in the order in which they are read."""
    parts = [_children(found, choice)]
    if found.rates is not None:
        parts += [_to_find(found), _learned(found)]
    if tested is not None:
        parts.append(_tested(tested, choice))
    if scenarios:
        parts.append(_scenarios(found, scenarios))
    if costs:
        parts.append(_costs(costs))
    return tuple(parts)


def _children(found: Forecast, choice: str) -> Section:
    first, last = found.reference
    untested = "" if choice else " It has not been back-tested in this run."
    opening = (
        f"From what happened from {first:%-d %B %Y} to {last:%-d %B %Y}, by the method “{found.method}”."
        f" {choice or untested.strip()}"
    )
    tables = [_fan(found), _by_category(found), _by_age(found)]
    if len(found.authorities) > 1:
        tables.append(_by_authority(found))
    if not np.isnan(found.mean[-1, 0, -1, -1]).any():
        tables.append(_by_who(found))
    limits = LIMITS + ((_PUBLIC,) if found.method == "daily-rates" else ()) + _left_out(found)
    return Section("forecast", "Children in care", opening, _key_figures(found), tuple(tables), limits)


def _left_out(found: Forecast) -> tuple[str, ...]:
    """Who is not in the forecast."""
    said = []
    if found.without_birth_date:
        said.append(f"{found.without_birth_date:,} children without a date of birth are left out.")
    return tuple(said)


def _key_figures(found: Forecast) -> tuple[Indicator, ...]:
    mean, variance = found.mean[found.at()], found.variance[found.at()]
    low, high = quantiles(mean[-1:], variance[-1:], (0.1, 0.9))[:, 0]
    on = f"{found.months[-1]:%-d %B %Y}"
    figures = [
        Indicator(
            "children_at_start", f"Children on {found.months[0]:%-d %B %Y}", float(mean[0]), "children", _COUNTED
        ),
        Indicator("children_expected", f"Expected on {on}", float(mean[-1]), "children", _COUNTED),
        Indicator("children_low", f"Low end on {on}", float(low), "children", "Low end of the 80 % interval."),
        Indicator("children_high", f"High end on {on}", float(high), "children", "High end of the 80 % interval."),
    ]
    if found.rates is not None:
        to_find = float(found.to_find[-1, 2].sum())
        words = f"Placements to be made from then to {on}: for children who start, and for children who move."
        figures.append(Indicator("placements_to_find", "Placements to find", to_find, "places", words))
    return tuple(figures)


def _with_bands(found: Forecast, at: tuple[int, ...]) -> tuple[tuple[Cell, ...], ...]:
    mean, bands = found.mean[at], quantiles(found.mean[at], found.variance[at], _EDGES)
    return tuple((day, float(mean[k]), *(float(edge) for edge in bands[:, k])) for k, day in enumerate(found.months))


def _fan(found: Forecast) -> Breakdown:
    words = "Expected children in care by month, with the 80 % interval, which widens with time."
    chart = Chart("bands", "on", ("expected",), ("low_80",), ("high_80",), words=words)
    rows = _with_bands(found, found.at())
    return Breakdown(
        "by_month", "All children, month by month", _COUNTED, (_MONTH, _EXPECTED, *_BANDS), rows, chart=chart
    )


def _banded(found: Forecast, name: str, title: str, parts: Sequence[tuple[str, str, tuple[int, ...]]]) -> Breakdown:
    """A column for each part with its 80 % interval, a row for each month."""
    columns = [_MONTH]
    cells: list[Array] = []
    for key, words, at in parts:
        low, high = quantiles(found.mean[at], found.variance[at], (0.1, 0.9))
        columns += [Column(key, words, "number"), Column(f"{key}_low", f"{words}, low end", "number"), Column(f"{key}_high", f"{words}, high end", "number")]  # fmt: skip
        cells += [found.mean[at], low, high]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (day, *(float(one[k]) for one in cells)) for k, day in enumerate(found.months)
    )
    keys = tuple(key for key, _, _ in parts)
    chart = Chart("bands", "on", keys, tuple(f"{key}_low" for key in keys), tuple(f"{key}_high" for key in keys), words=f"{title}: expected children with 80 % intervals.")  # fmt: skip
    return Breakdown(name, title, f"{_COUNTED} Intervals of 80 %.", tuple(columns), rows, chart=chart)


def _by_category(found: Forecast) -> Breakdown:
    return _banded(found, "by_category", "By kind of placement",
                   [(one, one.capitalize(), found.at(category=one)) for one in CATEGORIES])  # fmt: skip


def _by_age(found: Forecast) -> Breakdown:
    return _banded(found, "by_age", "By age",
                   [(f"age_{n}", one, found.at(age_bin=one)) for n, one in enumerate(AGE_BINS)])  # fmt: skip


def _by_who(found: Forecast) -> Breakdown:
    return _banded(found, "by_unaccompanied", "Unaccompanied children apart",
                   [(one.replace(" ", "_"), one.capitalize(), found.at(who=one)) for one in WHO[:2]])  # fmt: skip


def _by_authority(found: Forecast) -> Breakdown:
    columns = (
        Column("authority", "Authority"), Column("now", f"On {found.months[0]:%-d %B %Y}", "count"),
        Column("expected", f"Expected on {found.months[-1]:%-d %B %Y}", "number"),
        Column("low", "Low end of the 80 % interval", "number"), Column("high", "High end", "number"),
    )  # fmt: skip
    low, high = quantiles(found.mean[:, 2, -1, -1, -1], found.variance[:, 2, -1, -1, -1], (0.1, 0.9))
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            round(float(found.mean[a, 2, -1, -1, 0])),
            float(found.mean[a, 2, -1, -1, -1]),
            float(low[a]),
            float(high[a]),
        )
        for a, name in enumerate((*found.authorities, "All"))
    ]
    return Breakdown("by_authority", "By authority", _COUNTED, columns, tuple(rows[:-1]), rows[-1])


def _to_find(found: Forecast) -> Section:
    words = (
        "Placements to be made in the month up to the day: for children who start being looked after, and for moves."
    )
    columns = [_MONTH, Column("starts", "For starts", "number"), Column("moves", "For moves", "number")]
    columns += [Column("all", "All", "number"), Column("low", "Low end (80 %)", "number"), Column("high", "High end (80 %)", "number")]  # fmt: skip
    columns += [Column(one, one.capitalize(), "number") for one in CATEGORIES]
    each, spread = found.to_find[-1], found.to_find_variance[-1, 2].sum(0)
    low, high = quantiles(each[2].sum(0), spread, (0.1, 0.9))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (day, *(float(one) for one in (*each[:, :, k].sum(1), low[k], high[k], *each[2, :, k])))
        for k, day in enumerate(found.months[1:])
    )
    total: tuple[Cell, ...] = (
        None,
        *(float(each[n].sum()) for n in range(3)),
        None,
        None,
        *(float(one) for one in each[2].sum(1)),
    )
    chart = Chart(
        "bands", "on", ("all",), ("low",), ("high",), words="Placements to be found each month, with the 80 % interval."
    )
    table = Breakdown("to_find", "Placements to find", words, tuple(columns), rows, total, chart)
    return Section(
        "placements_to_find", "Placements to find", "How many placements must be found, month by month.", (), (table,)
    )


def _learned(found: Forecast) -> Section:
    """The rates themselves, so that they can be argued with."""
    rates = found.rates
    assert rates is not None
    columns = (
        Column("authority", "Authority"), Column("who", "Children"), Column("entries", "Enter a month", "number"),
        *(Column(one, f"Leave {one} care in a year", "share") for one in CATEGORIES),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (unit.authority, WHO[int(unit.is_uasc)], float(unit.entries.sum()), *_leaving(unit.now, unit.go))
        for unit in rates.units
    )
    words = "Entries of the reference window; chance of leaving care within a year for the children there now, moves left out of account."
    table = Breakdown("rates", "Rates that were learned", words, columns, rows)
    changes = rates.change_discount
    levels = (("entries", rates.entry_discount), ("leaving", changes[:, -1:]), ("moves", changes[:, :-1]))
    drift = [name for name, one in levels if one.min() < 1]
    opening = (
        f"The level of {' and '.join(drift)} changed in the window, so that recent months count for more."
        if drift else "No level changed so much in the window that recent months should count for more."
    )  # fmt: skip
    return Section("learned_rates", "What was learned", opening, (), (table,))


def _leaving(now: Array, go: Array) -> list[float | None]:
    from nearhome.sufficiency.calculations.forecasting.forecast_steps import by_age_month

    chance = 1 - (1 - by_age_month(go)[..., -1]) ** 12
    there = now.sum((0, 2))
    return [float((now * chance).sum((0, 2))[c] / there[c]) if there[c] else None for c in range(len(there))]


def _tested(tested: Backtest, choice: str) -> Section:
    columns = (
        Column("method", "Method"), Column("horizon", "Months ahead", "number"), Column("area", "For"),
        Column("what", "What"), Column("mae", "Mean error", "number"), Column("crps", "CRPS", "number"),
        *(Column(f"within_{percent}", f"Within the {percent} % interval", "share") for percent in (50, 80, 95)),
        Column("tried", "Forecasts compared", "number"),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.method,
            one.horizon,
            one.area,
            one.what,
            one.mae,
            one.crps,
            *(one.within[p] for p in (50, 80, 95)),
            one.tried,
        )
        for one in sorted(tested.scores, key=lambda one: (one.area, WHAT.index(one.what), one.horizon))
    )
    words = (
        "Each method forecast from earlier dates, knowing only what was known then. Mean error and CRPS in children, less is"
        " better; CRPS also counts intervals that are too wide or too narrow. A good 80 % interval holds about 80 %."
    )
    table = Breakdown("backtest", "How the methods would have done", words, columns, rows, when_empty=tested.too_short)
    return Section("backtest", "Back-test", choice or tested.too_short, (), (table,))


def _scenarios(found: Forecast, compared: Sequence[Compared]) -> Section:
    columns = (
        Column("scenario", "Scenario"), Column("what", "What"), Column("base", "As it goes", "number"),
        Column("with", "In the scenario", "number"), Column("difference", "Difference", "number"),
        Column("low", "Low end (80 %)", "number"), Column("high", "High end (80 %)", "number"),
    )  # fmt: skip
    names = (*CATEGORIES, "all children")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            one.scenario.name,
            name,
            *(float(part[-1, -1, c, -1]) for part in (one.base, one.mean, one.difference, one.low, one.high)),
        )
        for one in compared
        for c, name in enumerate(names)
    )
    words = f"Children on {found.months[-1]:%-d %B %Y}. Scenario and base use the same {compared[0].draws} draws of the rates (seed {compared[0].seed})."
    table = Breakdown("scenarios", "Scenarios", words, columns, rows)
    return Section(
        "scenarios", "What would be different if", "Each scenario beside the forecast as it goes.", (), (table,)
    )


def _costs(costs: Sequence[YearCost]) -> Section:
    columns = (
        Column("year", "Financial year"), Column("from", "From", "date"), Column("before", "Up to, not with", "date"),
        Column("cost", "Cost", "money"), Column("low", "Low end (80 %)", "money"), Column("high", "High end (80 %)", "money"),
        *(Column(one, one.capitalize(), "money") for one in CATEGORIES),
    )  # fmt: skip
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.year, one.starts_on, one.ends_before, one.pence, one.low, one.high, *one.by_category) for one in costs
    )
    words = "Expected children × weekly price ÷ 7, day by day, with each uplift from its date on; rounded only to be shown. The first and last year may be parts."
    return Section(
        "cost",
        "Cost",
        "What the placements would cost.",
        (),
        (Breakdown("cost", "Cost by financial year", words, columns, rows),),
    )
