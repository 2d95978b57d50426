"""What a lot asks for, what it must cost singly, and how bids for it are judged."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from nearhome.design.fields import (
    CharField,
    ChoiceField,
    DateField,
    DecimalField,
    GovukForm,
    IntegerField,
    LongTextField,
    MoneyField,
)
from nearhome.tendering.actions.criteria import CriterionTerms
from nearhome.tendering.actions.shaping import BandTerms
from nearhome.tendering.queries.cases import KINDS_BOUGHT
from nearhome.tendering.queries.tenders import CATEGORIES

FORMULAS = (
    ("lowest_ratio", "Lowest price gets all marks, others in proportion"),
    ("weighted_basket", "The same, on all prices together, each counted by its forecast weeks"),
    ("min_max", "Lowest price gets all marks, the dearest none, others in between"),
    ("mean_deviation", "By distance from the mean of all prices"),
    ("cap_gate", "Pass or fail against a published cap"),
    ("quality_per_pound", "Quality marks for each pound"),
)
OLDEST = 25


def offer(form: GovukForm, name: str, choices: Iterable[tuple[str, str]]) -> None:
    """The choices of a field, which depend on the tender."""
    field: Any = form.fields[name]
    field.choices = list(choices)


class AgesForm(GovukForm):
    """A form with a youngest and an oldest age, both included."""

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        low, high = typed.get("min_age"), typed.get("last_age")
        if low is not None and high is not None and low > high:
            self.add_error("last_age", f"Oldest age must be {low} or more")
        return typed


class LotForm(AgesForm):
    """One lot in words and ages; its places and prices have pages of their own."""

    name = CharField(label="Name of the lot", max_length=200)
    kind = ChoiceField(
        label="Which kind of place?",
        help_text="Bids come from whoever is registered for it.",
        choices=KINDS_BOUGHT,
        required=False,
    )
    needs = LongTextField(
        label="Whose needs are to be met",
        help_text="Bidders read this. Describe a group of children, never one child.",
        required=False, max_length=2000, rows=4,
    )  # fmt: skip
    area = ChoiceField(label="In which authority’s area?", select=True, required=False)
    min_age = IntegerField(label="Youngest age", min_value=0, max_value=OLDEST, initial=0, width=2)
    last_age = IntegerField(
        label="Oldest age", help_text="Children of this age are included.", min_value=0, max_value=OLDEST, initial=17, width=2
    )  # fmt: skip
    wishes = LongTextField(
        label="Wishes for the place and its surroundings",
        help_text="One on each line, like: near a secondary school.",
        required=False, max_length=1000, rows=3,
    )  # fmt: skip
    most_places = IntegerField(
        label="Most places", help_text="Leave empty to admit as many as qualify.", required=False, min_value=1, max_value=5000
    )  # fmt: skip
    most_suppliers = IntegerField(
        label="Most suppliers", help_text="Leave empty for no limit.", required=False, min_value=1, max_value=1000
    )
    step_across = ChoiceField(
        label="Which lot can a child step across to?",
        help_text="Pairs residential care with foster care, so that a child can move between them. It may be of another kind.",
        select=True, required=False,
    )  # fmt: skip
    price_formula = ChoiceField(label="How is price turned into marks?", choices=FORMULAS, initial="lowest_ratio")
    least_quality = DecimalField(
        label="Least quality", help_text="Per cent of the quality marks below which a bid fails. Leave empty for none.",
        required=False, min_value=Decimal(0), max_value=Decimal(100), decimal_places=2, suffix="%",
    )  # fmt: skip

    def __init__(self, *args: Any, areas: Any = (), others: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "area", [("", "No one area"), *areas])
        offer(self, "step_across", [("", "None"), *others])

    def values(self) -> dict[str, Any]:
        """As the action takes them, with the ages half-open; the area is still a number."""
        typed = dict(self.cleaned_data)
        typed["before_age"] = typed.pop("last_age") + 1
        typed["step_across"] = int(typed["step_across"]) if typed["step_across"] else None
        typed["area"] = int(typed["area"]) if typed["area"] else None
        return typed


class PlacesForm(GovukForm):
    """Places in all by a day."""

    by_on = DateField(label="By which day?")
    in_all = IntegerField(
        label="Places in all by then", help_text="Not how many more: how many altogether.", min_value=0, max_value=5000
    )


class BandForm(AgesForm):
    """One price that bidders give."""

    label = CharField(
        label="What the price is for", help_text="Bidders read this, like: A bed, 10 to 16.", max_length=120
    )
    category = ChoiceField(label="Category of need", choices=tuple(CATEGORIES.items()), select=True, initial="standard")
    min_age = IntegerField(label="Youngest age", min_value=0, max_value=OLDEST, width=2)
    last_age = IntegerField(label="Oldest age", min_value=0, max_value=OLDEST, width=2)
    forecast_weeks = DecimalField(
        label="Weeks you expect to buy",
        help_text="Over the whole term, all children together. Prices count by these weeks.",
        min_value=Decimal(0), max_value=Decimal(1_000_000), decimal_places=2,
    )  # fmt: skip
    most_weekly_pence = MoneyField(
        label="Most a week", help_text="A published cap: a bid above it fails. Leave empty for none.",
        required=False, min_pence=1, max_pence=10_000_000,
    )  # fmt: skip

    def terms(self) -> BandTerms:
        typed = self.cleaned_data
        return BandTerms(
            typed["label"], typed["category"], typed["min_age"], typed["last_age"] + 1, typed["forecast_weeks"],
            typed["most_weekly_pence"],
        )  # fmt: skip


class BenchmarkForm(GovukForm):
    """What the same costs bought singly."""

    spot_weekly_pence = MoneyField(label="Spot price a week", min_pence=1, max_pence=10_000_000)
    source = CharField(
        label="Where is this figure from?", help_text="Like: average of our spot placements in 2025/26.", max_length=300
    )


class CriterionForm(GovukForm):
    """One criterion of the tree."""

    kind = ChoiceField(
        label="What is it?",
        choices=(("section", "A section"), ("question", "A question that is scored"),
                 ("pass", "A question that is passed or failed"), ("price", "Price")),
    )  # fmt: skip
    title = CharField(label="Title", max_length=200)
    parent = ChoiceField(label="Where does it stand?", select=True)
    weight = DecimalField(
        label="Weight", help_text="Per cent of what it stands in. Parts sum to 100. Passed or failed: 0.",
        min_value=Decimal(0), max_value=Decimal(100), decimal_places=3, suffix="%", initial=0,
    )  # fmt: skip
    words = LongTextField(label="The question as bidders read it", required=False, max_length=4000, rows=4)
    most_words = IntegerField(label="Most words of an answer", min_value=10, max_value=5000, initial=750)
    least_score = IntegerField(
        label="Least score", help_text="An agreed score below this fails the bid, 0 to 5. Leave empty for none.",
        required=False, min_value=0, max_value=5, width=2,
    )  # fmt: skip

    def __init__(self, *args: Any, sections: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "parent", sections)

    def terms(self) -> CriterionTerms:
        typed = self.cleaned_data
        return CriterionTerms(
            typed["kind"], typed["title"], typed["words"], typed["weight"], typed["least_score"], typed["most_words"]
        )
