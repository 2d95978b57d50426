"""What the lead's work costs by the year, and who shares it."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.design.fields import DateField, GovukForm, IntegerField, LongTextField, MoneyField


class LeadCostForm(GovukForm):
    """A yearly amount from a day, with a weight for each partner."""

    starts_on = DateField(label="From which day?")
    yearly = MoneyField(
        label="Costs of the lead’s work in a year",
        help_text="A day costs its part of the financial year, so that every whole year costs this.",
    )
    why = LongTextField(label="Why this amount?", max_length=2000, help_text="All partners read this.")

    def __init__(self, *args: Any, partners: Sequence[tuple[int, str, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partners = partners
        for number, name, weight in partners:
            self.fields[f"share_{number}"] = IntegerField(
                label=f"Share of {name}", min_value=0, max_value=1_000_000, width=5, initial=weight
            )
        self.order_fields([name for name in self.fields if name != "why"])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors and not sum(self.weights().values()):
            raise ValidationError("Enter a share above 0 for at least one partner")
        return typed

    def weights(self) -> dict[int, int]:
        """Weights by the partner's number."""
        return {number: self.cleaned_data[f"share_{number}"] for number, _, _ in self.partners}
