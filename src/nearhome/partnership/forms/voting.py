"""Putting a question to the vote, voting, raising and moving matters."""

from datetime import date

from django.forms import HiddenInput, IntegerField

from nearhome.design.fields import CharField, ChoiceField, GovukForm, LongTextField, MomentField

CHOICES = (("for", "For"), ("against", "Against"), ("abstain", "Abstain"))
LATEST = date(2099, 12, 31)


class VersionedForm(GovukForm):
    """A form that answers one version of a record."""

    version = IntegerField(widget=HiddenInput, min_value=0)


class BallotForm(GovukForm):
    """What is asked, and until when."""

    subject = CharField(label="Question in one line", max_length=200)
    words = LongTextField(
        label="What members decide on",
        help_text="Say what follows from for and against. Name no child.",
        max_length=8000,
    )
    closes_at = MomentField(label="Day and time at which the ballot closes", latest=LATEST)


class VoteForm(GovukForm):
    """One member's vote."""

    choice = ChoiceField(label="How does your authority vote?", choices=CHOICES)
    words = LongTextField(
        label="Reason (optional)", help_text="Partners read it. Name no child.", required=False, max_length=2000, rows=3
    )


class MatterForm(GovukForm):
    """What partners disagree on."""

    subject = CharField(label="The matter in one line", max_length=200)
    words = LongTextField(
        label="What it is about, and what you ask for", help_text="Partners read it. Name no child.", max_length=8000
    )


class MoveUpForm(VersionedForm):
    """Why a matter goes up."""

    why = LongTextField(label="Why could it not be settled here?", help_text="Name no child.", max_length=4000, rows=3)


class ResolveForm(VersionedForm):
    """How a matter was settled."""

    words = LongTextField(label="How was it settled?", help_text="Name no child.", max_length=4000, rows=3)
