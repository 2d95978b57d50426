"""What a provider is to be paid for a month, by whom and why; nothing of what authorities owe one another."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet, Sum
from django.http import Http404

from nearhome.calendars.calculations.working_days import london_date
from nearhome.settlement.calculations.charges import CREDIT
from nearhome.settlement.calculations.disputes.dates import expected_payment_by
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
    starts_on: date
    state: str
    colour: str
    closed_at: datetime | None
    lines: int
    pence: int
    expected_by: date | None  # known once the month is closed

    @property
    def is_final(self) -> bool:
        return self.closed_at is not None


@dataclass(frozen=True, slots=True)
class Remittance:
    """What each authority pays a provider for one month, line by line."""

    provider: str
    month: PaymentMonth
    payers: tuple[tuple[str, tuple[StatementLine, ...]], ...]
    made_on: date


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
        for month_id, lines, pence in _paid(person)
        .values("month_id")
        .annotate(lines=Count("id"), sum=Sum("pence"))
        .values_list("month_id", "lines", "sum")
    }
    return tuple(
        PaymentMonth(
            month_id, key, periods.in_words(starts_on), starts_on, _state(state), STATE_COLOURS[Month.State(state)],
            closed_at, *sums[month_id], expected_payment_by(london_date(closed_at)) if closed_at else None,
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
    rows = _paid(person).filter(month_id=month.month_id)
    rows = rows.select_related("payer", "host", "provider", "place")
    return lines_of(rows.order_by("home_name", "place__label", "starts_on", "id"))


def remittance(person: Any, key: UUID, *, today: date) -> Remittance:
    """One month's payments by the authority that pays, for the provider's books."""
    month = payment_month(person, key)
    lines = sorted(payment_lines(person, month), key=lambda one: one.host)
    payers = tuple((host, tuple(each)) for host, each in groupby(lines, key=lambda one: one.host))
    made_on = london_date(month.closed_at) if month.closed_at else today
    return Remittance(person.organisation.name, month, payers, made_on)


def _paid(person: Any) -> QuerySet[Charge]:
    """What authorities credit one another, or owe a lead for its own work, is no payment to a provider."""
    return Charge.objects.filter(provider=person.organisation_id, lead_cost__isnull=True).exclude(kind=CREDIT)


def _state(state: str) -> str:
    return "Final" if state == Month.State.CLOSED else "Not final"
