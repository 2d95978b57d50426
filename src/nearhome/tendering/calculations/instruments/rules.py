"""The published rules about instruments as frozen records, read from plain data.

Every rule carries its id, source and standing (verified, stated, derived or unverified), and goes with them wherever it is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

STANDINGS = {
    "verified": "The text itself was looked at",
    "stated": "Stated by the source named: open the original before you rely on it",
    "derived": "Worked out from stated facts",
    "unverified": "Not verified: ask a lawyer",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule in words, with where it comes from and how far to trust it."""

    id: str
    words: str
    source: str
    standing: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A rule with what it applies to (empty: to all) and what it allows. `most_months` counts extensions too."""

    rule: Rule
    mend: str
    regimes: tuple[str, ...]
    instruments: tuple[str, ...]
    light_touch: bool | None
    most_months: int | None
    last_day: date | None
    not_if_commenced_earlier: bool
    refuses: bool


@dataclass(frozen=True, slots=True)
class Instrument:
    """One way to buy: `create` says by regime whether it can be begun today."""

    key: str
    name: str
    create: Mapping[str, str]
    newcomers: str
    direct: str
    prices: str
    complaint: str


@dataclass(frozen=True, slots=True)
class Threshold:
    """From and until which day (inclusive) a contract of that kind is above the threshold from so many pence, VAT included."""

    kind: str
    name: str
    pence: int
    starts_on: date
    last_on: date | None


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything published about instruments, of one version."""

    version: str
    commencement: Rule
    commenced_means: Rule
    health: Rule
    regimes: tuple[tuple[str, date], ...]
    instruments: tuple[Instrument, ...]
    limits: tuple[Limit, ...]
    thresholds: tuple[Threshold, ...]
    threshold_rule: Rule
    review_expected_on: date

    def instrument(self, key: str) -> Instrument:
        """The instrument of that key. Raises KeyError for another."""
        return {one.key: one for one in self.instruments}[key]


def rules_from_mapping(told: Mapping[str, Any]) -> Rules:
    """Read the rules of a published file. Raises KeyError or ValueError naming what is missing or not known."""
    threshold = told["threshold_rule"]
    return Rules(
        version=told["version"],
        commencement=_rule(told["commencement"]),
        commenced_means=_rule(told["commenced_means"]),
        health=_rule(told["health"]),
        regimes=tuple((one["regime"], one["from"]) for one in told["commencement"]["regimes"]),
        instruments=tuple(Instrument(**one) for one in told["instruments"]),
        limits=tuple(map(_limit, told["limits"])),
        thresholds=tuple(map(_threshold, told["thresholds"])),
        threshold_rule=_rule({"words": "", **threshold}),
        review_expected_on=threshold["review_expected_on"],
    )


def _rule(told: Mapping[str, Any]) -> Rule:
    if told["standing"] not in STANDINGS:
        raise ValueError(
            f"Rule {told['id']} has the standing “{told['standing']}”: write one of {', '.join(STANDINGS)}."
        )
    return Rule(told["id"], told["words"], told["source"], told["standing"])


def _limit(told: Mapping[str, Any]) -> Limit:
    return Limit(
        rule=_rule(told),
        mend=told.get("mend", ""),
        regimes=tuple(told.get("regimes", ())),
        instruments=tuple(told.get("instruments", ())),
        light_touch=told.get("light_touch"),
        most_months=told.get("most_months"),
        last_day=told.get("last_day"),
        not_if_commenced_earlier=told.get("not_if_commenced_earlier", False),
        refuses=told.get("refuses", False),
    )


def _threshold(told: Mapping[str, Any]) -> Threshold:
    return Threshold(told["kind"], told["name"], told["pence"], told["from"], told.get("until"))
