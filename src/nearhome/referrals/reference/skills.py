"""Skills a home may have and a child may need, and how the standard's risks and requirements ask for them.

Nearhome's own list. The tables below say which skill answers which property of the standard.
"""

from nearhome.referrals.reference.code_list import code_list

SKILLS = code_list(
    "skills",
    ("self_harm", "Self-harm", "Keeping a child safe who hurts themselves."),
    ("criminal_exploitation", "Criminal exploitation", "Including being used to carry or sell drugs."),
    ("sexual_exploitation", "Sexual exploitation", "Spotting it, disrupting it, helping a child recover."),
    ("drug_alcohol", "Drugs and alcohol", ""),
    ("eating_disorder", "Eating disorders", ""),
    ("going_missing", "Going missing", "Reducing it, and responding well each time."),
    ("physical_harm_to_others", "Physical harm to others", "Staying calm and safe when a child is violent."),
    ("sexual_harm_to_others", "Sexual harm to others", "Keeping other children safe without shaming this one."),
    ("fire_setting", "Fire setting", ""),
    ("harm_to_animals", "Harm to animals", ""),
    ("communication", "Communication", "Speech, signs, symbols and other ways to be understood."),
    ("esol", "English as another language", ""),
    ("learning_disability", "Learning disability", ""),
    ("autism", "Autism", ""),
    ("physical_adaptation", "Adapted home", "Step-free, hoists, wide doors or other changes to the building."),
    ("therapeutic", "Therapeutic care", "Everyday care led by a therapeutic model, with clinical advice."),
    ("parent_and_child", "Parent and child", "A young parent and their baby live there together."),
    ("solo", "Solo care", "A home for one child only."),
)
SKILL_LEVELS = code_list(
    "skill levels",
    ("essential", "Essential", "Without it the home cannot keep the child safe and well."),
    ("helps", "Helps", "Good to have."),
)
WISH_KINDS = code_list(
    "wish kinds",
    ("place", "Where I live", "Near a town, a park, the sea, or away from somewhere."),
    ("people", "Who I live with or see", "Brothers, sisters, family, friends, a former carer."),
    ("school", "My school", ""),
    ("pets", "Animals", "Would like animals there. A child who wants none: answer “No” about pets instead."),
    ("culture", "My culture, faith or language", ""),
    ("other", "Something else", ""),
)
WISH_WEIGHTS = code_list(
    "how much a wish matters",
    ("a lot", "It matters a lot", ""),
    ("a little", "It matters a little", ""),
)
PLACE_KINDS = code_list(
    "important places",
    ("home", "Home", "Where the child lives, or where they feel they come from."),
    ("school", "School", "The school or college to keep."),
    ("family", "Family", "Family or friends to stay near."),
    ("friends", "Friends or clubs", "Friends, a team, a club: others who matter to the child."),
    ("worship", "Place of worship", ""),
    ("health", "Health", "A hospital or clinic the child needs."),
    ("avoid", "To avoid", "Somewhere it would not be safe to live near."),
)
# A risk the social worker recorded makes the matching skill essential, unless they said otherwise for that skill.
SKILL_FOR_RISK: dict[str, str] = {
    "risk_self_harm": "self_harm",
    "risk_criminal_exploitation": "criminal_exploitation",
    "risk_drug_alcohol": "drug_alcohol",
    "risk_eating_disorder": "eating_disorder",
    "risk_missing": "going_missing",
    "risk_sexual_exploitation": "sexual_exploitation",
    "risk_to_others_physical": "physical_harm_to_others",
    "risk_to_others_sexual": "sexual_harm_to_others",
    "risk_to_others_fire": "fire_setting",
    "risk_to_others_animals": "harm_to_animals",
    "risk_to_others_criminal": "criminal_exploitation",
}
