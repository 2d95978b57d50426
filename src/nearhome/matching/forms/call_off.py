"""Why earlier steps of the order of asking are passed over; on what ground a home is bought outside a contract."""

from collections.abc import Iterable, Sequence
from typing import Any

from nearhome.design.fields import ChoiceField, GovukForm, LongTextField
from nearhome.procurement.actions.call_offs import reason_field
from nearhome.procurement.calculations.call_offs.order import Step
from nearhome.procurement.reference.waivers import GROUNDS

EMERGENCY = "An emergency: homes of every kind are asked at once."


def add_skip_questions(form: GovukForm, steps: Iterable[Step], *, emergency: bool) -> None:
    """One question for each step that would be passed over."""
    for step in steps:
        form.fields[reason_field(step)] = LongTextField(
            label=f"Why is this step passed over: {step.words}?", initial=EMERGENCY if emergency else "",
            max_length=1000, rows=3,
        )  # fmt: skip


def add_waiver_questions(form: GovukForm, why_owed: str) -> None:
    """The ground and the narrative of a waiver."""
    form.fields["waiver_ground"] = ChoiceField(
        label="On what ground is it bought this way?", help_text=why_owed, choices=GROUNDS
    )
    form.fields["waiver_narrative"] = LongTextField(
        label="Why does the child need this home although it is bought this way?",
        help_text="The approver reads this. It is kept with the contract: do not name the child.",
        max_length=2000, rows=4,
    )  # fmt: skip


def skip_reasons(form: GovukForm, steps: Iterable[Step]) -> dict[Step, str]:
    """What was said for each step."""
    return {step: form.cleaned_data.get(reason_field(step), "") for step in steps}


class SkipForm(GovukForm):
    """The reasons asked for before homes of a later step are invited."""

    def __init__(
        self, *args: Any, steps: Iterable[Step], emergency: bool, categories: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.steps = tuple(steps)
        if len(categories) > 1:
            self.fields["rate_category"] = ChoiceField(
                label="Which category of need does the child have?",
                help_text="The most a home may ask is the line of its rate card for this category and the child’s age."
                " Providers are told the category.",
                choices=[(one, one.capitalize()) for one in categories],
            )  # fmt: skip
        add_skip_questions(self, self.steps, emergency=emergency)

    def reasons(self) -> dict[Step, str]:
        """What was said for each step."""
        return skip_reasons(self, self.steps)
