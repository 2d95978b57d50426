"""What waits for a finance officer."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from nearhome.design import wording
from nearhome.design.waiting import Waiting
from nearhome.partnership.models import Partnership
from nearhome.settlement.models import Month, Statement
from nearhome.settlement.permissions import can_read_months, can_see_settlement
from nearhome.settlement.queries import periods
from nearhome.settlement.queries.disputes import disputes_of
from nearhome.settlement.queries.months import has_lines
from nearhome.settlement.queries.waiting_invoices import invoices_waiting
from nearhome.settlement.queries.waiting_releases import waiting_releases
from nearhome.settlement.queries.waiting_rules import waiting_rules
from nearhome.settlement.states import MonthState


def waiting_for(person: Any, *, now: datetime) -> tuple[Waiting, ...]:
    """Statements to answer and proposals to agree; for the finance lead also months to work out, check, approve, close."""
    rules = (*waiting_rules(person), *waiting_releases(person, timezone.localdate(now)))
    if not can_read_months(person):
        return rules
    if not can_see_settlement(person):
        return (*_to_approve(person), *rules)
    return (
        *_statements(person),
        *_disputes(person, now),
        *_months(person),
        *_to_approve(person),
        *_not_worked_out(person, now),
        *invoices_waiting(person),
        *rules,
    )


def _statements(person: Any) -> Iterator[Waiting]:
    rows = Statement.objects.filter(
        has_lines(),
        organisation=person.organisation_id,
        agreed_at__isnull=True,
        disputed_at__isnull=True,
    ).select_related("month")
    for row in rows.order_by("month__starts_on"):
        about = f"{periods.in_words(row.month.starts_on)}, issued {row.issued_at:%-d %B}"
        yield Waiting(
            "Check your statement and agree or dispute it", about, reverse("settlement:statement", args=[row.key])
        )


def _disputes(person: Any, now: datetime) -> Iterator[Waiting]:
    for one in disputes_of(person, today=timezone.localdate(now)):
        if one.waits_for_you:
            replies = one.payer == person.organisation.name
            words = "Reply to the answer on a line you dispute" if replies else "Answer a disputed line"
            late = ", late" if one.is_late else ""
            about = f"{one.host if replies else one.payer}, {one.month}, by {wording.date(one.state.answer_by)}{late}"
            yield Waiting(words, about, reverse("settlement:disputed_line", args=[one.key]))


def _months(person: Any) -> Iterator[Waiting]:
    words = {MonthState.DRAFT: "Check the month", MonthState.APPROVED: "Close the month that was approved"}
    rows = Month.objects.filter(partnership__finance_lead=person.organisation_id, worked_out_at__isnull=False)
    for row in rows.filter(state__in=words).order_by("starts_on"):
        yield _waiting(words[MonthState(row.state)], row)


def _to_approve(person: Any) -> Iterator[Waiting]:
    rows = Month.objects.filter(partnership__finance_lead=person.organisation_id, state=MonthState.CHECKED)
    for row in rows.exclude(checked_by=person.pk).order_by("starts_on"):
        yield _waiting("Approve the month that a colleague checked", row)


def _waiting(words: str, row: Month) -> Waiting:
    return Waiting(words, periods.in_words(row.starts_on), reverse("settlement:month", args=[row.key]))


def _not_worked_out(person: Any, now: datetime) -> Iterator[Waiting]:
    last = periods.last_month_over(timezone.localdate(now))
    rows = Partnership.objects.filter(
        ~Exists(Month.objects.filter(partnership=OuterRef("pk"), starts_on=last, worked_out_at__isnull=False)),
        Q(ends_before__isnull=True) | Q(ends_before__gt=last),
        finance_lead=person.organisation_id,
        starts_on__lt=periods.month_of(last).ends_before,
    )
    for row in rows.order_by("name"):
        yield Waiting("Work out the month", f"{periods.in_words(last)}, {row.name}", reverse("settlement:months"))
