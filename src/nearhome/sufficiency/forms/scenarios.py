"""A scenario: its name and up to five changes, each in its own block."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from nearhome.design.fields import CharField, ChoiceField, DecimalField, GovukForm, IntegerField
from nearhome.sufficiency.actions.scenarios import MOST_CHANGES
from nearhome.sufficiency.calculations.forecasting.counting_days import AGE_BINS
from nearhome.sufficiency.calculations.forecasting.forecast import LONGEST, WHO

RATES, PLACES = ("entries", "leaving", "moves"), ("open", "cap")
KINDS = (
    ("", "Nothing"),
    ("entries", "Children start being looked after more or less often"),
    ("leaving", "Children leave care more or less often"),
    ("moves", "Children move to another kind of placement more or less often"),
    ("open", "Places open"),
    ("cap", "A kind of placement has a cap"),
)
CATEGORIES = (
    ("", "Any kind"),
    ("foster", "Foster care"),
    ("residential", "Children’s homes"),
    ("supported", "Supported accommodation"),
    ("other", "Other placements"),
)
WHO_CHOICES = (
    ("", "All children"),
    *((f"who:{one}", f"{one.capitalize()} children") for one in WHO[:2]),
    *((f"age:{one}", f"Children aged {one}") for one in AGE_BINS),
)


class ScenarioForm(GovukForm):
    """What it is called."""

    name = CharField(
        label="Name of the scenario",
        help_text="For example, Fifteen places by next autumn. Saving under a name that is there replaces it.",
        max_length=80,
    )


class ChangeForm(GovukForm):
    """One change. Left at "Nothing", the rest of it is not read."""

    kind = ChoiceField(label="What changes?", choices=KINDS, select=True, required=False)
    who = ChoiceField(
        label="For which children?", help_text="Places and caps cannot be by age.", choices=WHO_CHOICES, select=True, required=False
    )  # fmt: skip
    category = ChoiceField(
        label="In which kind of placement?",
        help_text="Where they start, leave or move from; where places open; what has the cap.",
        choices=CATEGORIES,
        select=True,
        required=False,
    )
    to = ChoiceField(
        label="And which other kind?",
        help_text="For moves, where to. For places that open, where the children would go without them. For a cap, where the others go.",
        choices=CATEGORIES,
        select=True,
        required=False,
    )
    number = DecimalField(
        label="How much?",
        help_text="For starts, leaving and moves, per cent: -10 is a tenth fewer, 20 a fifth more. For places and caps, how many places.",
        required=False,
        max_value=10_000,
        decimal_places=2,
    )
    from_month = IntegerField(
        label="From which month of the forecast?",
        help_text="1 is the first month. Left empty, it is the first.",
        required=False,
        min_value=1,
        max_value=LONGEST,
        width=2,
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        kind = typed.get("kind")
        if not kind:
            if any(value for name, value in typed.items() if name != "kind"):
                self.add_error("kind", "Choose what changes, or empty the rest of this change")
            return typed
        if typed.get("number") is None and "number" not in self.errors:
            self.add_error("number", "Enter how much: per cent, or how many places")
        self._check_rate(typed) if kind in RATES else self._check_places(typed)
        return typed

    def _check_rate(self, typed: Mapping[str, Any]) -> None:
        number = typed.get("number")
        if number is not None and number < -100:
            self.add_error("number", "It cannot fall by more than 100 per cent. Enter -100 or more")
        if number == 0:
            self.add_error("number", "0 per cent changes nothing. Enter how much more or less, like -10 or 20")
        if typed.get("kind") == "moves" and typed.get("to") and typed.get("to") == typed.get("category"):
            self.add_error("to", "Choose a kind other than the one they move from")

    def _check_places(self, typed: Mapping[str, Any]) -> None:
        number = typed.get("number")
        if number is not None and number < 0:
            self.add_error("number", "A number of places must be 0 or more")
        if not typed.get("category"):
            self.add_error("category", "Choose the kind of placement whose places these are")
        if not typed.get("to") or typed.get("to") == typed.get("category"):
            self.add_error("to", "Choose the other kind of placement, where children go instead")
        if (typed.get("who") or "").startswith("age:"):
            self.add_error("who", "Places are not by age. Choose all children, or unaccompanied or not")

    def change(self) -> dict[str, Any] | None:
        """The change in the plain form of the calculation; None for "Nothing"."""
        typed = self.cleaned_data
        kind = typed.get("kind")
        if not kind:
            return None
        about, _, value = (typed["who"] or "").partition(":")
        said = {"kind": kind, "category": typed["category"], "from_month": typed["from_month"] or 1}
        said |= {"who": {"who": value}, "age": {"age_bin": value}}.get(about, {})
        if kind in PLACES:
            return said | {"to": typed["to"], "places": float(typed["number"])}
        times = float((Decimal(100) + typed["number"]) / 100)
        return said | ({"to": typed["to"]} if kind == "moves" else {}) | {"times": times}


def change_forms(data: Mapping[str, Any] | None, changes: Sequence[Mapping[str, Any]] = ()) -> list[ChangeForm]:
    """The blocks of a scenario, those that are there already filled in."""
    filled = [as_typed(one) for one in changes]
    blank: list[dict[str, Any]] = [{} for _ in range(MOST_CHANGES - len(filled))]
    return [ChangeForm(data, prefix=f"change-{at}", initial=one) for at, one in enumerate([*filled, *blank], start=1)]


def as_typed(change: Mapping[str, Any]) -> dict[str, Any]:
    """A change as it stands in its block."""
    who = f"who:{change['who']}" if change.get("who") else f"age:{change['age_bin']}" if change.get("age_bin") else ""
    is_places = change["kind"] in PLACES
    number = change["places"] if is_places else round((change["times"] - 1) * 100, 2)
    said = {name: change.get(name, "") for name in ("kind", "category", "to")}
    return said | {"who": who, "number": f"{number:g}", "from_month": change.get("from_month", 1)}
