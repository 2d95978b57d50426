"""What is asked about one place of a block, about changing the block, ending it and adding it up."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nearhome.design.fields import (
    BooleanField,
    CharField,
    ChoiceField,
    DateField,
    GovukForm,
    IntegerField,
    LongTextField,
    MultiChoiceField,
)
from nearhome.procurement.actions.block_adjusting import WantedChange
from nearhome.procurement.actions.block_ending import WantedEnd
from nearhome.procurement.forms.block_fields import PercentField, offer

if TYPE_CHECKING:
    from nearhome.people.models import Organisation
    from nearhome.procurement.models import BlockPlace

TRIGGERS = (
    ("occupancy", "Occupancy has been too low, or too high, for weeks"),
    ("need", "The need has changed"),
    ("performance", "The provider’s performance"),
)
ENDS = (
    ("notice", "By notice, as the contract allows"),
    ("break", "On a break date of the contract"),
    ("agreed", "By agreement with the provider"),
    ("breach", "The provider broke the contract"),
    ("registration", "The registration was cancelled or suspended"),
)
NOBODY = "nobody"


class AddPlaceForm(GovukForm):
    """Which place joins the block, and whose first call it is."""

    place = ChoiceField(label="Place", choices=(), select=True)
    nominated = ChoiceField(label="Who has first call on it?", choices=())

    def __init__(self, *args: Any, places: Sequence[Any], parties: Sequence["Organisation"], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = {str(one.key): one for one in parties}
        named = [(str(one.key), f"{one.home.name}, {one.label}") for one in places]
        offer(self, "place", [("", "Choose a place"), *named])
        offer(self, "nominated", _whose(self.parties))

    def authority(self) -> "Organisation | None":
        """Whose first call; None for everybody's."""
        return self.parties.get(self.cleaned_data["nominated"])


def _whose(parties: "dict[str, Organisation]") -> list[tuple[str, str]]:
    return [
        *((key, one.name) for key, one in parties.items()),
        (NOBODY, "Nobody: every party may use it from the first"),
    ]


class NominatePlaceForm(GovukForm):
    """Whose first call a place is."""

    nominated = ChoiceField(label="Who has first call on it?", choices=())

    def __init__(self, *args: Any, parties: Sequence["Organisation"], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parties = {str(one.key): one for one in parties}
        offer(self, "nominated", _whose(self.parties))

    def authority(self) -> "Organisation | None":
        """Whose first call; None for everybody's."""
        return self.parties.get(self.cleaned_data["nominated"])


class ReadyForm(GovukForm):
    """When a place was registered and from when it can accept a child."""

    registered_on = DateField(
        label="When was it registered?", help_text="The day from which the regulator’s register allows the place."
    )
    accepts_from = DateField(label="From when can it accept a child?")


class ReleaseForm(GovukForm):
    """From when a place is offered to the partners."""

    starts_on = DateField(label="From which day may the partners use it?")
    reason = CharField(label="Reason", help_text="Like: no referral of our own. Name no child.", max_length=300)


class TakeBackForm(GovukForm):
    """Why a place is kept again."""

    reason = CharField(label="Reason", help_text="Name no child.", max_length=300)


class AdjustmentForm(GovukForm):
    """Other beds from a day, and why."""

    starts_on = DateField(label="From which day?")
    beds = IntegerField(label="Beds in all from that day", min_value=0, max_value=10_000, width=4)
    trigger = ChoiceField(label="Why should the block change?", choices=TRIGGERS)
    occupancy_bp = PercentField(label="Occupancy", required=False, help_text="If occupancy is the reason.")
    weeks = IntegerField(label="Over how many weeks?", required=False, min_value=1, max_value=520, width=3)
    evidence = LongTextField(label="Evidence", help_text="Say what shows it. Name no child.", max_length=2000)
    ground = ChoiceField(label="Ground under regulation 72", choices=(), required=False)
    leaving = MultiChoiceField(
        label="Places that leave the block", choices=(), required=False,
        help_text="Only if the beds become fewer. A child who lives there needs an agreement of their own first.",
    )  # fmt: skip

    def __init__(
        self, *args: Any, regime: str, grounds: Sequence[tuple[str, str]], places: Sequence["BlockPlace"], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = {str(one.place.key): one for one in places}
        offer(self, "leaving", [(key, f"{one.place.home.name}, {one.place.label}") for key, one in self.places.items()])
        if not self.places:
            del self.fields["leaving"]
        if regime == "PCR2015":
            offer(self, "ground", grounds)
            self.fields["ground"].required = True
        else:
            del self.fields["ground"]

    def wanted(self) -> WantedChange:
        """The change asked for."""
        typed = self.cleaned_data
        leaving = tuple(self.places[key] for key in typed.get("leaving") or ())
        return WantedChange(
            typed["starts_on"], typed["beds"], typed["trigger"], typed["evidence"], typed["occupancy_bp"], typed["weeks"],
            typed.get("ground") or "", leaving,
        )  # fmt: skip


class AnswerForm(GovukForm):
    """Yes or no, with a reason if no."""

    agrees = BooleanField(label="Do you agree?")
    reason = LongTextField(
        label="Reason", help_text="Needed if you do not agree. Name no child.", required=False, max_length=2000, rows=3
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        if typed.get("agrees") is False and not typed.get("reason", "").strip():
            self.add_error("reason", "Enter the reason, so that the other side knows what to mend")
        return typed


class EndingForm(GovukForm):
    """An early end, with a plan for every place."""

    ground = ChoiceField(label="On which ground does it end?", choices=ENDS)
    reasons = LongTextField(label="Reasons", help_text="Name no child.", max_length=2000)
    notice_on = DateField(label="When is notice given?")
    ends_before = DateField(label="The day after its last day")

    def __init__(self, *args: Any, places: Sequence["BlockPlace"], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places
        for one in places:
            self.fields[f"plan_{one.pk}"] = LongTextField(
                label=f"Plan for {one.place.label}, {one.place.home.name}",
                help_text="What becomes of the place and of whoever lives there. Name no child.",
                max_length=2000, rows=2,
            )  # fmt: skip

    def wanted(self) -> WantedEnd:
        """The end proposed."""
        typed = self.cleaned_data
        plans = {one: typed[f"plan_{one.pk}"] for one in self.places}
        return WantedEnd(typed["ground"], typed["reasons"], typed["notice_on"], typed["ends_before"], plans)


class AssumptionsForm(GovukForm):
    """What a block is added up with, and a printed total to check."""

    occupancy = PercentField(label="Beds occupied", initial=10_000)
    indexation = PercentField(label="Rise on each anniversary", most=50)
    stated = CharField(
        label="A printed total to check",
        help_text="Like £3.564m or £35.64 million.",
        required=False,
        max_length=40,
        width=20,
    )
