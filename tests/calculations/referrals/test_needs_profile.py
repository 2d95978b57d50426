"""The needs profile: every answer kept, codes read kindly, what is open named."""

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nearhome.referrals.calculations.answers import AnswerError
from nearhome.referrals.calculations.profile import (
    ImportantPlace,
    NeedsProfile,
    SkillNeed,
    Wish,
    answers_from_profile,
    missing_answers,
    profile_from_answers,
    skills_needed,
)
from nearhome.referrals.reference.questions import QUESTIONS
from nearhome.referrals.reference.skills import PLACE_KINDS, SKILL_FOR_RISK, SKILL_LEVELS, SKILLS, WISH_KINDS

COMPLETE = {
    question.field: [question.codes.codes[0].code] if question.kind == "many" else question.codes.codes[0].code
    for question in QUESTIONS
    if question.is_required
}


def _codes(code_list):
    return st.sampled_from([entry.code for entry in code_list])


def _answer(question):
    if question.kind == "yes_no":
        return st.booleans() | st.none()
    if question.kind == "count":
        return st.integers(0, 9) | st.none()
    if question.kind == "many":
        return st.lists(_codes(question.codes), unique=True).map(tuple)
    return _codes(question.codes) | st.none()


PLACES = st.builds(
    ImportantPlace,
    _codes(PLACE_KINDS),
    st.text(max_size=20),
    st.none() | st.integers(0, 700000),
    st.none() | st.integers(0, 1300000),
    st.none() | st.just("886"),
    st.none() | st.floats(0, 100),
)
SKILL_NEEDS = st.dictionaries(_codes(SKILLS), _codes(SKILL_LEVELS)).map(
    lambda levels: tuple(SkillNeed(code.code, levels[code.code]) for code in SKILLS if code.code in levels)
)
OTHERS = st.dictionaries(
    st.text("xyz", min_size=1), st.none() | st.integers() | st.text() | st.lists(st.integers()) | st.just({"a": 1})
)
PROFILES = st.builds(
    NeedsProfile,
    **{question.field: _answer(question) for question in QUESTIONS},
    skills=SKILL_NEEDS,
    wishes=st.lists(st.builds(Wish, st.text(), _codes(WISH_KINDS), st.sampled_from(["a little", "a lot"]))).map(tuple),
    important_places=st.lists(PLACES, max_size=3).map(tuple),
    other_answers=OTHERS.map(lambda others: tuple(others.items())),
)


@given(PROFILES)
def test_a_profile_survives_being_saved_as_json(profile):
    assert profile_from_answers(json.loads(json.dumps(answers_from_profile(profile)))) == profile


def test_every_property_of_the_standard_has_a_question_and_a_field():
    names = {field.name for field in fields(NeedsProfile)}
    assert {question.field for question in QUESTIONS} == names - {
        "skills",
        "wishes",
        "important_places",
        "other_answers",
    }
    assert len(QUESTIONS) == 26


def test_codes_are_read_whatever_their_capitals_and_spaces():
    profile = profile_from_answers({"needed_by": "<5 DAYS", "pets": "yes-MUST", "home_adaptation_required": "Yes"})
    assert (profile.needed_by, profile.pets, profile.home_adaptation_required) == ("< 5 days", "Yes-must", True)


def test_one_answer_where_several_are_allowed_is_enough():
    answers = {"specific_communication_requirement": "bsl", "sibling_count": " 2 ", "pets": ""}
    profile = profile_from_answers(answers)
    assert profile.specific_communication_requirement == ("BSL",)
    assert (profile.sibling_count, profile.pets) == (2, None)


def test_places_come_from_a_form_as_text():
    row = {"kind": "avoid", "label": "the estate", "easting": "590000", "northing": "160000", "authority_code": ""}
    (place,) = profile_from_answers({"important_places": [row | {"within_miles": "3", "csrf": "x"}]}).important_places
    assert place == ImportantPlace("avoid", "the estate", 590000, 160000, None, 3.0)


def test_an_answer_nobody_asked_for_is_kept():
    profile = profile_from_answers({"section_117": "Yes"})
    assert profile.other_answers == (("section_117", "Yes"),)
    assert answers_from_profile(profile) == {"section_117": "Yes"}


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (
            {"needed_by": "Tomorrow"},
            "“Tomorrow” is not an answer to “needed_by”. Use one of: Today; < 5 days; > 5 days",
        ),
        ({"sibling_count": "two"}, "a whole number, 0 or more"),
        ({"sibling_count": -1}, "a whole number"),
        ({"deprivation_of_liberty": "perhaps"}, "yes or no"),
        ({"skills": {"juggling": "helps"}}, "“juggling” is not an answer to “skills”"),
        ({"skills": ["autism"]}, "pairs such as"),
        ({"wishes": ["a dog"]}, "“wishes 1”"),
        ({"wishes": [{"text": "a dog", "kind": "dogs"}]}, "“dogs” is not an answer to “wishes 1, kind”"),
        ({"important_places": [{"label": "nan"}]}, "“important_places 1”"),
        ({"important_places": [{"kind": "home", "label": "nan", "easting": "east"}]}, "“important_places 1”"),
    ],
)
def test_an_answer_that_cannot_be_read_names_the_field_and_the_mend(answers, message):
    with pytest.raises(AnswerError) as caught:
        profile_from_answers(answers)
    assert message in str(caught.value)


def test_the_task_list_names_each_open_question_and_why_it_is_asked():
    assert missing_answers(profile_from_answers(COMPLETE)) == ()
    (missing,) = missing_answers(profile_from_answers(COMPLETE | {"pets": ""}))
    assert (missing.question, missing.why) == ("Can the child live with pets?", "Many homes have animals.")
    assert len(missing_answers(NeedsProfile())) == len(COMPLETE)


def test_a_risk_that_is_present_makes_its_skill_essential():
    for field, skill in SKILL_FOR_RISK.items():
        assert skills_needed(NeedsProfile(**{field: "Risk present"})) == (SkillNeed(skill, "essential"),)
        assert skills_needed(NeedsProfile(**{field: "No known risk"})) == ()


def test_what_the_officer_said_about_a_skill_stands():
    said = NeedsProfile(risk_missing="Risk present", skills=(SkillNeed("going_missing", "helps"),))
    assert skills_needed(said) == (SkillNeed("going_missing", "helps"),)


def test_other_needs_ask_for_their_skills():
    profile = NeedsProfile(
        communication_needs="Yes",
        specific_communication_requirement=("ESOL",),
        additional_support=("Therapeutic support",),
        home_adaptation_required=True,
    )
    assert [(need.skill, need.level) for need in skills_needed(profile)] == [
        ("communication", "helps"),
        ("esol", "helps"),
        ("physical_adaptation", "essential"),
        ("therapeutic", "helps"),
    ]
