"""The model of resemblance and its judgement beside scikit-learn's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score

from nearhome.sufficiency.calculations.resemblance.calibration import area_under_curve, brier_score, calibration
from nearhome.sufficiency.calculations.resemblance.ridge_logistic import (
    chances,
    cross_validated,
    folds_of,
    ridge_logistic,
    spread_of,
)


def made_up(people: int = 600, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Kinds of circumstances, each person's kind, and an outcome that depends on them."""
    rng = np.random.default_rng(seed)
    design = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)], dtype=float)
    kind = rng.integers(0, len(design), people)
    outcome = (rng.random(people) < chances(design, np.array([-0.5, 1.5, -1.0, 0.3]))[kind]).astype(np.int64)
    return design, kind, outcome


@pytest.mark.parametrize("penalty", [0.1, 1.0, 30.0])
def test_coefficients_are_those_of_scikit_learn(penalty: float) -> None:
    design, kind, outcome = made_up()
    trials, successes = np.bincount(kind, minlength=8), np.bincount(kind, weights=outcome, minlength=8)
    ours = ridge_logistic(design, successes, trials.astype(float), penalty)
    theirs = LogisticRegression(C=1 / penalty, tol=1e-12, max_iter=10_000).fit(design[kind], outcome)
    assert ours[0] == pytest.approx(theirs.intercept_[0], abs=1e-6)
    assert ours[1:] == pytest.approx(theirs.coef_[0], abs=1e-6)


def test_outcomes_that_never_mix_still_give_finite_coefficients() -> None:
    design = np.array([[0.0], [1.0]])
    found = ridge_logistic(design, np.array([0.0, 80.0]), np.array([80.0, 80.0]), 0.1)
    theirs = LogisticRegression(C=10, tol=1e-12, max_iter=10_000).fit([[0]] * 80 + [[1]] * 80, [0] * 80 + [1] * 80)
    assert found == pytest.approx([theirs.intercept_[0], theirs.coef_[0][0]], abs=1e-5)


def test_spread_of_one_yes_or_no_is_the_textbook_one() -> None:
    # Without a penalty the variance of a log odds ratio of a two-by-two table is 1/a + 1/b + 1/c + 1/d.
    design, trials = np.array([[0.0], [1.0]]), np.array([50.0, 60.0])
    found = ridge_logistic(design, np.array([20.0, 45.0]), trials, 1e-9)
    assert found[1] == pytest.approx(np.log(45 * 30 / (15 * 20)))
    assert spread_of(design, trials, found, 1e-9)[1] == pytest.approx((1 / 20 + 1 / 30 + 1 / 45 + 1 / 15) ** 0.5)


def test_each_outcome_is_spread_over_the_folds_and_the_seed_settles_them() -> None:
    outcome = np.array([1] * 53 + [0] * 70)
    fold = folds_of(outcome, 5, seed=7)
    for value in (0, 1):
        many = np.bincount(fold[outcome == value], minlength=5)
        assert many.max() - many.min() <= 1
    assert (fold == folds_of(outcome, 5, seed=7)).all()
    assert (fold != folds_of(outcome, 5, seed=8)).any()


def test_a_probability_comes_from_a_model_that_never_saw_the_person() -> None:
    design, kind, outcome = made_up(300)
    found = cross_validated(design, kind, outcome, 5, seed=1)
    person = 17
    others = found.fold != found.fold[person]
    trials = np.bincount(kind[others], minlength=8).astype(float)
    successes = np.bincount(kind[others], weights=outcome[others], minlength=8)
    candidates = [chances(design, ridge_logistic(design, successes, trials, one))[kind[person]]
                  for one in (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)]  # fmt: skip
    assert min(abs(found.probability[person] - one) for one in candidates) < 1e-9


def test_the_same_seed_gives_the_same_probabilities() -> None:
    design, kind, outcome = made_up()
    first, again = (cross_validated(design, kind, outcome, 5, seed=4).probability for _ in range(2))
    assert (first == again).all()


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 20)), min_size=2, max_size=60))
def test_area_is_that_of_scikit_learn_and_of_all_pairs(people: list[tuple[int, int]]) -> None:
    outcome = np.array([one for one, _ in people] + [0, 1])
    probability = np.array([told / 20 for _, told in people] + [0.3, 0.4])
    found = area_under_curve(outcome, probability)
    assert found.value == pytest.approx(roc_auc_score(outcome, probability))
    pairs = [(a > b) + (a == b) / 2 for a in probability[outcome == 1] for b in probability[outcome == 0]]
    assert found.value == pytest.approx(np.mean(pairs))
    assert found.low <= found.value <= found.high


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 1000))
def test_brier_score_and_calibration_are_those_of_scikit_learn(seed: int) -> None:
    rng = np.random.default_rng(seed)
    probability = rng.random(200)
    outcome = (rng.random(200) < probability).astype(np.int64)
    assert brier_score(outcome, probability).value == pytest.approx(brier_score_loss(outcome, probability))
    bins = calibration(outcome, probability, 10)
    observed, predicted = calibration_curve(outcome, probability, n_bins=10, strategy="quantile")
    assert [one.observed for one in bins] == pytest.approx(list(observed))
    assert [one.predicted for one in bins] == pytest.approx(list(predicted))
    assert sum(one.people for one in bins) == 200
    assert all(one.low <= one.observed <= one.high for one in bins)


def test_interval_of_the_area_covers_about_95_in_100() -> None:
    rng = np.random.default_rng(5)
    truth, covered = 0.760250, 0  # two normals one standard deviation apart: Φ(1/√2)
    for _ in range(300):
        probability = np.concatenate([rng.normal(1, 1, 60), rng.normal(0, 1, 80)])
        found = area_under_curve(np.array([1] * 60 + [0] * 80), probability)
        covered += found.low <= truth <= found.high
    assert 0.91 <= covered / 300 <= 0.99
