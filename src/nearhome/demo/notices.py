"""Notices of a made-up procurement, published in time, as far as they have fallen due."""

from datetime import datetime

from nearhome.calendars.calculations.working_days import london_date
from nearhome.people.models import Person
from nearhome.tendering.actions.recording_notices import record_notice
from nearhome.tendering.models import Notice, Procurement
from nearhome.tendering.queries.notices import checklist_of


def publish_made_up_notices(procurement: Procurement, *, by: Person, now: datetime) -> list[Notice]:
    """Record each notice that was due by now as published on its last day; acting for the lead's commissioner."""
    today = london_date(now)
    due = [(line.notice.due_on, line.notice) for line in checklist_of(procurement, today) if line.is_open]
    past = sorted(((on, one) for on, one in due if on and on <= today), key=lambda pair: (pair[0], pair[1].code))
    return [
        record_notice(
            procurement=procurement, code=one.code, about=one.about, published=(on, f"MADE-UP-{number:03d}", ""), by=by, now=now,
            words_read=True,
        )
        for number, (on, one) in enumerate(past, start=1)
    ]  # fmt: skip
