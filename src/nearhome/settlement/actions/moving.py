"""The single way a month changes its state, and the locks that keep two people from both changing it."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection

from nearhome.audit.record import record
from nearhome.partnership.models import Partnership
from nearhome.settlement.models import Month, MonthMove
from nearhome.settlement.queries import periods
from nearhome.settlement.queries.months import members_of
from nearhome.settlement.states import MonthState, can_move

ONE_MONTH_AT_A_TIME = 20_260_007


def one_at_a_time(partnership: Partnership) -> None:
    """Until the transaction ends, nobody else works out or closes a month of the partnership: the second waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ONE_MONTH_AT_A_TIME, partnership.pk])


def lock_month(month: Month) -> Month:
    """The row as it is now, locked until the transaction ends; lines can still be added that point to it."""
    rows = Month.objects.select_for_update(of=("self",), no_key=True).select_related("partnership__finance_lead")
    return rows.get(pk=month.pk)


def lock_open_months(partnership: Partnership) -> tuple[Month, ...]:
    """Months not closed, oldest first; nobody closes one of them meanwhile."""
    rows = Month.objects.select_for_update(of=("self",), no_key=True).filter(partnership=partnership)
    return tuple(rows.exclude(state=MonthState.CLOSED).order_by("starts_on"))


def return_to_draft(locked: Month, *, by: Any, now: datetime, why: str) -> None:
    """A locked month is a draft again: its check and approval fall, and a close that runs stops."""
    locked.checked_by = locked.checked_at = locked.approved_by = locked.approved_at = None
    move_month(locked, MonthState.DRAFT, by=by, now=now, why=why)
    words = f"{periods.in_words(locked.starts_on)} was sent back to draft: {why}"
    seen_by = members_of(locked.partnership_id)
    record("month.returned", words, about=locked, by=by, at=now, thread=locked.key, seen_by=seen_by)


def move_month(locked: Month, to_state: MonthState, *, by: Any, now: datetime, why: str = "") -> MonthMove:
    """Move a locked month and save it with whatever else was set on it; the caller records the event."""
    from_state = MonthState(locked.state)
    if not can_move(from_state, to_state):
        raise ValidationError(
            f"{periods.in_words(locked.starts_on)} is {from_state.label.lower()}, so it cannot become"
            f" {to_state.label.lower()}. Open it again to see what can be done now."
        )
    locked.state = to_state
    locked.save()
    return MonthMove.objects.create(
        month=locked, from_state=from_state, to_state=to_state, by_name=str(by), by_person_id=by.pk, at=now, why=why
    )
