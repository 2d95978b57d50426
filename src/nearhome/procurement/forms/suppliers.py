"""What is asked about a supplier: its admission, tier, suspension, transfer and rate card."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.design.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    GovukForm,
    IntegerField,
    LongTextField,
    MoneyField,
)
from nearhome.procurement.actions.suppliers import Passing
from nearhome.procurement.calculations.frameworks.reopening import LineOf, line_words
from nearhome.procurement.forms.frameworks import MOST_WORDS
from nearhome.procurement.queries.suppliers import registration_named

GROUNDS = (
    ("judgement", "Its inspection judgement"),
    ("conduct", "Its conduct"),
    ("financial", "Its finances"),
    ("own_request", "Its own request"),
)
CATEGORIES = (
    "standard", "enhanced", "complex", "therapeutic", "parent and child", "disability", "solo", "sibling", "respite",
    "emergency", "bridging", "separated children", "remand", "long-term",
)  # fmt: skip
BANDS = 6


class UrnField(CharField):
    """A number of the provider register → its registration."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        found = registration_named(text)
        if found is None:
            raise ValidationError("No registration has this number. Check it, or load the register first.")
        return found


class AdmitForm(GovukForm):
    """A registration, its tier and from when."""

    registration = UrnField(label="Number in Ofsted’s register", help_text="Such as SC900001", width=10, max_length=20)
    tier = IntegerField(label="Tier", min_value=1, max_value=99, initial=1, width=2)
    admitted_from = DateField(
        label="From which day? (optional)",
        help_text="Leave empty if it was admitted when the framework began. Later only while it takes new entrants.",
        required=False,
    )


class MoveForm(GovukForm):
    """Another tier."""

    tier = IntegerField(label="Tier", min_value=1, max_value=99, width=2)
    starts_on = DateField(label="From which day?")
    words = LongTextField(label="Why does it move?", max_length=MOST_WORDS, rows=3)


class SuspendForm(GovukForm):
    """From when, on what ground, and why."""

    ground = ChoiceField(label="On what ground?", choices=GROUNDS)
    starts_on = DateField(label="From which day is it offered no placements?")
    returns_on = DateField(
        label="From which day may it be offered placements again? (optional)",
        help_text="Leave empty to decide later",
        required=False,
    )
    words = LongTextField(
        label="What happened?", help_text="The provider reads this. Name no child.", max_length=MOST_WORDS, rows=4
    )


class ReturnForm(GovukForm):
    """The end of a suspension."""

    returns_on = DateField(label="From which day may it be offered placements again?")
    words = LongTextField(label="What changed?", max_length=MOST_WORDS, rows=3)


class TransferForm(GovukForm):
    """A home that passes to another provider."""

    registration = UrnField(
        label="Number in Ofsted’s register under the new provider",
        help_text="Usually a new number. The same one if the register now names the new provider.",
        width=10,
        max_length=20,
    )
    passes_on = DateField(label="From which day?")
    keeps_rates = BooleanField(label="Is the new provider bound to the same prices?")
    consent_words = LongTextField(label="Who consented, when and on what conditions?", max_length=MOST_WORDS, rows=3)

    def passing(self) -> Passing:
        """The transfer as typed."""
        typed = self.cleaned_data
        return Passing(typed["registration"], typed["passes_on"], typed["keeps_rates"], typed["consent_words"])


class BandsForm(GovukForm):
    """Up to six age bands with a price each; rows left empty are not used."""

    def __init__(self, *args: Any, bands: Sequence[tuple[int, int, int]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for at in range(BANDS):
            low, before, pence = bands[at] if at < len(bands) else (None, None, None)
            number = {"required": False, "min_value": 0, "max_value": 25, "width": 2}
            self.fields[f"low_{at}"] = IntegerField(label=f"Band {at + 1}: from age", initial=low, **number)
            self.fields[f"last_{at}"] = IntegerField(
                label=f"Band {at + 1}: to age", initial=before and before - 1, **number
            )
            self.fields[f"pence_{at}"] = MoneyField(
                label=f"Band {at + 1}: weekly price", initial=pence, required=False, min_pence=1, max_pence=10_000_000
            )

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each band, for the page."""
        return [(self[f"low_{at}"], self[f"last_{at}"], self[f"pence_{at}"]) for at in range(BANDS)]

    @property
    def others(self) -> list[Any]:
        """The fields that are not of a band."""
        return [self[name] for name in self.fields if not name.startswith(("low_", "last_", "pence_"))]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        rows = [self._band(typed, at) for at in range(BANDS)]
        return typed | {"bands": sorted(row for row in rows if row)}

    def _band(self, typed: dict[str, Any], at: int) -> tuple[int, int, int] | None:
        """Ages from the first to before the second, and pence; None for a row left empty or wrong."""
        low, last, pence = (typed.get(f"{name}_{at}") for name in ("low", "last", "pence"))
        if low is None and last is None and pence is None:
            return None
        if low is None or last is None or pence is None:
            if not any(f"{name}_{at}" in self.errors for name in ("low", "last", "pence")):
                self.add_error(f"low_{at}", f"Band {at + 1} needs both ages and a price, or nothing")
            return None
        return low, last + 1, pence


class RateCardForm(BandsForm):
    """All bands of one category, from a day."""

    category = ChoiceField(
        label="Category of need",
        choices=tuple((one, one.capitalize()) for one in CATEGORIES),
        initial="standard",
        select=True,
    )
    starts_on = DateField(label="From which day?")


class NewcomerForm(BandsForm):
    """A newcomer's prices and what it says of itself."""

    words = LongTextField(
        label="What you want the lead to know (optional)",
        help_text="Name no child.",
        required=False,
        max_length=MOST_WORDS,
        rows=3,
    )

    def lines(self) -> dict[LineOf, int]:
        """The prices offered."""
        return {("standard", low, before): pence for low, before, pence in self.cleaned_data["bands"]}


class LowerPricesForm(GovukForm):
    """A lower price for any line of the card."""

    words = LongTextField(
        label="What you want the lead to know (optional)", required=False, max_length=MOST_WORDS, rows=3
    )

    def __init__(self, *args: Any, card: Mapping[LineOf, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.card = sorted(card)
        for at, line in enumerate(self.card):
            words = line_words(line)
            self.fields[f"pence_{at}"] = MoneyField(
                label=f"{words[0].upper()}{words[1:]}", initial=card[line], min_pence=1, suffix="a week"
            )
        self.order_fields([*(f"pence_{at}" for at in range(len(self.card))), "words"])

    def lines(self) -> dict[LineOf, int]:
        """The prices offered."""
        return {line: self.cleaned_data[f"pence_{at}"] for at, line in enumerate(self.card)}
