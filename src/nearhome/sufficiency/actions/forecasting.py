"""Working out a forecast of an authority's children."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.people.models import Organisation
from nearhome.sufficiency.actions.analyses import keep_analysis
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.permissions import require_can_analyse
from nearhome.sufficiency.queries.forecasting import Question, worked_forecast


@transaction.atomic
def work_out_forecast(*, authority: Organisation, question: Question, by: Any, now: datetime) -> KeptAnalysis:
    """The forecast with its back-test, scenarios and cost, kept. The same asked of the same records is kept once.

    Raises PermissionDenied, and ValidationError with the mend where it cannot be worked out.
    """
    require_can_analyse(by)
    if by.organisation_id != authority.pk:
        raise ValidationError("An analysis is worked out by the authority whose children it is about.")
    return keep_analysis(worked=worked_forecast(authority, question), authority=authority, by=by, now=now)
