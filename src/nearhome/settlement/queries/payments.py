"""What a provider is to be paid for a month, by whom and why; nothing of what authorities owe one another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.http import Http404

from nearhome.settlement.models import Charge, Month
from nearhome.settlement.permissions import require_can_see_payments
from nearhome.settlement.queries import periods
from nearhome.settlement.queries.months import STATE_COLOURS
from nearhome.settlement.queries.statements import StatementLine, lines_of


@dataclass(frozen=True, slots=True)
class PaymentMonth:
    """One month in which the provider is paid."""

    month_id: int
    key: UUID
    name: str
    state: str
    colour: str
    closed_at: datetime | None
    lines: int
    pence: int


def payment_months(person: Any) -> tuple[PaymentMonth, ...]:
    """Every month with a line for the person's organisation as provider, newest first."""
    require_can_see_payments(person)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT month_id, key, starts_on, state, closed_at FROM settlement_months_paid()"
            " ORDER BY starts_on DESC, month_id"
        )
        months = cursor.fetchall()
    sums = {
        month_id: (lines, pence)
        for month_id, lines, pence in _paid_to(person)
        .values("month_id")
        .annotate(lines=Count("id"), sum=Sum("pence"))
        .values_list("month_id", "lines", "sum")
    }
    return tuple(
        PaymentMonth(
            month_id, key, periods.in_words(starts_on), _state(state), STATE_COLOURS[Month.State(state)], closed_at,
            *sums[month_id],
        )
        for month_id, key, starts_on, state, closed_at in months
        if month_id in sums
    )  # fmt: skip


def payment_month(person: Any, key: UUID) -> PaymentMonth:
    """One such month; any other does not exist for them."""
    found = next((one for one in payment_months(person) if one.key == key), None)
    if found is None:
        raise Http404
    return found


def payment_lines(person: Any, month: PaymentMonth) -> tuple[StatementLine, ...]:
    """Every line the provider is paid for in the month."""
    rows = _paid_to(person).filter(month_id=month.month_id)
    rows = rows.select_related("payer", "host", "provider", "place")
    return lines_of(rows.order_by("home_name", "place__label", "starts_on", "id"))


def _paid_to(person: Any) -> QuerySet[Charge]:
    """Lines for the organisation as provider; what a lead is owed for its own work is no payment to a provider."""
    return Charge.objects.filter(provider=person.organisation_id, lead_cost__isnull=True)


def _state(state: str) -> str:
    return "Final" if state == Month.State.CLOSED else "Not final"
