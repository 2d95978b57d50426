"""Quantiles and scores of counts, and how much to pool and to forget."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.sufficiency.calculations.forecasting.pooling import (
    STRONGEST,
    beyond_poisson,
    learned_discount,
    pooled,
    pooling_strength,
)
from nearhome.sufficiency.calculations.forecasting.spread import LEVELS, crps, probabilities, quantiles

RNG = np.random.default_rng(1)
SAMPLES = {
    "binomial": (RNG.binomial(12, 0.6, 200_000), 7.2, 2.88),
    "Poisson": (RNG.poisson(3.5, 200_000), 3.5, 3.5),
    "negative binomial": (RNG.poisson(RNG.gamma(4, 1.5, 200_000)), 6.0, 15.0),
    "normal": (RNG.normal(140, 9, 200_000), 140.0, 81.0),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_quantiles_are_those_of_the_count(name: str) -> None:
    sample, mean, variance = SAMPLES[name]
    found = quantiles(np.array([mean]), np.array([variance]))[:, 0]
    assert np.abs(found - np.quantile(sample, LEVELS)).max() <= (0.3 if name == "normal" else 0.01)


@pytest.mark.parametrize("name", SAMPLES)
def test_crps_is_that_of_a_large_sample(name: str) -> None:
    sample, mean, variance = SAMPLES[name]
    half = len(sample) // 2
    for seen in (0.0, np.floor(mean), np.floor(mean + 3 * variance**0.5)):
        expected = np.abs(sample - seen).mean() - np.abs(sample[:half] - sample[half:]).mean() / 2
        found = crps(np.array([mean]), np.array([variance]), np.array([seen]))[0]
        assert found == pytest.approx(expected, rel=0.02, abs=0.02)


def test_crps_without_a_spread_is_the_error_and_a_good_spread_scores_better() -> None:
    mean, seen = np.array([50.0, 5.0]), np.array([57.0, 5.0])
    assert crps(mean, np.zeros(2), seen).tolist() == [7.0, 0.0]
    assert crps(mean, np.array([49.0, 4.0]), seen)[0] < 7


@given(st.floats(0.01, 19.9), st.floats(0.02, 3))
def test_probabilities_add_to_one_with_the_mean_and_variance_asked(mean: float, ratio: float) -> None:
    if ratio < 1:
        ratio = 1 - mean / np.ceil(mean / (1 - ratio))  # a whole number of children, as a binomial has
    if ratio <= 0.01:
        return
    chance = probabilities(np.array([mean]), np.array([mean * ratio]))[:, 0]
    n = np.arange(len(chance))
    assert chance.sum() == pytest.approx(1)
    assert (chance * n).sum() == pytest.approx(mean, rel=0.01)
    assert (chance * n**2).sum() - mean**2 == pytest.approx(mean * ratio, rel=0.05, abs=0.01)


@given(st.floats(0, 500), st.floats(0, 2000))
def test_quantiles_never_cross_and_are_never_below_none(mean: float, variance: float) -> None:
    found = quantiles(np.array([mean]), np.array([variance]))[:, 0]
    assert (np.diff(found) >= 0).all()
    assert found[0] >= 0


def test_pooling_is_strong_when_only_chance_differs_and_weak_when_places_do() -> None:
    rng = np.random.default_rng(2)
    due = rng.uniform(20, 200, 60)
    assert pooling_strength(rng.poisson(due), due) > 200
    assert 8 < pooling_strength(rng.poisson(due * rng.gamma(16, 1 / 16, 60)), due) < 40
    assert pooling_strength(np.array([3.0]), np.array([2.0])) == STRONGEST


@given(st.integers(0, 50), st.floats(0.1, 50), st.floats(0.5, 1000))
def test_a_pooled_rate_lies_between_its_own_and_the_neighbours(events: int, due: float, strength: float) -> None:
    found = float(pooled(np.array(float(events)), np.array(due), strength))
    own = events / due
    assert min(own, 1) - 1e-9 <= found <= max(own, 1) + 1e-9


def test_what_is_constant_is_not_forgotten_and_what_drifts_is() -> None:
    rng = np.random.default_rng(3)
    flat = [learned_discount(rng.poisson(30, 36).astype(float), np.ones(36)) for _ in range(100)]
    assert sum(one < 1 for one in flat) <= 10
    noisy = [learned_discount(rng.poisson(rng.gamma(10, 3, 36)).astype(float), np.ones(36)) for _ in range(100)]
    assert sum(one < 1 for one in noisy) <= 15
    falling = [learned_discount(rng.poisson(np.linspace(60, 15, 36)).astype(float), np.ones(36)) for _ in range(100)]
    assert sum(one < 1 for one in falling) >= 95
    assert learned_discount(np.array([60.0, 2.0] * 5), np.ones(10)) == 1


def test_variation_beyond_chance_is_measured() -> None:
    rng = np.random.default_rng(4)
    due = np.full((20, 60), 12.0)
    assert beyond_poisson(rng.poisson(due).astype(float), due) < 0.02
    assert beyond_poisson(rng.poisson(due * rng.gamma(5, 0.2, due.shape)).astype(float), due) == pytest.approx(
        0.2, rel=0.25
    )
