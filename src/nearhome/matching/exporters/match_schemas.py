"""The JSON Schemas (draft 2020-12) of what `nearhome match` reads and prints, made from the records it uses.

They are shipped under reference/schemas; a test holds the shipped ones against these.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from nearhome.matching.calculations.region.plan_policy import LIMITS
from nearhome.matching.exporters.match_answer import AnswerGiven
from nearhome.matching.importers.match_faults import JUDGEMENTS, PLACE_KEYS, WISH_KEYS
from nearhome.matching.importers.match_problem import example, shipped_policies
from nearhome.matching.importers.match_rows import MatchFile
from nearhome.referrals.reference.questions import QUESTIONS, Question
from nearhome.referrals.reference.skills import PLACE_KINDS, SKILL_LEVELS, SKILLS, WISH_KINDS, WISH_WEIGHTS
from nearhome.referrals.reference.standard_codes import LIVING_COMPANIONS

_FIELDS: dict[str, dict[str, Any]] = {
    "text": {"type": "string", "description": "In the child’s own words."},
    "label": {"type": "string", "description": "What it is called in reasons."},
    "easting": {"type": ["integer", "string", "null"], "description": "National grid reference in metres."},
    "northing": {"type": ["integer", "string", "null"], "description": "National grid reference in metres."},
    "postcode": {"type": ["string", "null"], "description": "Instead of them, where postcodes are installed."},
    "authority_code": {"type": ["string", "null"], "description": "To avoid: the whole area of this authority."},
    "within_miles": {
        "type": ["number", "string", "null"],
        "description": "To avoid: so many miles around; 5 if left out.",
    },
}
_WHAT_IS_ANSWERED: dict[str, dict[str, str]] = {
    "Plan": {
        "status": "optimal: no other plan is worth more, proven; time_limit: the best found in the time.",
        "worth": "All points of all children.",
        "bound": "No plan can be worth more than this.",
        "gap": "How far the bound is above the worth, as a share; 0 where proven.",
        "lines": "Who goes where, by child.",
        "unplaced": "Who has no place, and why.",
        "notes": "What was left out in posing it.",
    },
    "PlanLine": {
        "kind": "alone, together or near (with brothers and sisters), or stays (where they live).",
        "home_authority": "Whose own home it is; empty for nobody’s.",
        "days_later": "Days after the day wanted.",
        "worth": "The child’s points.",
        "parts": "What the points are for.",
        "freed_by": "The child whose planned move frees the place; empty if it is free anyway.",
        "kept_for": "The authority the place is kept for; empty for all.",
        "asks": "The rules that ask a person something first.",
    },
    "AuthorityShare": {
        "worth": "Points of its children in the plan.",
        "alone": "The most they could get in its own homes alone; with the promise, worth is no less.",
    },
    "Advice": {
        "why": "For each child or group: the best place, the plan’s, and what else there is.",
        "missing": "What another place would be worth, the most first.",
        "moves": "Planned moves in the order in which each finds its place free.",
        "by_authority": "What each authority’s children get, and would get alone.",
    },
    "AlternativeTold": {
        "worth": "Points for them there.",
        "regret": "What the whole plan would lose by it.",
        "is_exact": "Whether that loss is proven; if not, it is at most so much.",
        "shifts": "Who else would live elsewhere.",
    },
    "WhyThisPlace": {
        "difference": "Points of the best place on its own, less those of the plan’s.",
        "holders": "Who is in the way at the best place.",
        "best": "What it would cost the whole to give them the best place; null where they have it.",
        "is_proven": "Whether the alternatives are proven to be the nearest.",
    },
}
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def problem_schema() -> dict[str, Any]:
    """The schema of PROBLEM.json, with the shipped example in it."""
    made = msgspec.json.schema(MatchFile)
    for record, fields in _what_may_be_said().items():
        for field, said in fields.items():
            told = made["$defs"][record]["properties"][field]
            told["description"] = " ".join(filter(None, (told.get("description"), said.pop("description", None))))
            told |= said
    return {"$schema": DRAFT, "title": "A region's case, as `nearhome match` reads it"} | made | {
        "examples": [json.loads(example())]
    }  # fmt: skip


def answer_schema() -> dict[str, Any]:
    """The schema of what `nearhome match --json` prints."""
    made = msgspec.json.schema(AnswerGiven)
    for record, fields in _WHAT_IS_ANSWERED.items():
        for field, words in fields.items():
            made["$defs"][record]["properties"][field]["description"] = words
    return {"$schema": DRAFT, "title": "What `nearhome match --json` prints"} | made


def _what_may_be_said() -> dict[str, dict[str, dict[str, Any]]]:
    """By record and field: what a table of codes or a policy allows there, for the schema to say."""
    ranking, plan = shipped_policies()
    skills = ", ".join(one.code for one in SKILLS)
    limits = {name: float(getattr(plan, name)) for name in LIMITS}
    shown = {"ranking": dict(ranking.weights), "need_fit": dict(ranking.need_fit), "plan": dict(plan.points) | limits}
    return {
        "HomeRow": {
            "skills": _described(f"Each one of: {skills}."),
            "skills_excluded": _described(f"Each one of: {skills}."),
        },
        "RegistrationRow": {"judgement": _described(f"One of: {_listed(JUDGEMENTS)}.")},
        "ResidentRow": {"living_companions": _described(f"One of: {_listed(one.code for one in LIVING_COMPANIONS)}.")},
        "ChildRow": {
            "answers": {"properties": _answers(), "additionalProperties": False},
            "wishes": {"items": _row(WISH_KEYS, {"kind": WISH_KINDS, "matters": WISH_WEIGHTS}, ("text",))},
            "important_places": {"items": _row(PLACE_KEYS, {"kind": PLACE_KINDS}, ("kind", "label"))},
        },
        "WeightsRow": {name: _described(f"Published: {_weights(of)}.") for name, of in shown.items()},
    }


def _answers() -> dict[str, Any]:
    """Each question of the needs profile with the codes that answer it. Capitals and spaces do not matter."""
    answers = {question.field: _question(question) for question in QUESTIONS}
    levels = {"type": "string", "enum": [*(one.code for one in SKILL_LEVELS), ""]}
    skills = {one.code: levels | {"description": one.label} for one in SKILLS}
    return answers | {"skills": {"type": "object", "properties": skills, "additionalProperties": False}}


def _question(question: Question) -> dict[str, Any]:
    codes = [one.code for one in question.codes]
    one: dict[str, Any] = {"type": ["string", "null"], "examples": codes}
    kinds: dict[str, dict[str, Any]] = {
        "one": one,
        "many": {"type": ["array", "string", "null"], "items": one},
        "yes_no": {"type": ["boolean", "string", "null"], "examples": [True, False]},
        "count": {"type": ["integer", "string", "null"]},
    }
    allowed = f" One of: {_listed(codes)}." if codes else ""
    return {"description": question.question + allowed} | kinds[question.kind]


def _row(keys: Iterable[str], codes: Mapping[str, Any], required: Iterable[str]) -> dict[str, Any]:
    """A small object: the keys it may have, and which codes some of them take."""
    properties: dict[str, Any] = {key: dict(_FIELDS.get(key, {})) for key in keys}
    for key, allowed in codes.items():
        told = _listed(f"{one.code} ({one.hint.rstrip('.') or one.label})" for one in allowed)
        properties[key] = {"type": "string", "description": f"One of: {told}."}
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _described(words: str) -> dict[str, Any]:
    return {"description": words}


def _listed(codes: Iterable[str]) -> str:
    return "; ".join(codes)


def _weights(values: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:g}" for name, value in values.items())
