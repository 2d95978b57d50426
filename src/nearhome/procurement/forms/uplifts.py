"""What is asked about an uplift round."""

from collections.abc import Iterable, Mapping
from typing import Any

from nearhome.design import wording
from nearhome.design.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    DecimalField,
    GovukForm,
    IntegerField,
    LongTextField,
    MomentField,
    MoneyField,
)
from nearhome.procurement.actions.reopening import Verdict
from nearhome.procurement.actions.uplift_votes import VoteOutcome
from nearhome.procurement.actions.uplifts import MOST_WEEKS, Proposal
from nearhome.procurement.calculations.frameworks.uplift import RULE_WORDS, PriceLine, UpliftRule
from nearhome.procurement.forms.frameworks import MOST_WORDS
from nearhome.procurement.queries.uplifts import NIGHTS_A_WEEK

PERCENT = {"suffix": "%", "required": False, "max_digits": 5, "decimal_places": 2, "width": 5}


class ProposeForm(GovukForm):
    """How prices change, for whom, from when, why."""

    rule = ChoiceField(label="How do prices change?", choices=tuple(RULE_WORDS.items()))
    percent = DecimalField(label="The percentage (optional)", help_text="Only for a fixed percentage", **PERCENT)
    addition_pence = MoneyField(
        label="The amount (optional)",
        help_text="Only for a fixed amount",
        suffix="a week",
        required=False,
        min_pence=-1_000_000,
    )
    index_percent = DecimalField(
        label="The index, as published (optional)", help_text="Its change over 12 months, such as 3.8", **PERCENT
    )
    index_name = CharField(label="Name of the index (optional)", initial="CPI", required=False, max_length=60, width=10)
    index_month = DateField(
        label="Month of the index (optional)", help_text="Any day of the month, such as 1 9 2026", required=False
    )
    index_source = CharField(label="Where it was published (optional)", required=False, max_length=300)
    floor_percent = DecimalField(label="Floor (optional)", help_text="Only for a floor and a cap", **PERCENT)
    cap_percent = DecimalField(label="Cap (optional)", help_text="Wherever an index is used", **PERCENT)
    applies_to = ChoiceField(
        label="For which placements?",
        choices=(("new", "New placements only"), ("all", "All placements")),
        choice_hints={
            "all": "Of a framework, also each placement called off before that day, from that day; of a block, every bed."
        },
    )
    effective_on = DateField(label="From which day?")
    words = LongTextField(
        label="Why should prices change?",
        help_text="What providers showed of their costs",
        max_length=MOST_WORDS,
        rows=4,
    )

    @staticmethod
    def _rule(typed: Mapping[str, Any]) -> UpliftRule:
        return UpliftRule(
            typed["rule"], typed["percent"], typed["addition_pence"], typed["index_percent"], typed["cap_percent"],
            typed["floor_percent"],
        )  # fmt: skip

    def proposal(self) -> Proposal:
        """The round as typed."""
        typed = self.cleaned_data
        uses_index = typed["index_percent"] is not None
        month = typed["index_month"].replace(day=1) if typed["index_month"] and uses_index else None
        return Proposal(
            self._rule(typed), typed["applies_to"], typed["effective_on"], typed["words"],
            typed["index_name"] if uses_index else "", month, typed["index_source"] if uses_index else "",
        )  # fmt: skip


class PreviewForm(GovukForm):
    """Weeks a year that each authority buys, where they are typed; each price, where prices are agreed one by one.

    `buyers`: none where placements are counted. `weeks`: as typed before. `on_record`: nights bought in the last twelve
    months, offered as whole weeks.
    """

    def __init__(
        self,
        *args: Any,
        buyers: Iterable[tuple[int, str]],
        weeks: Mapping[int, int],
        on_record: Mapping[int, int],
        lines: Iterable[PriceLine],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.buyers, self.lines = tuple(buyers), tuple(lines)
        for key, name in self.buyers:
            self.fields[f"weeks_{key}"] = IntegerField(
                label=f"{name}: weeks a year",
                help_text=_on_record(on_record.get(key)),
                initial=weeks.get(key, _whole_weeks(on_record.get(key, 0))),
                min_value=0,
                max_value=MOST_WEEKS,
                width=5,
            )
        for line in self.lines:
            self.fields[f"pence_{line.line_id}"] = MoneyField(
                label=f"{line.whose}, {line.what}", initial=line.weekly_price_pence, min_pence=1, suffix="a week"
            )

    def weeks(self) -> dict[int, int]:
        """Weeks by organisation."""
        return {key: self.cleaned_data[f"weeks_{key}"] for key, _ in self.buyers}

    def agreed(self) -> dict[int, int]:
        """Prices by line."""
        return {line.line_id: self.cleaned_data[f"pence_{line.line_id}"] for line in self.lines}


def _whole_weeks(nights: int) -> int:
    return (2 * nights + NIGHTS_A_WEEK) // (2 * NIGHTS_A_WEEK)


def _on_record(nights: int | None) -> str:
    if nights is None:
        return ""
    return f"On record: {wording.plural(_whole_weeks(nights), 'week')} in placements begun in the last 12 months"


class VoteForm(GovukForm):
    """How the vote ended."""

    carried = BooleanField(label="Was it carried?")
    votes_for = IntegerField(label="Votes for", min_value=0, max_value=500, width=3)
    votes_against = IntegerField(label="Votes against", min_value=0, max_value=500, initial=0, width=3)
    abstained = IntegerField(label="Abstained", min_value=0, max_value=500, initial=0, width=3)
    voted_on = DateField(label="When was the vote?")
    minutes = LongTextField(
        label="Minutes",
        help_text="What they say, or where they are. Say how the quorum was met.",
        max_length=MOST_WORDS,
        rows=3,
    )

    def outcome(self) -> VoteOutcome:
        """The outcome as typed."""
        return VoteOutcome(**self.cleaned_data)


class BallotForm(GovukForm):
    """In which partnership the round is put to the vote, and until when."""

    def __init__(self, *args: Any, partnerships: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partnership"] = ChoiceField(label="In which partnership?", choices=tuple(partnerships))
        self.fields["closes_at"] = MomentField(label="Day and time at which the ballot closes")


class ApproveForm(GovukForm):
    """Yes or no, and why not."""

    approved = BooleanField(label="Do you approve these prices?")
    why = LongTextField(label="Why? (needed if you refuse)", required=False, max_length=MOST_WORDS, rows=3)


class WhyForm(GovukForm):
    """A reason."""

    why = LongTextField(label="Why?", max_length=MOST_WORDS, rows=3)


class VerdictForm(GovukForm):
    """What becomes of an application."""

    accepted = BooleanField(label="Do you accept it?")
    starts_on = DateField(label="From which day? (if you accept)", required=False)
    tier = IntegerField(
        label="Into which tier? (a new entrant you accept)", min_value=1, max_value=99, initial=1, width=2
    )
    words = LongTextField(
        label="What you tell the provider",
        help_text="Needed if you refuse",
        required=False,
        max_length=MOST_WORDS,
        rows=3,
    )

    def __init__(self, *args: Any, is_newcomer: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_newcomer:
            del self.fields["tier"]

    def verdict(self) -> Verdict:
        """The decision as typed."""
        typed = self.cleaned_data
        return Verdict(typed["accepted"], typed["words"], typed["starts_on"], typed.get("tier", 1))
