"""Running a tender: talks with the market, its timetable, publishing, more time, answers, and bids that are out."""

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
    MomentField,
)
from nearhome.tendering.actions.engaging import Talk
from nearhome.tendering.queries.bids import GROUNDS
from nearhome.tendering.queries.tenders import HOW
from nearhome.tendering.queries.timetables import Lengths, TimetableAsked


class TalkForm(GovukForm):
    """One talk with the market."""

    on = DateField(label="When was it?")
    how = ChoiceField(label="How?", choices=tuple(HOW.items()))
    who = CharField(label="With whom?", max_length=300)
    learnt = LongTextField(label="What was learnt?", max_length=4000, rows=5)
    is_published = BooleanField(
        label="Do bidders read it with the tender?", help_text="Whoever was spoken to should have no head start over others."
    )  # fmt: skip

    def talk(self) -> Talk:
        return Talk(**self.cleaned_data)


def _days(label: str, help_text: str = "") -> IntegerField:
    return IntegerField(label=label, help_text=help_text, min_value=0, max_value=400, width=3)


class TimetableForm(GovukForm):
    """From which day, and how long each part takes."""

    anchor = ChoiceField(
        label="What do you know?",
        choices=(("start", "The day work begins"), ("contract", "The day by which the contract must be made")),
        initial="start",
    )  # fmt: skip
    on = DateField(label="That day")
    engagement = _days("Talks with the market, working days")
    tender_days = _days("Time for bids, whole days", "Calendar days between publication and deadline.")
    questions_before = _days("Questions end, working days before the deadline")
    answers_before = _days("Answers are due, working days before the deadline")
    evaluation = _days("Scoring, working days")
    moderation = _days("Moderation, working days")
    approval = _days("Approval, working days", "With call-in, if the decision can be called in.")
    standstill_days = _days("Standstill, days", "Working days from the award notice under the 2023 Act, where it is voluntary for light touch; calendar days under the 2015 regulations.")  # fmt: skip
    mobilisation_months = IntegerField(
        label="Months from contract to the first place", min_value=0, max_value=60, width=2
    )
    planned_notice = BooleanField(
        label="Was a planned procurement notice (UK3) published 40 days to a year before?", initial=False
    )  # fmt: skip

    def asked(self, usual: Lengths) -> TimetableAsked:
        typed = self.cleaned_data
        named = {name: typed[name] for name in Lengths.__slots__ if name in typed}
        return TimetableAsked(typed["anchor"], typed["on"], replace(usual, **named), bool(typed["planned_notice"]))


class PublishForm(GovukForm):
    """When bids are due, and by which decision the authority goes to the market."""

    deadline_at = MomentField(label="When are bids due?", help_text="A bid counts up to this moment and not at it.")
    questions_until_at = MomentField(label="Until when can bidders ask?")
    decision = CharField(
        label="By which decision?", help_text="The number of the recorded decision to go to the market.", max_length=200
    )
    despite_warnings = ConfirmField(label="Publish although something is warned about", required=False)
    version = IntegerField(label="Version", min_value=1)

    def __init__(self, *args: Any, warns: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].widget.input_type = "hidden"
        if not warns:
            del self.fields["despite_warnings"]


class ExtendForm(GovukForm):
    """A later deadline."""

    to_at = MomentField(label="When are bids due now?")
    reason = LongTextField(label="Why do bidders get more time?", help_text="Every bidder reads this.", max_length=1000)


class AnswerBidderForm(GovukForm):
    """The answer to a bidder's question, and the question in the words that are published."""

    question = LongTextField(
        label="The question as everybody will read it",
        help_text="Change any words that tell who asked.", max_length=4000, rows=4,
    )  # fmt: skip
    answer = LongTextField(label="Answer", max_length=8000, rows=6)
    tells_who = ConfirmField(label="I have looked: these words do not tell who asked", required=False)


class TellForm(GovukForm):
    """Something all bidders should know."""

    about = CharField(label="What is it about?", max_length=300)
    words = LongTextField(label="What should bidders know?", max_length=8000, rows=6)


class OutForm(GovukForm):
    """A bid that is out."""

    ground = ChoiceField(label="On which ground?", choices=tuple(GROUNDS.items()))
    reason = LongTextField(label="Why?", help_text="The provider reads this.", max_length=2000)
