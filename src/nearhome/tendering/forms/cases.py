"""What is to be bought, how, and with whom."""

from collections.abc import Sequence
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
from nearhome.tendering.actions.cases import MOST_WEIGHT, CaseTerms
from nearhome.tendering.queries.cases import BUYS, INSTRUMENTS, KINDS_BOUGHT, REGIMES

MOST_MONTHS = 300
NAME_NO_CHILD = "It may be published: name no child, and nothing a child could be told by."
SHARE = "of what is shared, such as empty beds of a block"


class CaseForm(GovukForm):
    """The terms of a procurement; after them one weight for every authority that may buy with the lead."""

    name = CharField(label="Name", help_text="As people speak of it, like: Foster placements from 2027", max_length=200)
    summary = LongTextField(
        label="What is bought, and why", help_text=NAME_NO_CHILD, required=False, max_length=4000, rows=4
    )
    kind = ChoiceField(label="Which kind of place?", choices=KINDS_BOUGHT)
    buys = ChoiceField(label="What comes out of it?", choices=BUYS)
    instrument = ChoiceField(
        label="Which instrument?",
        help_text="The rules for each are on the page “Rules for buying”.",
        choices=INSTRUMENTS,
    )
    regime = ChoiceField(
        label="Which law applies?",
        help_text="The Procurement Act 2023, unless this commenced before 24 February 2025.",
        choices=REGIMES, initial="PA23",
    )  # fmt: skip
    commenced_on = DateField(
        label="When did it commence? (optional)",
        help_text="Only if a notice was published, or tenders were invited, before you enter it here. For example 27 3 2024",
        required=False,
    )
    light_touch = BooleanField(
        label="Is it a light-touch service?",
        help_text="Social care placements are: they have CPV codes such as 85311000 in the list of light-touch services.",
        initial=True,
    )
    estimated_value_pence = MoneyField(
        label="Estimated value of the whole term, with VAT (optional)", required=False, width=20, min_pence=1
    )
    term_starts_on = DateField(
        label="First day of the term (optional)", help_text="For example 1 4 2027", required=False
    )
    term_months = IntegerField(
        label="Term (optional)", suffix="months", required=False, min_value=1, max_value=MOST_MONTHS, width=3
    )
    extension_months = IntegerField(
        label="Possible extensions in all (optional)", suffix="months", required=False, min_value=0, max_value=MOST_MONTHS, width=3
    )  # fmt: skip
    lead_weight = IntegerField(
        label="Your weight", help_text=f"Your share {SHARE}, against the weights below.", min_value=1, max_value=MOST_WEIGHT, initial=1
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        partners: Sequence[tuple[int, str]],
        others: Sequence[tuple[int, str]],
        requirements: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.partners = dict(partners)
        self.fields["requirement_id"] = ChoiceField(
            label="Which requirement does it rest on? (optional)", select=True, required=False, coerce=int, empty_value=None,
            choices=[("", "None"), *((str(number), words) for number, words in requirements)],
        )  # fmt: skip
        for number, name in partners:
            self.fields[_weight(number)] = IntegerField(
                label=f"Weight of {name} (optional)",
                help_text=f"Enter a number if {name} buys with you. Leave empty if it does not.",
                required=False, min_value=1, max_value=MOST_WEIGHT,
            )  # fmt: skip
        choices = [("", "Nobody else"), *((str(number), name) for number, name in others)]
        self.fields["other"] = ChoiceField(
            label="Another authority (optional)",
            help_text="One that is in no partnership with you. To add several, save and open this page again.",
            choices=choices, select=True, required=False,
        )  # fmt: skip
        self.fields["other_weight"] = IntegerField(
            label="Weight of the other authority (optional)", required=False, min_value=1, max_value=MOST_WEIGHT
        )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("other_weight") and not typed.get("other"):
            self.add_error(
                "other", ValidationError("Select the authority that this weight is for, or empty the weight")
            )
        return typed

    def terms(self) -> CaseTerms:
        """The terms that were entered."""
        typed = dict(self.cleaned_data)
        typed["extension_months"] = typed["extension_months"] or 0
        return CaseTerms(**{name: typed[name] for name in CaseTerms.__dataclass_fields__})

    def parties(self) -> dict[int, int]:
        """Other authorities' numbers with their weights."""
        typed = self.cleaned_data
        found = {number: typed[_weight(number)] for number in self.partners if typed.get(_weight(number))}
        if typed.get("other"):
            found[int(typed["other"])] = typed.get("other_weight") or 1
        return found


def first_values(terms: CaseTerms, parties: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """What the form shows of a procurement that is there already."""
    shown = {name: getattr(terms, name) for name in CaseTerms.__dataclass_fields__}
    return shown | {_weight(number): weight for number, weight in parties}


def _weight(number: int) -> str:
    return f"weight_{number}"
