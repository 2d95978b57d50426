"""What a requirement is to say."""

import re
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.design.fields import CharField, ChoiceField, GovukForm, IntegerField, LongTextField
from nearhome.sufficiency.queries.requirements import REQUIRED, Wanted

CONFIDENCES = (
    ("0.5", "In 5 of 10 futures"),
    ("0.7", "In 7 of 10 futures"),
    ("0.8", "In 8 of 10 futures"),
    ("0.9", "In 9 of 10 futures"),
    ("0.95", "In 19 of 20 futures"),
)
USUAL_MONTHS = (12, 18, 24)
MOST_WISHES = 10


class NumbersField(CharField):
    """Whole numbers with commas between them → a tuple; () when left empty."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        parts = [part for part in re.split(r"[,;\s]+", text) if part]
        if not all(part.isdecimal() and len(part) < 5 for part in parts):
            raise ValidationError(f"{self.label} must be whole numbers with commas between them, like 12, 18, 24")
        return tuple(int(part) for part in parts)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(one) for one in value) if isinstance(value, tuple) else value


class RequirementForm(GovukForm):
    """The kind of place, by when, how sure; or numbers of one's own, to be held against the forecast."""

    kind = ChoiceField(label="Which kind of place?", choices=tuple(REQUIRED.items()))
    months = NumbersField(
        label="Months by which places may open",
        help_text="Counted from the end of the data, with commas between them, like 12, 18, 24",
        width=20,
    )
    confidence = ChoiceField(
        label="How sure must it be that every place is needed?", choices=CONFIDENCES, coerce=float, initial="0.8"
    )
    share = IntegerField(
        label="How much of the need is to be met in the area?", suffix="%", min_value=0, max_value=100, initial=80, width=3
    )  # fmt: skip
    occupancy = IntegerField(
        label="When is a service full?",
        help_text="A service cannot fill every place every day: children have to fit together.",
        suffix="% of its places",
        min_value=1,
        max_value=100,
        initial=85,
        width=3,
    )
    step = IntegerField(
        label="Places of a home of the usual size",
        help_text="Places are asked for in whole homes of this size. 1 for foster care.",
        min_value=1,
        max_value=50,
        initial=5,
        width=2,
    )
    wishes = LongTextField(
        label="Wishes",
        help_text="One on each line, like: near a secondary school. They are passed on; nothing here tests them. Name no child.",
        required=False,
        max_length=1000,
        rows=3,
    )
    wanted = NumbersField(
        label="Your own numbers instead",
        help_text="Places in all by each of the months above, like 5, 10, 15. They are held against the forecast. Leave empty to let the forecast say.",
        required=False,
        width=20,
    )

    def __init__(self, *args: Any, forecast_months: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.forecast_months = forecast_months
        within = tuple(month for month in USUAL_MONTHS if month <= forecast_months)
        self.fields["months"].initial = within or (forecast_months,)

    def clean_months(self) -> tuple[int, ...]:
        months: tuple[int, ...] = self.cleaned_data["months"]
        if not months or months[0] < 1 or tuple(sorted(set(months))) != months:
            raise ValidationError("The months must rise from 1, like 12, 18, 24")
        if months[-1] > self.forecast_months:
            most = f"The forecast ends after {self.forecast_months} months"
            raise ValidationError(f"{most}. Enter months up to {self.forecast_months}, or work out a longer forecast")
        return months

    def clean_wishes(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["wishes"].split("\n") if line.strip()]
        if len(lines) > MOST_WISHES:
            raise ValidationError(f"Enter at most {MOST_WISHES} wishes, one on each line")
        return "\n".join(lines)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        wanted, months = typed.get("wanted") or (), typed.get("months")
        if wanted and months and len(wanted) != len(months):
            self.add_error("wanted", f"Enter one number for each month: {len(months)}, not {len(wanted)}")
        elif wanted and (list(wanted) != sorted(wanted) or wanted[-1] < 1):
            self.add_error("wanted", "Places in all cannot fall from month to month. Enter numbers like 5, 10, 15")
        return typed

    def wanted_requirement(self) -> Wanted:
        """What was asked."""
        typed = self.cleaned_data
        return Wanted(
            typed["kind"], typed["months"], typed["confidence"], typed["occupancy"] / 100, typed["share"] / 100, typed["step"],
            tuple(typed["wishes"].split("\n")) if typed["wishes"] else (), typed["wanted"] or (),
        )  # fmt: skip
