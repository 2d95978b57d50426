"""What may a provider be told at the first stage, before anyone may know who the child is?"""

import re
from dataclasses import dataclass

from nearhome.referrals.calculations.profile import NeedsProfile, SkillNeed, skills_needed
from nearhome.referrals.reference.questions import QUESTION_FOR
from nearhome.referrals.reference.skills import SKILL_LEVELS, SKILLS, WISH_KINDS, WISH_WEIGHTS

# The age bands of the published statistics on children in care.
AGE_BANDS = ((0, "under 1"), (1, "1 to 4"), (5, "5 to 9"), (10, "10 to 15"), (16, "16 or 17"), (18, "18 or over"))
_REQUIREMENTS = (
    "communication_needs",
    "specific_communication_requirement",
    "cultural_needs",
    "living_companions",
    "pets",
    "additional_support",
    "home_adaptation_required",
    "deprivation_of_liberty",
)
_SETTINGS = ("foster_care_suitability", "residential_care_suitability", "supported_accommodation_suitability")
_OUTWARD = re.compile(r"[A-Z]{1,2}[0-9][0-9A-Z]?")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?) ?[0-9][A-Z]{2}")


@dataclass(frozen=True, slots=True)
class AnonymousSummary:
    """An anonymous need: an age band, the area in general, and needs in the words of code lists only.

    `needs` are "Skill (level)"; `requirements` and `settings` pairs of question and answer; `wishes_about` says what
    the child's wishes are about and how much they matter, never the wish.
    """

    age_band: str
    sex: str
    area: str
    needed_by: str
    siblings: int
    needs: tuple[str, ...]
    requirements: tuple[tuple[str, str], ...]
    settings: tuple[tuple[str, str], ...]
    wishes_about: tuple[str, ...]


def anonymous_summary(profile: NeedsProfile, age: int, sex: str, *, area: str = "") -> AnonymousSummary:
    """The anonymous need (stage one of disclosure) for invited providers.

    Holds nothing the child said, no name, no exact place, no important place, and not whether the child came to the
    country alone, because each of these can point at one child in a small area. `area` is the name of an authority or
    a postcode, of which the outward half is kept. Raises ValueError if `area` looks like an address.
    Source: design rule G06, staged disclosure (derived from data minimisation).
    """
    return AnonymousSummary(
        age_band=age_band(age),
        sex=sex,
        area=area_in_general(area),
        needed_by=_words_for(profile, "needed_by"),
        siblings=profile.sibling_count or 0,
        needs=tuple(_need_in_words(need) for need in skills_needed(profile)),
        requirements=_answered(profile, _REQUIREMENTS),
        settings=_answered(profile, _SETTINGS),
        wishes_about=_wishes_about(profile),
    )


def age_band(age: int) -> str:
    """The published age band an age in whole years falls in. Raises ValueError below 0."""
    if age < 0:
        raise ValueError(f"an age cannot be {age}")
    return next(words for youngest, words in reversed(AGE_BANDS) if age >= youngest)


def middle_month(band: str) -> int:
    """The age in months in the middle of a band; a band without an end counts as one year. KeyError if unknown."""
    begins = {words: youngest for youngest, words in AGE_BANDS}[band]
    ends = min((youngest for youngest, _ in AGE_BANDS if youngest > begins), default=begins + 1)
    return (begins + ends) * 6


def area_in_general(area: str) -> str:
    """An authority's name as it is, a postcode as its outward half.

    Raises ValueError for anything else with a digit in it, which may be an address.
    """
    text = " ".join(area.split())
    postcode = _POSTCODE.fullmatch(text.upper())
    if postcode:
        return postcode.group(1)
    if _OUTWARD.fullmatch(text.upper()):
        return text.upper()
    if any(character.isdigit() for character in text):
        raise ValueError(f"“{text}” may be an address; give the authority's name or the first half of the postcode")
    return text


def _need_in_words(need: SkillNeed) -> str:
    return f"{SKILLS.label_for(need.skill)} ({SKILL_LEVELS.label_for(need.level).lower()})"


def _answered(profile: NeedsProfile, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = ((QUESTION_FOR[name].question, _words_for(profile, name)) for name in names)
    return tuple((question, words) for question, words in pairs if words)


def _words_for(profile: NeedsProfile, name: str) -> str:
    answer, codes = getattr(profile, name), QUESTION_FOR[name].codes
    if answer is None or answer == ():
        return ""
    if isinstance(answer, bool):
        return "Yes" if answer else "No"
    chosen = answer if isinstance(answer, tuple) else (answer,)
    return "; ".join(codes.label_for(str(code)) for code in chosen)


def _wishes_about(profile: NeedsProfile) -> tuple[str, ...]:
    about = (
        f"{WISH_KINDS.label_for(wish.kind)} ({WISH_WEIGHTS.label_for(wish.matters).lower()})" for wish in profile.wishes
    )
    return tuple(dict.fromkeys(about))
