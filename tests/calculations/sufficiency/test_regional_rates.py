"""The public regional model's rates, entries, interval and costs: its own published cases, worked by hand."""

import numpy as np
import pytest

from nearhome.sufficiency.calculations.forecasting.cost_items import item_of, normalised, weekly_pence_by_category
from nearhome.sufficiency.calculations.forecasting.regional_rates import (
    adjusted,
    adjusted_entries,
    change_rates,
    cost_of_day,
    daily_matrix,
    entries_a_day,
    expected,
    proportions,
)


def rates(stock: list[float], moved: list[float], first: int, last: int) -> np.ndarray:
    """Days are counted from 1, as people say them; A is 0, B 1, C 2."""
    changes = np.zeros((4, 3, 3))
    changes[:, 0, 1] = moved
    return change_rates(np.array([[one, 0, 0] for one in stock], dtype=float), changes, first - 1, last - 1)


@pytest.mark.parametrize(
    ("stock", "moved", "first", "last", "expected_rate"),
    [
        ([10, 10, 10, 10], [0, 1, 2, 1], 2, 4, 0.4 / 3),
        ([10, 0, 0, 0], [0, 5, 0, 0], 2, 2, 0.5),
        ([10, 10, 10, 10], [3, 0, 0, 0], 1, 1, 0),
        ([0, 0, 0, 0], [0, 0, 0, 0], 2, 4, 0),
        ([10, 0, 0, 10], [0, 5, 0, 0], 2, 4, 0.5),
    ],
)
def test_published_rates(stock, moved, first, last, expected_rate):
    assert rates(stock, moved, first, last)[0, 1] == pytest.approx(expected_rate)


def test_a_change_never_seen_is_there_with_rate_nothing():
    assert rates([10, 10, 10, 10], [0, 1, 0, 0], 2, 2)[0].tolist() == [0, 0.1, 0]


def test_leaving_an_empty_state_is_refused():
    with pytest.raises(ValueError, match="nobody was the day before"):
        rates([0, 0, 10, 10], [0, 2, 0, 0], 2, 2)


def test_entries_are_over_all_days_of_the_window():
    assert entries_a_day(np.array([[1.0], [0], [2], [4]]), 0, 2) == pytest.approx([1.0])


def test_step_and_variance_by_hand():
    matrix = daily_matrix(np.array([[0, 0.1], [0, 0]]))
    found = expected(matrix, np.array([2.0, 0]), np.array([100.0, 0]), 2)
    assert found.mean == pytest.approx(np.array([[100, 0], [92, 10], [84.8, 19.2]]))
    assert found.variance[1] == pytest.approx([100 * 0.09 + 2, 100 * 0.09])
    assert found.variance[2] == pytest.approx([11 + 92 * 0.09 + 2, 9 + 92 * 0.09])
    low, high = found.interval()
    assert (high - low)[1] == pytest.approx(4 * np.sqrt([11, 9]))


def test_adjustments_multiply_or_add_and_untouched_rates_give_way_first():
    one = np.ones((2, 2))
    base = np.array([[0, 0.5], [0.2, 0.4]])
    assert adjusted(base, one * 2, one * 9)[1] == pytest.approx([0.4 / 1.2, 0.8 / 1.2])
    assert adjusted(base, np.array([[1, 1], [4, 1]]), 0 * one)[1] == pytest.approx([0.8, 0.2])
    assert adjusted(base, one, -one) == pytest.approx(0 * one)
    assert adjusted(base, one, 0 * one) == pytest.approx(base)
    assert adjusted_entries(np.array([1.0, 2, 3]), np.array([2.0, 1, 1]), np.array([0, -5.0, 1])).tolist() == [2, 0, 4]


def test_a_chosen_proportion_stays_and_the_others_fill_the_rest():
    child_days = {"foster_friend_relation": 100, "foster_in_house": 200, "foster_agency": 200}
    assert proportions(child_days, {}) == pytest.approx(
        {"foster_friend_relation": 0.2, "foster_in_house": 0.4, "foster_agency": 0.4}
    )
    assert proportions(child_days, {"foster_agency": 0.7}) == pytest.approx(
        {"foster_friend_relation": 0.1, "foster_in_house": 0.2, "foster_agency": 0.7}
    )
    with pytest.raises(ValueError, match="not more than 1"):
        proportions(child_days, {"foster_agency": 1.2})


def test_the_regional_model_rounds_children_before_it_costs_them():
    assert cost_of_day(10.4, 700, 0.5) == 500
    assert cost_of_day(0.4, 700, 1) == 0


@pytest.mark.parametrize(
    ("place", "provider", "item"),
    [
        ("U2", "PR4", "foster_friend_relation"),
        ("U4", "PR1", "foster_in_house"),
        ("U6", "PR5", "foster_agency"),
        ("K2", "PR4", "residential_external"),
        ("S1", "PR2", "residential_in_house"),
        ("K3", "", "supported"),
        ("K1", "PR4", "secure_home"),
        ("P1", "", "placed_with_family"),
        ("U4", "", "other"),
        ("Z12", "", "other"),
    ],
)
def test_cost_items_by_code(place, provider, item):
    assert item_of(place, provider).name == item


def test_a_category_costs_the_weighted_mean_of_its_items():
    prices = dict.fromkeys(
        ["residential_in_house", "residential_external", "supported", "secure_home", "placed_with_family", "other"],
        700_000,
    ) | {"foster_friend_relation": 30_000, "foster_in_house": 45_000, "foster_agency": 105_000}
    assert weekly_pence_by_category(prices, {})["FOSTERING"] == pytest.approx(60_000)
    weights = {"foster_friend_relation": 0, "foster_in_house": 3, "foster_agency": 1}
    assert weekly_pence_by_category(prices, weights)["FOSTERING"] == pytest.approx(60_000)
    with pytest.raises(ValueError, match="above 0"):
        normalised({"only": 0})
