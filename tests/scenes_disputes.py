"""Portsmouth's child in Kent's block, the month's bill, and Portsmouth saying that a line is wrong."""

import datetime as dt
from typing import Any

from nearhome.people.models import Person
from nearhome.privacy.acting import acting
from nearhome.settlement.actions import (
    Answer,
    Complaint,
    answer_dispute,
    dispute_line,
    reply_to_answer,
    work_out_month,
)
from nearhome.settlement.models import Charge, DisputeStep, LineDispute, Month, NetPosition
from scenes_closing import closed
from scenes_settlement import IN_OCTOBER, SEPTEMBER, BlockScene

WHY = "P-1 left on 12 September, we told you on the day"
IN_NOVEMBER = dt.datetime(2026, 11, 5, 9, 0, tzinfo=dt.UTC)


def work_out(scene: BlockScene, starts_on: dt.date = SEPTEMBER, now: dt.datetime = IN_OCTOBER) -> Month:
    with acting(scene.cast.fiona):
        return work_out_month(partnership=scene.partnership, starts_on=starts_on, by=scene.cast.fiona, now=now)


def close(scene: BlockScene, month: Month, now: dt.datetime = IN_OCTOBER) -> Month:
    return closed(month, scene.cast.fiona, scene.cast.frank, now)


def line_of(person: Person, **wanted: Any) -> Charge:
    """The one line that is charged to the person's authority by another."""
    with acting(person):
        rows = Charge.objects.filter(payer=person.organisation_id, **wanted).exclude(host=person.organisation_id)
        return rows.select_related("month__partnership", "payer", "host").get()


def dispute(
    person: Person, line: Charge, *, pence: int | None = None, words: str = WHY, now: dt.datetime = IN_OCTOBER
) -> LineDispute:
    with acting(person):
        return dispute_line(charge=line, complaint=Complaint("nights", words, pence), by=person, now=now)


def answer(
    person: Person, row: LineDispute, kind: str, *, credit: int = 0, words: str = "Our reasons", seen: int | None = None,
    now: dt.datetime = IN_OCTOBER,
) -> DisputeStep:  # fmt: skip
    """The host's answer, or for the payer its reply."""
    with acting(person):
        row = LineDispute.objects.select_related("month__partnership", "payer", "host").get(pk=row.pk)
        steps = DisputeStep.objects.filter(dispute=row).count() if seen is None else seen
        act = answer_dispute if person.organisation_id == row.host_id else reply_to_answer
        return act(dispute=row, answer=Answer(kind, words, steps, credit), by=person, now=now)


def positions(scene: BlockScene, month: Month) -> dict[str, tuple[int, int, int]]:
    """Net, held and released of each authority, as the finance lead reads them."""
    with acting(scene.cast.fiona):
        rows = NetPosition.objects.filter(month=month).select_related("organisation")
        return {one.organisation.name: (one.pence, one.held_pence, one.released_pence) for one in rows}
