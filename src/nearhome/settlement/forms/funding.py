"""What is typed about amounts besides a price, who of a payer's budgets pays, and ledger codes."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.design.fields import (
    CharField,
    ChoiceField,
    DateField,
    DecimalField,
    GovukForm,
    LongTextField,
    MoneyField,
)
from nearhome.settlement.queries.stay_money import ELEMENTS, FUNDER_CHOICES

EVERY = ("every", "Every element without its own")


def _element(typed: str) -> str:
    return "" if typed == EVERY[0] else typed


class AmountForm(GovukForm):
    """An amount on one day of a stay, or a credit."""

    name = CharField(
        label="What is it for?", max_length=30, help_text="As the provider’s invoice will call it. Name no child."
    )
    kind = ChoiceField(
        label="Is it paid or given back?",
        choices=[("paid", "Paid to the provider"), ("credit", "A credit: given back by the provider")],
    )
    amount = MoneyField(label="Amount", min_pence=1)
    on = DateField(label="On which day?")
    amount_why = LongTextField(label="Why is it paid or given back?", max_length=2000, rows=3)

    @property
    def pence(self) -> int:
        """What was typed, in pence; a credit below nought."""
        typed = self.cleaned_data
        return int(typed["amount"]) * (-1 if typed["kind"] == "credit" else 1)


class SplitForm(GovukForm):
    """Which budgets pay an element, from a day."""

    element = ChoiceField(label="Which part of the price?", select=True, choices=[EVERY, *ELEMENTS], coerce=_element)
    split_from = DateField(label="From which night?")
    why = LongTextField(
        label="Why do these budgets pay?",
        max_length=2000,
        rows=3,
        help_text="Such as the panel and its date. Name no child.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for funder, words in FUNDER_CHOICES:
            self.fields[_field(funder)] = DecimalField(
                label=f"{words} pays", required=False, suffix="%", min_value=0, max_value=100, max_digits=5,
                decimal_places=2,
            )  # fmt: skip
        self.order_fields(["element", "split_from", *(_field(one) for one, _ in FUNDER_CHOICES), "why"])

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        total = sum((typed.get(_field(one)) or Decimal(0) for one, _ in FUNDER_CHOICES), Decimal(0))
        if not self.errors and total != 100:
            words = f"The shares come to {total.normalize():f}%. Change them so that they come to 100%"
            self.add_error(_field(FUNDER_CHOICES[0][0]), ValidationError(words))
        return typed

    def shares(self) -> dict[str, int]:
        """Basis points of each budget that pays something."""
        typed = {one: self.cleaned_data[_field(one)] for one, _ in FUNDER_CHOICES}
        return {one: int(percent * 100) for one, percent in typed.items() if percent}


class LedgerCodeForm(GovukForm):
    """A ledger code for what a budget pays of an element, from a month on."""

    element = ChoiceField(label="Which part of the price?", select=True, choices=[EVERY, *ELEMENTS], coerce=_element)
    funder = ChoiceField(label="Which budget pays?", select=True, choices=FUNDER_CHOICES)
    code = CharField(label="Ledger code", max_length=40, help_text="As in your own ledger.")
    starts_on = ChoiceField(label="From which month?", select=True, coerce=date.fromisoformat)

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [date(one, month, 1) for one in range(year - 4, year + 3) for month in range(1, 13)]
        self.fields["starts_on"].choices = [(f"{one:%Y-%m-%d}", f"{one:%B %Y}") for one in months]  # type: ignore[attr-defined]
        self.fields["starts_on"].initial = f"{date(year, 4, 1):%Y-%m-%d}"


def _field(funder: str) -> str:
    return f"share_{funder.replace(' ', '_')}"
