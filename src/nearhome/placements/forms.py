"""What people type about placements."""

from dataclasses import asdict, fields
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import CharField as PlainField
from django.forms import HiddenInput

from nearhome.design.fields import (
    CharField,
    ChoiceField,
    ConfirmField,
    DateField,
    GovukForm,
    IntegerField,
    LongTextField,
    MoneyField,
)
from nearhome.placements.actions.clock_events import KINDS
from nearhome.placements.actions.living import WeeklyPrice
from nearhome.placements.calculations.agreement import Goal, NoticeRow
from nearhome.placements.calculations.return_codes import (
    LEGAL_STATUSES,
    NEEDS,
    REASONS_CARE_CEASED,
    REASONS_FOR_MOVE,
)
from nearhome.placements.queries.terms import AgreementAnswers

MOST_GOALS = 3
NOTICE_NAMES = ("authority_days", "provider_days")


class ApprovalForm(GovukForm):
    """The choice of a home is approved, or refused with a reason."""

    granted = ChoiceField(
        label="Your decision", choices=(("yes", "Approve, and book the place"), ("no", "Refuse: the search goes on")),
        coerce=lambda value: value == "yes", empty_value=None,
    )  # fmt: skip
    reason = LongTextField(
        label="Reasons", help_text="Needed when you refuse: the officer reads them.", required=False, max_length=2000,
        rows=3,
    )  # fmt: skip

    def __init__(self, *args: Any, may_approve: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_approve:
            self.fields["granted"].choices = self.fields["granted"].choices[1:]  # type: ignore[attr-defined]


class ArrivalForm(GovukForm):
    """The child moved in. Questions that do not arise for this child are taken out."""

    arrived_on = DateField(label="When did the child move in?", help_text="For example, 27 11 2026")
    reason_place_change = ChoiceField(
        label="Why did the child leave where they lived before?", choices=tuple(REASONS_FOR_MOVE.items()), select=True
    )
    legal_status = ChoiceField(label="Legal status", choices=tuple(LEGAL_STATUSES.items()))
    need = ChoiceField(label="Main need", choices=tuple(NEEDS.items()))
    override = LongTextField(
        label="Reasons to go ahead although a rule refuses it (optional)", required=False, max_length=1000, rows=3,
        help_text="Only where the law's rule about the setting refuses the arrival, and you may override it.",
    )  # fmt: skip

    def __init__(self, *args: Any, in_care: bool, may_override: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        away = ("legal_status", "need") if in_care else ("reason_place_change",)
        for name in (*away, *(() if may_override else ("override",))):
            del self.fields[name]


class CorrectArrivalForm(GovukForm):
    """Another day of arrival."""

    arrived_on = DateField(label="When did the child move in?")


class EndingForm(GovukForm):
    """The child left, and why."""

    departed_on = DateField(
        label="When did the child leave?", help_text="The first night that they did not sleep there"
    )
    reason = ChoiceField(
        label="Why did the placement end?", select=True,
        choices=(
            ("", "Choose a reason"),
            ("The child moves to another home", tuple(REASONS_FOR_MOVE.items())),
            ("The child is no longer in care", tuple(REASONS_CARE_CEASED.items())),
        ),
    )  # fmt: skip
    words = LongTextField(label="What happened", max_length=2000)


class CancelForm(GovukForm):
    """The booking is cancelled, or the child did not come."""

    did_not_arrive = ConfirmField(label="The child was expected and did not arrive", required=False)
    words = LongTextField(label="Why is the booking cancelled?", max_length=1000)


class ExpectedEndForm(GovukForm):
    """Another expected end."""

    expected_ends_on = DateField(label="When is the placement expected to end?")
    frees_place = ConfirmField(
        label="Another child may be offered the place from that day", required=False,
    )  # fmt: skip


class PriceForm(GovukForm):
    """A new weekly price by element."""

    starts_on = DateField(label="From which day?")
    core_pence = MoneyField(label="Accommodation and care", suffix="a week")
    additional_support_pence = MoneyField(label="Additional support (optional)", suffix="a week", required=False)
    education_pence = MoneyField(label="Education (optional)", suffix="a week", required=False)
    therapy_pence = MoneyField(label="Therapy (optional)", suffix="a week", required=False)
    transport_pence = MoneyField(label="Transport (optional)", suffix="a week", required=False)
    other_pence = MoneyField(label="Other (optional)", suffix="a week", required=False)

    def price(self) -> WeeklyPrice:
        """The elements as typed; empty ones are nothing."""
        return WeeklyPrice(**{one.name: self.cleaned_data[one.name] or 0 for one in fields(WeeklyPrice)})


class DistanceApprovalForm(GovukForm):
    """Who approved, when, and when the other authority was consulted."""

    approved_by_name = CharField(label="Name of the person who approved", max_length=200)
    approved_on = DateField(label="When did they approve?")
    consulted_on = DateField(
        label="When was the authority where the home is consulted, and given the care plan?", required=False
    )

    def __init__(self, *args: Any, asks_consulted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_consulted:
            del self.fields["consulted_on"]


class AreaToldForm(GovukForm):
    """The area's authority was notified."""

    told_on = DateField(label="When was the authority where the home is notified in writing?")


class ClockEventForm(GovukForm):
    """A visit, review or notice."""

    rule = ChoiceField(label="What was done?", choices=tuple(KINDS.items()))
    done_on = DateField(label="When?")
    words = LongTextField(label="Note (optional)", required=False, max_length=2000, rows=3)


class SignForm(GovukForm):
    """A signature."""

    digest = PlainField(widget=HiddenInput, max_length=64)
    name = CharField(label="Your full name", max_length=200, width=20, autocomplete="name")
    is_agreed = ConfirmField(label="I have read this version, and I may sign for my organisation")


class AgreementForm(GovukForm):
    """What only people know about an agreement."""

    home_address = LongTextField(label="Address of the home", max_length=300, rows=3)
    registered_manager = CharField(label="Registered manager, and how to reach them", max_length=200, required=False)
    known_risks = LongTextField(label="Risks known now", max_length=4000)
    immediate_care = LongTextField(label="Care needed at once", max_length=4000)
    complete_by = DateField(label="By when must the full agreement replace this short form?")
    needs = LongTextField(label="How the home meets the child's needs", max_length=8000)
    care_plan_reference = CharField(label="Reference of the care plan", max_length=60, width=20)
    placement_plan_reference = CharField(label="Reference of the placement plan", max_length=60, width=20)
    disability = CharField(label="Disability (optional)", max_length=200, required=False)
    special_educational_needs = CharField(label="Special educational needs (optional)", max_length=200, required=False)
    fee_includes = LongTextField(label="What the weekly fee includes", max_length=2000)
    one_off_words = CharField(label="What is paid once (optional)", max_length=300, required=False)
    expected_end_on = DateField(label="When is the placement expected to end?", required=False)
    ends_automatically_when = LongTextField(label="When does the agreement end by itself?", max_length=600, rows=3)

    def __init__(self, *args: Any, is_short: bool, notice: tuple[NoticeRow, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.notice = notice
        self.is_short = is_short
        full = ("needs", "care_plan_reference", "placement_plan_reference")
        for name in full if is_short else ("known_risks", "immediate_care", "complete_by"):
            del self.fields[name]
        if not is_short:
            self.fields["registered_manager"].required = self.fields["expected_end_on"].required = True
            self._ask_goals()
        self._ask_notice()

    def _ask_goals(self) -> None:
        for number in range(1, MOST_GOALS + 1):
            more = "" if number == 1 else " (optional)"
            self.fields[f"goal_{number}"] = CharField(
                label=f"Goal {number}{more}", max_length=500, required=number == 1
            )
            self.fields[f"goal_{number}_review_on"] = DateField(
                label=f"When is goal {number} reviewed?{more}", required=number == 1
            )

    def _ask_notice(self) -> None:
        for number, row in enumerate(self.notice):
            when = f"from day {row.from_day}" + (f" to day {row.before_day - 1}" if row.before_day else " on")
            for name in NOTICE_NAMES:
                side = name.split("_", maxsplit=1)[0]
                self.fields[f"notice_{number}_{name}"] = IntegerField(
                    label=f"Notice by the {side} {when}", suffix="days", min_value=0, max_value=180, width=3,
                    initial=getattr(row, name),
                )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for number in range(2, MOST_GOALS + 1):
            if cleaned.get(f"goal_{number}") and not cleaned.get(f"goal_{number}_review_on"):
                self.add_error(f"goal_{number}_review_on", ValidationError(f"Enter when goal {number} is reviewed"))
        return cleaned

    def answers(self) -> AgreementAnswers:
        """Everything typed, as the action wants it."""
        plain = {
            name: value for name, value in self.cleaned_data.items() if name in AgreementAnswers.__dataclass_fields__
        }
        return AgreementAnswers(**plain, goals=self._goals(), notice=self._notice())

    def _goals(self) -> tuple[Goal, ...]:
        typed = ((self.cleaned_data.get(f"goal_{n}"), n) for n in range(1, MOST_GOALS + 1))
        return tuple(Goal(words, self.cleaned_data.get(f"goal_{n}_review_on")) for words, n in typed if words)

    def _notice(self) -> tuple[NoticeRow, ...]:
        return tuple(
            NoticeRow(row.from_day, row.before_day, *(self.cleaned_data[f"notice_{n}_{name}"] for name in NOTICE_NAMES))
            for n, row in enumerate(self.notice)
        )


def agreement_initial(answers: AgreementAnswers) -> dict[str, Any]:
    """What the agreement form shows first."""
    shown: dict[str, Any] = {name: value for name, value in asdict(answers).items() if name not in {"goals", "notice"}}
    for number, goal in enumerate(answers.goals[:MOST_GOALS], start=1):
        shown |= {f"goal_{number}": goal.words, f"goal_{number}_review_on": goal.review_on}
    return shown
