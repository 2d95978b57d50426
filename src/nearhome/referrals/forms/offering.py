"""What authorities and providers fill in between the invitation and the decision."""

import datetime as dt
from typing import Any, cast

from django import forms

from nearhome.design.fields import ChoiceField, ConfirmField, DateField, GovukForm, LongTextField, MoneyField
from nearhome.design.wording import date
from nearhome.referrals.reference.declining import DECLINE_REASONS


class QuestionToAuthorityForm(GovukForm):
    text = LongTextField(
        label="Your question",
        max_length=2000,
        rows=3,
        help_text="The authority answers here. Do not name any child who lives in the home.",
    )


class AnswerForm(GovukForm):
    text = LongTextField(
        label="Your answer",
        max_length=2000,
        rows=3,
        help_text="The provider reads exactly this. Do not name the child, their family, school or address.",
    )


class DeclineForm(GovukForm):
    code = ChoiceField(
        label="Why do you decline?",
        error_messages={"required": "Select why you decline"},
        choices=[(entry.code, entry.label) for entry in DECLINE_REASONS],
        choice_hints={entry.code: entry.hint for entry in DECLINE_REASONS if entry.hint},
    )
    words = LongTextField(label="Anything to add", required=False, max_length=1000, rows=3)

    def clean(self) -> dict[str, Any]:
        """Another reason has to be said."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("code") == "other" and not given.get("words"):
            self.add_error("words", "Enter the other reason")
        return given


class ReasonForm(GovukForm):
    """One reason, for taking something back."""

    reason = LongTextField(label="Reason", max_length=300, rows=3)


class StopAskingForm(GovukForm):
    """What every home that was asked is told when it no longer is."""

    reason = LongTextField(
        label="What the homes are told",
        max_length=300,
        rows=3,
        error_messages={"required": "Enter what the homes are told"},
        help_text="Every home reads exactly this. Do not name the child, their family, school or address.",
    )


class ShareDetailForm(GovukForm):
    with_wishes = ConfirmField(
        label="Share what the child said they want, in their own words",
        required=False,
        help_text="Only if the child knows and agrees. Check that the words do not say who they are.",
    )


class OfferForm(GovukForm):
    """`places` are PlaceOnDay rows, free or not on the day the child needs a home."""

    place = ChoiceField(
        label="Which place do you offer?", choices=(), error_messages={"required": "Select the place you offer"}
    )
    starts_on = DateField(label="Start date", help_text="The first day the child could live there.")
    core_pence = MoneyField(label="Core price a week", help_text="Care, accommodation and everyday costs.")
    additional_support_pence = MoneyField(label="Additional support a week", required=False)
    education_pence = MoneyField(label="Education a week", required=False)
    therapy_pence = MoneyField(label="Therapy a week", required=False)
    transport_pence = MoneyField(label="Transport a week", required=False)
    other_pence = MoneyField(label="Other costs a week", required=False)
    price_reason = LongTextField(
        label="Why the price is above the asking price",
        required=False,
        max_length=1000,
        rows=3,
        help_text="Only if it is.",
    )
    how_needs_are_met = LongTextField(
        label="How would you meet the child’s needs?",
        error_messages={"required": "Enter how you would meet the child’s needs"},
        max_length=4000,
        rows=8,
        help_text="Staff and their skills, the other children as far as it matters, school, health.",
    )

    def __init__(self, *args: Any, places: Any = (), on: dt.date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(ChoiceField, self.fields["place"])
        field.choices = [(one.key, one.label) for one in places]
        free = {True: f"Free on {date(on)}", False: f"Taken on {date(on)}"}
        field.look = type(field.look)(choice_hints={one.key: free[one.is_free] for one in places})

    def add_refusal(self, refused: forms.ValidationError) -> None:
        """Show what an action refused, at the field it is about."""
        if hasattr(refused, "error_dict"):
            self.add_error(None, refused)
            return
        self.add_error("place" if refused.code == "place_taken" else None, refused)
