"""What officers type about nights away of placements bought singly."""

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.design.fields import DateField, DecimalField, GovukForm, IntegerField, LongTextField, MultiChoiceField
from nearhome.settlement.calculations.nights import AbsenceRule, AwayTerms
from nearhome.settlement.forms.rules import ABSENCES, percent_of, points_of
from nearhome.settlement.queries.away_terms import KEPT_CHOICES

NAMES = tuple(name for name, _ in KEPT_CHOICES)


class AwayTermsForm(GovukForm):
    """Terms from a day: for each kind of absence nights in full, then a part, and after how many nights nothing."""

    starts_on = DateField(
        label="From which night are these terms in force?",
        help_text="A day in a closed month is allowed: the differences are posted in an open one.",
    )
    kept = MultiChoiceField(
        label="Which elements of the price is the part paid of?", choices=KEPT_CHOICES, required=False,
        help_text="After the nights in full, nothing is paid of an element that is not ticked.",
    )  # fmt: skip
    why = LongTextField(
        label="Why these terms?", max_length=2000, help_text="All parties of a framework read this. Name no child."
    )

    def __init__(self, *args: Any, start: AwayTerms | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind, words in ABSENCES:
            self.fields |= _fields(kind, words)
        self.order_fields(["starts_on", *(name for name in self.fields if name not in ("starts_on", "kept", "why"))])
        for name, value in _initial(start).items():
            self.fields[name].initial = value

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            try:
                self.terms()
            except ValueError as fault:
                raise ValidationError(str(fault)) from None
        return typed

    def terms(self) -> AwayTerms:
        """What was typed. Raises ValueError where terms contradict one another."""
        typed = self.cleaned_data
        kept = tuple(name for name in NAMES if name in typed["kept"])
        rules = tuple(rule for kind, _ in ABSENCES for rule in self._rule(kind))
        return AwayTerms(typed["starts_on"], rules, None if kept == NAMES else kept)

    def _rule(self, kind: str) -> tuple[AbsenceRule, ...]:
        full, then, most = (self.cleaned_data[f"{kind}_{name}"] for name in ("full", "then", "most"))
        if full is None and then is None and most is None:
            return ()
        points = points_of(then)
        return (AbsenceRule(kind, full or 0, 10_000 if points is None else points, most),)


def _fields(kind: str, words: str) -> dict[str, Any]:
    return {
        f"{kind}_full": IntegerField(
            label=f"Child {words}: nights paid in full", required=False, min_value=0, max_value=3650, width=4,
            help_text="Leave all three empty if every such night is paid in full.",
        ),
        f"{kind}_then": DecimalField(
            label=f"Child {words}: part of the price paid after that", suffix="%", required=False, min_value=0,
            max_value=100, decimal_places=2,
        ),
        f"{kind}_most": IntegerField(
            label=f"Child {words}: nights after which nothing is paid", required=False, min_value=0, max_value=3650,
            width=4, help_text="Counted from the first night away. Leave empty for no such end.",
        ),
    }  # fmt: skip


def _initial(start: AwayTerms | None) -> dict[str, Any]:
    found: dict[str, Any] = {"kept": list(NAMES if start is None or start.kept is None else start.kept)}
    for one in start.absences if start else ():
        found |= {f"{one.kind}_full": one.full_nights, f"{one.kind}_most": one.most_nights}
        found[f"{one.kind}_then"] = percent_of(one.then_basis_points) or Decimal(0)
    return found
