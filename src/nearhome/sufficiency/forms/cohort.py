"""Which children belong to a cohort."""

from typing import Any

from django.core.exceptions import ValidationError

from nearhome.design.date_fields import DateField
from nearhome.design.fields import ChoiceField, GovukForm, IntegerField, MultiChoiceField
from nearhome.sufficiency.queries import cohorts


class CohortForm(GovukForm):
    """The filters of a cohort; one that is left empty leaves everybody in."""

    youngest = IntegerField(label="Age from", min_value=cohorts.YOUNGEST, max_value=cohorts.OLDEST, required=False)
    oldest = IntegerField(
        label="Age to", help_text="Completed years. Both ages belong.", min_value=cohorts.YOUNGEST,
        max_value=cohorts.OLDEST, required=False,
    )  # fmt: skip
    sexes = MultiChoiceField(label="Sex", choices=cohorts.SEXES, required=False)
    needs = MultiChoiceField(label="Category of need", choices=cohorts.NEEDS, required=False)
    settings = MultiChoiceField(label="Living in", choices=cohorts.SETTINGS, required=False)
    legal_groups = MultiChoiceField(label="Legal status", choices=cohorts.LEGAL_GROUPS, required=False)
    uasc = ChoiceField(label="Unaccompanied asylum-seeking?", choices=cohorts.EITHER, required=False)
    complex = ChoiceField(
        label="Complex?", help_text="Two or more recorded circumstances, which are said below the figures.",
        choices=cohorts.EITHER, required=False,
    )  # fmt: skip
    on = DateField(label="On which day?", help_text="Leave it empty for the last day on record.", required=False)

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        youngest, oldest = chosen.get("youngest"), chosen.get("oldest")
        if youngest is not None and oldest is not None and youngest > oldest:
            raise ValidationError({"oldest": f"Age to must be {youngest} or more, or change age from"})
        return chosen
