"""What exactly is let go to a provider, at each of the three stages, as it is written into the release."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from nearhome.design.wording import date as date_in_words
from nearhome.procurement.calculations.routes import PriceLimit, Route
from nearhome.referrals.calculations.disclosure import AnonymousSummary, middle_month
from nearhome.referrals.calculations.plain import as_plain, from_plain
from nearhome.referrals.calculations.profile import NeedsProfile, Wish, skills_needed
from nearhome.referrals.reference.questions import QUESTIONS
from nearhome.referrals.reference.skills import SKILL_LEVELS, SKILLS

SEX_WORDS = {"M": "Male", "F": "Female", "U": "Not known"}


@dataclass(frozen=True, slots=True)
class PricedRoute:
    """A contract route as its provider is told of it.

    `limit` only where the limit depends on the child's age (a framework's rate card): the authority works it out for
    the day the home is needed and lets go the amount alone. Elsewhere None: the price of the day is read on the day.
    """

    route: Route
    limit: PriceLimit | None = None


@dataclass(frozen=True, slots=True)
class AnonymousNeed:
    """Stage one: the anonymous summary, with an age band and no age, and the routes by which an offer is priced."""

    summary: AnonymousSummary
    sex: str
    needed_on: date
    is_emergency: bool
    expected_weeks: int | None
    routes: tuple[PricedRoute, ...]


@dataclass(frozen=True, slots=True)
class PseudonymousDetail:
    """Stage two: the needs in full, under a pseudonym; what the child wishes only if the officer decided so."""

    child_ref: str
    needs: tuple[tuple[str, str], ...]
    wishes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Stage three, for the chosen home alone: who the child is."""

    name: str
    born_on: date | None
    child_ref: str


def written(content: AnonymousNeed | PseudonymousDetail | Identity) -> str:
    """The text that is sealed into the release."""
    return json.dumps(as_plain(content), ensure_ascii=False)


def read_anonymous(text: str) -> AnonymousNeed:
    """The anonymous need as it was released."""
    return from_plain(AnonymousNeed, json.loads(text))


def read_detail(text: str) -> PseudonymousDetail:
    """The detail as it was released."""
    return from_plain(PseudonymousDetail, json.loads(text))


def read_identity(text: str) -> Identity:
    """The identity as it was released."""
    return from_plain(Identity, json.loads(text))


def detail_of(profile: NeedsProfile, child_ref: str, *, with_wishes: bool) -> PseudonymousDetail:
    """The needs in full: every question of the standard that was answered, then the skills; no place, no name.

    What the child said goes along only `with_wishes`.
    """
    answered = tuple((one.question, _words(one.codes, getattr(profile, one.field))) for one in QUESTIONS)
    skills = "; ".join(
        f"{SKILLS.label_for(need.skill)} ({SKILL_LEVELS.label_for(need.level).lower()})"
        for need in skills_needed(profile)
    )
    needs = tuple((question, words) for question, words in (*answered, ("Skills the home needs", skills)) if words)
    return PseudonymousDetail(child_ref, needs, _said(profile.wishes) if with_wishes else ())


def pseudonym(child_key: str) -> str:
    """A reference for a child that says nothing about them: always the same for one child."""
    return "C-" + hashlib.sha256(child_key.encode()).hexdigest()[:8].upper()


def age_on(born_month: date, day: date) -> int:
    """Age in whole years on a day, taken from the month of birth."""
    return max(0, day.year - born_month.year - ((day.month, day.day) < (born_month.month, born_month.day)))


def assumed_born_month(age_band: str, on: date) -> date:
    """A month of birth in the middle of an age band on a day, while the true one is sealed."""
    months = on.year * 12 + on.month - 1 - middle_month(age_band)
    return date(months // 12, months % 12 + 1, 1)


def priced_route(route: Route, limit: PriceLimit, needed_on: date, *, category: str = "standard") -> PricedRoute:
    """What a provider is told of a route: not whose bed it is first, not the usual price, and a limit without the age.

    `limit` is the one for this child on `needed_on`, of the category of need, which is told.
    """
    told = Route(route.kind, route.name, route.tier, contract_id=route.contract_id, place_ids=route.place_ids)
    if route.kind != "framework":
        return PricedRoute(told)
    day = date_in_words(needed_on)
    if limit.most_pence:
        return PricedRoute(
            told, PriceLimit(f"your {category} rate in {route.name} for this child on {day}", limit.most_pence)
        )
    return PricedRoute(told, PriceLimit(f"{route.name} has no {category} rate for this child on {day}", most_pence=0))


def in_words(content: AnonymousNeed) -> tuple[tuple[str, Any], ...]:
    """The anonymous need as pairs of heading and value, for a page."""
    summary = content.summary
    return (
        ("Age", summary.age_band),
        ("Sex", SEX_WORDS.get(summary.sex, summary.sex)),
        ("Area", summary.area),
        ("Brothers and sisters to live with", str(summary.siblings) if summary.siblings else "None"),
        ("Needs", "; ".join(summary.needs) or "None recorded"),
        *summary.requirements,
        *summary.settings,
        ("The child has wishes about", "; ".join(summary.wishes_about) or "None recorded"),
    )


def _said(wishes: Iterable[Wish]) -> tuple[str, ...]:
    return tuple(wish.text for wish in wishes)


def _words(codes: Any, answer: Any) -> str:
    if answer is None or answer == ():
        return ""
    if isinstance(answer, bool):
        return "Yes" if answer else "No"
    chosen = answer if isinstance(answer, tuple) else (answer,)
    return "; ".join(codes.label_for(code) if codes and isinstance(code, str) else str(code) for code in chosen)
