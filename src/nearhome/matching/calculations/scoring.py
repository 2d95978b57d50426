"""From what was measured to points, need fit and confidence: the arithmetic by which weights count."""

from collections.abc import Sequence
from dataclasses import dataclass

from nearhome.matching.calculations.measured import Measured
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.ranked import Contribution


@dataclass(frozen=True, slots=True)
class Scores:
    """What the measures of one home come to: points out of 100 by criterion, need fit and confidence from 0 to 1."""

    contributions: tuple[Contribution, ...]
    total: float
    need_fit: float
    confidence: float


def scores_of(measured: Sequence[Measured], policy: Policy) -> Scores:
    """What do these measures come to by the weights of this policy?

    What does not apply or is not known is left out and the others share its weight. The confidence is the share of
    the weight that rests on known facts.
    """
    weights = [(policy.weight(part.criterion) * part.share, part) for part in measured]
    counted = sum(weight for weight, part in weights if part.scale is not None)
    contributions = tuple(_contribution(part, weight, counted) for weight, part in weights)
    total = round(sum(part.points for part in contributions), 3)
    return Scores(contributions, total, _need_fit(measured, policy), _confidence(weights))


def measured_again(contributions: Sequence[Contribution]) -> tuple[Measured, ...]:
    """What was measured, from what was kept of it."""
    return tuple(
        Measured(
            part.criterion, part.words, part.scale, part.value, part.unit,
            part.is_known and part.scale is not None, part.share,
        )
        for part in contributions
    )  # fmt: skip


def _contribution(part: Measured, weight: float, counted: float) -> Contribution:
    points = 100 * weight * part.scale / counted if part.scale is not None and counted else 0.0
    return Contribution(
        part.criterion, part.words, part.value, part.unit, part.scale, round(weight, 4), round(points, 3),
        part.share, part.is_known,
    )  # fmt: skip


def _need_fit(measured: Sequence[Measured], policy: Policy) -> float:
    weights = dict(policy.need_fit)
    parts = [(weights[part.criterion], part.scale) for part in measured if part.criterion in weights]
    known = [(weight, scale) for weight, scale in parts if scale is not None]
    whole = sum(weight for weight, _ in known)
    return round(sum(weight * scale for weight, scale in known) / whole, 4) if whole else 1.0


def _confidence(weights: Sequence[tuple[float, Measured]]) -> float:
    whole = sum(weight for weight, _ in weights)
    return round(sum(weight for weight, part in weights if part.is_known) / whole, 2) if whole else 1.0
