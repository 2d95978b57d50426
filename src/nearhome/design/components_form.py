"""The form on the components page: one field of every kind."""

from nearhome.design.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    ConfirmField,
    DateField,
    DecimalField,
    EmailField,
    FileField,
    GovukForm,
    IntegerField,
    LongTextField,
    MomentField,
    MoneyField,
    MultiChoiceField,
    PostcodeField,
)

NEEDS = (("school", "Near the present school"), ("ground", "Ground-floor bedroom"), ("siblings", "With siblings"))
HINTS = {"yes": "The home can start within two days", "later": "The home can start after a visit"}
ANSWERS = (("yes", "Offer a place"), ("later", "Offer a place later"), ("no", "Decline"))


class EveryField(GovukForm):
    """Shows each kind of field; saves nothing."""

    reference = CharField(label="Reference", help_text="Letters and numbers, like NH 0042", width=10, max_length=12)
    email = EmailField(label="Email address", required=False)
    places = IntegerField(label="Registered places", min_value=1, max_value=20, width=2)
    distance = DecimalField(label="Distance", suffix="miles", required=False)
    weekly_fee = MoneyField(label="Weekly fee", suffix="a week")
    answer = ChoiceField(label="Your answer", choices=ANSWERS, choice_hints=HINTS)
    kind = ChoiceField(label="Kind of home", choices=(("fostering", "Fostering"), ("residential", "Home")), select=True)
    needs = MultiChoiceField(label="Needs", help_text="Select all that apply", choices=NEEDS)
    starts_on = DateField(label="First night", help_text="For example, 27 11 2026")
    visit_at = MomentField(label="Visit", help_text="For example, 27 11 2026 3:30pm", required=False)
    is_urgent = BooleanField(label="Is the home needed today?")
    postcode = PostcodeField(label="Postcode of the school", required=False)
    reasons = LongTextField(label="Reasons", max_length=300, help_text="Say what mattered most")
    notes = LongTextField(label="Notes", required=False, rows=3)
    plan = FileField(label="Care plan", accept=".pdf,.docx", required=False)
    is_confirmed = ConfirmField(label="I have checked these details", required=False)
