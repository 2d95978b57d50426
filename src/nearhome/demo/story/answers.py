"""What officers answer: whole needs profiles of made-up children, and what agreements say."""

import datetime as dt
from typing import Any

from nearhome.matching.reference.tests_of_law import MATCHING_TESTS
from nearhome.placements.calculations.agreement import Goal
from nearhome.referrals.reference.questions import RISK_FIELDS

REASONS = "It is near the people who matter to the child, and its staff know how to meet what the child needs most."
FEEDBACK = "Thank you for your offer. Another home was nearer to the child's family and school."
TESTS = {test.name: ("yes", "") for test in MATCHING_TESTS}

USUAL: dict[str, Any] = (
    {
        "is_emergency": False,
        "expected_weeks": 40,
        "uasc_status": "No",
        "sibling_count": 0,
        "communication_needs": "No",
        "specific_communication_requirement": ["None"],
        "cultural_needs": "Not Required",
        "living_companions": "With other children recommended",
        "pets": "Yes-can",
        "needs_assessment_method": "BERRI",
        "foster_care_suitability": "Suitable but not preferred",
        "residential_care_suitability": "Preferred",
        "supported_accommodation_suitability": "Unsuitable",
        "asked_for": {"faith": "christian"},
        "skills": {"therapeutic": "helps", "criminal_exploitation": "helps"},
        "wishes": [
            {"text": "I want to stay near my nan", "kind": "people", "matters": "a lot"},
            {"text": "I like a garden", "kind": "place", "matters": "a little"},
        ],
    }
    | dict.fromkeys(RISK_FIELDS, "No known risk")
    | {"risk_missing": "Risk present"}
)

FOSTER = {
    "foster_care_suitability": "Preferred",
    "residential_care_suitability": "Suitable but not preferred",
}
FIRST_PAGES = ("is_emergency", "expected_weeks", "uasc_status", "sibling_count", "pets")


def agreement_answers(begins: dt.date) -> dict[str, Any]:
    """What only people know when a full agreement is written."""
    return {
        "registered_manager": "Made-up Registered Manager",
        "care_plan_reference": "CP STORY",
        "placement_plan_reference": "PP STORY",
        "goals": (
            Goal("Settle at school", begins + dt.timedelta(days=90)),
            Goal("See family every week", begins + dt.timedelta(days=30)),
        ),
    }


def short_answers(complete_by: dt.date) -> dict[str, Any]:
    """What the emergency short form asks for."""
    return {
        "known_risks": "May leave at night when upset.",
        "immediate_care": "A warm meal, a quiet room and a call to nan.",
        "complete_by": complete_by,
    }


PASSED_OVER = "Those homes are too far from the child's school, or their carers cannot start in time."
