"""How one plan for a region is weighed against another: named points, published and versioned."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from nearhome.matching.calculations.policy import PolicyError

POINTS = (
    "placed", "emergency", "waiting_per_day", "waiting_most", "need_fit", "unmet_essential", "unmet_essential_most",
    "score", "route", "confidence", "paid_for", "later_per_day", "together", "near",
)  # fmt: skip
LIMITS = ("latest_days", "first_refusal_hours", "near_miles", "ways_most")
# What may differ between two places of one child.
_DIFFERENCES = (
    "need_fit",
    "unmet_essential_most",
    "score",
    "route",
    "confidence",
    "paid_for",
    "together",
)


@dataclass(frozen=True, slots=True)
class PlanPolicy:
    """One version of the plan policy. `points` are pairs of name and number in a fixed order; limits as named."""

    version: str
    points: tuple[tuple[str, float], ...]
    latest_days: int
    first_refusal_hours: float
    near_miles: float
    ways_most: int

    def point(self, name: str) -> float:
        """The published points of one name."""
        return dict(self.points)[name]


def plan_policy_from_mapping(mapping: Mapping[str, Any]) -> PlanPolicy:
    """The policy in a parsed file (`matching/reference/plan_policy.toml` shows the form).

    Raises PolicyError naming what is missing, unknown, negative, no number, or so large beside `placed` that a child
    could go without a home for the finer match of one other child.
    """
    _names(mapping, "the plan policy", ("version", "points", "limits"))
    _names(mapping["points"], "[points]", POINTS)
    _names(mapping["limits"], "[limits]", LIMITS)
    points = tuple((name, _number(mapping["points"][name], f"[points] {name}")) for name in POINTS)
    limits = {name: _number(mapping["limits"][name], f"[limits] {name}") for name in LIMITS}
    _check_placed_comes_first(dict(points), limits["latest_days"])
    return PlanPolicy(
        str(mapping["version"]),
        points,
        int(limits["latest_days"]),
        limits["first_refusal_hours"],
        limits["near_miles"],
        int(limits["ways_most"]),
    )


def with_points(policy: PlanPolicy, changes: Mapping[str, float]) -> PlanPolicy:
    """The policy with some points or limits changed; its version says that it was. Raises PolicyError."""
    limits = {name: getattr(policy, name) for name in LIMITS}
    mapping = {
        "version": f"{policy.version}, changed" if changes else policy.version,
        "points": dict(policy.points) | {name: value for name, value in changes.items() if name not in LIMITS},
        "limits": limits | {name: value for name, value in changes.items() if name in LIMITS},
    }
    return plan_policy_from_mapping(mapping)


def _check_placed_comes_first(points: Mapping[str, float], latest_days: float) -> None:
    most = sum(points[name] for name in _DIFFERENCES) + points["later_per_day"] * latest_days
    if points["placed"] < 2 * most:
        raise PolicyError(
            f"[points] placed is {points['placed']:g}; it must be at least {2 * most:g}, twice all that may differ "
            "between two places of one child, so that nobody goes without a home for a finer match"
        )


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or value < 0:
        raise PolicyError(f"{name} is {value!r}; it must be a number, 0 or more")
    return float(value)


def _names(section: Mapping[str, Any], name: str, wanted: tuple[str, ...]) -> None:
    missing, unknown = sorted(set(wanted) - set(section)), sorted(set(section) - set(wanted))
    if missing:
        raise PolicyError(f"{name} lacks {', '.join(missing)}: add it")
    if unknown:
        raise PolicyError(f"{name} has {', '.join(unknown)}, which is not known: take it out or mend the spelling")
