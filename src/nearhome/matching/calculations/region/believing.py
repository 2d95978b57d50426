"""What a partner told of a child, read as something anybody may have written: held to the published scale, or left out.

A plan is made from what others tell. One authority's mistake must neither stop everybody's plan nor weigh more in it
than the plan policy lets any child weigh.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.records import ONLY_OLDER, ONLY_YOUNGER, ScoredOption, Waiting
from nearhome.referrals.calculations.plain import as_plain

OLDEST = 25
FURTHEST_DAYS = 730
_KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Scale = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Told:
    """One child as a plan may use what was told; `is_held` where any of it had to be held to the scale or left out."""

    waiting: Waiting
    apart: tuple[str, ...]
    is_held: bool


def scale_of(policy: PlanPolicy) -> dict[str, tuple[float, float]]:
    """The least and the most points that each sum told of a home may have, by the policy."""
    return {
        "need_fit": (0.0, policy.point("need_fit") + policy.point("score")),
        "rest": (-policy.point("unmet_essential_most"), policy.point("route") + policy.point("confidence")),
    }


def believed(facts: Any, *, child_ref: str, authority: str, today: date, policy: PlanPolicy) -> Told | None:
    """The child as told, whoever the facts say it is: `child_ref` and `authority` are those of the row. None: unreadable.

    Points are held to the policy's scale; ages, days, references and company that cannot be are taken as not said; a
    second option at one home is left out. The day wanted is today at the earliest.
    """
    given = facts.get("waiting") if isinstance(facts, Mapping) else None
    wanted_on = _day(given.get("wanted_on")) if isinstance(given, Mapping) else None
    if not isinstance(given, Mapping) or wanted_on is None:
        return None
    told = Waiting(
        child_ref=child_ref,
        authority=authority,
        wanted_on=min(wanted_on, today + timedelta(days=FURTHEST_DAYS)),
        options=_options(given.get("options"), scale_of(policy)),
        group=_key(given.get("group")),
        waiting_since=_past(_day(given.get("waiting_since")), today),
        is_emergency=given.get("is_emergency") is True,
        moves_from=_key(given.get("moves_from")),
        age_years=_age(given.get("age_years")),
        sex=_one_of(given.get("sex"), ("M", "F", "U")),
        company=_one_of(given.get("company"), (ONLY_OLDER, ONLY_YOUNGER)),
    )
    others = tuple(_key(ref) for ref in _rows(facts.get("apart")))
    apart = tuple(sorted(set(others) - {"", child_ref}))
    is_held = len(apart) != len(others) or _differs(told, given)
    return Told(replace(told, wanted_on=max(told.wanted_on, today)), apart, is_held)


def _differs(told: Waiting, given: Mapping[str, Any]) -> bool:
    """Whether anything reads otherwise than it was told; the options, which are many, are compared by hand."""
    plain = as_plain(replace(told, options=()))
    plain["options"] = [
        {"home_ref": one.home_ref, "parts": list(map(list, one.parts)), "takes_all": one.takes_all, "asks": []}
        for one in told.options
    ]
    return any(given.get(name, value) != value for name, value in plain.items())


def _options(given: Any, scale: Scale) -> tuple[ScoredOption, ...]:
    found: dict[str, ScoredOption] = {}
    for option in _rows(given):
        home = _key(option.get("home_ref")) if isinstance(option, dict) else ""
        parts = _parts(option.get("parts"), scale) if home and home not in found else None
        if parts is not None:
            found[home] = ScoredOption(home, parts, option.get("takes_all") is True)
    return tuple(found.values())


def _parts(given: Any, scale: Scale) -> tuple[tuple[str, float], ...] | None:
    """The sums that the scale knows, each once; None where one is no number."""
    found: dict[str, float] = {}
    for row in _rows(given):
        name, points = row if isinstance(row, list) and len(row) == 2 else ("", None)
        if not isinstance(name, str) or name not in scale or name in found:
            continue
        if isinstance(points, bool) or not isinstance(points, int | float) or points != points:
            return None
        least, most = scale[name]
        found[name] = float(points if least <= points <= most else min(max(points, least), most))
    return tuple(found.items())


def _rows(given: Any) -> Iterable[Any]:
    return given if isinstance(given, list) else ()


def _key(given: Any) -> str:
    return given if isinstance(given, str) and _KEY.fullmatch(given) else ""


def _one_of(given: Any, known: tuple[str, ...]) -> str:
    return given if isinstance(given, str) and given in known else ""


def _age(given: Any) -> int | None:
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= OLDEST else None


def _day(given: Any) -> date | None:
    try:
        return date.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        return None


def _past(day: date | None, today: date) -> date | None:
    return day if day is None or day <= today else None
