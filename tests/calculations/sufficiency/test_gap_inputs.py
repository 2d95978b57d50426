"""Need from a forecast, and places from where the children live."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from nearhome.sufficiency.calculations.forecasting.forecast import Forecast, forecast
from nearhome.sufficiency.calculations.market.market import placed_table
from nearhome.sufficiency.calculations.requirements.gap import Change, OpenPlaces
from nearhome.sufficiency.calculations.requirements.gap_inputs import need_from_forecast, places_now
from nearhome.sufficiency.calculations.requirements.need_forecast import NeedKey
from scenes_care import care

HOMES = NeedKey("childrens_home", "", "886")


@pytest.fixture(scope="module")
def coming() -> Forecast:
    stays = [
        {"child": f"{place}{n}", "starts_on": date(2025, 1 + n % 12, 1), "place_type": place}
        for place, many in (("U6", 40), ("K2", 30), ("K3", 6))
        for n in range(many)
    ]
    return forecast(care(episodes=stays), start=date(2025, 4, 1), end=date(2026, 3, 31), months=6)


def test_the_futures_have_the_mean_and_the_spread_of_the_forecast(coming: Forecast) -> None:
    need = need_from_forecast(coming)
    at = need.keys.index(HOMES)
    row = coming.at("886", category="residential")
    assert need.months == 6
    assert need.draws[:, at].mean(axis=0) == pytest.approx(coming.mean[row][1:], rel=0.02)
    assert np.quantile(need.draws[:, at, 5], 0.9) == pytest.approx(coming.quantile(0.9)[0][row][6], abs=1)


def test_need_by_age_has_a_key_for_each_age_bin(coming: Forecast) -> None:
    keys = need_from_forecast(coming, by_age=True).keys
    assert len(keys) == 15
    assert NeedKey("childrens_home", "10 to 16", "886") in keys


def test_places_are_those_own_children_fill_in_the_area_and_those_free_to_them() -> None:
    lives = [
        ("886", "886", "K2"),
        ("886", "886", "S1"),
        ("886", "938", "K2"),
        ("938", "886", "K2"),
        ("886", "886", "Z1"),
    ]
    placed = placed_table(pl.DataFrame(lives, schema=["authority", "area", "place_type"], orient="row"))
    opening = {NeedKey("childrens_home", "", "938"): (Change(6, 5),)}
    assert places_now(placed, {HOMES: 3}, opening) == (
        OpenPlaces(HOMES, 2, 3),
        OpenPlaces(NeedKey("childrens_home", "", "938"), 0, 0, (Change(6, 5),)),
    )
