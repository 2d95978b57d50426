"""What is typed about a child's path."""

from typing import Any

from nearhome.design.fields import ChoiceField, DateField, LongTextField
from nearhome.placements.forms import PriceForm
from nearhome.settlement.queries.paths import KINDS


class StagePriceForm(PriceForm):
    """Another price of a stage, from a day still to come."""

    starts_on = DateField(label="From which day?", help_text="A day after today: no stage is priced after the fact.")
    why = LongTextField(label="Why is this agreed?", max_length=2000, rows=3)


class StageForm(StagePriceForm):
    """The next stage: its kind, who runs it, from when, at which price."""

    kind = ChoiceField(label="What kind of stage is it?", choices=KINDS)
    provider = ChoiceField(label="Who runs it?", select=True)
    field_order = ("kind", "provider", "starts_on")

    def __init__(self, *args: Any, providers: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["provider"].choices = list(providers)  # type: ignore[attr-defined]
