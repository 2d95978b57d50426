"""The questions of a needs profile: one row per property of the draft national placements standard 2.0.0.

Properties, codes and what is required: standard.socialcaredata.io, Open Government Licence v3.0.
The questions and reasons are Nearhome's own words.
"""

from dataclasses import dataclass

from nearhome.referrals.reference import standard_codes as codes
from nearhome.referrals.reference.code_list import CodeList


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the profile's field, the standard's property, how it is answered and why it is asked."""

    field: str
    property_name: str
    part: str
    kind: str
    codes: CodeList
    is_required: bool
    question: str
    why: str


def _one(field: str, name: str, part: str, answers: CodeList, words: tuple[str, str]) -> Question:
    return Question(field, name, part, "one", answers, True, *words)


def _risk(field: str, name: str, words: str) -> Question:
    why = "Homes without the skill to keep children safe from this are ranked lower."
    return _one(field, name, "Risk", codes.RISK, (words, why))


def _suits(field: str, name: str, setting: str) -> Question:
    question = f"Would {setting} suit this child?"
    return _one(
        field, name, "Recommendation", codes.SUITABILITY, (question, "It decides which kinds of home are shown.")
    )


_NO_CODES = CodeList("", ())
_YES_NO = ("yes_no", _NO_CODES, False)

QUESTIONS: tuple[Question, ...] = (
    _one(
        "needed_by",
        "neededBy",
        "Availability",
        codes.NEEDED_BY,
        ("How soon is a home needed?", "It sets how long providers have to answer."),
    ),
    Question(
        "sibling_count",
        "siblingCount",
        "Availability",
        "count",
        _NO_CODES,
        False,
        "How many brothers and sisters should live with this child?",
        "Only homes with a place for each of them are shown.",
    ),
    _one(
        "uasc_status",
        "uascStatus",
        "Availability",
        codes.UASC_STATUS,
        ("Is the child an unaccompanied asylum-seeking child?", "Some support and funding depend on it."),
    ),
    _one(
        "communication_needs",
        "communicationNeeds",
        "Requirements",
        codes.COMMUNICATION_NEEDS,
        ("Does the child need help with communication, language or learning?", "Some homes are skilled in this."),
    ),
    Question(
        "specific_communication_requirement",
        "specificCommunicationRequirement",
        "Requirements",
        "many",
        codes.SPECIFIC_COMMUNICATION,
        True,
        "Which help with communication or language?",
        "It is matched with what the home's staff or carers can do.",
    ),
    _one(
        "cultural_needs",
        "culturalNeeds",
        "Requirements",
        codes.CULTURAL_NEEDS,
        ("Does the child have cultural or religious needs the home must meet?", "It counts in the ranking."),
    ),
    _one(
        "living_companions",
        "livingCompanions",
        "Requirements",
        codes.LIVING_COMPANIONS,
        ("Who can the child live with?", "Homes where the wrong children live are not shown."),
    ),
    _one(
        "pets",
        "pets",
        "Requirements",
        codes.PETS,
        ("Can the child live with pets?", "Many homes have animals."),
    ),
    Question(
        "additional_support",
        "additionalSupport",
        "Requirements",
        "many",
        codes.ADDITIONAL_SUPPORT,
        False,
        "What support is needed as well?",
        "It changes which homes can manage, and the price.",
    ),
    Question(
        "home_adaptation_required",
        "homeAdaptationRequired",
        "Requirements",
        *_YES_NO,
        "Must the home be adapted for a disability?",
        "Few homes are: they should be kept for those who need them.",
    ),
    Question(
        "deprivation_of_liberty",
        "deprivationOfLiberty",
        "Requirements",
        *_YES_NO,
        "Is there a deprivation of liberty order?",
        "The home must be able to carry out what the court allowed, and no more.",
    ),
    _one(
        "needs_assessment_method",
        "needsAssessmentMethod",
        "Requirements",
        codes.ASSESSMENT_METHOD,
        ("How were these needs assessed?", "It tells others how far to rely on the answers."),
    ),
    _suits("foster_care_suitability", "fosterCareSuitability", "foster care"),
    _suits("residential_care_suitability", "residentialCareSuitability", "a children's home"),
    _suits("supported_accommodation_suitability", "supportedAccommodationSuitability", "supported accommodation"),
    _risk("risk_self_harm", "riskSelfHarm", "Is there a risk of self-harm?"),
    _risk("risk_criminal_exploitation", "riskCriminalExploitation", "Is there a risk of criminal exploitation?"),
    _risk("risk_drug_alcohol", "riskDrugAlcohol", "Is there a risk from drugs or alcohol?"),
    _risk("risk_eating_disorder", "riskEatingDisorder", "Is there a risk from an eating disorder?"),
    _risk("risk_missing", "riskMissing", "Is there a risk of going missing?"),
    _risk("risk_sexual_exploitation", "riskSexualExploitation", "Is there a risk of sexual exploitation?"),
    _risk("risk_to_others_physical", "riskToOthersPhysical", "Might the child physically hurt other people?"),
    _risk("risk_to_others_sexual", "riskToOthersSexual", "Might the child sexually harm other people?"),
    _risk("risk_to_others_fire", "riskToOthersFire", "Might the child set fires?"),
    _risk("risk_to_others_animals", "riskToOthersAnimals", "Might the child hurt animals?"),
    _risk("risk_to_others_criminal", "riskToOthersCriminal", "Might the child draw others into crime?"),
)
QUESTION_FOR: dict[str, Question] = {question.field: question for question in QUESTIONS}
RISK_FIELDS: tuple[str, ...] = tuple(question.field for question in QUESTIONS if question.part == "Risk")
