"""Scenarios beside the forecast with the same draws, and what the placements would cost."""

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from nearhome.sufficiency.calculations.forecasting.counting_days import CATEGORIES
from nearhome.sufficiency.calculations.forecasting.forecast import Forecast, forecast
from nearhome.sufficiency.calculations.forecasting.forecast_cost import cost
from nearhome.sufficiency.calculations.forecasting.forecast_sections import sections
from nearhome.sufficiency.calculations.forecasting.scenarios import Compared, compared, scenario_from
from scenes_forecast import World, lived

D = dt.date
LAST = D(2026, 3, 31)
PRICES = {"foster": 70_000, "residential": 600_000, "supported": 140_000, "other": 10_000}


@pytest.fixture(scope="module")
def base() -> Forecast:
    records = lived(World(authorities=2, uasc_a_month=0.5), D(2023, 4, 1), LAST, seed=11)
    return forecast(records, start=D(2025, 4, 1), end=LAST, months=12, seed=5)


def _with(base: Forecast, *changes: dict[str, object]) -> Compared:
    return compared(base, scenario_from({"name": "What if", "changes": list(changes)}), draws=12)


def test_walking_forwards_gives_the_forecast_that_going_backwards_gave(base: Forecast) -> None:
    found = _with(base, {"kind": "entries"})
    assert np.allclose(found.base, base.mean[:, 2], atol=1e-9)
    assert not found.difference.any()
    assert (found.low == found.high).all()


def test_fewer_entries_mean_fewer_children_and_the_same_draws_a_narrow_difference(base: Forecast) -> None:
    found = _with(base, {"kind": "entries", "times": 0.8})
    difference = found.difference[-1, -1, -1]
    assert difference[0] == 0
    assert (np.diff(difference) < 0).all()
    width = (found.high - found.low)[-1, -1, -1, -1]
    assert 0 < width < 2 * 1.2816 * np.sqrt(base.variance[base.at()][-1])
    again = _with(base, {"kind": "entries", "times": 0.8})
    assert (again.low == found.low).all()
    assert (_with(replace(base, seed=6), {"kind": "entries", "times": 0.8}).low != found.low).any()


def test_children_a_month_more_can_be_said_for_one_authority_and_age(base: Forecast) -> None:
    found = _with(
        base, {"kind": "entries", "plus": 3, "authority": "902", "age_bin": "0 to 1", "who": "not unaccompanied"}
    )
    assert not found.difference[0].any()
    assert found.difference[1, 0, -1, 1] == pytest.approx(3, rel=0.02)


def test_quicker_leaving_and_more_moves_act_where_they_are_said(base: Forecast) -> None:
    leaving = _with(base, {"kind": "leaving", "times": 2, "category": "residential"}).difference[-1, -1, :, -1]
    assert leaving[1] < 3 * leaving[0] < 0
    moved = _with(base, {"kind": "moves", "times": 3, "category": "residential", "to": "foster", "from_month": 4})
    assert not moved.difference[..., :4].any()
    assert moved.difference[-1, -1, 0, -1] > 0 > moved.difference[-1, -1, 1, -1]
    assert abs(moved.difference[-1, -1, 4, -1]) < 1


def test_places_that_open_are_filled_by_children_newly_placed_elsewhere(base: Forecast) -> None:
    found = _with(base, {"kind": "open", "category": "residential", "to": "foster", "places": 4, "from_month": 6})
    assert not found.difference[..., :6].any()
    assert found.difference[-1, -1, 1, -1] == pytest.approx(4)
    assert found.difference[-1, -1, 0, -1] == pytest.approx(-4, abs=0.6)


def test_a_cap_is_kept_as_far_as_new_placements_allow(base: Forecast) -> None:
    most = float(base.mean[base.at(category="residential")][-1]) - 3
    found = _with(base, {"kind": "cap", "category": "residential", "to": "foster", "places": most})
    assert found.mean[-1, -1, 1, -1] <= most + 1e-6
    assert found.difference[-1, -1, 0, -1] > 2


@pytest.mark.parametrize(("change", "words"), [
    ({"kind": "magic"}, "cannot be"), ({"kind": "open", "category": "foster"}, "another one"), ({"times": 2}, "no kind"),
    ({"kind": "entries", "category": "castle"}, "There is no"), ({"kind": "entries", "speed": 2}, "speed"),
    ({"kind": "entries", "times": "two"}, "number"), ({"kind": "leaving", "times": -1}, "0 or more"),
    ({"kind": "entries", "authority": "999"}, "has not"), ({"kind": "entries", "from_month": 13}, "after the forecast"),
])  # fmt: skip
def test_a_scenario_that_is_not_understood_says_what_to_mend(
    base: Forecast, change: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        _with(base, change)


def test_cost_is_children_times_price_a_day_to_the_penny(base: Forecast) -> None:
    flat = replace(
        base, mean=np.broadcast_to(np.arange(1, 6.0)[:, None], base.mean.shape).copy(), variance=0 * base.variance
    )
    years = cost(flat, PRICES, uplifts=[(D(2026, 10, 1), 1.05)])
    assert [(one.year, one.starts_on, one.ends_before) for one in years] == [("2026-27", D(2026, 4, 1), D(2027, 4, 1))]
    a_day = (1 * 70_000 + 2 * 600_000 + 3 * 140_000 + 4 * 10_000) / 7
    assert years[0].pence == pytest.approx(a_day * (183 + 182 * 1.05), abs=1e-4)
    assert years[0].low == years[0].high == years[0].pence
    assert sum(years[0].by_category) == pytest.approx(years[0].pence)


def test_cost_runs_by_financial_year_and_has_an_interval(base: Forecast) -> None:
    years = cost(base, PRICES, authority="901")
    assert years[0].low < years[0].pence < years[0].high
    part = replace(base, months=tuple(dt.date(2025, 12, 31) + (day - LAST) for day in base.months))
    assert [one.year for one in cost(part, PRICES)] == ["2025-26", "2026-27"]
    with pytest.raises(ValueError, match="no price for other"):
        cost(base, dict.fromkeys(CATEGORIES[:3], 1))
    with pytest.raises(ValueError, match="below 0"):
        cost(base, PRICES | {"other": -1})


def test_scenarios_and_cost_are_shown(base: Forecast) -> None:
    shown = sections(base, scenarios=[_with(base, {"kind": "entries", "times": 0.9})], costs=cost(base, PRICES))
    assert [one.name for one in shown] == ["forecast", "placements_to_find", "learned_rates", "scenarios", "cost"]
    table = shown[3].breakdowns[0]
    assert table.column("what") == (*CATEGORIES, "all children")
