"""What is asked for before a report on fairness is worked out."""

from nearhome.design.date_fields import DateField
from nearhome.design.fields import GovukForm


class FairnessForm(GovukForm):
    """When the placements began."""

    since = DateField(
        label="Placements that began from",
        help_text="Whether a child moved within a year is known only of placements that began at least a year before the last return ends: choose earlier days to see it.",
    )  # fmt: skip
    until = DateField(
        label="To, this day included",
        help_text="After the last return only placements made with Nearhome are on record.",
    )
