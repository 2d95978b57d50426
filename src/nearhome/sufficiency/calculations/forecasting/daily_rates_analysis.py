"""What the daily rates come to, as an analysis: children by month, category and age, with their variation by chance."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from nearhome.sufficiency.calculations.figures import Analysis, Breakdown, Chart, Column, Section, count
from nearhome.sufficiency.calculations.forecasting.daily_rates_at_once import AtOnce, chance_variance
from nearhome.sufficiency.calculations.forecasting.public_model import AGE_BINS, CATEGORIES, OUTSIDE, STATES

IN_CARE = tuple(at for at in range(len(STATES)) if at % len(CATEGORIES) != OUTSIDE)
TITLES = ("Foster care", "Children's homes", "Supported accommodation", "Other placements")
SUMS = (
    IN_CARE,
    *(tuple(at for at in IN_CARE if at % len(CATEGORIES) == category) for category in range(OUTSIDE)),
    *(tuple(at for at in IN_CARE if at // len(CATEGORIES) == age) for age in range(len(AGE_BINS))),
)
NAMES = ("All children in care", *TITLES, *(f"Aged {one.title}" for one in AGE_BINS))
LIMITS = (
    "The ranges are of chance alone: they leave out that the rates themselves are uncertain and may change.",
    "Ages advance uniformly, as in the public model, so the age groups are rough.",
    "Every row was counted as it was sent. Which rows contradict each other, `nearhome needs` says.",
)
_NO_NUMBER = (
    "A rate out of a group that was empty on the day is no number (the public model divides by nothing); it is left blank "
    "here, and the projection of that group goes by it."
)


def daily_rates_analysis(
    found: AtOnce, window: tuple[dt.date, dt.date], month_ends: tuple[dt.date, ...], data: Mapping[str, Any]
) -> Analysis:
    """The analysis named "forecast" of a projection; `month_ends` are days within it, in order."""
    numbers = [(day - window[1]).days for day in month_ends]
    variances = chance_variance(found, numbers, SUMS)
    rows = tuple(
        (day, name, _sum(found.population[number - 1], states), *_range(found, number, states, variance, 1.960))
        for day, number, line in zip(month_ends, numbers, variances, strict=True)
        for name, states, variance in zip(NAMES, SUMS, line, strict=True)
    )
    section = Section(
        "children_in_care",
        "Children in care if every daily rate stays what it was",
        "The method of the public demand model. It says what follows if nothing changes; it is not our best forecast.",
        _counts(found, window),
        (_table("children_by_month", rows),),
        (*LIMITS, *((_NO_NUMBER,) if float("inf") in found.changes.values() else ())),
    )
    words = f"Daily rates of {window[0]:%-d %B %Y} to {window[1]:%-d %B %Y}, {len(month_ends)} months on"
    return Analysis("forecast", "Forecast of children in care", words, (section,), data, _in_full(found))


def _counts(found: AtOnce, window: tuple[dt.date, dt.date]) -> tuple[Any, ...]:
    there = round(_sum(found.start, IN_CARE))
    on = f"{window[1]:%-d %B %Y}"
    return (
        count("children_now", f"Children in care on {on}", there, "Episodes running on the day, rows as sent."),
        count("episodes_sent", "Rows of episodes sent", found.moves.rows, "All rows of all years.", "number"),
        count(
            "episodes_counted", "Episodes counted", found.moves.kept, "Without repeated and contained rows.", "number"
        ),
    )


def _table(name: str, rows: tuple[tuple[Any, ...], ...]) -> Breakdown:
    columns = (
        Column("on", "On", "date"),
        Column("group", "Group"),
        Column("expected", "Expected", "number"),
        Column("low_95", "95 %: from", "number"),
        Column("high_95", "to", "number"),
    )
    meaning = "Expected children on the day, and the range that chance alone keeps to in 95 of 100 cases."
    chart = Chart("bands", "on", ("expected",), ("low_95",), ("high_95",), words="Expected children, month by month.")
    return Breakdown(name, "Children in care, month by month", meaning, columns, rows, chart=chart)


def _sum(values: list[float], states: tuple[int, ...]) -> float:
    return sum([values[state] for state in states])


def _range(
    found: AtOnce, number: int, states: tuple[int, ...], variance: float, quantile: float
) -> tuple[float, float]:
    mean, width = _sum(found.population[number - 1], states), quantile * max(variance, 0.0) ** 0.5
    return max(mean - width, 0.0), mean + width


def _in_full(found: AtOnce) -> dict[str, Any]:
    changes: dict[str, dict[str, dict[str, float]]] = {}
    for (left, reached), rate in sorted(found.changes.items()):
        of = changes.setdefault(STATES[left].age_bin, {}).setdefault(STATES[left].category, {})
        of[STATES[reached].category] = rate
    return {
        "stock": _by_state([found.start])["first"],
        "rates": changes,
        "rates_are": "a day",
        "entrants": _by_state([found.entrants])["first"],
        "projection_days": [day.isoformat() for day in found.days],
        "projection": _by_state(found.population)["all"],
    }


def _by_state(lines: list[list[float]]) -> dict[str, dict[str, dict[str, Any]]]:
    every, first = dict[str, dict[str, Any]](), dict[str, dict[str, Any]]()
    for state in IN_CARE:
        one = STATES[state]
        every.setdefault(one.age_bin, {})[one.category] = [line[state] for line in lines]
        first.setdefault(one.age_bin, {})[one.category] = lines[0][state]
    return {"all": every, "first": first}
