"""Working out whether groups of children fare differently when homes are found for them."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.design.wording import LONDON
from nearhome.matching.queries.fairness import worked_fairness
from nearhome.people.models import Organisation
from nearhome.sufficiency.actions.analyses import keep_analysis
from nearhome.sufficiency.models import KeptAnalysis
from nearhome.sufficiency.permissions import require_can_analyse


@transaction.atomic
def work_out_fairness(
    *, authority: Organisation, since: dt.date, until: dt.date, by: Any, now: dt.datetime
) -> KeptAnalysis:
    """The report over placements that began from one day to another, kept among the analyses.

    The same days over the same records are kept once. Raises PermissionDenied, and ValidationError where there is
    nothing on record or the days lie outside it.
    """
    require_can_analyse(by)
    if by.organisation_id != authority.pk:
        raise ValidationError("An analysis is worked out by the authority whose children it is about.")
    worked = worked_fairness(authority, since=since, until=until, today=now.astimezone(LONDON).date())
    return keep_analysis(worked=worked, authority=authority, by=by, now=now)
