"""What matching found is written beside each line; what is more than is due is held until somebody decides."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from nearhome.settlement.calculations.invoices.lines import DUPLICATE, OVER, UNKNOWN, Matched
from nearhome.settlement.models import Invoice, InvoiceLine, LineHold, LineMatch
from nearhome.settlement.queries.invoice_matching import matching_of

_ONE_AT_A_TIME, _ONE_OF_A_PROVIDER = 20_260_040, 20_260_043
HELD = {
    OVER: "More than is due. Released, it is paid what is due and no more.",
    UNKNOWN: "Nothing is due for it, so it cannot be paid.",
    DUPLICATE: "It was billed before, so it cannot be paid.",
}


def lock_invoices_of(authority_id: int) -> None:
    """Two invoices for the same nights at once: the second waits, and finds them billed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_ONE_AT_A_TIME, authority_id])


def lock_provider(provider_id: int) -> None:
    """What two authorities do at once about one provider's numbers and places; always after `lock_invoices_of`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_ONE_OF_A_PROVIDER, provider_id])


def match_lines(invoice: Invoice, now: datetime) -> dict[int, Matched]:
    """Match every line that is not approved, acting for the authority; answers those that changed, by number."""
    rows = {row.number: row for row in invoice.lines.select_related("match").prefetch_related("holds")}
    found = [(rows[one.number], one) for one in matching_of(invoice).lines]
    new = [pair for pair in found if not hasattr(pair[0], "match")]
    LineMatch.objects.bulk_create([LineMatch(line=row, **_fields(row, one, now)) for row, one in new], batch_size=500)
    changed = {one.number: one for _, one in new}
    open_lines = [(row, one) for row, one in found if not row.match.approved_at]
    for row, one in open_lines:
        if one.number not in changed and (row.match.verdict, row.match.payable_pence, row.match.why) != (
            one.verdict, one.payable_pence, one.why,
        ):  # fmt: skip
            LineMatch.objects.filter(pk=row.match.pk).update(**_fields(row, one, now))
            changed[one.number] = one
    _hold_or_free(open_lines, now)
    return changed


def _fields(row: InvoiceLine, found: Matched, now: datetime) -> dict[str, Any]:
    return {
        "authority_id": row.authority_id, "provider_id": row.provider_id, "verdict": found.verdict,
        "due_pence": found.due_pence, "payable_pence": found.payable_pence, "why": found.why, "matched_at": now,
    }  # fmt: skip


def _hold_or_free(lines: Sequence[tuple[InvoiceLine, Matched]], now: datetime) -> None:
    new: list[LineHold] = []
    for row, found in lines:
        live = next((one for one in row.holds.all() if one.released_at is None), None)
        must_hold = _must_hold(row, found)
        if must_hold and live is None:
            reason = HELD[found.verdict]
            new.append(
                LineHold(
                    line=row, authority_id=row.authority_id, provider_id=row.provider_id, reason=reason, held_at=now
                )
            )
        elif live and live.held_by_id is None and not must_hold:
            LineHold.objects.filter(pk=live.pk).update(released_at=now, release_reason="It matches now.")
        elif live and live.held_by_id is None and live.reason != HELD[found.verdict]:
            LineHold.objects.filter(pk=live.pk).update(reason=HELD[found.verdict])
    LineHold.objects.bulk_create(new, batch_size=500)


def _must_hold(row: InvoiceLine, found: Matched) -> bool:
    """More than is due, unless somebody decided about it; a credit only lowers what is paid."""
    if found.verdict != OVER:
        return found.verdict in HELD
    return row.pence > 0 and not any(one.released_by_id for one in row.holds.all())
