"""Sending a register, describing a home, its capacity, its closures."""

from typing import Any

from nearhome.design.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    FileField,
    GovukForm,
    IntegerField,
    LongTextField,
    MultiChoiceField,
    PostcodeField,
)
from nearhome.market.actions.homes import OLDEST
from nearhome.market.reference.skills import SKILLS
from nearhome.market.reference.ways_of_life import CULTURES, DEGREES, FAITHS, LANGUAGES

SEXES = (("any", "Any"), ("M", "Boys"), ("F", "Girls"))


class RegisterUploadForm(GovukForm):
    """The register's file."""

    register = FileField(
        label="The register",
        help_text="A CSV file or an Excel workbook in the shape of Ofsted’s list. At most 20 MB.",
        accept=".csv,.xlsx,.xls,.ods",
        max_megabytes=20,
    )


class DescriptionForm(GovukForm):
    """Whom a home takes and what it can do."""

    min_age = IntegerField(label="Youngest age", min_value=0, max_value=OLDEST)
    max_age = IntegerField(label="Oldest age", min_value=0, max_value=OLDEST)
    sexes = ChoiceField(label="Boys or girls", choices=SEXES)
    skills = MultiChoiceField(
        label="What the home can do well", choices=tuple(SKILLS.items()), required=False, small=True
    )
    has_pets = BooleanField(label="Are there pets?", required=False)
    school_on_site = BooleanField(label="Is there a school on site?")
    takes_solo = BooleanField(label="Does the home take a child alone?")


class LifeForm(GovukForm):
    """Life in the home: one degree for each of its skills, what is spoken and lived by, which ages may join."""

    languages = MultiChoiceField(
        label="Which languages are spoken there?", choices=tuple(LANGUAGES.items()), required=False, small=True
    )
    faiths = MultiChoiceField(
        label="Which faiths can a child live by there?", choices=tuple(FAITHS.items()), required=False, small=True
    )
    cultures = MultiChoiceField(
        label="Which cultures do those who care there know and live by?", choices=tuple(CULTURES.items()),
        required=False, small=True,
    )  # fmt: skip
    newcomers_over = IntegerField(
        label="A new child must be over this age",
        help_text="Only because of the children who live there now. It is shown to authorities; no child is named.",
        min_value=0, max_value=OLDEST, required=False, width=2,
    )  # fmt: skip
    newcomers_under = IntegerField(
        label="A new child must be under this age", help_text="Only because of the children who live there now",
        min_value=1, max_value=OLDEST + 1, required=False, width=2,
    )  # fmt: skip

    def __init__(self, *args: Any, skills: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = [("", "Not said"), *DEGREES.items()]
        degrees = {
            f"degree_{code}": ChoiceField(
                label=f"How far does it go: {SKILLS.get(code, code)}", choices=said, select=True, required=False
            )
            for code in skills
        }
        self.fields = degrees | self.fields

    def degrees(self) -> dict[str, str]:
        """The degree of each skill for which one was chosen."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name.startswith("degree_") and value}
        return {name.removeprefix("degree_"): value for name, value in chosen.items()}


class CapacityForm(GovukForm):
    """How many places the home can offer, said three ways."""

    starts_on = DateField(label="From which day?", help_text="For example, 27 11 2026")
    registered = IntegerField(label="Registered places", min_value=0, max_value=200)
    staffed = IntegerField(label="Places you have staff for", min_value=0, max_value=200)
    open_to_referrals = IntegerField(label="Places open to referrals now", min_value=0, max_value=200)
    reason = CharField(
        label="Why is it fewer than registered?", help_text="Only if it is", required=False, max_length=300
    )


class ClosureForm(GovukForm):
    """When nobody can live in a place, and why."""

    starts_on = DateField(label="Closed from", help_text="For example, 27 11 2026")
    ends_before = DateField(label="Open again on", help_text="Leave empty if you do not know yet", required=False)
    reason = LongTextField(
        label="Why?",
        help_text="For example: The bedroom is being repaired. If the authority that hosts your block asked for it, begin"
        " with “Host:”; it then pays for these nights, and is told so each month",
        max_length=200,
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        starts_on, ends_before = typed.get("starts_on"), typed.get("ends_before")
        if starts_on and ends_before and ends_before <= starts_on:
            self.add_error("ends_before", "The place must open again after it closes. Check both days")
        return typed


class HouseholdForm(GovukForm):
    """A new fostering household."""

    service = ChoiceField(label="Fostering service", select=True)
    ref = CharField(label="Your reference for the household", max_length=30, width=20)
    name = CharField(label="Name of the household", help_text="As your agency uses it", max_length=200)
    postcode = PostcodeField(label="Postcode")
    places = IntegerField(label="How many children can live there?", min_value=1, max_value=10)

    def __init__(self, *args: Any, services: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = services  # type: ignore[attr-defined]
