"""What both sides of a dispute type."""

from typing import Any

from django import forms

from nearhome.design.fields import ChoiceField, GovukForm, LongTextField, MoneyField
from nearhome.settlement.actions import Answer, Complaint

NEVER_A_NAME = "Both authorities and the finance lead read this. Never write a child’s name."
ANSWERS = (
    ("explained", "The line stands: we explain it"),
    ("credited", "We credit some or all of it"),
    ("mended", "A record was wrong, and we have put it right"),
)
REPLIES = (
    ("accepted", "We accept the answer"),
    ("replied", "It is still wrong"),
    ("withdrawn", "We withdraw the dispute"),
)


class DisputeLineForm(GovukForm):
    """What is wrong with a line, why, and how much of it. Amounts are typed without a sign; the line has it."""

    ground = ChoiceField(label="What is wrong with the line?")
    words = LongTextField(label="Why do you think so?", max_length=2000, help_text=NEVER_A_NAME)
    amount = MoneyField(
        label="How much of the line is in dispute?", min_pence=1, help_text="The rest of the line is paid as usual."
    )

    def __init__(self, *args: Any, grounds: Any = (), most_pence: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["amount"] = abs(most_pence)
        self.sign = -1 if most_pence < 0 else 1
        self.fields["ground"].choices = list(grounds)  # type: ignore[attr-defined]

    def complaint(self) -> Complaint:
        typed = self.cleaned_data
        return Complaint(typed["ground"], typed["words"], self.sign * typed["amount"])


class StepForm(GovukForm):
    """Which step, why, and how many steps were on the screen: an answer never counts for another."""

    kind = ChoiceField(label="What is your answer?")
    words = LongTextField(label="Why?", max_length=2000, help_text=NEVER_A_NAME)
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def answer(self, disputed_pence: int) -> Answer:
        """The step; what is typed as credit takes the sign of what is in dispute."""
        typed = self.cleaned_data
        credit = typed.get("credit") or 0
        signed = -credit if disputed_pence < 0 else credit
        return Answer(typed["kind"], typed["words"], typed["seen"], signed if typed["kind"] == "credited" else 0)


class AnswerDisputeForm(StepForm):
    """The host's answer."""

    field_order = ("kind", "credit", "words", "seen")
    credit = MoneyField(
        label="How much do you credit?",
        required=False,
        min_pence=1,
        help_text="Only if you credit some or all of it. Do not credit what comes from a wrong record: put the record"
        " right, or it is taken off twice.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(ANSWERS)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("kind") == "credited" and not typed.get("credit") and "credit" not in self.errors:
            self.add_error("credit", "Enter how much you credit")
        return typed


class ReplyForm(StepForm):
    """What the authority that disputes says to an answer; before there is one it can only withdraw."""

    def __init__(self, *args: Any, is_answered: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [one for one in REPLIES if is_answered or one[0] == "withdrawn"]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]
        self.fields["kind"].label = "What do you say to the answer?" if is_answered else "What do you want to do?"
        self.fields["words"].help_text = f"Not needed if you accept. {NEVER_A_NAME}"
        self.fields["words"].required = False
