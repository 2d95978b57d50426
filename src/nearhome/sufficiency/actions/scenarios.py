"""Saving a scenario under a name, and removing it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from nearhome.audit.record import record
from nearhome.people.models import Organisation
from nearhome.sufficiency.calculations.forecasting.scenarios import scenario_from
from nearhome.sufficiency.models import Scenario
from nearhome.sufficiency.permissions import require_can_analyse

MOST_CHANGES = 5
_LOCK = 905  # one scenario of an authority is written at a time, so that a double click keeps one


@transaction.atomic
def save_scenario(
    *, authority: Organisation, name: str, changes: Sequence[Mapping[str, Any]], by: Any, now: datetime,
    kept: Scenario | None = None,
) -> Scenario:  # fmt: skip
    """Save a scenario. One of the same name is replaced; `kept` is the one that is changed, and may get another name.

    Raises PermissionDenied, and ValidationError with the mend where a change cannot be, or the new name is taken.
    """
    _require_own(authority, by)
    name, changes = name.strip(), [dict(one) for one in changes]
    _check(name, changes)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, authority.pk])
    named = Scenario.objects.filter(authority=authority, name=name).first()
    if kept and named and named.pk != kept.pk:
        raise ValidationError({"name": f"There is already a scenario called “{name}”. Choose another name."})
    row = Scenario.objects.filter(pk=kept.pk, authority=authority).first() if kept else named
    if row and (row.name, row.changes) == (name, changes):
        return row
    words = f"The scenario “{name}” was {'changed' if row else 'saved'}."
    row = row or Scenario(authority=authority)
    row.name, row.changes, row.saved_at, row.saved_by = name, changes, now, str(by)
    row.save()
    record("scenario.saved", words, about=row, by=by, at=now, thread=row.key)
    return row


@transaction.atomic
def remove_scenario(*, scenario: Scenario, by: Any, now: datetime) -> None:
    """Remove a scenario. Forecasts that used it keep their copy. Again it does nothing."""
    _require_own(scenario.authority, by)
    found = Scenario.objects.select_for_update().filter(key=scenario.key).first()
    if found is None:
        return
    record(
        "scenario.removed", f"The scenario “{found.name}” was removed.", about=found, by=by, at=now, thread=found.key
    )
    found.delete()


def _require_own(authority: Organisation, by: Any) -> None:
    require_can_analyse(by)
    if by.organisation_id != authority.pk:
        raise ValidationError("A scenario is saved by the authority whose children it is about.")


def _check(name: str, changes: Sequence[Mapping[str, Any]]) -> None:
    if not name:
        raise ValidationError({"name": "Enter a name"})
    if not changes:
        raise ValidationError("Say at least one change.")
    if len(changes) > MOST_CHANGES:
        raise ValidationError(f"A scenario has at most {MOST_CHANGES} changes. Save the others as one more.")
    try:
        scenario_from({"name": name, "changes": list(changes)})
    except ValueError as refused:
        raise ValidationError(str(refused)) from None
