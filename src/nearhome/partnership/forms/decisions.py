"""The parts of a decision, and what moves it on."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.design.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    ConfirmField,
    DateField,
    GovukForm,
    IntegerField,
    LongTextField,
    MoneyField,
)
from nearhome.partnership.actions.drafting import Review
from nearhome.partnership.forms.voting import VersionedForm

NO_CHILD = "Name no child, and nothing that tells who one is: this is published."
EQUALITY = (
    ("none", "No adverse impact found"),
    ("some", "Some adverse impact, with what is done about it"),
    ("full", "A full assessment is needed"),
)
FIVE = tuple((str(number), words) for number, words in enumerate(
    ("1, very low", "2, low", "3, middling", "4, high", "5, very high"), start=1
))  # fmt: skip
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
MOST_RECOMMENDATIONS = 12


class LinesField(LongTextField):
    """Texts, one on each line → a list of them."""

    def to_python(self, value: Any) -> Any:
        return [line.strip() for line in (super().to_python(value) or "").split("\n") if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > MOST_RECOMMENDATIONS:
            raise ValidationError(f"Enter at most {MOST_RECOMMENDATIONS}, one on each line")

    def run_validators(self, value: Any) -> None:
        super().run_validators("\n".join(value))


class BeginDecisionForm(GovukForm):
    """A new decision: its reference and title, empty or from an example."""

    reference = CharField(
        label="Reference", help_text="As your authority numbers decisions, like 26/00042", max_length=40
    )
    title = CharField(label="Title", help_text=NO_CHILD, max_length=200)
    partnership = ChoiceField(
        label="Which partnership may read it once its notice is published?", choices=(), required=False
    )

    def __init__(self, *args: Any, partnerships: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["partnership"]
        choices.choices = [*partnerships, ("", "None: it is of our authority alone")]


class ProposalForm(VersionedForm):
    """What is proposed, and why."""

    reference = CharField(label="Reference", max_length=40)
    title = CharField(label="Title", help_text=NO_CHILD, max_length=200)
    proposed = LinesField(
        label="What is proposed", help_text=f"One recommendation on each line. {NO_CHILD}", max_length=6000, rows=5
    )
    reasons = LongTextField(label="Reasons", help_text=NO_CHILD, max_length=10000, rows=8)


class ScopeForm(VersionedForm):
    """Value, divisions, and who decides."""

    value_pence = MoneyField(
        label="Value over the whole life",
        help_text="Everything it commits the authority to; 0 if no money is involved.",
    )
    reach = ChoiceField(
        label="How many divisions are affected?", choices=(("all", "All divisions"), ("some", "So many divisions:"))
    )
    divisions = IntegerField(
        label="Number of divisions, if not all", required=False, min_value=0, max_value=500, width=3
    )
    decider = CharField(
        label="Who decides, by role", help_text="Like: Cabinet Member for Children’s Services", max_length=200
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("reach") == "some" and typed.get("divisions") is None and "divisions" not in self.errors:
            self.add_error("divisions", "Enter the number of divisions, or choose all divisions")
        return typed

    def changes(self) -> dict[str, Any]:
        """The columns these answers set."""
        typed = self.cleaned_data
        is_all = typed["reach"] == "all"
        return {
            "value_pence": typed["value_pence"], "all_divisions": is_all,
            "divisions": None if is_all else typed["divisions"], "decider": typed["decider"],
        }  # fmt: skip


class ImplicationsForm(VersionedForm):
    """What it means for money and in law."""

    financial = LongTextField(label="Financial implications", help_text=NO_CHILD, max_length=10000, rows=8)
    legal = LongTextField(label="Legal implications", help_text=NO_CHILD, max_length=10000, rows=8)


class ScreeningForm(VersionedForm):
    """Equality and data protection."""

    equality = ChoiceField(label="What did the equality screening find?", choices=EQUALITY)
    equality_words = LongTextField(
        label="About the screening (optional)", help_text=NO_CHILD, required=False, max_length=4000, rows=3
    )
    data_protection_needed = BooleanField(label="Is a data protection impact assessment needed?")
    data_protection_done = BooleanField(label="Has it been done?", help_text="No, if none is needed.", initial=False)
    data_protection_words = LongTextField(
        label="About data protection (optional)", help_text=NO_CHILD, required=False, max_length=4000, rows=3
    )


class OptionForm(GovukForm):
    """One option that was considered."""

    name = CharField(label="Option", max_length=200)
    description = LongTextField(label="What it would be", help_text=NO_CHILD, max_length=4000, rows=3)
    recommended = BooleanField(label="Is this the recommended option?")
    reason = LongTextField(
        label="Why it is recommended, or why it is rejected", help_text=NO_CHILD, max_length=4000, rows=3
    )


class DelegationForm(GovukForm):
    """Who may decide what from here on."""

    to = CharField(label="Who is it delegated to, by role?", max_length=200)
    what = LongTextField(label="What may they decide or do?", help_text=NO_CHILD, max_length=2000, rows=3)
    consulting = CharField(label="In consultation with, by role (optional)", required=False, max_length=200)


class RiskForm(GovukForm):
    """A risk, what is done about it, whose it is."""

    risk = LongTextField(label="Risk", help_text=NO_CHILD, max_length=2000, rows=3)
    mitigation = LongTextField(label="What is done about it", help_text=NO_CHILD, max_length=4000, rows=3)
    owner = CharField(label="Who owns it, by role", max_length=200)
    likelihood = ChoiceField(label="Likelihood", choices=FIVE, coerce=int, select=True, initial="3")
    impact = ChoiceField(label="Impact", choices=FIVE, coerce=int, select=True, initial="3")
    review_on = DateField(label="Date of the next review", earliest=EARLIEST, latest=LATEST)


class ReviewForm(GovukForm):
    """What was found when a risk was looked at again."""

    words = LongTextField(label="What was found", help_text=NO_CHILD, max_length=4000, rows=3)
    mitigation = LongTextField(label="What is done about it", help_text=NO_CHILD, max_length=4000, rows=3)
    owner = CharField(label="Who owns it, by role", max_length=200)
    likelihood = ChoiceField(label="Likelihood", choices=FIVE, coerce=int, select=True)
    impact = ChoiceField(label="Impact", choices=FIVE, coerce=int, select=True)
    is_over = BooleanField(label="Is the risk over?", initial=False)
    review_on = DateField(
        label="Date of the next review, if it is not over", earliest=EARLIEST, latest=LATEST, required=False
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("is_over") is False and typed.get("review_on") is None and "review_on" not in self.errors:
            self.add_error("review_on", "Enter the day on which it is looked at again, or say that it is over")
        return typed

    def review(self) -> Review:
        """What was typed."""
        typed = self.cleaned_data
        return Review(
            typed["likelihood"], typed["impact"], typed["mitigation"], typed["owner"], typed["words"],
            None if typed["is_over"] else typed["review_on"],
        )  # fmt: skip


class NoticeForm(VersionedForm):
    """Publishing the notice of a proposed decision."""

    notice_on = DateField(label="Day on which the notice is published", earliest=EARLIEST, latest=LATEST)
    not_before_on = DateField(
        label="Not to be decided before (optional)", help_text="Leave empty for the first day the rules allow.",
        earliest=EARLIEST, latest=LATEST, required=False,
    )  # fmt: skip
    urgent_reason = LongTextField(
        label="If it cannot wait: why it is urgent, and who agreed (optional)",
        help_text="A reason here lets it be decided before the notice has stood its time. It is published.",
        required=False,
        max_length=4000,
        rows=3,
    )


class TakeDecisionForm(VersionedForm):
    """The decision itself."""

    is_approved = BooleanField(label="Is it approved?", yes="Yes, approve it", no="No, refuse it")
    words = LongTextField(
        label="Words of the decision (optional if approved)",
        help_text=NO_CHILD,
        required=False,
        max_length=4000,
        rows=4,
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("is_approved") is False and not (typed.get("words") or "").strip():
            self.add_error("words", "Say why it is refused")
        return typed


class ReasonForm(VersionedForm):
    """A reason that goes on record."""

    words = LongTextField(label="Reason", help_text=NO_CHILD, max_length=4000, rows=3)


class CarryOutForm(VersionedForm):
    """What was done."""

    words = LongTextField(label="What was done (optional)", help_text=NO_CHILD, required=False, max_length=4000, rows=3)


class CallInOutcomeForm(VersionedForm):
    """What came of a call-in."""

    is_confirmed = BooleanField(
        label="What came of the call-in?", yes="The decision was confirmed", no="It was withdrawn", inline=False
    )
    words = LongTextField(label="What was said and found", help_text=NO_CHILD, max_length=4000, rows=3)


class RulesForm(GovukForm):
    """When a decision is key, and its periods."""

    value_pence = MoneyField(label="Value above which a decision is key")
    divisions = IntegerField(
        label="Number of divisions from which a decision is key", min_value=1, max_value=500, width=3
    )
    notice_clear_days = IntegerField(
        label="Clear days of public notice", help_text="Neither the day of the notice nor that of the decision counts.",
        min_value=0, max_value=366, width=3,
    )  # fmt: skip
    call_in_working_days = IntegerField(
        label="Working days in which a decision may be called in", help_text="Bank holidays in England are left out.",
        min_value=0, max_value=60, width=3,
    )  # fmt: skip
    source = CharField(label="Where your constitution says so (optional)", required=False, max_length=300)
    confirmed = ConfirmField(label="I have checked these against our constitution")
