"""A month on its way to being closed: who does which step, and the worker's own steps without a worker."""

import datetime as dt

from django.db import connection

from nearhome.audit.record import Nearhome
from nearhome.partnership.models import Partnership
from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.settlement import jobs
from nearhome.settlement.actions import approve_month, ask_to_close, check_month, close_month_by_hosts
from nearhome.settlement.actions.closing import CLOSE_MONTH
from nearhome.settlement.models import Month


def nearhome_for(partnership: Partnership) -> Nearhome:
    """The software, for the finance lead."""
    return Nearhome(partnership.finance_lead_id, partnership.finance_lead.name)


def checked_and_approved(month: Month, checker: Person, approver: Person, now: dt.datetime) -> Month:
    """One person checks a month, another approves it."""
    for action, person in ((check_month, checker), (approve_month, approver)):
        with acting(person):
            month = action(month=month, by=person, now=now)
    return month


def asked(month: Month, checker: Person, approver: Person, now: dt.datetime) -> Month:
    """Checked, approved, and its close asked for by who checked it: an approver does not settle."""
    month = checked_and_approved(month, checker, approver, now)
    with acting(checker):
        return ask_to_close(month=month, by=checker, now=now)


def closed(month: Month, checker: Person, approver: Person, now: dt.datetime) -> Month:
    """Closed, as the worker closes it."""
    month = asked(month, checker, approver, now)
    return close_month_by_hosts(month=month, by=nearhome_for(month.partnership), now=now)


def work_in_the_queue() -> None:
    """What the worker does with the closes that wait, each twice, as two workers might."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (args ->> 'lead_id')::int, args ->> 'month_key' FROM procrastinate_jobs"
            " WHERE status = 'todo' AND task_name = %s",
            [CLOSE_MONTH],
        )
        waiting = cursor.fetchall()
    assert waiting
    for lead_id, month_key in [*waiting, *waiting]:
        jobs.close_month(lead_id, month_key)
