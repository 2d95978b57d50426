"""How far can probabilities be trusted: do they tell two groups apart, and do they come true as often as they say?"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nearhome.sufficiency.calculations.children.survival import Z_95

Floats = npt.NDArray[np.float64]
Wholes = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """People with similar probabilities: how many, the mean probability, and the share to whom it happened."""

    people: int
    predicted: float
    observed: float
    low: float
    high: float


def area_under_curve(outcome: Wholes, probability: Floats) -> Estimate:
    """How often does someone with the outcome have the higher probability of the two in a pair (ties count half)?

    0.5 is chance and 1 perfect. Interval after DeLong and others 1988, through the normal distribution. Both outcomes
    must occur.
    """
    mine, others = probability[outcome == 1], probability[outcome == 0]
    both = _middle_ranks(np.concatenate([mine, others]))
    beaten = (both[: len(mine)] - _middle_ranks(mine)) / len(others)
    beating = 1 - (both[len(mine) :] - _middle_ranks(others)) / len(mine)
    value = float(beaten.mean())
    variance = _variance(beaten) / len(mine) + _variance(beating) / len(others)
    return _around(value, float(np.sqrt(variance)))


def _middle_ranks(values: Floats) -> Floats:
    _, place, many = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(many) - (many - 1) / 2)[place]


def _variance(values: Floats) -> float:
    return float(values.var(ddof=1)) if len(values) > 1 else 0.0


def _around(value: float, spread: float) -> Estimate:
    return Estimate(value, max(0.0, value - Z_95 * spread), min(1.0, value + Z_95 * spread))


def brier_score(outcome: Wholes, probability: Floats) -> Estimate:
    """The mean squared distance between the probability and what happened (0 is best); interval from its spread."""
    squares = (probability - outcome) ** 2
    return _around(float(squares.mean()), float(np.sqrt(_variance(squares) / len(squares))))


def calibration(outcome: Wholes, probability: Floats, bins: int) -> list[CalibrationBin]:
    """People sorted by probability into bins of about the same number: predicted beside observed (Wilson interval)."""
    edges = np.percentile(probability, np.linspace(0, 100, bins + 1))
    place = np.searchsorted(edges[1:-1], probability)
    people = np.bincount(place, minlength=bins)
    predicted, happened = (np.bincount(place, weights=one, minlength=bins) for one in (probability, outcome))
    return [
        CalibrationBin(int(many), float(told / many), float(came / many), *_wilson(float(came), int(many)))
        for many, told, came in zip(people, predicted, happened, strict=True)
        if many
    ]


def _wilson(part: float, whole: int) -> tuple[float, float]:
    middle = (part + Z_95**2 / 2) / (whole + Z_95**2)
    reach = Z_95 / (whole + Z_95**2) * float(np.sqrt(part * (whole - part) / whole + Z_95**2 / 4))
    share = part / whole  # the ends are put right for what rounding does at shares of 0 and 1
    return min(share, max(0.0, middle - reach)), max(share, min(1.0, middle + reach))
