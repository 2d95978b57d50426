"""The whole scene's disputes: one that ended with a credit, and one that Kent has answered."""

import datetime as dt
from typing import Any

from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.settlement.actions import Answer, Complaint, answer_dispute, dispute_line, work_out_month
from nearhome.settlement.models import Charge, LineDispute


def dispute_a_line(partnership: Any, starts_on: dt.date, *, payer: Person, host: Person, now: dt.datetime) -> None:
    """A penny is credited at once and posted; the rest of the line is in dispute."""
    credited = _disputed(payer, Complaint("price", "PPFIRSTDISPUTE", 1), now)
    _answered(host, credited, Answer("credited", "ZZUPHELD", 0, 1), now)
    with acting(host):
        work_out_month(partnership=partnership, starts_on=starts_on, by=host, now=now)
    still = _disputed(payer, Complaint("nights", "PPDISPUTE"), now)
    _answered(host, still, Answer("explained", "ZZEXPLAINED", 0), now)


def _disputed(person: Person, complaint: Complaint, now: dt.datetime) -> LineDispute:
    with acting(person):
        lines = Charge.objects.filter(payer=person.organisation_id, pence__gt=1, contract__isnull=False)
        line = lines.exclude(host=person.organisation_id).select_related("month__partnership", "payer", "host")[0]
        return dispute_line(charge=line, complaint=complaint, by=person, now=now)


def _answered(person: Person, row: LineDispute, answer: Answer, now: dt.datetime) -> None:
    with acting(person):
        row = LineDispute.objects.select_related("month__partnership", "payer", "host").get(pk=row.pk)
        answer_dispute(dispute=row, answer=answer, by=person, now=now)
