"""What a home says of life there, set against what the child asks for."""

from collections.abc import Mapping
from typing import TypedDict

from nearhome.market.models import Home
from nearhome.referrals.models import Referral
from nearhome.referrals.reference.asked_for import ASKED_FOR, OTHER

_SAID_BY_HOMES = {"language": "languages", "faith": "faiths", "culture": "cultures"}


class LifeFacts(TypedDict):
    """Fields of a candidate."""

    skill_degrees: tuple[tuple[str, str], ...]
    meets_parts: tuple[tuple[str, bool], ...]
    newcomer_over: int | None
    newcomer_under: int | None


def asked_of_homes(referral: Referral) -> dict[str, str]:
    """The parts of who they are that matter to the child, with the code asked for, in a fixed order."""
    said = referral.answers.get("asked_for")
    return {part: said[part] for part in ASKED_FOR if part in said} if isinstance(said, Mapping) else {}


def asked_in_words(referral: Referral) -> tuple[tuple[str, str], ...]:
    """The same as (part, words)."""
    return tuple((part, ASKED_FOR[part].label_for(code)) for part, code in asked_of_homes(referral).items())


def life_facts(home: Home, asked: Mapping[str, str], *, is_lived_in: bool) -> LifeFacts:
    """A home that says nothing of a part neither meets it nor fails to: that is not known.

    Ages of newcomers are for the sake of those who live there: they end when nobody does.
    """
    met = [
        (part, code in getattr(home, _SAID_BY_HOMES[part]))
        for part, code in asked.items()
        if _is_said(home, part, code)
    ]
    degrees = tuple((skill, home.skill_degrees[skill]) for skill in sorted(home.skills) if skill in home.skill_degrees)
    return LifeFacts(
        skill_degrees=degrees,
        meets_parts=tuple(met),
        newcomer_over=home.newcomers_over if is_lived_in else None,
        newcomer_under=home.newcomers_under if is_lived_in else None,
    )


def _is_said(home: Home, part: str, code: str) -> bool:
    return code != OTHER and bool(getattr(home, _SAID_BY_HOMES[part]))
