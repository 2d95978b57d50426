"""Which disputes hold money, as calculations read them. Read while acting for the finance lead, which sees all."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum

from nearhome.settlement.calculations.disputes.holding import Dispute, HeldMove
from nearhome.settlement.models import DisputeStep, HeldLine, LineDispute, Month
from nearhome.settlement.queries import refs


def with_last_step(rows: QuerySet[LineDispute]) -> QuerySet[Any]:
    """Disputes with how each stands: the kind of its last step, none before the first."""
    last = DisputeStep.objects.filter(dispute=OuterRef("pk")).order_by("-number")
    return rows.annotate(
        last_kind=Subquery(last.values("kind")[:1]),
        last_by=Subquery(last.values("answer_by")[:1]),
        last_at=Subquery(last.values("at")[:1]),
        credit_pence=Subquery(last.values("credit_pence")[:1]),
    )


def disputes_until(month: Month) -> tuple[Dispute, ...]:
    """Disputes of lines of this month and of months before it, in order."""
    rows = LineDispute.objects.filter(
        month__partnership=month.partnership_id, month__starts_on__lte=month.starts_on, holds=True
    )
    credited = F("credit__charge__month__starts_on")
    return tuple(_disputes(with_last_step(rows).annotate(credited_in=credited).order_by("id"), month))


def held_before(month: Month) -> dict[str, int]:
    """What months before this one hold for each dispute, releases taken off."""
    rows = HeldLine.objects.filter(month__partnership=month.partnership_id, month__starts_on__lt=month.starts_on)
    sums = rows.values("dispute_id").annotate(sum=Sum("pence")).values_list("dispute_id", "sum")
    return {str(dispute_id): pence for dispute_id, pence in sums}


def moves_in(month_id: int) -> tuple[HeldMove, ...]:
    """What a month holds and releases, as far as the acting organisation may see."""
    rows = HeldLine.objects.filter(month_id=month_id).order_by("id")
    return tuple(
        HeldMove(
            str(one.dispute_id), refs.organisation(one.payer_id), refs.organisation(one.host_id), one.pence,
            one.is_release,
        )
        for one in rows
    )  # fmt: skip


def _disputes(rows: Iterable[Any], month: Month) -> Iterator[Dispute]:
    """What is held waits for the credit or the difference that it ends with: both come in the same month."""
    for row in rows:
        credit_comes = bool(row.credit_pence) and (row.credited_in is None or row.credited_in > month.starts_on)
        mended = row.last_kind == DisputeStep.Kind.MENDED
        difference_comes = mended and (month.worked_out_at is None or month.worked_out_at < row.last_at)
        is_open = row.last_kind not in DisputeStep.ENDS or credit_comes or difference_comes
        payer, host = refs.organisation(row.payer_id), refs.organisation(row.host_id)
        yield Dispute(str(row.pk), payer, host, row.pence, row.holds, is_open)
