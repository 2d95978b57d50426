"""Credits that disputes ended with and that no month has posted yet. Read while acting for the host."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from nearhome.settlement.calculations.charges import Charge
from nearhome.settlement.calculations.disputes.crediting import credit_lines
from nearhome.settlement.models import DisputeStep, LineDispute, Month
from nearhome.settlement.queries import refs
from nearhome.settlement.queries.holds import with_last_step
from nearhome.settlement.queries.posted import charge_from


@dataclass(frozen=True, slots=True)
class CreditToPost:
    """Two lines that sum to nought, and the month that the disputed nights belong to."""

    dispute_id: int
    about_month: date
    lines: tuple[Charge, Charge]


def credits_to_post(host_id: int, month: Month) -> tuple[CreditToPost, ...]:
    """What the host owes to whoever disputed lines of this month or of months before it, in order."""
    rows = LineDispute.objects.filter(
        host_id=host_id,
        month__partnership=month.partnership_id,
        month__starts_on__lte=month.starts_on,
        credit__isnull=True,
    )
    ended = with_last_step(rows).filter(last_kind__in=(DisputeStep.Kind.CREDITED, DisputeStep.Kind.ACCEPTED))
    return tuple(_credits(ended.exclude(credit_pence=0).select_related("charge", "payer", "host").order_by("id")))


def _credits(rows: Iterable[Any]) -> Iterator[CreditToPost]:
    for row in rows:
        names = {refs.organisation(one.pk): one.name for one in (row.payer, row.host)}
        why = row.get_ground_display()
        lines = credit_lines(charge_from(row.charge), row.credit_pence, why[:1].lower() + why[1:], names)
        yield CreditToPost(row.pk, row.charge.about_month, lines)
