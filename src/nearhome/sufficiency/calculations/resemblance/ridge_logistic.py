"""How do circumstances go with one of two outcomes, and how well does what is learnt hold for others?

Everybody with the same circumstances is one row of a design, so fitting costs as much as there are kinds of people.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]

PENALTIES: Final = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_STEPS: Final = 60
_BLOCK: Final = 256
_CLOSE: Final = 1e-10
_CLOSE_ENOUGH: Final = 1e-5  # to choose between penalties


def ridge_logistic(
    design: Floats,
    successes: Floats,
    trials: Floats,
    penalty: float,
    start: Floats | None = None,
    close: float = _CLOSE,
) -> Floats:
    """The coefficients, that of the intercept first, which minimise minus the log likelihood + penalty / 2 × Σ b².

    `design` has a row for each kind and no column for the intercept, which is not penalised; `successes` of `trials`
    people of each kind have the outcome. Newton's method with halved steps, from `start` (zeros if none is given)
    until no coefficient moves by `close`.
    """
    table = np.column_stack([np.ones(len(design)), design])
    shrink = np.full(table.shape[1], penalty)
    shrink[0] = 0
    coefficients: Floats = np.zeros(table.shape[1]) if start is None else start
    for _ in range(_STEPS):
        expected = _chance(table @ coefficients)
        slope = table.T @ (successes - trials * expected) - shrink * coefficients
        bend = curvature(table, trials * expected * (1 - expected), shrink)
        step = np.asarray(np.linalg.solve(bend, slope), dtype=np.float64)
        coefficients = _improved(table, successes, trials, shrink, coefficients, step)
        if np.abs(step).max() < close:
            break
    return coefficients


def curvature(table: Floats, weights: Floats, shrink: Floats) -> Floats:
    """The second derivatives of what is minimised; their inverse is the variance of the coefficients."""
    # In small blocks: one large product would be spread over threads, which wait for each other on a busy machine.
    blocks = -(-len(table) // _BLOCK)
    padded = np.zeros((blocks * _BLOCK, table.shape[1]))
    padded[: len(table)] = table * np.sqrt(weights)[:, None]
    rows = padded.reshape(blocks, _BLOCK, table.shape[1])
    return np.asarray(np.matmul(rows.transpose(0, 2, 1), rows).sum(axis=0) + np.diag(shrink), dtype=np.float64)


def spread_of(design: Floats, trials: Floats, coefficients: Floats, penalty: float) -> Floats:
    """The standard deviation of each coefficient (Laplace's approximation, the penalty as a normal prior)."""
    table = np.column_stack([np.ones(len(design)), design])
    expected = _chance(table @ coefficients)
    shrink = np.full(table.shape[1], penalty)
    shrink[0] = 0
    return np.sqrt(np.diag(np.linalg.inv(curvature(table, trials * expected * (1 - expected), shrink))))


def chances(design: Floats, coefficients: Floats) -> Floats:
    """The probability of the outcome for each row of the design."""
    return _chance(coefficients[0] + design @ coefficients[1:])


def _chance(odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(odds, -500, 500)))


def _loss(odds: Floats, successes: Floats, trials: Floats) -> float:
    return float((trials * np.logaddexp(0, odds) - successes * odds).sum())


def _improved(table: Floats, successes: Floats, trials: Floats, shrink: Floats, now: Floats, step: Floats) -> Floats:
    def cost(coefficients: Floats) -> float:
        return _loss(table @ coefficients, successes, trials) + float(shrink @ coefficients**2) / 2

    before, length = cost(now), 1.0
    while cost(now + length * step) > before + 1e-9 * abs(before) and length > 1e-4:
        length /= 2
    return now + length * step


@dataclass(frozen=True, slots=True)
class CrossValidated:
    """`probability` of each person from a model that never saw that person; `fold` says which (its `coefficients`).

    `whole` are the coefficients from everybody with the penalty that did best over all folds, `penalty`.
    """

    probability: Floats
    fold: Wholes
    coefficients: Floats
    whole: Floats
    penalty: float


def folds_of(outcome: Wholes, folds: int, seed: int) -> Wholes:
    """A fold for each person, each outcome spread evenly over the folds (stratified), the same for the same seed."""
    shuffled = np.random.default_rng(seed).permutation(len(outcome))
    fold = np.empty(len(outcome), dtype=np.int64)
    fold[shuffled[np.argsort(outcome[shuffled], kind="stable")]] = np.arange(len(outcome)) % folds
    return fold


def cross_validated(design: Floats, kind: Wholes, outcome: Wholes, folds: int, seed: int) -> CrossValidated:
    """Out-of-fold probabilities by nested cross-validation: each fold's penalty is chosen within the other folds.

    `kind` is the row of `design` of each person (one row a person: nobody is in two folds), `outcome` 1 or 0. For the
    fold left out the penalty is the one with the least loss on each other fold by a model that saw neither of the two.
    """
    fold = folds_of(outcome, folds, seed)
    trials = _counted(fold, kind, np.ones(len(kind)), (folds, len(design)))
    successes = _counted(fold, kind, outcome.astype(np.float64), (folds, len(design)))
    losses = _losses_of_pairs(design, successes, trials)
    best = [PENALTIES[place] for place in losses.argmin(axis=1)]
    coefficients = np.array([
        ridge_logistic(design, successes.sum(axis=0) - successes[one], trials.sum(axis=0) - trials[one], best[one])
        for one in range(folds)
    ])  # fmt: skip
    penalty = PENALTIES[int(losses.sum(axis=0).argmin())]
    whole = ridge_logistic(design, successes.sum(axis=0), trials.sum(axis=0), penalty)
    by_fold = np.array([chances(design, one) for one in coefficients])
    return CrossValidated(by_fold[fold, kind], fold, coefficients, whole, penalty)


def _counted(fold: Wholes, kind: Wholes, weights: Floats, shape: tuple[int, int]) -> Floats:
    found = np.bincount(fold * shape[1] + kind, weights=weights, minlength=shape[0] * shape[1])
    return found.astype(np.float64).reshape(shape)


def _losses_of_pairs(design: Floats, successes: Floats, trials: Floats) -> Floats:
    """By fold left out and penalty: the loss on the other folds, each judged by a model that saw neither of the two."""
    losses = np.zeros((len(trials), len(PENALTIES)))
    coefficients: Floats | None
    for one, other in combinations(range(len(trials)), 2):
        rest = np.delete(np.arange(len(trials)), [one, other])
        seen, among = successes[rest].sum(axis=0), trials[rest].sum(axis=0)
        coefficients = None
        for place, penalty in enumerate(PENALTIES):
            coefficients = ridge_logistic(design, seen, among, penalty, coefficients, _CLOSE_ENOUGH)
            odds = coefficients[0] + design @ coefficients[1:]
            losses[one, place] += _loss(odds, successes[other], trials[other])
            losses[other, place] += _loss(odds, successes[one], trials[one])
    return losses
