"""What matching found is written beside each line; what is more than is due is held until somebody decides."""

from datetime import datetime

from django.db import connection

from nearhome.settlement.calculations.invoices.lines import DUPLICATE, OVER, UNKNOWN, Matched
from nearhome.settlement.models import Invoice, InvoiceLine, LineHold, LineMatch
from nearhome.settlement.queries.invoice_matching import matching_of

_ONE_AT_A_TIME = 20_260_040
HELD = {
    OVER: "More than is due. Released, it is paid what is due and no more.",
    UNKNOWN: "Nothing is due for it, so it cannot be paid.",
    DUPLICATE: "It was billed before, so it cannot be paid.",
}


def lock_invoices_of(authority_id: int) -> None:
    """Two invoices for the same nights at once: the second waits, and finds them billed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_ONE_AT_A_TIME, authority_id])


def match_lines(invoice: Invoice, now: datetime) -> dict[int, Matched]:
    """Match every line that is not approved, acting for the authority; answers those that changed, by number."""
    changed: dict[int, Matched] = {}
    rows = {row.number: row for row in invoice.lines.select_related("match").prefetch_related("holds")}
    for found in matching_of(invoice).lines:
        row = rows[found.number]
        before: LineMatch | None = getattr(row, "match", None)
        if before and before.approved_at:
            continue
        if before is None or (before.verdict, before.payable_pence, before.why) != (
            found.verdict,
            found.payable_pence,
            found.why,
        ):
            changed[found.number] = found
            _write(row, found, now)
        _hold_or_free(row, found, now)
    return changed


def _write(row: InvoiceLine, found: Matched, now: datetime) -> None:
    LineMatch.objects.update_or_create(
        line=row,
        defaults={
            "authority_id": row.authority_id, "provider_id": row.provider_id, "verdict": found.verdict,
            "due_pence": found.due_pence, "payable_pence": found.payable_pence, "why": found.why, "matched_at": now,
        },
    )  # fmt: skip


def _hold_or_free(row: InvoiceLine, found: Matched, now: datetime) -> None:
    holds = list(row.holds.all())
    live = next((one for one in holds if one.released_at is None), None)
    is_decided = found.verdict == OVER and any(one.released_by_id for one in holds)
    is_credit = row.pence < 0 and found.verdict == OVER
    must_hold = found.verdict in HELD and not is_decided and not is_credit
    if must_hold and live is None:
        LineHold.objects.create(
            line=row,
            authority_id=row.authority_id,
            provider_id=row.provider_id,
            reason=HELD[found.verdict],
            held_at=now,
        )
    elif live and live.held_by_id is None and not must_hold:
        LineHold.objects.filter(pk=live.pk).update(released_at=now, release_reason="It matches now.")
    elif live and live.held_by_id is None and live.reason != HELD[found.verdict]:
        LineHold.objects.filter(pk=live.pk).update(reason=HELD[found.verdict])
