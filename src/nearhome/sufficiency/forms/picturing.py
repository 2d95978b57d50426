"""What is asked for before an analysis is worked out."""

from nearhome.design.date_fields import DateField
from nearhome.design.fields import GovukForm


class PictureForm(GovukForm):
    """The day of the picture."""

    on = DateField(
        label="On which day?",
        help_text="The figures are of children looked after on this day, and of the 12 months up to it.",
    )
