"""What the panel, its chair and the lead are asked."""

from typing import Any

from django.core.exceptions import ValidationError

from nearhome.design.fields import BooleanField, ChoiceField, ConfirmField, GovukForm, LongTextField

SCALE = (
    ("5", "5: excellent, in every respect"),
    ("4", "4: good"),
    ("3", "3: acceptable, with small reservations"),
    ("2", "2: weak in something that matters"),
    ("1", "1: poor"),
    ("0", "0: no answer, or nothing of use"),
)
PASSED = (("5", "Pass"), ("0", "Fail"))
LONGEST = 4000


def scale_for(*, is_pass: bool) -> tuple[tuple[str, str], ...]:
    """The choices of a question."""
    return PASSED if is_pass else SCALE


class SeatForm(GovukForm):
    """Whom to ask to join the panel."""

    person = ChoiceField(label="Who joins the panel?", choices=(), select=True)
    is_chair = BooleanField(
        label="Do they chair it?",
        help_text="The chair scores too, and records what the panel agrees on.",
        initial=False,
    )

    def __init__(self, *args: Any, people: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        self.fields["person"].choices = [("", "Choose a person")] + [  # type: ignore[attr-defined]
            (key, f"{one.name}, {one.organisation.name}") for key, one in self.people.items()
        ]

    def chosen(self) -> Any:
        """The person who was chosen."""
        return self.people[self.cleaned_data["person"]]


class LeavingForm(GovukForm):
    """Why somebody leaves the panel."""

    reason = LongTextField(
        label="Why do they leave?",
        help_text="It is kept with their scores, which stay on record.",
        max_length=300,
        rows=3,
    )


class InterestForm(GovukForm):
    """Whether a member has an interest in a lot."""

    has_interest = BooleanField(
        label="Do you have an interest in this lot?",
        help_text="You, your family or close friends work for, own, lend to or are paid by one of the bidders, or anything"
        " else that a fair-minded person would want to know.",
        yes="Yes, I have an interest, so I will not judge it",
        no="No, I have none",
        inline=False,
    )
    words = LongTextField(label="What is the interest? (if you have one)", required=False, max_length=1000, rows=3)

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("has_interest") and not (typed.get("words") or "").strip():
            self.add_error("words", "Say what the interest is, so that the chair knows why somebody else must judge")
        return typed


class ClearingForm(GovukForm):
    """Why a declared interest keeps somebody from nothing."""

    reason = LongTextField(
        label="Why is it no interest?",
        help_text="It is kept beside what they declared, and read by all who buy here.",
        max_length=1000,
        rows=3,
    )


class ScoreForm(GovukForm):
    """One member's score of one answer."""

    score = ChoiceField(label="Your score", choices=SCALE, coerce=int)
    rationale = LongTextField(
        label="Why?", help_text="Point to what the answer says. It is kept, and read by the panel at moderation.",
        max_length=LONGEST, rows=5,
    )  # fmt: skip
    is_final = ConfirmField(label="I have read the whole answer. I know that a score cannot be changed")

    def __init__(self, *args: Any, is_pass: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["score"].choices = scale_for(is_pass=is_pass)  # type: ignore[attr-defined]


class ClosingForm(GovukForm):
    """Why scoring is closed although scores are missing."""

    reason = LongTextField(label="Why is it closed without them?", required=False, max_length=300, rows=3)

    def __init__(self, *args: Any, missing: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.missing = missing
        if not missing:
            del self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if self.missing and not (typed.get("reason") or "").strip():
            self.add_error("reason", ValidationError("Some scores are missing. Say why scoring is closed without them"))
        return typed


class AgreementForm(GovukForm):
    """What the panel agreed on for one answer."""

    score = ChoiceField(label="The score that the panel agreed on", choices=SCALE, coerce=int)
    reason = LongTextField(
        label="Why?",
        help_text="The bidder reads this in its feedback letter. Name no other bidder, and no child.",
        max_length=LONGEST,
        rows=5,
    )

    def __init__(self, *args: Any, is_pass: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["score"].choices = scale_for(is_pass=is_pass)  # type: ignore[attr-defined]


class AskPriceForm(GovukForm):
    """What the bidder is asked about its price."""

    question = LongTextField(
        label="What is the bidder asked?",
        help_text="Send it to the bidder as your authority does; here it is put on record.",
        max_length=LONGEST,
        rows=4,
    )


class PriceAnswerForm(GovukForm):
    """What the bidder answered."""

    answer = LongTextField(
        label="What did the bidder answer?",
        help_text="If it did not answer in time, say so.",
        max_length=LONGEST,
        rows=5,
    )


class PriceDecisionForm(GovukForm):
    """Whether the price is accepted."""

    is_accepted = BooleanField(
        label="Is the price accepted?", yes="Yes, the bid stays in", no="No, the bid is out", inline=False
    )
    reason = LongTextField(label="Why?", max_length=LONGEST, rows=4)
