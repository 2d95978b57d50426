"""A month from draft to checked to approved, and the asking for its close; the close itself is in `closing_hosts`."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from procrastinate.contrib.django import app

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.settlement.actions.moving import lock_month, move_month, return_to_draft
from nearhome.settlement.models import Month
from nearhome.settlement.permissions import require_can_approve, require_can_settle
from nearhome.settlement.queries import periods
from nearhome.settlement.queries.months import disputing, members_of, open_months_before
from nearhome.settlement.states import MonthState

CLOSE_MONTH = "settlement.close_month"


@transaction.atomic
def check_month(*, month: Month, by: Any, now: datetime) -> Month:
    """Say that a worked out month is right. Harmless when the same person already said so."""
    require_can_settle(by, month.partnership)
    month = lock_month(month)
    if month.state == MonthState.CHECKED and month.checked_by_id == by.pk:
        return month
    if month.state != MonthState.DRAFT or month.worked_out_at is None:
        raise ValidationError(f"{_name(month)} is {_state(month)}. Only a draft can be checked.")
    month.checked_by, month.checked_at = by, now
    move_month(month, MonthState.CHECKED, by=by, now=now)
    _record(month, "month.checked", f"{_name(month)} was checked.", by, now)
    return month


@transaction.atomic
def approve_month(*, month: Month, by: Any, now: datetime) -> Month:
    """Approve a checked month: an approver or another finance officer of the finance lead. Harmless when repeated."""
    require_can_approve(by, month)
    month = lock_month(month)
    require_can_approve(by, month)  # somebody may have checked it meanwhile
    if month.approved_by_id == by.pk and month.state not in (MonthState.DRAFT, MonthState.CHECKED):
        return month
    if month.state != MonthState.CHECKED:
        raise ValidationError(
            f"{_name(month)} is {_state(month)}. A finance officer checks a draft, then somebody else approves it."
        )
    month.approved_by, month.approved_at = by, now
    move_month(month, MonthState.APPROVED, by=by, now=now)
    _record(month, "month.approved", f"{_name(month)} was approved.", by, now)
    return month


@transaction.atomic
def return_month(*, month: Month, reason: str, by: Any, now: datetime) -> Month:
    """Send a month that is not closed back to draft, so that it can be worked out again. Stops a close that runs."""
    require_can_settle(by, month.partnership)
    month = lock_month(month)
    if month.state == MonthState.DRAFT:
        return month
    if month.state == MonthState.CLOSED:
        raise ValidationError(
            f"{_name(month)} is closed and never changes. What is wrong is put right in a later month."
        )
    if not reason.strip():
        raise ValidationError("Say why the month goes back to draft.")
    return_to_draft(month, by=by, now=now, why=reason.strip())
    return month


@transaction.atomic
def ask_to_close(*, month: Month, by: Any, now: datetime) -> Month:
    """Ask the worker to close an approved month for good. Asked twice it is closed once.

    The job is queued in this transaction: it waits if and only if the month is being closed.
    """
    require_can_settle(by, month.partnership)
    month = lock_month(month)
    if month.state in (MonthState.CLOSING, MonthState.CLOSED):
        return month
    if month.state != MonthState.APPROVED:
        raise ValidationError(
            f"{_name(month)} has not been {'approved' if month.state == MonthState.CHECKED else 'checked'}. One finance"
            " officer checks it, an approver or another finance officer approves it, then it can be closed."
        )
    earlier, disputed = open_months_before(month), disputed_words(month)
    if earlier:
        name = periods.in_words(earlier[0])
        raise ValidationError(f"{name} is not closed yet. Close it first: months are closed in order.")
    if disputed:
        raise ValidationError(disputed)
    move_month(month, MonthState.CLOSING, by=by, now=now)
    _record(month, "month.closing", f"{_name(month)} is being closed, host by host.", by, now)
    app.configure_task(CLOSE_MONTH).defer(lead_id=month.partnership.finance_lead_id, month_key=str(month.key))
    return month


def disputed_words(month: Month) -> str:
    """What keeps a month open while an authority disputes its statement; empty when nobody does."""
    names = disputing(month)
    if not names:
        return ""
    return (
        f"{wording.nice_list(names)} {'disputes its statement' if len(names) == 1 else 'dispute their statements'}."
        " Send the month back to draft, put right what is wrong and work it out again, or ask them to agree."
    )


def _name(month: Month) -> str:
    return periods.in_words(month.starts_on)


def _state(month: Month) -> str:
    return MonthState(month.state).label.lower()


def _record(month: Month, name: str, words: str, by: Any, now: datetime) -> None:
    record(name, words, about=month, by=by, at=now, thread=month.key, seen_by=members_of(month.partnership_id))
