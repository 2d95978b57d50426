"""What the lead fills in about a partnership, and what a member answers."""

from collections.abc import Sequence
from datetime import date
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
)
from nearhome.partnership.actions import Terms

STANDINGS = (("member", "Member: places and votes"), ("ally", "Ally: places but does not vote"))
TASKS = (("procurement", "Procurement"), ("finance", "Finance"), ("legal", "Legal"))
BEARERS = (
    ("nominated", "The authority the place is nominated to, otherwise the host"),
    ("host", "The host"),
    ("shares", "All parties by their contribution"),
)
VOTES_BY = (("each", "One vote for each member"), ("contribution", "By contribution"))
MAJORITIES = (
    ("simple", "More than half"),
    ("two_thirds", "At least two thirds"),
    ("three_quarters", "At least three quarters"),
    ("unanimous", "All who vote for or against"),
)
EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)


class BeginForm(GovukForm):
    """A new partnership, led by one's own authority."""

    name = CharField(label="Name of the partnership", max_length=200)
    starts_on = DateField(label="First day", earliest=EARLIEST, latest=LATEST)
    weight = IntegerField(
        label="Your contribution weight",
        help_text="Shares follow from the weights of all: 5, 3 and 1 are 55.56%, 33.33% and 11.11%.",
        min_value=0,
        max_value=1_000_000,
        initial=1,
    )


class OrganisationForm(GovukForm):
    """A form with a list of authorities to choose from."""

    organisation = ChoiceField(label="Authority", choices=(), select=True)

    def __init__(self, *args: Any, organisations: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_key = {str(one.key): one for one in organisations}
        choices: Any = self.fields["organisation"]
        choices.choices = [("", "Choose an authority"), *((key, one.name) for key, one in self.by_key.items())]

    def chosen(self) -> Any:
        """The authority that was chosen."""
        return self.by_key[self.cleaned_data["organisation"]]


class JoinForm(OrganisationForm):
    """Who joins, as what, from when."""

    standing = ChoiceField(label="What does it join as?", choices=STANDINGS)
    weight = IntegerField(label="Contribution weight", min_value=0, max_value=1_000_000, initial=1)
    starts_on = DateField(label="First day", earliest=EARLIEST, latest=LATEST)
    field_order = ("organisation", "standing", "weight", "starts_on")


class TaskLeadForm(OrganisationForm):
    """Who leads a task, from when."""

    task = ChoiceField(label="Task", choices=TASKS)
    starts_on = DateField(
        label="First day", help_text="Finance changes from today or an earlier day.", earliest=EARLIEST, latest=LATEST
    )
    field_order = ("task", "organisation", "starts_on")


class ChangeMembershipForm(GovukForm):
    """Another standing or weight from a day."""

    standing = ChoiceField(label="What is it from then on?", choices=STANDINGS)
    weight = IntegerField(label="Contribution weight", min_value=0, max_value=1_000_000)
    starts_on = DateField(label="First day of the change", earliest=EARLIEST, latest=LATEST)


class LeaveForm(GovukForm):
    """The day from which an authority no longer takes part."""

    ends_before = DateField(label="First day without it", earliest=EARLIEST, latest=LATEST)


class LevelsField(LongTextField):
    """Levels of escalation, one on each line: "Heads of service, 10" → [{"name": …, "working_days": 10}]."""

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (super().to_python(value) or "").split("\n") if line.strip()]
        return [self._level(line) for line in lines]

    def _level(self, line: str) -> dict[str, Any]:
        name, _, days = line.rpartition(",")
        if not name.strip() or not days.strip().isdecimal() or not 1 <= int(days) <= 100:
            raise ValidationError(
                f"“{line[:60]}” must be a name, a comma and working days from 1 to 100, like: Heads of service, 10"
            )
        return {"name": name.strip()[:120], "working_days": int(days)}

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{level['name']}, {level['working_days']}" for level in value)


class AgreementForm(GovukForm):
    """A new version of the agreement."""

    starts_on = DateField(label="Day from which it applies", earliest=EARLIEST, latest=LATEST)
    empty_bearer = ChoiceField(label="Who pays for an empty bed?", choices=BEARERS, initial="nominated")
    grace_nights = IntegerField(
        label="Nights after which an empty bed is paid for", min_value=0, max_value=366, initial=0, width=3
    )
    first_refusal_days = IntegerField(
        label="Days of first refusal",
        help_text="For so long a fresh vacancy is its own authority’s, before partners may use it.",
        min_value=0,
        max_value=366,
        initial=5,
        width=3,
    )
    votes_by = ChoiceField(label="How do votes weigh?", choices=VOTES_BY, initial="each")
    quorum_percent = IntegerField(
        label="Quorum", help_text="So much of all votes must take part.", suffix="%", min_value=0, max_value=100, initial=50,
        width=3,
    )  # fmt: skip
    majority = ChoiceField(label="What carries a vote?", choices=MAJORITIES, initial="simple")
    abstentions_make_quorum = BooleanField(label="Does an abstention count towards the quorum?", initial=True)
    escalation = LevelsField(
        label="Levels of escalation",
        help_text="One on each line: who, a comma, and their working days, like: Heads of service, 10",
        rows=4,
        max_length=1000,
    )
    words = LongTextField(
        label="Words of the agreement (optional)",
        help_text="What else was agreed, or where the signed document is kept. Name no child.",
        required=False,
        max_length=20000,
        rows=8,
    )

    def terms(self) -> Terms:
        """What was typed, as the agreement's terms."""
        return Terms(**{name: value for name, value in self.cleaned_data.items() if name != "starts_on"})
