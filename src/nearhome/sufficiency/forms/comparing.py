"""Files of prices, sent to be compared."""

from nearhome.design.date_fields import DateField
from nearhome.design.fields import GovukForm
from nearhome.needs.forms import ManyFilesField


class PricesForm(GovukForm):
    """The files, and the day up to which they are looked at."""

    costs = ManyFilesField(
        label="Files of prices",
        help_text="CSV files with one row for each placement: the child’s reference, the kind of placement, the weekly"
        " price and, where known, provider, age, need and dates. Choose all of them at once. At most 20 MB each.",
        accept=".csv",
        max_megabytes=20,
    )
    on = DateField(
        label="Up to which day?",
        help_text="Nights are counted over the 12 months up to this day. Leave it empty for the last day the files know.",
        required=False,
    )

    def contents(self) -> dict[str, bytes]:
        """Each file's bytes by its name."""
        return {one.name: one.read() for one in self.cleaned_data["costs"]}
