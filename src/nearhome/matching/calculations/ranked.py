"""A ranking as it is shown and stored: frozen records that go to JSON and come back the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nearhome.matching.calculations.candidates import Candidate, Search
from nearhome.matching.calculations.feasibility import NotPossible
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.routes import RouteUsed
from nearhome.matching.calculations.rule import RuleOutcome
from nearhome.referrals.calculations.plain import as_plain, from_plain


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one criterion adds to a home's score.

    `scale` 0 to 1, None if not known; `weight` as published (a wish: its share); `points` out of 100, after the
    weights of what does not apply or is not known are shared among the rest. All points add up to the total.
    `share` is this part's share of the criterion's weight; `is_known` False with a scale counts as not met, for safety.
    """

    criterion: str
    words: str
    value: float | None
    unit: str
    scale: float | None
    weight: float
    points: float
    share: float = 1.0
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class RankedHome:
    """One possible home in its place on the list, with every reason.

    `group` numbers the homes that meet needs about equally; `need_fit` and `confidence` 0 to 1; `total` out of 100;
    miles are straight lines; `missing` says what is not known, `asks` what a person must still judge.
    """

    position: int
    home_ref: str
    home_name: str
    kind: str
    group: int
    unmet_essential: int
    need_fit: float
    total: float
    contributions: tuple[Contribution, ...]
    route: RouteUsed
    routes_not_available: tuple[str, ...]
    weekly_price_pence: int | None
    comparable_price_pence: int | None
    miles_home: float | None
    miles_school: float | None
    miles_family: float | None
    relation: str | None
    confidence: float
    missing: tuple[str, ...]
    asks: tuple[RuleOutcome, ...]
    why_here: str


@dataclass(frozen=True, slots=True)
class Ranking:
    """Every home considered: those possible in order, those not with the rules that say so, and the versions used."""

    policy_version: str
    rule_versions: tuple[tuple[str, str], ...]
    ranked: tuple[RankedHome, ...]
    not_possible: tuple[NotPossible, ...]
    criterion_versions: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON column."""
        plain: dict[str, Any] = as_plain(self)
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Ranking":
        """The ranking `as_json` wrote, exactly."""
        return from_plain(cls, data)

    def home(self, home_ref: str) -> RankedHome:
        """The ranked home with this reference. Raises ValueError if it was not ranked."""
        for home in self.ranked:
            if home.home_ref == home_ref:
                return home
        raise ValueError(f"home {home_ref} is not in this ranking")


@dataclass(frozen=True, slots=True)
class RankingInputs:
    """All that a ranking was made from, to be stored beside it.

    Holds the child's own words and places: for the child's own authority only.
    """

    search: Search
    candidates: tuple[Candidate, ...]
    policy: Policy

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON column."""
        plain: dict[str, Any] = as_plain(self)
        return plain

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RankingInputs":
        """The inputs `as_json` wrote, exactly."""
        return from_plain(cls, data)
