"""What officers type about the rules of shared beds: terms, answers, nights away, who pays."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from nearhome.design.fields import (
    ChoiceField,
    DateField,
    DecimalField,
    GovukForm,
    IntegerField,
    LongTextField,
    MoneyField,
)
from nearhome.settlement.calculations.nights import AbsenceRule, VoidRule
from nearhome.settlement.calculations.rules.terms import Terms
from nearhome.settlement.calculations.shared_costs import GainShare
from nearhome.settlement.calculations.templates import TEMPLATES

BEARERS = (
    ("nominated", "The authority the place is nominated to, otherwise the host"),
    ("host", "The host"),
    ("shares", "All parties by their shares"),
)
ABSENCES = (("missing", "missing"), ("hospital", "in hospital"), ("holiday", "on holiday or with family"))
FULL = Decimal(100)


class RulesForm(GovukForm):
    """Every term of a block from a day. Empty percentages and amounts mean: not agreed."""

    starts_on = DateField(
        label="From which night are these rules in force?",
        help_text="A day in a closed month is allowed: the differences are posted in an open month.",
    )
    empty_bearer = ChoiceField(label="Who bears an empty night?", choices=BEARERS)
    grace_nights = IntegerField(
        label="Empty nights that are the provider’s", min_value=0, max_value=3650, width=4,
        help_text="Counted from the day a child leaves or a place opens. 0 for none.",
    )  # fmt: skip
    released_after = IntegerField(
        label="Empty nights after which a place is let go to all partners", required=False, min_value=0, max_value=3650, width=4,
        help_text="Leave empty if a place is never let go.",
    )  # fmt: skip
    released_bearer = ChoiceField(label="Who bears an empty night of a place let go?", choices=BEARERS)
    guarantee = DecimalField(
        label="Guarantee to the provider", suffix="%", required=False, min_value=0, max_value=100, decimal_places=2,
        help_text="Of what all available nights of a month would cost. Leave empty for none.",
    )  # fmt: skip
    variable_weekly = MoneyField(
        label="Paid besides for nights with a child, by the week", required=False, help_text="Leave empty for nothing."
    )
    gain_benchmark = MoneyField(
        label="Price of a child’s week bought singly, to count a saving against", required=False, min_pence=1,
        help_text="Leave empty if the provider has no part in a saving.",
    )  # fmt: skip
    gain_percent = DecimalField(
        label="The provider’s part in the saving of a contract year", suffix="%", required=False, min_value=0,
        max_value=100, decimal_places=2,
    )  # fmt: skip
    gain_most = MoneyField(label="At most, in a year", required=False, help_text="Leave empty for no limit.")
    first_refusal_days = IntegerField(
        label="Days for which a free place is offered first to the authority it is nominated to", min_value=0, max_value=3650,
        width=4, help_text="Shown to all parties. It bears on no charge, and Nearhome does not keep the place back.",
    )  # fmt: skip
    why = LongTextField(label="Why these rules?", max_length=2000, help_text="All parties read this. Name no child.")

    def __init__(self, *args: Any, parties: Sequence[tuple[str, int, str]], start: Terms | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = parties
        for kind, words in ABSENCES:
            self.fields[f"{kind}_full"] = IntegerField(
                label=f"Child {words}: nights paid in full", required=False, min_value=0, max_value=3650, width=4,
                help_text="Leave both empty if every such night is paid in full.",
            )  # fmt: skip
            self.fields[f"{kind}_then"] = DecimalField(
                label=f"Child {words}: part of the price paid after that", suffix="%", required=False, min_value=0,
                max_value=100, decimal_places=2,
            )  # fmt: skip
        for ref, _, name in parties:
            self.fields[f"share_{ref}"] = IntegerField(
                label=f"Share of {name}", min_value=0, max_value=1_000_000, width=5
            )
        self.order_fields([name for name in self.fields if name != "why"])
        for name, value in _initial(start, parties).items():
            self.fields[name].initial = value

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if not self.errors:
            try:
                self.terms()
            except ValueError as fault:
                raise ValidationError(str(fault)) from None
        return typed

    def clean_gain_percent(self) -> Decimal | None:
        typed: Decimal | None = self.cleaned_data["gain_percent"]
        if (typed is None) != (self.cleaned_data.get("gain_benchmark") is None):
            raise ValidationError("Enter both the price and the part in the saving, or neither")
        return typed

    def terms(self) -> Terms:
        """What was typed. Raises ValueError where terms contradict one another."""
        typed = self.cleaned_data
        shares = tuple((ref, typed[f"share_{ref}"]) for ref, _, _ in self.parties)
        rule = VoidRule(
            typed["empty_bearer"], shares, typed["grace_nights"], typed["released_after"], typed["released_bearer"],
            tuple(one for kind, _ in ABSENCES for one in self._absence(kind)),
        )  # fmt: skip
        gain = None
        if typed["gain_benchmark"] is not None:
            gain = GainShare(typed["gain_benchmark"], points_of(typed["gain_percent"]) or 0, typed["gain_most"])
        guarantee = points_of(typed["guarantee"]) or None
        return Terms(
            typed["starts_on"], rule, guarantee, typed["variable_weekly"] or 0, gain, typed["first_refusal_days"]
        )

    def _absence(self, kind: str) -> tuple[AbsenceRule, ...]:
        full, then = self.cleaned_data[f"{kind}_full"], self.cleaned_data[f"{kind}_then"]
        if full is None and then is None:
            return ()
        points = points_of(then)
        return (AbsenceRule(kind, full or 0, 10_000 if points is None else points),)


class RulesAnswerForm(GovukForm):
    """Why a proposal is turned down."""

    words = LongTextField(label="Why is it turned down?", max_length=2000, help_text="All parties read this.")


class AbsenceForm(GovukForm):
    """Nights on which a child slept elsewhere."""

    kind = ChoiceField(label="Where was the child?", choices=[(kind, words.capitalize()) for kind, words in ABSENCES])
    starts_on = DateField(label="First night away")
    ends_before = DateField(label="Night of return", required=False, help_text="Leave empty while the child is away.")


class ReturnedForm(GovukForm):
    """When a child was back."""

    ends_before = DateField(label="Night of return")


class FunderForm(GovukForm):
    """Another authority that pays from a day."""

    funder = ChoiceField(label="Which authority pays?", select=True)
    funded_from = DateField(label="From which night?")
    why = LongTextField(
        label="Why does it pay?", max_length=2000, help_text="The other authority reads this. Name no child."
    )

    def __init__(self, *args: Any, partners: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["funder"].choices = list(partners)  # type: ignore[attr-defined]


def template_choices() -> tuple[tuple[str, str, str, str], ...]:
    """Key, name, words and where it is seen, of each way to start from."""
    return tuple((one.key, one.name, one.words, one.seen_in) for one in TEMPLATES)


def points_of(percent: Decimal | None) -> int | None:
    """Per cent as typed, in basis points."""
    return None if percent is None else int(percent * 100)


def _initial(start: Terms | None, parties: Sequence[tuple[str, int, str]]) -> dict[str, Any]:
    """The terms to start from, as typed; shares are always the contract's parties."""
    found: dict[str, Any] = {"grace_nights": 0, "first_refusal_days": 0, "released_bearer": "shares"}
    if start:
        rule, gain = start.rule, start.gain
        found |= {
            "empty_bearer": rule.empty_bearer, "grace_nights": rule.grace_nights, "released_after": rule.released_after,
            "released_bearer": rule.released_bearer, "guarantee": percent_of(start.guarantee),
            "variable_weekly": start.variable_weekly or None, "first_refusal_days": start.first_refusal_days,
        }  # fmt: skip
        for one in rule.absences:
            found |= {f"{one.kind}_full": one.full_nights, f"{one.kind}_then": percent_of(one.then_basis_points)}
        if gain:
            found |= {
                "gain_benchmark": gain.benchmark_pence, "gain_percent": percent_of(gain.basis_points),
                "gain_most": gain.most_pence,
            }  # fmt: skip
    known = dict(start.rule.shares) if start else {}
    return found | {f"share_{ref}": known.get(ref, weight) for ref, weight, _ in parties}


def percent_of(points: int | None) -> Decimal | None:
    """Basis points as they are typed, in per cent."""
    return None if points is None else (Decimal(points) / FULL).normalize() + 0
