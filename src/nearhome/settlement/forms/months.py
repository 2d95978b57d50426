"""What finance officers type: which month, what is wrong, why a month goes back."""

from typing import Any

from django import forms

from nearhome.design.fields import ChoiceField, GovukForm, LongTextField


class WorkOutForm(GovukForm):
    """Which month to work out."""

    month = ChoiceField(label="Month", select=True)

    def __init__(self, *args: Any, months: tuple[tuple[str, str], ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = list(months)  # type: ignore[attr-defined]


class ReturnForm(GovukForm):
    """Why a checked month goes back to draft."""

    reason = LongTextField(
        label="Why does the month go back to draft?",
        max_length=500,
        help_text="All members of the partnership read this.",
    )


class AnswerForm(forms.Form):
    """Which issue of the statement was on the screen: an answer never counts for another."""

    issued_at = forms.CharField(widget=forms.HiddenInput)


class DisputeForm(GovukForm):
    """What is wrong with a statement."""

    words = LongTextField(
        label="What is wrong with the statement?",
        max_length=2000,
        help_text="Name the lines by the child’s reference and the dates. Never write a child’s name.",
    )
    issued_at = forms.CharField(widget=forms.HiddenInput)
