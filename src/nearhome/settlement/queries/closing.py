"""A close: which hosts' parts are left, what is wrong with the books, and how far it is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation
from nearhome.settlement.models import HostClose, Month, MonthMove
from nearhome.settlement.queries.months import hosts_with_months
from nearhome.settlement.states import MonthState


@dataclass(frozen=True, slots=True)
class PartLine:
    """One host's part: None in what is not known before it is gone over."""

    host: str
    done_at: datetime | None
    lines: int | None = None
    charges_pence: int | None = None
    late_lines: int | None = None
    late_pence: int | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """How far the last close of a month is, and why it stopped, or why the month is a draft again, if it is so."""

    parts: tuple[PartLine, ...] = ()
    asked_at: datetime | None = None
    stopped_because: str = ""
    returned_because: str = ""

    @property
    def done(self) -> int:
        return sum(1 for one in self.parts if one.done_at)


def asked_last(month: Month) -> MonthMove | None:
    """The move with which the close that runs, or ran last, was asked for."""
    return month.moves.filter(to_state=MonthState.CLOSING).last()


def parts_left(month: Month, asked: MonthMove) -> dict[Organisation, tuple[date, ...]]:
    """Hosts that this close has not gone over, each with the months that it may still correct."""
    done = set(HostClose.objects.filter(asked=asked).values_list("host_id", flat=True))
    return {host: months for host, months in hosts_with_months(month).items() if host.pk not in done}


def faults_of(month: Month) -> tuple[str, ...]:
    """What the database finds wrong with the books of a month, in sentences; empty for all but the finance lead."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT settlement_faults(%s)", [month.pk])
        return tuple(words for (words,) in cursor.fetchall())


def months_being_closed(partnership: Partnership) -> tuple[Month, ...]:
    """Oldest first; read while acting for the finance lead."""
    rows = Month.objects.filter(partnership=partnership, state=MonthState.CLOSING)
    return tuple(rows.select_related("partnership__finance_lead").order_by("starts_on"))


def month_being_closed(key: str) -> Month | None:
    """The month if its close has been asked for and is not done; read while acting for the finance lead."""
    rows = Month.objects.select_related("partnership__finance_lead").filter(key=key, state=MonthState.CLOSING)
    return rows.first()


def every_partnership() -> tuple[Partnership, ...]:
    """For the worker, which looks for closes to go on with."""
    return tuple(Partnership.objects.select_related("finance_lead").order_by("id"))


def closing_of(person: Any, month: Month) -> Closing:
    """How far the close is: every host for the finance lead, one's own for a member. Nothing before it was asked for."""
    moves = list(month.moves.all())
    asked = next((one for one in reversed(moves) if one.to_state == MonthState.CLOSING), None)
    if asked is None or month.state not in (MonthState.CLOSING, MonthState.CLOSED):
        return _stopped(month, moves[-1]) if moves else Closing()
    rows = HostClose.objects.filter(asked=asked).select_related("host").order_by("host__name")
    done = tuple(
        PartLine(row.host.name, row.done_at, row.lines, row.charges_pence, row.late_lines, row.late_pence)
        for row in rows
    )
    left = parts_left(month, asked) if month.state == MonthState.CLOSING else {}
    of_the_lead = person.organisation_id == month.partnership.finance_lead_id
    waiting = (host for host in left if of_the_lead or host.pk == person.organisation_id)
    return Closing((*done, *(PartLine(host.name, None) for host in waiting)), asked.at)


def _stopped(month: Month, latest: MonthMove) -> Closing:
    if month.state == MonthState.DRAFT:
        return Closing(returned_because=latest.why)
    return Closing(stopped_because=latest.why if latest.from_state == MonthState.CLOSING else "")
