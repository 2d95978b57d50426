"""What is typed about budgets: lines, what goes to them, a year's budget, and what a block is held against."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

from nearhome.design.fields import (
    CharField,
    ChoiceField,
    DateField,
    DecimalField,
    GovukForm,
    IntegerField,
    LongTextField,
    MoneyField,
)
from nearhome.settlement.queries.service_lines import (
    HOME_KINDS,
    KINDS,
    MONTHS,
    PHASINGS,
    ROUTES,
    NewBudget,
    NewExpected,
    Part,
    months_of_year,
)

ANY = (("", "Any"),)
BY_THE_NIGHT = tuple(kind for kind in KINDS if kind != "other")


class MapForm(GovukForm):
    """What goes to a line, from which month on."""

    starts_on = ChoiceField(label="From which month?", select=True, coerce=date.fromisoformat)
    contract = ChoiceField(label="Block contract", select=True, required=False, empty_value="")
    route = ChoiceField(
        label="Way of buying", select=True, required=False, choices=[*ANY, *ROUTES.items()], empty_value=""
    )
    home_kind = ChoiceField(
        label="Kind of home", select=True, required=False, choices=[*ANY, *HOME_KINDS], empty_value=""
    )

    def __init__(self, *args: Any, contracts: Iterable[tuple[UUID, str]], year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [one.starts_on for each in range(year - 4, year + 2) for one in months_of_year(each)]
        chosen = self.fields["contract"], self.fields["starts_on"]
        chosen[0].choices = [*ANY, *((str(key), name) for key, name in contracts)]  # type: ignore[attr-defined]
        chosen[1].choices = [(f"{one:%Y-%m-%d}", f"{one:%B %Y}") for one in months]  # type: ignore[attr-defined]
        chosen[1].initial = f"{date(year, 4, 1):%Y-%m-%d}"


class LineForm(MapForm):
    """A new service line with the first thing that goes to it."""

    name = CharField(
        label="Name of the line", max_length=120, help_text="As in your own budget, like: Looked after children, care and support"
    )  # fmt: skip
    field_order = ("name", "starts_on", "contract", "route", "home_kind")


class BudgetForm(GovukForm):
    """A line's budget for a year: weeks at a price for each kind of provision, spread over the months."""

    other = MoneyField(
        label="Money without nights",
        required=False,
        help_text="What no week pays for: guarantees, the lead’s costs, one-off costs.",
    )
    phasing = ChoiceField(label="How is it spread over the year?", choices=tuple(PHASINGS.items()), initial="days")
    months = LongTextField(
        label="Amount of each month",
        required=False,
        max_length=400,
        rows=12,
        help_text="Only if typed for each month: twelve amounts, April first, one on each line.",
    )
    reason = LongTextField(
        label="Why is the budget what it is?", max_length=1000, rows=3, help_text="Kept with this version. Name no child."
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in BY_THE_NIGHT:
            words = KINDS[kind]
            self.fields[f"weeks_{kind}"] = DecimalField(
                label=f"{words}: weeks in the year", required=False, min_value=0, max_value=100_000, decimal_places=2
            )
            self.fields[f"price_{kind}"] = MoneyField(label=f"{words}: price a week", required=False)
        first = [f"{part}_{kind}" for kind in BY_THE_NIGHT for part in ("weeks", "price")]
        self.order_fields([*first, "other", "phasing", "months", "reason", "version"])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for kind in BY_THE_NIGHT:
            weeks, price = typed.get(f"weeks_{kind}"), typed.get(f"price_{kind}")
            if weeks and price is None and f"price_{kind}" not in self.errors:
                self.add_error(f"price_{kind}", f"Enter what a week costs: {KINDS[kind].lower()}")
        if typed.get("phasing") == "typed" and "months" not in self.errors:
            self._clean_months(typed)
        return typed

    def _clean_months(self, typed: dict[str, Any]) -> None:
        money, lines = MoneyField(label="Each month"), [one for one in typed["months"].split("\n") if one.strip()]
        try:
            amounts = tuple(money.clean(one.strip()) for one in lines)
        except ValidationError as mistake:
            self.add_error("months", mistake)
            return
        if len(amounts) != MONTHS:
            self.add_error("months", f"Enter an amount for each of the 12 months, not {len(amounts)}")
        typed["amounts"] = amounts

    def new_budget(self) -> NewBudget:
        """What is to be set."""
        typed = self.cleaned_data
        parts = [
            Part(kind, typed[f"weeks_{kind}"] or Decimal(0), typed[f"price_{kind}"] or 0)
            for kind in BY_THE_NIGHT
            if typed[f"weeks_{kind}"] or typed[f"price_{kind}"]
        ]
        if typed["other"]:
            parts.append(Part("other", money=typed["other"]))
        return NewBudget(tuple(parts), typed["phasing"], typed["reason"], typed.get("amounts", ()))


class BenchmarkForm(GovukForm):
    """What a child's week costs bought singly."""

    starts_on = ChoiceField(label="From which month?", select=True, coerce=date.fromisoformat)
    weekly_price = MoneyField(label="What does a child’s week cost by spot purchase?", min_pence=1, max_pence=10**9)
    source = LongTextField(
        label="Where does the figure come from?",
        max_length=1000,
        rows=3,
        help_text="For example: average of our 14 spot placements in children’s homes in 2025 to 2026. Name no child.",
    )

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [one.starts_on for each in range(year - 4, year + 2) for one in months_of_year(each)]
        chosen = self.fields["starts_on"]
        chosen.choices = [(f"{one:%Y-%m-%d}", f"{one:%B %Y}") for one in months]  # type: ignore[attr-defined]
        chosen.initial = f"{date(year, 4, 1):%Y-%m-%d}"


class ExpectedForm(GovukForm):
    """Placements that nobody has booked, to be counted on."""

    kind = ChoiceField(
        label="How will they be bought?",
        select=True,
        choices=[(kind, KINDS[kind]) for kind in ("framework", "spot", "own", "block")],
    )
    children = IntegerField(label="How many children?", min_value=1, max_value=1_000, width=3)
    starts_on = DateField(label="First night")
    ends_on = DateField(label="Last night")
    weekly_price = MoneyField(label="Price a week for each", min_pence=1, max_pence=10**9)
    reason = LongTextField(
        label="Why are they expected?", max_length=1000, rows=3, help_text="Kept with the assumption. Name no child."
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, last = typed.get("starts_on"), typed.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last night must be on or after the first")
        return typed

    def new_expected(self) -> NewExpected:
        """What is to be assumed."""
        typed = self.cleaned_data
        return NewExpected(
            typed["kind"], typed["children"], typed["starts_on"], typed["ends_on"] + timedelta(days=1),
            typed["weekly_price"], typed["reason"],
        )  # fmt: skip
