"""The months since the blocks began: all but the last are closed; one statement of the last is agreed, one disputed,
the others wait."""

import datetime as dt
from collections.abc import Iterator

from nearhome.audit.record import Nearhome
from nearhome.demo.contracts import BLOCK_BEGAN_ON
from nearhome.demo.story.players import KENT, MEDWAY, SUSSEX, Players
from nearhome.design.wording import LONDON
from nearhome.partnership.models import Partnership
from nearhome.placements.calculations.dates import add_months
from nearhome.privacy.acting import acting
from nearhome.settlement.actions import (
    agree_statement,
    approve_month,
    ask_to_close,
    check_month,
    close_month_by_hosts,
    dispute_statement,
    work_out_month,
)
from nearhome.settlement.models import Month, Statement

DISPUTE = "The line for the empty bed: we had asked for it to be offered to others from the 5th."


def settle(players: Players) -> None:
    """Work out every month that is over, in order; Kent's two finance officers check and close all but the last."""
    over = list(_months_over(players.today))
    for starts_on in over:
        month = _work_out(players, starts_on)
        if starts_on == over[-1]:
            _agree(players, month, MEDWAY)
            _dispute(players, month, SUSSEX)
        else:
            for code in players.codes:
                _agree(players, month, code)
            _close(players, month)


def _months_over(today: dt.date) -> Iterator[dt.date]:
    month = BLOCK_BEGAN_ON
    while add_months(month, 1) <= today:
        yield month
        month = add_months(month, 1)


def _on(players: Players, month: Month, day: int) -> dt.datetime:
    """A morning in the month after; never later than now."""
    after = add_months(month.starts_on, 1)
    return min(dt.datetime(after.year, after.month, day, 10, tzinfo=LONDON), players.now)


def _work_out(players: Players, starts_on: dt.date) -> Month:
    fiona = players.person(KENT, "fiona")
    after = add_months(starts_on, 1)
    now = min(dt.datetime(after.year, after.month, 3, 9, tzinfo=LONDON), players.now)
    with acting(fiona):
        partnership = Partnership.objects.get(finance_lead_id=fiona.organisation_id)
        return work_out_month(partnership=partnership, starts_on=starts_on, by=fiona, now=now)


def _agree(players: Players, month: Month, code: str) -> None:
    person = players.person(code, "fiona")
    with acting(person):
        statement = Statement.objects.get(month=month, organisation_id=person.organisation_id)
        agree_statement(statement=statement, issued_at=statement.issued_at, by=person, now=_on(players, month, 5))


def _dispute(players: Players, month: Month, code: str) -> None:
    person = players.person(code, "fiona")
    with acting(person):
        statement = Statement.objects.get(month=month, organisation_id=person.organisation_id)
        now, issued_at = _on(players, month, 6), statement.issued_at
        dispute_statement(statement=statement, issued_at=issued_at, words=DISPUTE, by=person, now=now)


def _close(players: Players, month: Month) -> None:
    """Fiona checks, Frank approves and asks for the close, which the worker's own steps then do."""
    fiona, frank = players.person(KENT, "fiona"), players.person(KENT, "frank")
    with acting(fiona):
        check_month(month=Month.objects.get(pk=month.pk), by=fiona, now=_on(players, month, 8))
    with acting(frank):
        approve_month(month=Month.objects.get(pk=month.pk), by=frank, now=_on(players, month, 9))
        ask_to_close(month=Month.objects.get(pk=month.pk), by=frank, now=_on(players, month, 9))
    lead = players.authorities[KENT]
    close_month_by_hosts(month=month, by=Nearhome(lead.pk, lead.name), now=_on(players, month, 9))
