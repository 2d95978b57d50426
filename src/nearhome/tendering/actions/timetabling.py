"""Saving the timetable of a tender."""

from datetime import datetime
from typing import Any

from django.db import transaction

from nearhome.calendars.calculations.working_days import london_date
from nearhome.tendering.actions.preparing import lock_while_shaped, note_change
from nearhome.tendering.models import Procurement, TenderTimetable
from nearhome.tendering.queries.timetables import TimetableAsked, newest_timetable, worked_timetable


@transaction.atomic
def save_timetable(*, procurement: Procurement, asked: TimetableAsked, by: Any, now: datetime) -> TenderTimetable:
    """Work the timetable out and keep it; what was kept before stays on record. The same asked twice is kept once.

    Raises ValidationError with the earliest lawful date for one that breaks a limit, or that would have begun already.
    """
    locked = lock_while_shaped(procurement, by=by)
    worked = worked_timetable(locked, asked, today=london_date(now))
    newest = newest_timetable(locked)
    if newest and newest.asked == asked.kept() and newest.steps == worked.kept():
        return newest
    row = TenderTimetable.objects.create(
        procurement=locked, asked=asked.kept(), steps=worked.kept(), warnings=list(worked.warnings), saved_at=now,
        saved_by=str(by),
    )  # fmt: skip
    note_change(locked, "timetable.saved", "A timetable of the tender was saved.", by=by, now=now)
    return row
