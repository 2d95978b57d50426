"""What is typed about an award: each lot's choice, a decision, a notice, a contract, a ground."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nearhome.design.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    ConfirmField,
    DateField,
    GovukForm,
    IntegerField,
    LongTextField,
    MoneyField,
)
from nearhome.tendering.queries.proposing import LotChoice

Choices = Sequence[tuple[str, str]]
TIES = (("lower_price", "The lower price goes first"), ("shared", "Places are shared one by one"))


def set_choices(form: GovukForm, name: str, choices: Choices) -> None:
    """Give a field the choices that only this form knows."""
    field: Any = form.fields[name]
    field.choices = list(choices)


class TermForm(GovukForm):
    """From when, for how long, and why these."""

    starts_on = DateField(label="First day of the contract")
    months = IntegerField(label="How many months does it last?", min_value=1, max_value=600, width=3)
    words = LongTextField(
        label="Why these?",
        help_text="For the approver and for the file. Name no child.",
        max_length=10_000,
        rows=6,
    )


class LotForm(GovukForm):
    """What is done with one lot. The fields of a block and of a framework differ in how the lot is given out."""

    award = ChoiceField(
        label="What is done with it?", choices=(("yes", "Award it by the ranking"), ("no", "Do not award it"))
    )
    ground = ChoiceField(label="Why is it not awarded?", choices=(), select=True, required=False)
    reason = LongTextField(label="What are the reasons?", required=False, max_length=5_000, rows=3)
    right_reserved = ConfirmField(label="The tender documents reserved the right not to award this lot", required=False)

    answer = LongTextField(
        label="Why does the award stand, although somebody who judged has an interest?",
        help_text="Whoever doubts the award reads this beside what they declared.", required=False, max_length=5_000, rows=3,
    )  # fmt: skip

    def __init__(
        self, *args: Any, number: int, buys_block: bool, grounds: Choices, to_answer: bool = False, **kwargs: Any
    ) -> None:
        kwargs["prefix"] = f"lot-{number}"
        super().__init__(*args, **kwargs)
        self.number = number
        set_choices(self, "ground", [("", "Select a ground"), *grounds])
        if not to_answer:
            del self.fields["answer"]
        how = _block_fields() if buys_block else _framework_fields()
        self.fields |= how
        self.how = tuple(how)
        for name in ("award", *how, *(["answer"] if to_answer else []), "ground", "reason"):
            self.fields[name].label = f"Lot {number}: {_lowered(self.fields[name].label)}"
        self.order_fields(["award", *how, "answer", "ground", "reason", "right_reserved"])

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("award") == "no" and not typed.get("ground"):
            self.add_error("ground", f"Select why lot {self.number} is not awarded")
        if typed.get("award") == "no" and not (typed.get("reason") or "").strip():
            self.add_error("reason", f"Enter the reasons why lot {self.number} is not awarded")
        return typed

    def choice(self) -> LotChoice:
        """What was chosen."""
        typed = self.cleaned_data
        sizes = tuple(size for size in (typed.get("first"), typed.get("second")) if size)
        return LotChoice(
            self.number, typed["award"] == "yes", typed["ground"], typed["reason"], typed["right_reserved"], sizes,
            typed.get("places"), typed.get("least_places") or 1, typed.get("ties") or "lower_price",
            typed.get("answer") or "",
        )  # fmt: skip


def _block_fields() -> dict[str, Any]:
    return {
        "places": IntegerField(label="Places to be given out", min_value=1, max_value=10_000, width=3),
        "least_places": IntegerField(
            label="Fewest places a supplier is served with", min_value=1, max_value=1_000, initial=1, width=3,
            help_text="As the tender published it. 1 if it published none.",
        ),
        "ties": ChoiceField(label="Between equal ranks", choices=TIES, initial="lower_price"),
    }  # fmt: skip


def _framework_fields() -> dict[str, Any]:
    said = "As the tender published it. Leave empty if it published fewer tiers."
    return {
        "first": IntegerField(label="Suppliers in tier 1", min_value=1, max_value=1_000, required=False, width=3, help_text=said),
        "second": IntegerField(label="Suppliers in tier 2", min_value=1, max_value=1_000, required=False, width=3),
    }  # fmt: skip


def _lowered(label: Any) -> str:
    text = str(label)
    return text[:1].lower() + text[1:]


def lot_initial(choice: LotChoice) -> dict[str, Any]:
    """The first values of a lot's form."""
    sizes = (*choice.sizes, None, None)
    return {
        "award": "yes" if choice.is_awarded else "no", "places": choice.places, "first": sizes[0], "second": sizes[1],
        "least_places": choice.least_places, "ties": choice.ties,
    }  # fmt: skip


class DecisionForm(GovukForm):
    """Yes or no, with the reason for a no."""

    is_approved = BooleanField(
        label="Do you approve this award?", yes="Yes, approve it", no="No, send it back", inline=False
    )
    reason = LongTextField(
        label="Reason", help_text="Needed if you send it back.", required=False, max_length=2_000, rows=4
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("is_approved") is False and not (typed.get("reason") or "").strip():
            self.add_error("reason", "Enter the reason, so that it can be put right")
        return typed


class ReasonForm(GovukForm):
    """Why something goes back."""

    reason = LongTextField(label="Why does it go back?", max_length=2_000, rows=4)


class NoticeForm(GovukForm):
    """When the award notice was published, and the standstill that is kept."""

    notice_on = DateField(label="When was the award notice published?")
    keeps_standstill = BooleanField(
        label="Is a standstill kept though none has to be?", yes="Yes, of 8 working days or as its rule says", no="No"
    )
    longer_until = DateField(
        label="Last day of a longer standstill", help_text="Only if it is longer than the rule.", required=False
    )

    def __init__(self, *args: Any, is_mandatory: bool, days_are_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_mandatory or not days_are_known:
            del self.fields["keeps_standstill"]
        if not days_are_known:
            self.fields["longer_until"].label = "Last day of the standstill"
            self.fields["longer_until"].help_text = "As your lawyer names it."


class ContractForm(GovukForm):
    """The day the contract was made."""

    contracted_on = DateField(label="When was the contract made?")


class AbandonForm(GovukForm):
    """On which ground and why."""

    ground = ChoiceField(label="Why is it abandoned?", choices=())
    reason = LongTextField(
        label="What are the reasons?",
        help_text="For the file of the authorities that buy together. Bidders are told the ground alone.",
        max_length=5_000,
        rows=5,
    )
    transparency_published = ConfirmField(label="A transparency notice (UK5) was published", required=False)

    def __init__(self, *args: Any, grounds: Choices, was_tendered: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "ground", grounds)
        if was_tendered:
            del self.fields["transparency_published"]


class _DirectForm(GovukForm):
    """What every award without a competition says."""

    ground = ChoiceField(label="On which ground?", choices=())
    narrative = LongTextField(
        label="Why is there no competition?", help_text="The whole story, for the file.", max_length=10_000, rows=6
    )
    legal_approver = CharField(
        label="Which lawyer agreed to the ground?", help_text="A name. It cannot be yours.", max_length=200, width=30
    )
    value = MoneyField(label="Value over the whole term, with VAT", min_pence=1)

    def __init__(self, *args: Any, grounds: Choices, hints: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "ground", grounds)
        ground: Any = self.fields["ground"]
        ground.look = replace(ground.look, choice_hints=hints)


class DirectForm(_DirectForm):
    """An award to one establishment."""

    urn = CharField(
        label="Number of the establishment",
        help_text="Its unique reference number, like SC123456",
        width=10,
        max_length=20,
    )
    places = IntegerField(label="Places", min_value=1, max_value=1_000, width=3)
    weekly = MoneyField(label="Price a week", min_pence=1, max_pence=5_000_000)
    starts_on = DateField(label="First day of the contract")
    months = IntegerField(label="How many months does it last?", min_value=1, max_value=600, width=3)

    def __init__(self, *args: Any, buys_block: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not buys_block:
            del self.fields["places"]
        self.order_fields(["urn", "places", "weekly", "starts_on", "months", "value", "ground", "narrative"])


class ExtensionForm(_DirectForm):
    """Some months more of a framework, on its existing terms."""

    framework = ChoiceField(label="Which framework goes on?", choices=())
    months = IntegerField(label="For how many months?", min_value=1, max_value=24, width=3)
    original_value = MoneyField(
        label="What was the framework worth when it was let?", required=False, min_pence=1,
        help_text="Only for a ground that is held to a share of it, and where the framework does not say.",
    )  # fmt: skip
    exception = LongTextField(
        label="Why must it go on past the longest term of its law?", required=False, max_length=5_000, rows=4,
        help_text="Only if it does. Who approves the award approves this exception too.",
    )  # fmt: skip

    def __init__(self, *args: Any, frameworks: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "framework", frameworks)
        self.order_fields(["framework", "months", "value", "ground", "original_value", "exception", "narrative"])
