"""What does this child need? The needs profile of a referral, as the draft national placements standard has it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from nearhome.referrals.calculations.answers import read_answer, read_mapping, read_rows
from nearhome.referrals.calculations.plain import as_plain
from nearhome.referrals.reference.questions import QUESTION_FOR, QUESTIONS, RISK_FIELDS
from nearhome.referrals.reference.skills import (
    PLACE_KINDS,
    SKILL_FOR_RISK,
    SKILL_LEVELS,
    SKILLS,
    WISH_KINDS,
    WISH_WEIGHTS,
)

RISK_PRESENT = "Risk present"


@dataclass(frozen=True, slots=True)
class SkillNeed:
    """A skill the home should have; `level` is 'essential' or 'helps'."""

    skill: str
    level: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What the child said, in their own words, what it is about, and how much it matters to them."""

    text: str
    kind: str = "other"
    matters: str = "a lot"


@dataclass(frozen=True, slots=True)
class ImportantPlace:
    """A place to stay near, or (kind 'avoid') to keep away from by `within_miles`.

    Grid reference in metres. A place to avoid without one means the whole area of `authority_code`.
    """

    kind: str
    label: str
    easting: int | None = None
    northing: int | None = None
    authority_code: str | None = None
    within_miles: float | None = None


@dataclass(frozen=True, slots=True)
class NeedsProfile:
    """All answers about a child's needs; None or an empty tuple is a question not yet answered.

    Codes are those of the draft national placements standard 2.0.0 (see `reference/standard_codes.py`).
    `other_answers` keeps, as (key, JSON value), every answer this version does not know.
    """

    needed_by: str | None = None
    sibling_count: int | None = None
    uasc_status: str | None = None
    communication_needs: str | None = None
    specific_communication_requirement: tuple[str, ...] = ()
    cultural_needs: str | None = None
    living_companions: str | None = None
    pets: str | None = None
    additional_support: tuple[str, ...] = ()
    home_adaptation_required: bool | None = None
    deprivation_of_liberty: bool | None = None
    needs_assessment_method: str | None = None
    foster_care_suitability: str | None = None
    residential_care_suitability: str | None = None
    supported_accommodation_suitability: str | None = None
    risk_self_harm: str | None = None
    risk_criminal_exploitation: str | None = None
    risk_drug_alcohol: str | None = None
    risk_eating_disorder: str | None = None
    risk_missing: str | None = None
    risk_sexual_exploitation: str | None = None
    risk_to_others_physical: str | None = None
    risk_to_others_sexual: str | None = None
    risk_to_others_fire: str | None = None
    risk_to_others_animals: str | None = None
    risk_to_others_criminal: str | None = None
    skills: tuple[SkillNeed, ...] = ()
    wishes: tuple[Wish, ...] = ()
    important_places: tuple[ImportantPlace, ...] = ()
    other_answers: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class MissingAnswer:
    """A question still to answer, why it is asked, and the profile's field it fills."""

    question: str
    why: str
    field: str


def profile_from_answers(answers: Mapping[str, Any]) -> NeedsProfile:
    """The profile a draft's saved answers amount to.

    Keys are the profile's field names; codes are matched whatever their capitals and spaces; an empty answer is a
    question not answered. Unknown keys are kept in `other_answers`. Raises AnswerError (a ValueError) naming
    the field, the answer and what it may be.
    """
    known = {field.name for field in fields(NeedsProfile)} - {"other_answers"}
    standard = {name: read_answer(QUESTION_FOR[name], answers[name]) for name in QUESTION_FOR if name in answers}
    return NeedsProfile(
        **{name: value for name, value in standard.items() if value is not None},
        skills=_skills_from(answers.get("skills") or {}),
        wishes=read_rows(Wish, "wishes", answers.get("wishes"), {"kind": WISH_KINDS, "matters": WISH_WEIGHTS}),
        important_places=read_rows(
            ImportantPlace, "important_places", answers.get("important_places"), {"kind": PLACE_KINDS}
        ),
        other_answers=tuple((key, value) for key, value in answers.items() if key not in known),
    )


def answers_from_profile(profile: NeedsProfile) -> dict[str, Any]:
    """The answers to save as JSON: the opposite of `profile_from_answers`, questions not answered left out."""
    plain = as_plain(profile)
    plain["skills"] = {need.skill: need.level for need in profile.skills}
    others = dict(profile.other_answers)
    del plain["other_answers"]
    return {key: value for key, value in plain.items() if value not in (None, [], {})} | others


def missing_answers(profile: NeedsProfile) -> tuple[MissingAnswer, ...]:
    """Which questions the standard requires are still open? In the order they are asked; feeds the task list."""
    return tuple(
        MissingAnswer(question.question, question.why, question.field)
        for question in QUESTIONS
        if question.is_required and getattr(profile, question.field) in (None, ())
    )


def skills_needed(profile: NeedsProfile) -> tuple[SkillNeed, ...]:
    """Which skills must, or should, a home have for this child?

    What was said about a skill stands. Besides that a risk that is present makes its skill essential, a home
    adaptation makes 'physical_adaptation' essential, and communication, language and therapy needs make theirs help.
    In the fixed order of the list of skills. Source: Nearhome's own mapping from the standard's properties.
    """
    levels = _implied_levels(profile) | {need.skill: need.level for need in profile.skills}
    return _in_the_order_of_the_list(tuple(levels.items()))


@lru_cache(maxsize=1024)
def _in_the_order_of_the_list(named: tuple[tuple[str, str], ...]) -> tuple[SkillNeed, ...]:
    """Remembered, because one child's needs are asked about for every home of a region."""
    levels = dict(named)
    return tuple(SkillNeed(entry.code, levels[entry.code]) for entry in SKILLS if entry.code in levels)


def _implied_levels(profile: NeedsProfile) -> dict[str, str]:
    helpful = {
        "communication": profile.communication_needs == "Yes",
        "esol": "ESOL" in profile.specific_communication_requirement,
        "therapeutic": "Therapeutic support" in profile.additional_support,
    }
    levels = {skill: "helps" for skill, is_needed in helpful.items() if is_needed}
    if profile.home_adaptation_required:
        levels["physical_adaptation"] = "essential"
    present = (field for field in RISK_FIELDS if getattr(profile, field) == RISK_PRESENT)
    return levels | {SKILL_FOR_RISK[field]: "essential" for field in present}


def _skills_from(answer: Any) -> tuple[SkillNeed, ...]:
    levels = read_mapping("skills", answer, SKILLS, SKILL_LEVELS)
    return tuple(SkillNeed(entry.code, levels[entry.code]) for entry in SKILLS if entry.code in levels)
