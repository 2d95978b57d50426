"""Saving what should be asked for, with the forecast it rests on."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from nearhome.audit.record import record
from nearhome.sufficiency.models import KeptAnalysis, Requirement
from nearhome.sufficiency.permissions import require_can_analyse
from nearhome.sufficiency.queries.requirements import REQUIRED, Wanted, worked_requirement

_LOCK = 906  # one requirement of an authority is saved at a time, so that a double click saves one


@transaction.atomic
def save_requirement(*, forecast: KeptAnalysis, wanted: Wanted, by: Any, now: datetime) -> Requirement:
    """Work the requirement out of the forecast and save it. The same asked of the same forecast and places is saved once.

    Raises PermissionDenied, and ValidationError with the mend where what is asked cannot be.
    """
    require_can_analyse(by)
    if by.organisation_id != forecast.authority_id:
        raise ValidationError("A requirement is written by the authority whose forecast it rests on.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, forecast.authority_id])
    worked = worked_requirement(forecast, wanted)
    same = Requirement.objects.filter(forecast=forecast, asked=worked["asked"], sentence=worked["sentence"]).first()
    if same:
        return same
    row = Requirement.objects.create(
        authority_id=forecast.authority_id, forecast=forecast, saved_at=now, saved_by=str(by), **worked
    )
    # Wishes are free text and stay out of the record of what happened.
    places = row.steps[-1]["in_all"] if row.steps else 0
    words = f"A requirement was saved: {REQUIRED[row.kind].lower()}, {places} places in all."
    record("requirement.saved", words, about=row, by=by, at=now, thread=row.key)
    return row
