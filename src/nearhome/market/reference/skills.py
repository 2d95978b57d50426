"""What a home may be able to do, in the words of its provider. The codes are those a referral asks for."""

SKILLS: dict[str, str] = {
    "self_harm": "Self-harm",
    "criminal_exploitation": "Criminal exploitation",
    "sexual_exploitation": "Sexual exploitation",
    "drug_alcohol": "Drugs and alcohol",
    "eating_disorder": "Eating disorders",
    "going_missing": "Going missing",
    "physical_harm_to_others": "Physical harm to others",
    "sexual_harm_to_others": "Sexual harm to others",
    "fire_setting": "Fire setting",
    "harm_to_animals": "Harm to animals",
    "communication": "Communication",
    "esol": "English as another language",
    "learning_disability": "Learning disability",
    "autism": "Autism",
    "physical_adaptation": "Adapted home",
    "therapeutic": "Therapeutic care",
    "parent_and_child": "Parent and child",
    "solo": "Solo care",
}
