"""Referrals for tests: a whole set of answers, and a referral brought to where a test begins."""

import datetime as dt
from typing import Any

from cast import NOW, Cast
from nearhome.needs.models import Child
from nearhome.people.models import AuthorityRules, Organisation, Person
from nearhome.privacy.acting import acting
from nearhome.referrals.actions.recording import answer_question, start_referral, submit_referral
from nearhome.referrals.models import Referral
from nearhome.referrals.reference.questions import RISK_FIELDS

ANSWERS: dict[str, Any] = {
    "needed_on": dt.date(2026, 11, 30),
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
    "skills": {"autism": "helps"},
    "wishes": [{"text": "I want to stay near my nan", "kind": "people", "matters": "a lot"}],
} | dict.fromkeys(RISK_FIELDS, "No known risk")


def make_draft(by: Person, child: Child, **answers: Any) -> Referral:
    """A draft with every answer, those given in place of the usual ones."""
    with acting(by):
        referral = start_referral(child=child, by=by, now=NOW)
        return answer_question(referral=referral, answers=ANSWERS | answers, by=by, now=NOW)


def make_submitted(by: Person, child: Child, **answers: Any) -> Referral:
    """A complete referral, handed in."""
    referral = make_draft(by, child, **answers)
    with acting(by):
        return submit_referral(referral=referral, by=by, now=NOW)


def search_without_permission(authority: Organisation) -> None:
    """This authority's officers may search without asking."""
    AuthorityRules.objects.filter(organisation=authority).update(search_needs_permission=False)


__all__ = ["ANSWERS", "NOW", "Cast", "make_draft", "make_submitted", "search_without_permission"]
