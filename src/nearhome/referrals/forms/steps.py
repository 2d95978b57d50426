"""The steps of a referral in the order they are asked: what the task list and the answers page are made of."""

from dataclasses import dataclass

from nearhome.design.fields import GovukForm
from nearhome.referrals.forms.questions import QuestionForm, form_of
from nearhome.referrals.forms.recording import (
    ApartForm,
    AskedForForm,
    AvoidForm,
    ConditionForm,
    HowLongForm,
    NearForm,
    SiblingsForm,
    SkillsForm,
    WhenForm,
    WishForm,
)
from nearhome.referrals.reference.questions import RISK_FIELDS


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the referral. `fields` are the saved answers it fills; a list step has entries instead."""

    slug: str
    section: str
    title: str
    fields: tuple[str, ...]
    form: type[QuestionForm] | None = None
    entry_form: type[GovukForm] | None = None
    hint: str = ""
    none_yet: str = ""

    @property
    def is_list(self) -> bool:
        return self.entry_form is not None

    @property
    def has_own_heading(self) -> bool:
        """Whether the only question is the page's heading."""
        return self.form is not None and len(self.form.base_fields) == 1


def _standard(slug: str, section: str, title: str, *names: str) -> Step:
    return Step(slug, section, title, names, form_of(*names))


WHEN, CHILD, PLACES = "When and how long", "The child", "Places and people"
NEEDS, RISKS, KIND = "Needs", "Risks", "Kind of home"
_TO_OTHERS = tuple(name for name in RISK_FIELDS if name.startswith("risk_to_others_"))
_TO_CHILD = tuple(name for name in RISK_FIELDS if name not in _TO_OTHERS)
_SUITS = ("foster_care_suitability", "residential_care_suitability", "supported_accommodation_suitability")

STEPS: tuple[Step, ...] = (
    Step("when", WHEN, "When the home is needed", ("needed_on", "is_emergency"), WhenForm),
    Step("how-long", WHEN, "How long", ("expected_weeks",), HowLongForm),
    Step(
        "wishes",
        CHILD,
        "What the child wants",
        ("wishes",),
        entry_form=WishForm,
        hint="Where the child wants to live and with whom, in their own words.",
        none_yet="Nothing the child said is written down yet. Ask the child, or write why that was not possible.",
    ),
    _standard("alone", CHILD, "Seeking asylum alone", "uasc_status"),
    Step("siblings", CHILD, "Brothers and sisters to live with", ("sibling_count",), SiblingsForm),
    Step(
        "near",
        PLACES,
        "Places to stay near",
        ("near",),
        entry_form=NearForm,
        hint="Family home, school, family, place of worship, health. Homes are ranked by how near they are.",
        none_yet="No place is recorded yet.",
    ),
    Step(
        "avoid",
        PLACES,
        "Places to stay away from",
        ("avoid",),
        entry_form=AvoidForm,
        hint="Where it would not be safe to live.",
        none_yet="No place to stay away from is recorded.",
    ),
    Step(
        "apart",
        PLACES,
        "Children this child must not live with",
        ("apart",),
        entry_form=ApartForm,
        hint="Only children of your own authority. Homes where they live will not be offered.",
        none_yet="No child is recorded.",
    ),
    Step(
        "conditions",
        PLACES,
        "Bail or court conditions",
        ("conditions",),
        entry_form=ConditionForm,
        hint="Where the child must live, when to be at home, whom not to meet. An area the child may not enter goes under "
        "“Places to stay away from”, marked as a condition. Invited providers are not told.",
        none_yet="No condition is recorded.",
    ),
    Step(
        "skills",
        NEEDS,
        "Skills the home needs",
        ("skills",),
        SkillsForm,
        hint="A risk you say is present makes the matching skill essential by itself.",
    ),
    _standard(
        "communication",
        NEEDS,
        "Communication, language and learning",
        "communication_needs",
        "specific_communication_requirement",
    ),
    _standard("culture", NEEDS, "Culture and religion", "cultural_needs"),
    Step(
        "asked-for",
        NEEDS,
        "Language, faith and culture, where the child says it matters",
        ("asked_for",),
        AskedForForm,
        hint="Only what the child asks for, never what is on record about them. Homes are ranked by it. Invited "
        "providers are not told.",
    ),
    _standard("companions", NEEDS, "Who the child can live with", "living_companions"),
    _standard("pets", NEEDS, "Pets", "pets"),
    _standard("support", NEEDS, "Support as well", "additional_support"),
    _standard("adaptation", NEEDS, "Adapted home", "home_adaptation_required"),
    _standard("liberty", NEEDS, "Deprivation of liberty", "deprivation_of_liberty"),
    _standard("assessment", NEEDS, "How needs were assessed", "needs_assessment_method"),
    _standard("risks-to-child", RISKS, "Risks to the child", *_TO_CHILD),
    _standard("risks-to-others", RISKS, "Risks to others", *_TO_OTHERS),
    _standard("kinds", KIND, "Kinds of home", *_SUITS),
)
STEP_FOR: dict[str, Step] = {step.slug: step for step in STEPS}
STEP_OF_FIELD: dict[str, Step] = {name: step for step in STEPS for name in step.fields}


def step_after(step: Step) -> Step | None:
    """The next step of the same section, None at its end."""
    place = STEPS.index(step) + 1
    following = STEPS[place] if place < len(STEPS) else None
    return following if following and following.section == step.section else None
