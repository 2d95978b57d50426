"""Codes of the draft national Children's Social Care Placements Standard, version 2.0.0.

The codes are those of standard.socialcaredata.io (Open Government Licence v3.0). Labels and hints are Nearhome's own.
"""

from nearhome.referrals.reference.code_list import code_list

NEEDED_BY = code_list(
    "neededBy",
    ("Today", "Today", "The child needs somewhere to sleep tonight."),
    ("< 5 days", "Within 5 days", "Soon, but not tonight."),
    ("> 5 days", "In more than 5 days", "There is time to plan the move with the child."),
)
UASC_STATUS = code_list(
    "uascStatus",
    ("Yes", "Yes", "The child came to the country alone and is asking for protection."),
    ("No", "No", ""),
    ("Not Applicable", "Does not apply", ""),
)
COMMUNICATION_NEEDS = code_list(
    "communicationNeeds",
    ("Yes", "Yes", "The child needs help to understand, to be understood, or to learn."),
    ("No", "No", ""),
    ("Not specified", "Not known yet", ""),
)
SPECIFIC_COMMUNICATION = code_list(
    "specificCommunicationRequirement",
    ("ESOL", "Help with English as another language", "The child speaks another language best."),
    ("BSL", "British Sign Language", ""),
    ("Makaton", "Makaton", "Signs and symbols used with speech."),
    ("Other", "Something else", ""),
    ("None", "None of these", ""),
)
CULTURAL_NEEDS = code_list(
    "culturalNeeds",
    ("Required", "Yes, the home must meet them", "For example faith, food, hair and skin care, language or festivals."),
    ("Not Required", "No", ""),
    ("Not Known", "Not known yet", ""),
    ("Other", "Something else", ""),
)
LIVING_COMPANIONS = code_list(
    "livingCompanions",
    ("Solo placement recommended", "On their own", "No other child should live there."),
    ("With other children recommended", "With other children", "Living with other children would be good for them."),
    ("Only with other older children", "Only with older children", "Every other child there must be older."),
    ("Only with other younger children", "Only with younger children", "Every other child there must be younger."),
    ("No preference", "No preference", ""),
)
PETS = code_list(
    "pets",
    ("Yes-must", "Yes, there must be a pet", "For example the child's own animal comes too."),
    ("Yes-can", "Yes, pets are fine", ""),
    ("No", "No pets", "For example an allergy, a fear, or a risk to animals."),
    ("Not known", "Not known yet", ""),
)
ADDITIONAL_SUPPORT = code_list(
    "additionalSupport",
    ("Additional supervision", "More supervision than usual", ""),
    ("Therapeutic support", "Therapy or therapeutic support", ""),
    ("A worker for respite", "A worker to give carers a break", ""),
    ("Taxis to school", "Taxis to school", ""),
    ("NA", "None", ""),
    ("Other", "Something else", ""),
)
ASSESSMENT_METHOD = code_list(
    "needsAssessmentMethod",
    ("BERRI", "BERRI", "Behaviour, emotions, relationships, risk and indicators."),
    ("CANS", "CANS", "Child and adolescent needs and strengths."),
    ("Other formalised tool", "Another formal tool", ""),
    ("Other social worker assessment", "The social worker's own assessment", ""),
)
SUITABILITY = code_list(
    "suitability",
    ("Preferred", "The best kind of home for this child", ""),
    ("Suitable but not preferred", "Suitable, but not the first choice", ""),
    ("Unsuitable", "Not suitable", "Homes of this kind will not be offered for this child."),
    ("Not specified", "Not decided yet", ""),
)
RISK = code_list(
    "risk",
    ("No known risk", "No known risk", ""),
    ("Risk present", "There is a risk", "The home must be able to keep the child and others safe from it."),
)
