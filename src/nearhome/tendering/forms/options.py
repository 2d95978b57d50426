"""Options, criteria, scores, and which option is recommended."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from nearhome.design.fields import CharField, ChoiceField, DecimalField, GovukForm, LongTextField, MoneyField
from nearhome.tendering.actions.weighing import MOST_CRITERIA, CriterionTerms, OptionTerms
from nearhome.tendering.queries.options import KINDS_OF_OPTION, LAWFUL

NAME_NO_CHILD = "The appraisal may be published: name no child, and nothing a child could be told by."
NEW_ROWS = 3
SCALE = (
    ("0", "0: does not meet it at all"),
    ("1", "1: meets little of it"),
    ("2", "2: meets part of it"),
    ("3", "3: meets most of it"),
    ("4", "4: meets it well"),
    ("5", "5: meets it as well as can be"),
)


class OptionForm(GovukForm):
    """One option: what it is, whether it is lawful, what it costs, and what could go wrong."""

    kind = ChoiceField(label="Which kind of option is it?", choices=KINDS_OF_OPTION)
    name = CharField(label="Name", max_length=120)
    words = LongTextField(label="What would be done", help_text=NAME_NO_CHILD, max_length=4000, rows=3)
    lawful = ChoiceField(
        label="Is it lawful?", help_text="What is not lawful is ruled out: it is not ranked and cannot be recommended.",
        choices=LAWFUL, initial="unasked",
    )  # fmt: skip
    legal_view = LongTextField(
        label="Legal view (optional)", help_text="Whose view it is, and why.", required=False, max_length=4000, rows=3
    )
    cost_pence = MoneyField(label="Cost over the whole term (optional)", required=False, width=20)
    cost_words = LongTextField(
        label="How the cost was worked out, or why it is not known", required=False, max_length=2000, rows=2
    )
    risk = LongTextField(label="What could go wrong (optional)", required=False, max_length=4000, rows=3)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("lawful") not in (None, "unasked") and not typed.get("legal_view"):
            self.add_error("legal_view", "Say in words what the legal view is, or choose that there is none yet")
        return typed

    def terms(self) -> OptionTerms:
        """The option as it was entered."""
        return OptionTerms(**{name: self.cleaned_data[name] for name in OptionTerms.__dataclass_fields__})


class QuestionForm(GovukForm):
    """The question that the options answer."""

    question = CharField(label="What is the question?", help_text=NAME_NO_CHILD, max_length=300)


class CriteriaForm(GovukForm):
    """Every criterion with its weight, and empty rows for new ones; a row without a name goes."""

    def __init__(self, *args: Any, criteria: Sequence[tuple[int, str, str, Decimal]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        empty = min(NEW_ROWS, MOST_CRITERIA - len(criteria))
        self.numbers: list[int | None] = [one[0] for one in criteria] + [None] * empty
        kept = [one[1:] for one in criteria] + [("", "", None)] * empty
        for at, (name, words, weight) in enumerate(kept, start=1):
            self.fields[f"name_{at}"] = CharField(
                label=f"Criterion {at}", required=False, max_length=120, initial=name,
                help_text="Empty the name to remove it with its scores." if name else "",
            )  # fmt: skip
            self.fields[f"weight_{at}"] = DecimalField(
                label=f"Weight of criterion {at}", suffix="%", required=False, max_digits=5, decimal_places=2, initial=weight,
                min_value=Decimal("0.01"), max_value=100,
            )  # fmt: skip
            self.fields[f"words_{at}"] = CharField(
                label=f"What criterion {at} asks (optional)", required=False, max_length=500, initial=words
            )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        named = [at for at in range(1, len(self.numbers) + 1) if typed.get(f"name_{at}")]
        for at in range(1, len(self.numbers) + 1):
            self._clean_row(typed, at, is_named=at in named)
        return typed

    def _clean_row(self, typed: Mapping[str, Any], at: int, *, is_named: bool) -> None:
        weight = typed.get(f"weight_{at}")
        if is_named and weight is None and f"weight_{at}" not in self.errors:
            self.add_error(f"weight_{at}", f"Enter the weight of criterion {at}, or empty its name to remove it")
        if not is_named and weight is not None and self.numbers[at - 1] is None:
            self.add_error(f"name_{at}", f"Name criterion {at}, or empty its weight")

    def criteria(self) -> list[CriterionTerms]:
        """The named ones, in order."""
        typed = self.cleaned_data
        return [
            CriterionTerms(typed[f"name_{at}"], typed[f"weight_{at}"], typed[f"words_{at}"], number)
            for at, number in enumerate(self.numbers, start=1)
            if typed[f"name_{at}"]
        ]


class ScoresForm(GovukForm):
    """One option in every criterion: points and evidence. What is not scored yet may stay empty."""

    def __init__(
        self, *args: Any, criteria: Sequence[tuple[int, str, str]], given: Mapping[int, tuple[int, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = {at: number for at, (number, _, _) in enumerate(criteria, start=1)}
        for at, (number, name, words) in enumerate(criteria, start=1):
            points, evidence = given.get(number, (None, ""))
            self.fields[f"points_{at}"] = ChoiceField(
                label=name, help_text=words, choices=[("", "Not scored yet"), *SCALE], select=True, required=False, coerce=int,
                empty_value=None, initial="" if points is None else str(points),
            )  # fmt: skip
            self.fields[f"evidence_{at}"] = LongTextField(
                label=f"Evidence for “{name}”", required=False, max_length=2000, rows=2, initial=evidence,
                help_text="What the score rests on: figures, what providers said, experience elsewhere." if at == 1 else "",
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for at in self.numbers:
            if typed.get(f"evidence_{at}") and typed.get(f"points_{at}") is None and f"points_{at}" not in self.errors:
                self.add_error(f"points_{at}", "Select the points that this evidence is for")
        return typed

    def scores(self) -> dict[int, tuple[int, str]]:
        """Points and evidence by the number of the criterion, where points were given."""
        typed = self.cleaned_data
        return {
            number: (typed[f"points_{at}"], typed[f"evidence_{at}"])
            for at, number in self.numbers.items()
            if typed[f"points_{at}"] is not None
        }


class RecommendForm(GovukForm):
    """Which option is recommended, and of each why it is or is not."""

    def __init__(self, *args: Any, options: Sequence[Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [str(one["key"]) for one in options]
        allowed = [(str(one["key"]), one["name"]) for one in options if one["lawful"] != "unlawful"]
        now = next((str(one["key"]) for one in options if one["is_recommended"]), "")
        self.fields["recommended"] = ChoiceField(label="Which option is recommended?", choices=allowed, initial=now)
        for at, one in enumerate(options, start=1):
            self.fields[f"reason_{at}"] = LongTextField(
                label=f"Why “{one['name']}” is recommended or rejected", required=False, max_length=4000, rows=2, initial=one["reason"],
                help_text=NAME_NO_CHILD if at == 1 else "",
            )  # fmt: skip

    def chosen(self) -> UUID:
        """The key of the recommended option."""
        return UUID(self.cleaned_data["recommended"])

    def reasons(self) -> dict[UUID, str]:
        """The reason of each option by its key."""
        return {UUID(key): self.cleaned_data[f"reason_{at}"] for at, key in enumerate(self.keys, start=1)}


class ReviseForm(GovukForm):
    """Why there is to be a new version."""

    why = CharField(label="Why is there to be a new version?", max_length=500)


class BeginForm(GovukForm):
    """Empty, or from an example."""

    example = CharField(required=False, max_length=40)
