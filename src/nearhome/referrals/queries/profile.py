"""What a referral says the child needs, put together from its open and its sealed parts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from nearhome.referrals.calculations.profile import NeedsProfile, missing_answers, profile_from_answers
from nearhome.referrals.models import Referral


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that stands in the way of submitting, and the field it is about."""

    question: str
    mend: str
    field: str


def profile_of(referral: Referral) -> NeedsProfile:
    """The needs profile with the child's wishes and important places: the input of matching and of disclosure.

    A place to avoid by a condition of bail or of a court is among the conditions, not among the places.
    """
    places = [
        {
            "kind": place.kind,
            "label": place.label,
            "easting": place.easting,
            "northing": place.northing,
            "authority_code": place.area_code or None,
            "within_miles": place.keep_away_miles,
        }
        for place in referral.important_places.all()
        if not place.is_condition
    ]
    told = {"wishes": wishes_of(referral), "important_places": places}
    ordered = [*conditions_said(referral), *_excluded_areas(referral)]
    return profile_from_answers(referral.answers | told | ({"court_conditions": ordered} if ordered else {}))


def _excluded_areas(referral: Referral) -> list[dict[str, Any]]:
    return [
        {
            "kind": "exclusion_area",
            "words": place.label,
            "easting": place.easting,
            "northing": place.northing,
            "within_miles": place.keep_away_miles,
        }
        for place in sorted(referral.important_places.all(), key=lambda one: one.pk)
        if place.is_condition
    ]


def conditions_said(referral: Referral) -> list[dict[str, str]]:
    """Conditions of bail or of a court in words: rows of kind and words, in the order they were written down."""
    return json.loads(referral.conditions) if referral.conditions else []


def wishes_of(referral: Referral) -> list[dict[str, str]]:
    """What the child said: rows of text, kind and matters, in the order they were written down."""
    return json.loads(referral.own_words) if referral.own_words else []


def saved_answers(referral: Referral) -> Mapping[str, Any]:
    """Every saved answer under its field's name, whether it lies in a column, in the profile or sealed."""
    return referral.answers | {
        "needed_on": referral.needed_on,
        "is_emergency": referral.is_emergency if "needed_by" in referral.answers else None,
        "expected_weeks": referral.expected_weeks,
        "wishes": wishes_of(referral),
        "conditions": conditions_said(referral),
    }


def problems_before_submitting(referral: Referral, *, today: date) -> tuple[Problem, ...]:
    """What must still be answered, in the order it is asked."""
    problems = [] if referral.needed_on else [Problem("When is the home needed?", "Answer this question.", "needed_on")]
    if referral.needed_on and referral.needed_on < today:
        problems.append(Problem("When is the home needed?", "The day has passed. Give a new one.", "needed_on"))
    if referral.expected_weeks is None:
        problems.append(Problem("How many weeks will it be?", "Give your best estimate.", "expected_weeks"))
    profile = profile_from_answers(referral.answers)
    standard = (Problem(one.question, "Answer this question.", one.field) for one in missing_answers(profile))
    return (*problems, *(one for one in standard if one.field != "needed_by"))
