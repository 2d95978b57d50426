"""What is asked for before a forecast is worked out."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from nearhome.design.fields import (
    ChoiceField,
    ConfirmField,
    DateField,
    DecimalField,
    GovukForm,
    IntegerField,
    MoneyField,
    MultiChoiceField,
)
from nearhome.sufficiency.calculations.forecasting.counting_days import CATEGORIES, shifted
from nearhome.sufficiency.calculations.forecasting.forecast import LONGEST
from nearhome.sufficiency.queries.forecasting import AUTO, Question
from nearhome.sufficiency.queries.scenarios import PLACEMENTS

METHODS = (
    (AUTO, "Whichever a back-test on your own records finds best"),
    ("nearhome", "Nearhome’s own method"),
    ("daily-rates", "Daily rates, as the public demand models do it"),
    ("no-change", "No change: as many as on the last day"),
    ("trend", "The trend of the reference period goes on"),
)
MOST_YEARS = 10  # of a rise that comes again each year: longer than any forecast


class ForecastForm(GovukForm):
    """The reference period, how far ahead, the method, scenarios and prices."""

    starts_on = DateField(
        label="First day of the reference period", help_text="What happened in this period is taken to go on."
    )
    ends_on = DateField(
        label="Last day of the reference period", help_text="The forecast starts from the children of this day."
    )
    months = IntegerField(
        label="How many months ahead?", help_text=f"1 to {LONGEST}", min_value=1, max_value=LONGEST, width=2
    )
    method = ChoiceField(label="Method", choices=METHODS, initial=AUTO)
    scenarios = MultiChoiceField(
        label="Scenarios to set beside it", choices=(), required=False, small=True, help_text="Tick any that you want."
    )
    foster = MoneyField(label="Weekly price of foster care", help_text="Fill in all four prices to see the cost, or none.", required=False)  # fmt: skip
    residential = MoneyField(label="Weekly price of children’s homes", required=False)
    supported = MoneyField(label="Weekly price of supported accommodation", required=False)
    other = MoneyField(label="Weekly price of other placements", required=False)
    uplift = DecimalField(
        label="Rise of prices", suffix="%", help_text="For example, 3.5", required=False, min_value=-50, max_value=100, decimal_places=2
    )  # fmt: skip
    uplift_on = DateField(label="Prices rise on", help_text="For example, 1 4 2027", required=False)
    uplift_yearly = ConfirmField(label="They rise by as much again on that day of every later year", required=False)

    def __init__(self, *args: Any, scenarios: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saved = {str(one.key): one for one in scenarios}
        self.fields["scenarios"].choices = [(key, one.name) for key, one in self.saved.items()]  # type: ignore[attr-defined]
        if not self.saved:
            del self.fields["scenarios"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        priced = [one for one in CATEGORIES if typed.get(one) is not None]
        for one in CATEGORIES:
            if priced and typed.get(one) is None and one not in self.errors:
                words = f"Enter the weekly price of {PLACEMENTS[one]} too, or empty all four"
                self.add_error(one, words)
        self._check_uplift(typed, is_priced=bool(priced))
        return typed

    def _check_uplift(self, typed: dict[str, Any], *, is_priced: bool) -> None:
        percent, day = typed.get("uplift"), typed.get("uplift_on")
        if percent is not None and day is None and "uplift_on" not in self.errors:
            self.add_error("uplift_on", "Enter the day on which prices rise")
        if day is not None and percent is None and "uplift" not in self.errors:
            self.add_error("uplift", "Enter by how much prices rise on that day, or empty the day")
        if percent is not None and not is_priced:
            self.add_error("uplift", "Enter the four weekly prices that rise, or empty the rise")

    def question(self) -> Question:
        """What was asked."""
        typed = self.cleaned_data
        return Question(
            typed["starts_on"],
            typed["ends_on"],
            typed["months"],
            typed["method"],
            tuple(self.saved[key] for key in typed.get("scenarios", ())),
            {one: typed[one] for one in CATEGORIES if typed[one] is not None},
            self._uplifts(),
        )

    def _uplifts(self) -> tuple[tuple[date, float], ...]:
        percent, day = self.cleaned_data["uplift"], self.cleaned_data["uplift_on"]
        if percent is None or day is None:
            return ()
        years = MOST_YEARS if self.cleaned_data["uplift_yearly"] else 1
        return tuple((shifted(day, 12 * year), float(1 + percent / 100)) for year in range(years))


def usual_period(days: tuple[date, date]) -> dict[str, Any]:
    """The last 12 months on record, two years ahead."""
    first, last = days
    return {"starts_on": max(first, date(last.year - 1, 4, 1)), "ends_on": last, "months": 24}
