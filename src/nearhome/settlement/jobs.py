"""What the worker does: a month that is over is worked out, and months are closed as asked.

What a worker was killed in is done by the next one that lives: a close within the minute, working out the next morning.
"""

import logging
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from procrastinate.contrib.django import app

from nearhome.audit.record import Nearhome
from nearhome.privacy.acting import acting_for
from nearhome.settlement.actions import close_month_by_hosts, work_out_month_for_nearhome
from nearhome.settlement.actions.closing import CLOSE_MONTH
from nearhome.settlement.queries.closing import every_partnership, month_being_closed, months_being_closed
from nearhome.settlement.queries.months import is_worked_out, partnerships_over
from nearhome.settlement.queries.periods import last_month_over

logger = logging.getLogger(__name__)


@app.periodic(cron="0 4 * * *", periodic_id="settlement_month")
@app.task(name="settlement.work_out_months", queueing_lock="settlement.work_out_months")
def work_out_months(timestamp: int) -> None:
    """Every morning: the month that is over, where nobody worked it out yet; one that cannot be stops no other."""
    now = datetime.fromtimestamp(timestamp, tz=UTC)
    today = timezone.localdate(now)
    last = last_month_over(today)
    for partnership in partnerships_over(today):
        with acting_for(partnership.finance_lead_id):
            done = is_worked_out(partnership, last)
        if done:
            continue
        try:
            work_out_month_for_nearhome(partnership=partnership, starts_on=last, now=now)
        except ValidationError as refused:
            logger.warning("%s was not worked out: %s", partnership, " ".join(refused.messages))


@app.task(name=CLOSE_MONTH)
def close_month(lead_id: int, month_key: str) -> None:
    """Close a month whose close was asked for; nothing if it is done, or was sent back."""
    with acting_for(lead_id):
        month = month_being_closed(month_key)
    if month is not None:
        close_month_by_hosts(month=month, by=_nearhome_for(month.partnership), now=timezone.now())


@app.periodic(cron="* * * * *", periodic_id="settlement_closing")
@app.task(name="settlement.continue_closing", queueing_lock="settlement.continue_closing")
def continue_closing(timestamp: int) -> None:
    """Every minute: closes that were interrupted. What goes wrong in one stops no other; it is raised at the end."""
    wrong: list[Exception] = []
    for partnership in every_partnership():
        with acting_for(partnership.finance_lead_id):
            months = months_being_closed(partnership)
        for month in months:
            try:
                close_month_by_hosts(month=month, by=_nearhome_for(partnership), now=timezone.now())
            except Exception as error:
                wrong.append(error)
    if wrong:
        raise ExceptionGroup("Some months could not be closed", wrong)


def _nearhome_for(partnership: Any) -> Nearhome:
    return Nearhome(partnership.finance_lead_id, partnership.finance_lead.name)
