"""Portsmouth says that lines of Kent's block are wrong: one was settled with a credit, of one Kent has given its answer."""

import datetime as dt
from collections.abc import Callable

from nearhome.demo.story.players import KENT, PORTSMOUTH, Players
from nearhome.design.wording import LONDON
from nearhome.people.models import Person
from nearhome.placements.calculations.dates import add_months
from nearhome.privacy.acting import acting
from nearhome.settlement.actions import (
    Answer,
    Complaint,
    answer_dispute,
    dispute_line,
    reply_to_answer,
    work_out_month,
)
from nearhome.settlement.models import Charge, DisputeStep, LineDispute, Month
from nearhome.settlement.queries.periods import last_month_over

NO_HEATING = "Nobody could sleep there on three of these nights: the heating had failed, as the provider wrote to us."
NIGHTS_WITHOUT, NIGHTS_CONFIRMED = 3, 2
SETTLED = "The provider confirms two nights. It gave them back to us, so we credit them."
RETAINER = Complaint("price", "The child was in hospital. We expected the lower price from the first night away on.")
BY_THE_RULES = "The rules agreed for this block pay two nights in full and 80% after them. The line follows them."


def dispute_lines(players: Players) -> None:
    """Tell both; where the last month is still a draft, it is worked out again and holds the credit."""
    last = last_month_over(players.today)
    _settled(players, add_months(last, -1))
    _worked_out_again(players, last)
    _answered(players, last)


def _settled(players: Players, month: dt.date) -> None:
    """A line of the month before the last: part of it is offered, agreed and credited."""
    portsmouth, kent = players.person(PORTSMOUTH, "fiona"), players.person(KENT, "fiona")
    line = _line(portsmouth, month, "-nights")
    complaint = Complaint("other", NO_HEATING, line.pence * NIGHTS_WITHOUT // line.nights)
    row = _disputed(portsmouth, line, complaint, _day(players, month, 20))
    offer = Answer(DisputeStep.Kind.CREDITED, SETTLED, 0, line.pence * NIGHTS_CONFIRMED // line.nights)
    _step(kent, row, answer_dispute, offer, _day(players, month, 24))
    _step(portsmouth, row, reply_to_answer, Answer(DisputeStep.Kind.ACCEPTED, "", 1), _day(players, month, 26))


def _answered(players: Players, month: dt.date) -> None:
    """A line of the last month: Kent explains it, and Portsmouth has to reply."""
    portsmouth, kent = players.person(PORTSMOUTH, "fiona"), players.person(KENT, "fiona")
    said, answered = max(_day(players, month, 8), players.morning(6)), max(_day(players, month, 9), players.morning(3))
    row = _disputed(portsmouth, _line(portsmouth, month, "starts_on", kind="absent"), RETAINER, said)
    _step(kent, row, answer_dispute, Answer(DisputeStep.Kind.EXPLAINED, BY_THE_RULES, 0), answered)


def _worked_out_again(players: Players, starts_on: dt.date) -> None:
    fiona = players.person(KENT, "fiona")
    with acting(fiona):
        month = Month.objects.select_related("partnership").get(starts_on=starts_on)
        if month.state == Month.State.DRAFT:
            now = _day(players, starts_on, 7)
            work_out_month(partnership=month.partnership, starts_on=starts_on, by=fiona, now=now)


def _line(person: Person, month: dt.date, order: str, **wanted: str) -> Charge:
    """The first line, in that order, that Kent charges the person's authority for a bed in that month."""
    with acting(person):
        rows = Charge.objects.filter(payer=person.organisation_id, month__starts_on=month, contract__isnull=False)
        mine = rows.filter(host__name="Kent", **wanted).select_related("month__partnership", "payer", "host")
        return mine.order_by(order, "pk")[0]


def _disputed(person: Person, line: Charge, complaint: Complaint, now: dt.datetime) -> LineDispute:
    with acting(person):
        return dispute_line(charge=line, complaint=complaint, by=person, now=now)


def _step(person: Person, row: LineDispute, act: Callable[..., object], said: Answer, now: dt.datetime) -> None:
    with acting(person):
        seen = LineDispute.objects.select_related("month__partnership", "payer", "host").get(pk=row.pk)
        act(dispute=seen, answer=said, by=person, now=now)


def _day(players: Players, month: dt.date, day: int) -> dt.datetime:
    """A morning in the month after; never later than now."""
    after = add_months(month, 1)
    return min(dt.datetime(after.year, after.month, day, 11, tzinfo=LONDON), players.now)
