"""The close itself, by the worker: each host's part in a transaction of its own, then all of it held together.

Killed at any moment, what was committed stays and the rest is done by the next worker: a part is one row, the close one
move, so nothing is done twice however many workers run. A month closes only when its books balance; the database looks
for itself once more when the month moves (migration 0009).
"""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Sum

from nearhome.audit.record import record
from nearhome.people.models import Organisation
from nearhome.privacy.acting import acting_for
from nearhome.settlement.actions.closing import disputed_words
from nearhome.settlement.actions.moving import lock_month, move_month, one_at_a_time
from nearhome.settlement.actions.working_out import lines_to_post
from nearhome.settlement.models import Charge, HostClose, Month, MonthMove, Posting
from nearhome.settlement.queries import periods
from nearhome.settlement.queries.closing import asked_last, faults_of, parts_left
from nearhome.settlement.queries.months import members_of
from nearhome.settlement.states import MonthState

PAID_ON = ("provider_payable", "lead_costs")


def close_month_by_hosts(*, month: Month, by: Any, now: datetime) -> Month:
    """Go on with a close until it is done or stopped. `by` is Nearhome, for the finance lead. Safe to repeat."""
    while close_next_host(month=month, by=by, now=now):
        pass
    return finish_closing(month=month, by=by, now=now)


@transaction.atomic
def close_next_host(*, month: Month, by: Any, now: datetime) -> bool:
    """Go over the part of one host that has not been gone over; False where none is left or no close runs."""
    with acting_for(by.organisation_id):
        one_at_a_time(month.partnership)
        month = lock_month(month)
        asked = asked_last(month)
        left = parts_left(month, asked) if asked and month.state == MonthState.CLOSING else {}
    if not left or asked is None:
        return False
    host, months = next(iter(left.items()))
    with acting_for(host.pk):
        _keep_part(month, asked, host, months, now)
    return True


@transaction.atomic
def finish_closing(*, month: Month, by: Any, now: datetime) -> Month:
    """Close the month if every part is there and the books balance; otherwise it is approved again, and says why."""
    with acting_for(by.organisation_id):
        one_at_a_time(month.partnership)
        month = lock_month(month)
        asked = asked_last(month)
        if month.state != MonthState.CLOSING or asked is None or parts_left(month, asked):
            return month
        wrong = " ".join(filter(None, (*faults_of(month), disputed_words(month))))
        name = periods.in_words(month.starts_on)
        if wrong:
            move_month(month, MonthState.APPROVED, by=by, now=now, why=wrong)
            _record(month, "month.not_closed", f"{name} was not closed: {wrong}", by, now)
            return month
        month.closed_by_id, month.closed_at = asked.by_person_id, now
        move_month(month, MonthState.CLOSED, by=by, now=now)
        _record(month, "month.closed", f"{name} was closed.", by, now)
        return month


def _keep_part(month: Month, asked: MonthMove, host: Organisation, months: tuple[date, ...], now: datetime) -> None:
    charges = Charge.objects.filter(month=month, host=host).aggregate(lines=Count("pk"), pence=Sum("pence"))
    paid = Posting.objects.filter(month=month, host=host, account__in=PAID_ON).aggregate(pence=Sum("pence"))
    late = lines_to_post(month, host, months).lines
    HostClose.objects.create(
        month=month, asked=asked, host=host, lines=charges["lines"], charges_pence=charges["pence"] or 0,
        payables_pence=-(paid["pence"] or 0), late_lines=len(late),
        late_pence=sum(line.charge.pence for line in late), done_at=now,
    )  # fmt: skip


def _record(month: Month, name: str, words: str, by: Any, now: datetime) -> None:
    record(name, words, about=month, by=by, at=now, thread=month.key, seen_by=members_of(month.partnership_id))
