"""The policy by which homes are ranked: what counts, how much, and in what order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CRITERIA = (
    "essential_needs",
    "helpful_skills",
    "kind_of_home",
    "siblings_together",
    "near_home",
    "near_school",
    "near_family",
    "near_others",
    "in_area",
    "education_kept",
    "company",
    "wishes",
    "cultural_needs",
    "stability",
    "step_across",
    "paid_bed",
    "price",
)
# The law's own tests of a match (Children Act 1989 s22C(8)) belong to need, not only to convenience: near home, in area.
NEED_FIT_PARTS = ("essential_needs", "helpful_skills", "siblings_together", "kind_of_home", "near_home", "in_area")
ROUTES = ("own_foster", "own_home", "block", "framework", "spot")
_SCALES = (
    "in_area",
    "adjoining",
    "at_a_distance",
    "kind_preferred",
    "kind_suitable",
    "same_school_within_miles",
    "school_on_site",
    "price_best_ratio",
    "price_worst_ratio",
    "comparable_homes_needed",
    "wish_a_lot",
    "wish_a_little",
    "degree_trained",
    "degree_experienced",
    "degree_specialist",
    "company_gap_full",
    "company_gap_none",
    "company_number_full",
    "company_number_none",
    "effect_some",
)
_DISTANCES = ("near_home", "near_school", "near_family", "near_others")


class PolicyError(ValueError):
    """A policy that cannot be used; says which line and the mend."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers and judgements that decide whether a home is possible. Distances in straight-line miles."""

    fostering_limit: int
    avoid_within_miles: float
    judgements_refused: tuple[str, ...]
    judgements_asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """One version of the policy. Weights and scales are pairs of name and number, in a fixed order.

    A criterion that the policy gives no weight line is not measured, so that older policies still work as they did.
    """

    version: str
    margin: float
    route_order: tuple[str, ...]
    need_fit: tuple[tuple[str, float], ...]
    weights: tuple[tuple[str, float], ...]
    miles: tuple[tuple[str, tuple[float, float]], ...]
    scales: tuple[tuple[str, float], ...]
    limits: Limits
    minutes: tuple[tuple[str, tuple[float, float]], ...] = ()

    def weight(self, criterion: str) -> float:
        """The published weight of a criterion."""
        return dict(self.weights)[criterion]

    def scale(self, name: str) -> float:
        """A named number of the policy's scales."""
        return dict(self.scales)[name]


def policy_from_mapping(mapping: Mapping[str, Any]) -> Policy:
    """The policy in a parsed policy file (`matching/reference/policy.toml` shows the form).

    Raises PolicyError naming the line when something is missing, unknown, negative or out of order.
    """
    _check_names(mapping, "the policy", ("version", "about_equal_margin", "route_order", *_SECTIONS))
    margin = _number(mapping["about_equal_margin"], "about_equal_margin")
    if margin > 1:
        raise PolicyError(f"about_equal_margin is {margin:g}; it must be from 0 to 1")
    order = tuple(mapping["route_order"])
    if sorted(order) != sorted(ROUTES):
        raise PolicyError(f"route_order must name each of {', '.join(ROUTES)} once")
    return Policy(
        version=str(mapping["version"]),
        margin=margin,
        route_order=order,
        need_fit=_weights(mapping["need_fit"], "need_fit", NEED_FIT_PARTS),
        weights=_weights(mapping["weights"], "weights", CRITERIA),
        miles=_bounds(mapping["miles"], "miles"),
        minutes=_bounds(mapping["minutes"], "minutes"),
        scales=_numbers(mapping["scales"], "scales", _SCALES),
        limits=_limits(mapping["limits"]),
    )


_SECTIONS = ("need_fit", "weights", "miles", "minutes", "scales", "limits")
_LIMITS = ("fostering_limit", "avoid_within_miles", "judgements_refused", "judgements_asked")


def _limits(section: Mapping[str, Any]) -> Limits:
    _check_names(section, "[limits]", _LIMITS)
    return Limits(
        int(_number(section["fostering_limit"], "fostering_limit")),
        _number(section["avoid_within_miles"], "avoid_within_miles"),
        tuple(judgement.strip().casefold() for judgement in section["judgements_refused"]),
        tuple(judgement.strip().casefold() for judgement in section["judgements_asked"]),
    )


def _weights(section: Mapping[str, Any], name: str, names: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    weights = _numbers(section, name, names)
    # A need that weighs nothing would let a home that meets more needs come second to one that meets fewer.
    if dict(weights)["essential_needs"] <= 0:
        raise PolicyError(f"[{name}] essential_needs must be more than 0")
    return weights


def _numbers(section: Mapping[str, Any], name: str, names: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    _check_names(section, f"[{name}]", names)
    return tuple((key, _number(section[key], f"[{name}] {key}")) for key in names)


def _bounds(section: Mapping[str, Any], name: str) -> tuple[tuple[str, tuple[float, float]], ...]:
    _check_names(section, f"[{name}]", _DISTANCES)
    bounds = tuple((key, (float(section[key][0]), float(section[key][1]))) for key in _DISTANCES)
    for key, (full, none) in bounds:
        if not 0 <= full < none:
            raise PolicyError(f"[{name}] {key} must be two numbers, the nearer first")
    return bounds


def _number(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise PolicyError(f"{name} is {value!r}; it must be a number, 0 or more")
    return float(value)


def _check_names(section: Mapping[str, Any], name: str, wanted: tuple[str, ...]) -> None:
    missing, unknown = sorted(set(wanted) - set(section)), sorted(set(section) - set(wanted))
    if missing:
        raise PolicyError(f"{name} lacks {', '.join(missing)}: add it")
    if unknown:
        raise PolicyError(f"{name} has {', '.join(unknown)}, which is not known: take it out or mend the spelling")
