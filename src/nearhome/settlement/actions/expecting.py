"""Placements that nobody has booked but a finance officer counts on: recorded as an assumption, withdrawn, never changed."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design import wording
from nearhome.settlement.models import ExpectedPlacements, ServiceLine
from nearhome.settlement.permissions.budgets import require_can_set_budgets
from nearhome.settlement.queries.service_lines import KINDS, NewExpected

LONGEST_DAYS = 3 * 366
MOST_CHILDREN = 1_000


@transaction.atomic
def expect_placements(*, line: ServiceLine, expected: NewExpected, by: Any, now: datetime) -> ExpectedPlacements:
    """Count on placements that nobody has booked. The same assumption is kept once.

    Raises PermissionDenied, or ValidationError with the mend.
    """
    require_can_set_budgets(by)
    line = ServiceLine.objects.select_for_update().get(pk=line.pk)
    if line.authority_id != by.organisation_id:
        raise ValidationError("What a line counts on is said by the authority whose line it is.")
    _require_sensible(expected)
    values = {
        "kind": expected.kind, "children": expected.children, "starts_on": expected.starts_on,
        "ends_before": expected.ends_before, "weekly_price_pence": expected.weekly_price_pence,
        "reason": expected.reason.strip(),
    }  # fmt: skip
    stands = ExpectedPlacements.objects.filter(line=line, withdrawn_at__isnull=True, **values).first()
    if stands:
        return stands
    row = ExpectedPlacements.objects.create(
        authority_id=by.organisation_id, line=line, recorded_at=now, recorded_by=str(by), **values
    )
    children = wording.plural(row.children, "child", "children")
    words = (
        f"{line} counts on {children} whom nobody has booked, from {wording.date(row.starts_on)} to"
        f" {wording.date(row.ends_before - timedelta(days=1))}, {wording.weekly(row.weekly_price_pence)} each."
    )
    record("expected_placements.added", words, about=row, by=by, at=now, thread=line.key)
    return row


@transaction.atomic
def withdraw_expected(*, expected: ExpectedPlacements, by: Any, now: datetime) -> ExpectedPlacements:
    """Count on them no longer. Harmless when repeated."""
    require_can_set_budgets(by)
    row = ExpectedPlacements.objects.select_for_update().select_related("line").get(pk=expected.pk)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = now, str(by)
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        children = wording.plural(row.children, "child", "children")
        words = f"{row.line} no longer counts on {children} from {wording.date(row.starts_on)}."
        record("expected_placements.withdrawn", words, about=row, by=by, at=now, thread=row.line.key)
    return row


def _require_sensible(expected: NewExpected) -> None:
    if expected.kind not in KINDS or not 1 <= expected.children <= MOST_CHILDREN:
        raise ValidationError(
            f"Say how many children to count on, from 1 to {MOST_CHILDREN:,}, and how they are bought."
        )
    days = (expected.ends_before - expected.starts_on).days
    if not 0 < days <= LONGEST_DAYS:
        raise ValidationError("The last night must not be before the first, nor more than 3 years after it.")
    if expected.weekly_price_pence <= 0:
        raise ValidationError("Enter what a week costs, above £0.00.")
    if not expected.reason.strip():
        raise ValidationError("Say why these placements are expected.")
