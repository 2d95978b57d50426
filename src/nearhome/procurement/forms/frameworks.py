"""What is asked about a framework: its terms, its tiers, its extension, its reopening."""

from collections.abc import Sequence
from datetime import date, timedelta
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
    MultiChoiceField,
)
from nearhome.procurement.actions.frameworks import MOST_HOURS, FrameworkTerms
from nearhome.procurement.calculations.frameworks.age_bands import BIRTHDAY_WORDS
from nearhome.procurement.calculations.frameworks.terms import FORM_WORDS

KINDS = (
    ("childrens_home", "Children’s homes"),
    ("foster", "Foster care"),
    ("supported_accommodation", "Supported accommodation"),
)
REGIMES = (
    ("PA23", "Procurement Act 2023"),
    ("PCR2015", "Public Contracts Regulations 2015"),
    ("PSR2023", "Provider Selection Regime 2023"),
)
ADMITS = (
    ("newcomers", "New entrants"),
    ("prices", "Lower prices of those admitted"),
    ("both", "New entrants and lower prices"),
)
MOST_WORDS = 2000


def day_after(day: date | None) -> date | None:
    """A last day as the day before which a period ends."""
    return day + timedelta(days=1) if day else None


class NewFrameworkForm(GovukForm):
    """A framework that was let: under which law, for how long, for whom."""

    name = CharField(label="Name", max_length=200)
    reference = CharField(
        label="Reference (optional)", help_text="Of its notice or the decision", required=False, max_length=100
    )
    kind = ChoiceField(label="What is it for?", choices=KINDS)
    regime = ChoiceField(
        label="Under which law was it procured?",
        help_text="The law when the procurement began, whatever today’s date is.",
        choices=REGIMES,
        initial="PA23",
    )
    form = ChoiceField(label="Which form has it?", choices=tuple(FORM_WORDS.items()), initial="flexible")
    light_touch = BooleanField(label="Is it for light-touch services?", initial=True)
    starts_on = DateField(label="First day")
    last_day = DateField(
        label="Last day (optional)", help_text="Leave empty only where its law sets no longest term", required=False
    )
    extension_months = IntegerField(
        label="By how many months in all may it be extended?", min_value=0, max_value=240, initial=0, width=3
    )
    term_justification = LongTextField(
        label="Why it lasts longer than usual (optional)",
        help_text="Only for a framework of the 2015 Regulations of more than 4 years: the exceptional case, as recorded.",
        required=False,
        max_length=MOST_WORDS,
        rows=2,
    )
    price_firm_until = DateField(
        label="Prices are firm until (optional)", help_text="No uplift takes effect before this day", required=False
    )
    birthday_rule = ChoiceField(
        label="When a child reaches the next age band", choices=tuple(BIRTHDAY_WORDS.items()), initial="birthday"
    )
    vote_quorum_percent = IntegerField(
        label="What share of those who may vote on an uplift must take part?",
        help_text="As a percentage. Half is our own default: say what the framework says.",
        min_value=1, max_value=100, initial=50, width=3,
    )  # fmt: skip
    estimated_value_pence = MoneyField(
        label="Estimated value of the whole term, with VAT (optional)", min_pence=1, required=False
    )
    parties = MultiChoiceField(label="Who else may call off from it?", choices=(), coerce=int, required=False)

    def __init__(self, *args: Any, others: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parties"].choices = others  # type: ignore[attr-defined]

    def terms(self) -> FrameworkTerms:
        """Its terms as typed."""
        typed = self.cleaned_data
        names = [name for name in FrameworkTerms.__slots__ if name in typed]
        return FrameworkTerms(**{name: typed[name] for name in names})


class JoinForm(GovukForm):
    """Another authority that may call off."""

    authority = ChoiceField(label="Which authority joins?", choices=(), coerce=int)
    words = LongTextField(
        label="Where does the framework name it, or let it join?",
        help_text="For example the list of authorities in its notice. An authority that nobody named may not be able to"
        " join without a new procurement: ask your legal adviser.",
        max_length=MOST_WORDS,
        rows=3,
    )

    def __init__(self, *args: Any, others: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["authority"].choices = others  # type: ignore[attr-defined]


class TierForm(GovukForm):
    """How long a tier has to answer."""

    tier = IntegerField(label="Tier", min_value=1, max_value=99, width=2)
    response_hours = IntegerField(
        label="Hours to answer", min_value=1, max_value=MOST_HOURS, initial=24, width=3, suffix="hours"
    )
    emergency_hours = IntegerField(
        label="Hours to answer in an emergency", min_value=1, max_value=MOST_HOURS, initial=4, width=3, suffix="hours"
    )
    selection_rule = LongTextField(
        label="How is a supplier of this tier chosen?",
        help_text="The objective rule as published. It is shown with every call-off.",
        max_length=MOST_WORDS,
        rows=3,
    )
    starts_on = DateField(label="From which day?")


class ExtendForm(GovukForm):
    """A later end."""

    last_day = DateField(label="New last day")
    words = LongTextField(label="Why is it extended?", max_length=MOST_WORDS, rows=3)


class WindowForm(GovukForm):
    """Days on which it is open again."""

    admits = ChoiceField(label="Whom or what does it open for?", choices=ADMITS)
    opens_on = DateField(label="First day")
    last_day = DateField(label="Last day")
    words = LongTextField(
        label="What applicants must show (optional)",
        help_text="As published",
        required=False,
        max_length=MOST_WORDS,
        rows=3,
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        first, last = typed.get("opens_on"), typed.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", ValidationError("The last day must not be before the first day"))
        return typed
