"""What a provider sends as an invoice, and what finance officers say about it."""

from typing import Any

from django import forms

from nearhome.design.fields import CharField, ChoiceField, DateField, FileField, GovukForm, LongTextField
from nearhome.settlement.calculations.invoices.lines import MOST_LETTERS

TYPED_LINES = 5


class InvoiceForm(GovukForm):
    """Who is asked to pay, and the invoice's number and date."""

    authority = ChoiceField(label="Which authority is to pay?", select=True)
    number = CharField(label="Invoice number", max_length=30, width=20, help_text="As it stands in your own books.")
    dated_on = DateField(label="Date of the invoice")

    def __init__(self, *args: Any, authorities: tuple[tuple[str, str], ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["authority"].choices = list(authorities)  # type: ignore[attr-defined]


class InvoiceFileForm(InvoiceForm):
    """An invoice whose lines are in a file."""

    file = FileField(
        label="The lines of the invoice",
        accept=".csv,.xlsx",
        max_megabytes=5,
        help_text="A CSV or Excel file in the layout below. The download of a month on your payments page has it.",
    )


class TypedLineForm(GovukForm):
    """One line typed in; every box may stay empty, and the whole line then counts for nothing."""

    child_ref = CharField(label="Child’s reference", width=20, required=False, max_length=30)
    home = CharField(label="Home, for a bed without a child", required=False, max_length=200)
    place = CharField(label="Place in the home", width=20, required=False, max_length=100)
    first_night = CharField(label="First night, like 01/09/2026", width=10, required=False, max_length=30)
    last_night = CharField(label="Last night, like 30/09/2026", width=10, required=False, max_length=30)
    element = CharField(
        label="Element, like therapy",
        width=20,
        required=False,
        max_length=MOST_LETTERS,
        help_text="Empty is the whole price.",
    )
    amount = CharField(label="Amount in pounds, below 0 to give back", width=10, required=False, max_length=30)


class ReasonForm(GovukForm):
    """Why a line is held or released, an invoice returned, a run cancelled."""

    reason = LongTextField(
        label="Why?", max_length=500, help_text="The provider reads this. Never write a child’s name."
    )


class ApproveForm(forms.Form):
    """How much was on the screen when it was approved."""

    shown_pence = forms.IntegerField(widget=forms.HiddenInput)


class TokenForm(GovukForm):
    """Which program is to use a token."""

    label = CharField(label="Which program will use it?", max_length=60, width=20)
