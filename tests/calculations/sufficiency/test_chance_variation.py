"""The exact variance: against simulation of the same process, by hand, and beside the regional model's."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.sufficiency.calculations.forecasting.chance_variation import between, one_day_on, projected
from nearhome.sufficiency.calculations.forecasting.regional_rates import expected

DAILY = np.array([[0.990, 0.006, 0.001], [0.004, 0.980, 0.010], [0.000, 0.005, 0.985]])
ENTRANTS = np.array([0.30, 0.05, 0.02])
START = np.array([60, 12, 25])


def simulated(runs: int, days: int) -> np.ndarray:
    """Every child moves each day by lot; a Poisson number enters. (runs, states) after the last day."""
    rng = np.random.default_rng(20261122)
    with_leaving = np.column_stack([DAILY, 1 - DAILY.sum(axis=1)])
    population = np.tile(START, (runs, 1))
    for _ in range(days):
        moved = sum(rng.multinomial(population[:, state], with_leaving[state])[:, :3] for state in range(3))
        population = moved + rng.poisson(ENTRANTS, size=(runs, 3))
    return population


def test_mean_and_covariance_are_those_of_the_simulated_process():
    runs, days = 20_000, 120
    sample, exact = simulated(runs, days), projected(DAILY, ENTRANTS, START, days)
    variance = np.diag(exact.covariance[days])
    assert (np.abs(sample.mean(axis=0) - exact.mean[days]) < 4 * np.sqrt(variance / runs)).all()
    error = np.sqrt((np.outer(variance, variance) + exact.covariance[days] ** 2) / runs)
    assert (np.abs(np.cov(sample.T) - exact.covariance[days]) < 4.5 * error).all()
    mean, deviation = exact.sum_over(np.ones(3))
    total = sample.sum(axis=1)
    assert abs(total.mean() - mean[days]) < 4 * deviation[days] / np.sqrt(runs)
    assert total.std() == pytest.approx(deviation[days], rel=4 / np.sqrt(2 * runs))


def test_one_child_who_may_leave_is_a_coin():
    found = projected(np.array([[0.9]]), np.zeros(1), np.ones(1), 10)
    stays = 0.9**10
    assert found.mean[10, 0] == pytest.approx(stays)
    assert found.covariance[10, 0, 0] == pytest.approx(stays * (1 - stays))


def test_in_the_long_run_entrants_alone_are_poisson():
    found = projected(np.array([[0.99]]), np.array([0.5]), np.array([50.0]), 3000)
    assert found.mean[-1, 0] == pytest.approx(50)
    assert found.covariance[-1, 0, 0] == pytest.approx(50, rel=1e-6)


def test_children_who_can_only_change_places_never_vary_in_all():
    found = projected(np.array([[0.7, 0.3], [0.2, 0.8]]), np.zeros(2), np.array([30.0, 10.0]), 50)
    mean, deviation = found.sum_over(np.ones(2))
    assert mean == pytest.approx(np.full(51, 40.0))
    assert deviation == pytest.approx(np.zeros(51), abs=1e-6)
    assert found.covariance[50, 0, 1] < 0


def test_the_regional_interval_is_about_1_7_times_too_wide_after_two_years():
    leaving = 1 / 540  # a mean stay of a year and a half
    start = np.array([500.0])
    ours = projected(np.array([[1 - leaving]]), start * leaving, start, 730)
    theirs = expected(np.array([[1 - leaving]]), start * leaving, start, 730)
    assert theirs.mean == pytest.approx(ours.mean)
    ratio = np.sqrt(theirs.variance[730, 0]) / ours.deviation()[730, 0]
    assert ratio == pytest.approx(1.70, abs=0.01)


def test_an_interval_does_not_go_below_nobody():
    low, high = between(np.array([1.0, 100.0]), np.array([1.0, 10.0]), 1.96)
    assert low == pytest.approx([0, 80.4])
    assert high == pytest.approx([2.96, 119.6])


@pytest.mark.parametrize(
    ("daily", "entrants", "start", "words"),
    [
        ([[0.6, 0.6], [0, 1]], [0, 0], [1, 1], "more than 1"),
        ([[1.1, -0.1], [0, 1]], [0, 0], [1, 1], "negative"),
        ([[1, 0], [0, 1]], [-1, 0], [1, 1], "fewer than none"),
        ([[1, 0], [0, 1]], [0], [1, 1], "2 rates of entry"),
    ],
)
def test_what_cannot_be_a_probability_is_refused(daily, entrants, start, words):
    with pytest.raises(ValueError, match=words):
        projected(np.array(daily, float), np.array(entrants, float), np.array(start, float), 3)


shares = st.lists(st.floats(0, 1), min_size=9, max_size=9)


@given(shares, st.lists(st.floats(0, 5), min_size=3, max_size=3), st.integers(1, 30))
def test_day_by_day_and_all_at_once_agree_and_variances_are_possible(weights, entrants, days):
    daily = np.array(weights).reshape(3, 3)
    daily = daily / np.maximum(daily.sum(axis=1, keepdims=True), 1)
    found = projected(daily, np.array(entrants), START, days)
    mean, covariance = START.astype(float), np.zeros((3, 3))
    for _ in range(days):
        mean, covariance = one_day_on(mean, covariance, daily, np.array(entrants))
    assert mean == pytest.approx(found.mean[days], abs=1e-8)
    assert covariance == pytest.approx(found.covariance[days], abs=1e-7)
    assert np.linalg.eigvalsh(found.covariance[days]).min() > -1e-7
