"""A draft in words: the task list with its statuses, and the summary with its change links."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from markupsafe import Markup, escape

from nearhome.design.wording import date as date_in_words
from nearhome.design.wording import nice_list, plural
from nearhome.referrals.forms.steps import STEPS, Step
from nearhome.referrals.queries.recording import Draft
from nearhome.referrals.reference.asked_for import ASKED_FOR, CONDITION_KINDS, PART_NAMES
from nearhome.referrals.reference.questions import QUESTION_FOR
from nearhome.referrals.reference.skills import PLACE_KINDS, SKILL_LEVELS, SKILLS, WISH_KINDS, WISH_WEIGHTS

EMPTY: tuple[Any, ...] = (None, "", [], {}, ())
LABELS = {
    "needed_on": "Day the home is needed",
    "is_emergency": "Emergency",
    "expected_weeks": "Expected stay",
    "sibling_count": "Brothers and sisters to live with this child",
}


def task_sections(key: UUID, draft: Draft) -> list[tuple[str, list[dict[str, Any]]]]:
    """The sections of the task list, each with its steps as the task_list macro wants them."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for step in STEPS:
        task = {"text": step.title, "href": question_href(key, step), "hint": step.hint} | _status(step, draft)
        sections.setdefault(step.section, []).append(task)
    return list(sections.items())


def count_of_tasks(draft: Draft) -> tuple[int, int]:
    """(steps complete, steps in all) of those that must be answered."""
    needed = [step for step in STEPS if _is_needed(step)]
    return sum(_status(step, draft)["status"] == "Completed" for step in needed), len(needed)


def question_href(key: UUID, step: Step, came_from: str = "") -> str:
    """The address of a step's page; `came_from` brings people back there."""
    return reverse("referrals:question", args=[key, step.slug]) + (f"?from={came_from}" if came_from else "")


def summary_sections(key: UUID, draft: Draft, *, can_change: bool) -> list[tuple[str, list[dict[str, Any]]]]:
    """Every answer under its section, with a change link where the person may change it."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for step in STEPS:
        link = {"href": question_href(key, step, "check")} if can_change else {}
        sections.setdefault(step.section, []).extend(row | link for row in _rows(step, draft))
    return list(sections.items())


def saved_in_words(step: Step, draft: Draft) -> list[dict[str, Any]]:
    """What is saved for one step: shown beside what was typed when somebody else was quicker."""
    return _rows(step, draft)


def entries_of(step: Step, draft: Draft) -> list[tuple[str, Any]]:
    """The entries of a list step: (what removes it, what it says)."""
    if step.slug == "wishes":
        return [(str(number), _wish(wish)) for number, wish in enumerate(draft.wishes)]
    if step.slug == "conditions":
        return [(str(number), _condition(one)) for number, one in enumerate(draft.conditions)]
    if step.slug == "apart":
        return [(str(one.pair_id), _joined(one.other_ref, one.reason)) for one in draft.apart]
    places = draft.avoid if step.slug == "avoid" else draft.near
    return [(str(place.pk), _place(place)) for place in places]


def _is_needed(step: Step) -> bool:
    standard = any(name in QUESTION_FOR and QUESTION_FOR[name].is_required for name in step.fields)
    return standard or bool({"needed_on", "expected_weeks"} & set(step.fields))


def _status(step: Step, draft: Draft) -> dict[str, str]:
    if step.is_list:
        count = len(entries_of(step, draft))
        return {"status": "Completed"} if count else {"status": "Nothing added", "colour": "grey"}
    answered = [name for name in step.fields if draft.saved.get(name) not in EMPTY]
    if len(answered) == len(step.fields):
        return {"status": "Completed"}
    if answered:
        return {"status": "Unfinished", "colour": "yellow"}
    return (
        {"status": "Not yet started", "colour": "blue"}
        if _is_needed(step)
        else {"status": "Optional", "colour": "grey"}
    )


def _rows(step: Step, draft: Draft) -> list[dict[str, Any]]:
    if step.is_list:
        entries = [words for _, words in entries_of(step, draft)]
        return [{"key": step.title, "value": _lines(entries) if entries else step.none_yet}]
    if step.slug == "skills":
        return [{"key": step.title, "value": _skills(draft.saved.get("skills") or {})}]
    if step.slug == "asked-for":
        return [{"key": step.title, "value": _asked_for(draft.saved.get("asked_for") or {})}]
    rows = [{"key": _label(name), "value": _answer(name, draft.saved)} for name in step.fields]
    if step.slug == "siblings":
        rows.append({"key": "Place together with", "value": nice_list(draft.together) or "No other referral"})
    return rows


def _label(name: str) -> str:
    return LABELS.get(name) or QUESTION_FOR[name].question


def _answer(name: str, saved: Mapping[str, Any]) -> str | None:
    value: Any = saved.get(name)
    if value in EMPTY:
        return None
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return date_in_words(value)
    if name == "expected_weeks":
        return plural(value, "week")
    question = QUESTION_FOR.get(name)
    codes = question.codes if question else None
    chosen = value if isinstance(value, list | tuple) else [value]
    return nice_list(codes.label_for(one) if codes else one for one in chosen)


def _skills(levels: Mapping[str, str]) -> Any:
    lines = [
        f"{SKILL_LEVELS.label_for(level)}: {nice_list(SKILLS.label_for(one) for one in chosen)}"
        for level in ("essential", "helps")
        if (chosen := [skill for skill, at in levels.items() if at == level])
    ]
    return _lines(lines) if lines else "None chosen"


def _asked_for(asked: Mapping[str, str]) -> Any:
    parts = [f"{PART_NAMES[part]}: {ASKED_FOR[part].label_for(asked[part])}" for part in ASKED_FOR if part in asked]
    return _lines(parts) if parts else "Nothing asked for"


def _condition(condition: Mapping[str, str]) -> str:
    return f"{CONDITION_KINDS.label_for(condition['kind'])}: {condition['words']}"


def _wish(wish: Mapping[str, str]) -> Any:
    about = f"{WISH_KINDS.label_for(wish['kind'])}. {WISH_WEIGHTS.label_for(wish['matters'])}."
    said = Markup("<br>").join(escape(line) for line in wish["text"].splitlines())
    return Markup('<q>{}</q><br><span class="govuk-hint">{}</span>').format(said, about)


def _place(place: Any) -> str:
    words = _joined(f"{PLACE_KINDS.label_for(place.kind)}: {place.label}", place.postcode)
    far = place.keep_away_miles
    if far is None:
        return words
    ordered = ", by a condition of bail or of a court" if place.is_condition else ""
    return f"{place.label}, {place.postcode}: stay {plural(far, 'mile')} or more away{ordered}"


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _lines(parts: list[Any]) -> Any:
    """One paragraph for each part."""
    html = '<p class="govuk-body">{}</p>'
    return Markup("").join(Markup(html).format(part) for part in parts)  # noqa: S704 - the parts are escaped
