"""What is asked about a block's contract."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from nearhome.design.fields import CharField, ChoiceField, DateField, GovukForm, IntegerField, MoneyField
from nearhome.procurement.actions.block_terms import WantedFee, WantedTerms
from nearhome.procurement.forms.block_fields import DatesField, NumbersField, PercentField, offer

if TYPE_CHECKING:
    from nearhome.people.models import Organisation

REGIMES = (("PA23", "Procurement Act 2023, light touch"), ("PCR2015", "Public Contracts Regulations 2015"))
INDEXATIONS = (
    ("none", "No rise within the term"),
    ("fixed", "A fixed rate on each anniversary"),
    ("capped_cpi", "CPI on each anniversary, up to a cap"),
)
MOST_WEEKLY_PENCE = 10_000_000_00


def by_month(months: Sequence[int], beds: Sequence[int]) -> tuple[tuple[int, int], ...]:
    return tuple(zip(months, beds, strict=True))


class TermsForm(GovukForm):
    """A version of the terms."""

    regime = ChoiceField(
        label="Under which regime was it procured?",
        help_text="A contract keeps its regime, whatever today’s law is.",
        choices=REGIMES,
    )
    reference = CharField(label="Reference of the contract", required=False, max_length=60, width=20)
    ends_before = DateField(
        label="The day after its last day",
        help_text="Leave empty if the end is on record already, or not known.",
        required=False,
    )
    mobilisation_months = IntegerField(
        label="Months to mobilise", help_text="The first beds open within these months of the start; 18 at most.",
        min_value=0, max_value=18, initial=18, width=2,
    )  # fmt: skip
    indexation = ChoiceField(label="How does the fee rise within the term?", choices=INDEXATIONS)
    indexation_bp = PercentField(
        label="The rate, or the cap", most=50, required=False, help_text="Leave empty if there is no rise."
    )
    notice_days = IntegerField(
        label="Days of notice to end it early", min_value=0, max_value=3650, initial=182, width=4
    )
    first_refusal_days = IntegerField(
        label="Days of first refusal",
        help_text="A place empty for so many days is offered to the partners. No sector standard was found: it is what you agree.",
        min_value=0, max_value=365, initial=5, width=3,
    )  # fmt: skip
    extension_months = NumbersField(
        label="Months by which it can be extended",
        help_text="With commas between them, like 12, 12.",
        required=False,
        width=20,
    )
    break_dates = DatesField(
        label="Break dates", help_text="Days before which it can end, like 1 4 2031, 1 4 2033.", required=False
    )
    adjustment_dates = DatesField(
        label="Times at which its beds can be adjusted",
        help_text="With commas between them. Leave empty if any day will do.",
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        rises = typed.get("indexation") not in (None, "none")
        if rises and not typed.get("indexation_bp"):
            self.add_error("indexation_bp", "Enter the rate, or the cap, like 2.5")
        if typed.get("indexation") == "none" and typed.get("indexation_bp"):
            self.add_error("indexation_bp", "Leave the rate empty, or select how the fee rises")
        return typed

    def wanted(self) -> WantedTerms:
        """The terms asked for."""
        typed = self.cleaned_data
        return WantedTerms(
            typed["regime"], typed["reference"], typed["mobilisation_months"], typed["indexation"],
            typed["indexation_bp"] or 0, typed["notice_days"], typed["first_refusal_days"], typed["extension_months"],
            typed["break_dates"], typed["adjustment_dates"], typed["ends_before"],
        )  # fmt: skip


class RampForm(GovukForm):
    """Beds in all by month after the start."""

    months = NumbersField(
        label="Months after the start", help_text="By which more beds are contracted, like 12, 18, 24.", width=20
    )
    beds = NumbersField(label="Beds in all by each of these months", help_text="Like 5, 10, 15.", width=20)
    reason = CharField(label="Reason", initial="As first contracted", max_length=300)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        months, beds = typed.get("months"), typed.get("beds")
        if months and beds and len(months) != len(beds):
            self.add_error("beds", f"Enter one number of beds for each month: {len(months)}, not {len(beds)}")
        return typed

    def steps(self) -> tuple[tuple[int, int], ...]:
        """(month, beds in all)."""
        return by_month(self.cleaned_data["months"], self.cleaned_data["beds"])


class FeeForm(GovukForm):
    """A fee from a day."""

    starts_on = DateField(label="From which day?")
    fixed_pence = MoneyField(
        label="Fixed fee for each available bed", suffix="a week", max_pence=MOST_WEEKLY_PENCE,
        help_text="Paid whether or not a child lives there. A price per bed is a fixed fee alone.",
    )  # fmt: skip
    variable_pence = MoneyField(
        label="Variable fee for each occupied bed", suffix="a week", max_pence=MOST_WEEKLY_PENCE, required=False
    )
    guaranteed_bp = PercentField(
        label="Share of the beds for which the variable fee is guaranteed", required=False,
        help_text="Paid as if so many beds were occupied, even when fewer are.",
    )  # fmt: skip
    reason = CharField(label="Reason", required=False, max_length=300)

    def wanted(self) -> WantedFee:
        """The fee asked for."""
        typed = self.cleaned_data
        return WantedFee(typed["fixed_pence"], typed["variable_pence"] or 0, typed["guaranteed_bp"] or 0)


class NominationForm(GovukForm):
    """First call on beds by authority, from a day."""

    starts_on = DateField(label="From which day?")

    def __init__(self, *args: Any, parties: Sequence["Organisation"], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = parties
        for party in parties:
            self.fields[f"party_{party.pk}"] = IntegerField(
                label=f"Beds on which {party} has first call",
                help_text="Leave empty to keep what it has.",
                required=False, min_value=0, max_value=10_000, width=4,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors and not self.places():
            raise ValidationError("Enter the beds of at least one authority")
        return typed

    def places(self) -> dict["Organisation", int]:
        """Beds by authority."""
        typed = {party: self.cleaned_data.get(f"party_{party.pk}") for party in self.parties}
        return {party: beds for party, beds in typed.items() if beds is not None}


class BenchmarkForm(GovukForm):
    """What such a placement costs bought by itself."""

    starts_on = DateField(label="From which day?")
    weekly_pence = MoneyField(
        label="Price of a placement bought by itself", suffix="a week", min_pence=1, max_pence=MOST_WEEKLY_PENCE
    )
    source = CharField(
        label="Where the figure comes from",
        help_text="Like: average of the last year’s spot placements.",
        max_length=300,
    )


class NewBlockForm(GovukForm):
    """A block from scratch, or with the example's figures filled in."""

    name = CharField(label="Name of the block", max_length=200)
    provider = ChoiceField(label="Provider", choices=(), select=True)
    starts_on = DateField(label="First day of the term")
    term_months = IntegerField(label="Months of the term", min_value=1, max_value=720, initial=120, width=3)
    regime = ChoiceField(label="Under which regime was it procured?", choices=REGIMES)
    months = NumbersField(
        label="Months after the start by which beds open", help_text="Like 12, 18, 24; 0 for the first day.", width=20
    )
    beds = NumbersField(label="Beds in all by each of these months", help_text="Like 5, 10, 15.", width=20)
    weekly_pence = MoneyField(
        label="Price of a bed", suffix="a week", min_pence=1, max_pence=MOST_WEEKLY_PENCE,
        help_text="A variable fee or a guarantee can be set afterwards.",
    )  # fmt: skip
    own_weight = IntegerField(
        label="Weight of your own share",
        help_text="Of the beds on which nobody has first call.",
        min_value=1,
        max_value=1000,
        initial=1,
        width=3,
    )

    def __init__(
        self, *args: Any, providers: Sequence["Organisation"], partners: Sequence["Organisation"], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.providers = {str(one.key): one for one in providers}
        self.partners = partners
        named = [(key, one.name) for key, one in self.providers.items()]
        offer(self, "provider", [("", "Choose a provider"), *named])
        for partner in partners:
            self.fields[f"party_{partner.pk}"] = IntegerField(
                label=f"Weight of {partner}", help_text="Leave empty if it may not use the block.", required=False,
                min_value=1, max_value=1000, width=3,
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        months, beds = typed.get("months"), typed.get("beds")
        if months and beds and len(months) != len(beds):
            self.add_error("beds", f"Enter one number of beds for each month: {len(months)}, not {len(beds)}")
        return typed

    def chosen_provider(self) -> "Organisation":
        """Who provides the places."""
        return self.providers[self.cleaned_data["provider"]]

    def parties(self, host: "Organisation") -> dict["Organisation", int]:
        """The weight of each party."""
        typed = self.cleaned_data
        named = {partner: typed.get(f"party_{partner.pk}") for partner in self.partners}
        return {host: typed["own_weight"]} | {partner: weight for partner, weight in named.items() if weight}

    def steps(self) -> tuple[tuple[int, int], ...]:
        """(month, beds in all)."""
        return by_month(self.cleaned_data["months"], self.cleaned_data["beds"])


# Beds, months and price are in the paper on decision 21/00094; the ten years are what the programme recommends there.
EXAMPLE = {
    "name": "Regional residential block, as in decision 21/00094",
    "term_months": 120,
    "months": (12, 18, 24),
    "beds": (5, 10, 15),
    "weekly_pence": 455_700,
}


def example_for(today: date) -> dict[str, Any]:
    """The example's figures, beginning on the first day of the next financial year."""
    year = today.year if today < date(today.year, 4, 1) else today.year + 1
    return EXAMPLE | {"starts_on": date(year, 4, 1), "regime": "PA23"}
