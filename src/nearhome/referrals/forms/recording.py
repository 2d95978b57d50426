"""The pages of a referral that are more than questions of the standard."""

from collections.abc import Mapping
from typing import Any

from nearhome.design.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    GovukForm,
    IntegerField,
    LongTextField,
    MultiChoiceField,
    PostcodeField,
)
from nearhome.referrals.forms.questions import QuestionForm, choices, field_for, hints
from nearhome.referrals.reference.asked_for import ASKED_FOR, CONDITION_KINDS
from nearhome.referrals.reference.skills import PLACE_KINDS, SKILLS, WISH_KINDS, WISH_WEIGHTS

SEXES = (("F", "Female"), ("M", "Male"), ("U", "Not known"))


def _asked(part: str, label: str) -> ChoiceField:
    said = [("", "Does not matter to the child, or not asked"), *choices(ASKED_FOR[part])]
    return ChoiceField(label=label, choices=said, select=True, required=False)


class NewChildForm(QuestionForm):
    """A child who is in no return yet."""

    ref = CharField(label="The child's reference", help_text="As in your statutory return", max_length=30, width=20)
    name = CharField(label="The child's name", help_text="Kept sealed: only your authority can read it", max_length=200)
    born_on = DateField(label="Date of birth", help_text="For example, 27 3 2014")
    sex = ChoiceField(label="Sex", choices=SEXES)
    home_postcode = PostcodeField(label="Home postcode", help_text="Where the family lives, if known", required=False)
    is_uasc = BooleanField(label="Is the child an unaccompanied asylum-seeking child?")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        born_on: Any = self.fields["born_on"]
        born_on.latest = self.today


class WhenForm(QuestionForm):
    """The day, and whether it cannot wait for permission."""

    needed_on = DateField(label="The day the home is needed", help_text="For example, 27 11 2026")
    is_emergency = BooleanField(
        label="Is it an emergency?",
        help_text="In an emergency the search begins at once, and an approver decides afterwards, by a deadline.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed_on: Any = self.fields["needed_on"]
        needed_on.earliest = self.today


class HowLongForm(QuestionForm):
    """A guess that the price of the whole stay is worked out from."""

    expected_weeks = IntegerField(
        label="How many weeks will the child need this home?",
        help_text="Your best estimate. It decides how much money is approved, not how long the child may stay.",
        min_value=1,
        max_value=936,
        width=3,
        suffix="weeks",
        as_heading=True,
    )


class SkillsForm(QuestionForm):
    """Skills at two levels; each skill at one of them."""

    essential = MultiChoiceField(
        label="Skills the home must have",
        help_text="Without them the home cannot keep the child safe and well.",
        choices=choices(SKILLS),
        choice_hints=hints(SKILLS),
        required=False,
        small=True,
    )
    helps = MultiChoiceField(label="Skills that would help", choices=choices(SKILLS), required=False, small=True)

    @classmethod
    def initial_from(cls, saved: Mapping[str, Any]) -> dict[str, Any]:
        levels = saved.get("skills") or {}
        return {level: [skill for skill, at in levels.items() if at == level] for level in ("essential", "helps")}

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        twice = set(given.get("essential") or ()) & set(given.get("helps") or ())
        if twice:
            named = ", ".join(entry.label for entry in SKILLS if entry.code in twice)
            self.add_error("helps", f"Select each skill once only. Selected twice: {named}")
        return given

    def answers(self) -> dict[str, Any]:
        levels = (("helps", "helps"), ("essential", "essential"))
        return {"skills": {skill: level for name, level in levels for skill in self.cleaned_data.get(name) or ()}}


class SiblingsForm(QuestionForm):
    """How many, and which of them have referrals of their own here."""

    sibling_count = field_for("sibling_count", is_alone=False)
    other_refs = CharField(
        label="Their referrals (optional)",
        help_text="The references of your authority's other referrals to place together, with commas between, "
        "such as R-7K3MA-2, R-9CDFG-4",
        required=False,
        max_length=200,
    )

    def answers(self) -> dict[str, Any]:
        return {"sibling_count": self.cleaned_data["sibling_count"]} if "sibling_count" in self.cleaned_data else {}

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        if len(self.other_referrals()) > (given.get("sibling_count") or 0) and "sibling_count" in given:
            self.add_error("other_refs", "Enter no more referrals than brothers and sisters")
        return given

    def other_referrals(self) -> list[str]:
        """The references typed, one by one."""
        return [part for part in self.cleaned_data.get("other_refs", "").replace(",", " ").split() if part]


class AskedForForm(QuestionForm):
    """The parts of who they are that matter to the child; any of them, or none."""

    language = _asked("language", "A language to be spoken to in at home")
    faith = _asked("faith", "A faith to live by at home")
    culture = _asked("culture", "A culture that those at home know and live by")

    @classmethod
    def initial_from(cls, saved: Mapping[str, Any]) -> dict[str, Any]:
        return dict(saved.get("asked_for") or {})

    def answers(self) -> dict[str, Any]:
        return {"asked_for": {part: self.cleaned_data[part] for part in ASKED_FOR if self.cleaned_data.get(part)}}


class WishForm(GovukForm):
    """One thing the child said."""

    text = LongTextField(
        label="What the child said, in their own words",
        help_text="Write it down as it was said. It is kept sealed, and shown again to everyone who decides.",
        max_length=2000,
        rows=3,
    )
    kind = ChoiceField(label="What is it about?", choices=choices(WISH_KINDS))
    matters = ChoiceField(label="How much does it matter to the child?", choices=choices(WISH_WEIGHTS))


class NearForm(GovukForm):
    """A place to stay near."""

    kind = ChoiceField(
        label="What kind of place is it?", choices=[one for one in choices(PLACE_KINDS) if one[0] != "avoid"]
    )
    label = CharField(label="What is it?", help_text="Such as “school” or “grandmother's home”", max_length=200)
    postcode = PostcodeField(label="Postcode", help_text="We use it only to measure how far each home is")


class AvoidForm(GovukForm):
    """A place to stay away from."""

    label = CharField(label="What is it?", help_text="Such as “where the exploitation took place”", max_length=200)
    postcode = PostcodeField(label="Postcode", help_text="Homes nearer than the distance below will not be offered")
    keep_away_miles = IntegerField(
        label="How many miles to stay away", min_value=0, max_value=200, width=3, suffix="miles"
    )
    is_condition = BooleanField(
        label="Is it a condition of bail or of a court?",
        help_text="If it is, no home there can be chosen, whoever decides.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        return given | {"is_condition": bool(given.get("is_condition"))}


class ConditionForm(GovukForm):
    """One condition that is not about an area."""

    kind = ChoiceField(label="What is the condition about?", choices=choices(CONDITION_KINDS))
    words = LongTextField(
        label="What does it say?",
        help_text="As it is written. It is kept sealed, and shown again to everyone who decides.",
        max_length=1000,
        rows=3,
    )


class ApartForm(GovukForm):
    """A child who must not live with this one."""

    other_ref = CharField(label="The other child's reference", help_text="As in your statutory return", width=20)
    reason = LongTextField(label="Why they must not live together", required=False, max_length=1000, rows=3)


class WithdrawForm(GovukForm):
    """A reason to stop."""

    why = LongTextField(
        label="Why is the referral withdrawn?",
        max_length=500,
        rows=3,
        error_messages={"required": "Enter why the referral is withdrawn"},
    )


class CorrectForm(GovukForm):
    """A reason to open the answers again."""

    why = LongTextField(
        label="Why is the referral corrected?",
        max_length=500,
        rows=3,
        error_messages={"required": "Enter why the referral is corrected"},
    )


class DecisionForm(GovukForm):
    """Give or refuse leave to search."""

    decision = ChoiceField(
        label="Can the search go ahead?",
        choices=(("grant", "Yes, search for a home"), ("refuse", "No, send it back")),
    )
    reason = LongTextField(
        label="Reason (optional if you say yes)",
        help_text="If you say no, the officer reads here what to change.",
        required=False,
        max_length=1000,
        rows=3,
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("decision") == "refuse" and not (given.get("reason") or "").strip():
            self.add_error("reason", "Enter why you refuse, so that the officer knows what to change")
        return given
