"""A month from draft to checked to closed, by two people."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.settlement.models import Month
from nearhome.settlement.permissions import require_can_close, require_can_settle
from nearhome.settlement.queries import periods
from nearhome.settlement.queries.months import disputing, members_of, open_months_before


@transaction.atomic
def check_month(*, month: Month, by: Any, now: datetime) -> Month:
    """Say that a worked out month is right. Harmless when the same person already said so."""
    require_can_settle(by, month.partnership)
    month = _locked(month)
    if month.state == Month.State.CHECKED and month.checked_by_id == by.pk:
        return month
    if month.state != Month.State.DRAFT or month.worked_out_at is None:
        raise ValidationError(f"{_name(month)} is {month.get_state_display().lower()}. Only a draft can be checked.")
    month.state, month.checked_by, month.checked_at = Month.State.CHECKED, by, now
    month.save()
    _record(month, "month.checked", f"{_name(month)} was checked.", by, now)
    return month


@transaction.atomic
def return_month(*, month: Month, reason: str, by: Any, now: datetime) -> Month:
    """Send a checked month back to draft, so that it can be worked out again."""
    require_can_settle(by, month.partnership)
    month = _locked(month)
    if month.state == Month.State.DRAFT:
        return month
    if month.state == Month.State.CLOSED:
        raise ValidationError(
            f"{_name(month)} is closed and never changes. What is wrong is put right in a later month."
        )
    if not reason.strip():
        raise ValidationError("Say why the month goes back to draft.")
    month.state, month.checked_by, month.checked_at = Month.State.DRAFT, None, None
    month.save()
    _record(month, "month.returned", f"{_name(month)} was sent back to draft: {reason.strip()}", by, now)
    return month


@transaction.atomic
def close_month(*, month: Month, by: Any, now: datetime) -> Month:
    """Close a checked month for good; somebody else than who checked it. Harmless when already closed."""
    require_can_settle(by, month.partnership)
    month = _locked(month)
    if month.state == Month.State.CLOSED:
        return month
    if month.state != Month.State.CHECKED:
        raise ValidationError(f"{_name(month)} has not been checked. One finance officer checks it, another closes it.")
    require_can_close(by, month)
    _require_ready(month)
    month.state, month.closed_by, month.closed_at = Month.State.CLOSED, by, now
    month.save()
    _record(month, "month.closed", f"{_name(month)} was closed.", by, now)
    return month


def _require_ready(month: Month) -> None:
    earlier = open_months_before(month)
    if earlier:
        name = periods.in_words(earlier[0])
        raise ValidationError(f"{name} is not closed yet. Close it first: months are closed in order.")
    names = disputing(month)
    if names:
        raise ValidationError(
            f"{wording.nice_list(names)} {'disputes its statement' if len(names) == 1 else 'dispute their statements'}."
            " Send the month back to draft, put right what is wrong and work it out again, or ask them to agree."
        )


def _locked(month: Month) -> Month:
    rows = Month.objects.select_for_update(of=("self",)).select_related("partnership__finance_lead")
    return rows.get(pk=month.pk)


def _name(month: Month) -> str:
    return periods.in_words(month.starts_on)


def _record(month: Month, name: str, words: str, by: Any, now: datetime) -> None:
    record(name, words, about=month, by=by, at=now, thread=month.key, seen_by=members_of(month.partnership_id))
