"""Charges that were posted, as calculations read them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from django.db.models import F

from nearhome.partnership.models import Partnership
from nearhome.settlement.calculations.charges import Charge
from nearhome.settlement.models import Charge as ChargeRow
from nearhome.settlement.queries import refs


def charge_from(row: ChargeRow) -> Charge:
    """The line as it was worked out. Only a block's charges go through the host."""
    host = refs.organisation(row.host_id)
    return Charge(
        contract_ref=refs.block(row.contract_id) if row.contract_id else refs.booking(row.booking_id or 0),
        payer=refs.organisation(row.payer_id),
        payee=refs.organisation(row.provider_id),
        via=host if row.contract_id else None,
        place_ref=refs.place(row.place_id),
        stay_ref=refs.booking(row.booking_id) if row.booking_id else None,
        kind=row.kind,
        starts_on=row.starts_on,
        ends_before=row.ends_before,
        weekly_pence=row.weekly_price_pence,
        pence=row.pence,
        reason=row.reason,
    )


def posted_by(host_id: int, partnership: Partnership) -> dict[date, tuple[Charge, ...]]:
    """Every line a host has posted, corrections included, by the month that its nights belong to."""
    found: dict[date, list[Charge]] = defaultdict(list)
    rows = ChargeRow.objects.filter(host_id=host_id, month__partnership=partnership).order_by("id")
    for row in rows.iterator(chunk_size=2000):
        found[row.about_month].append(charge_from(row))
    return {about: tuple(lines) for about, lines in found.items()}


def recharges_in(month_id: int) -> tuple[Charge, ...]:
    """What authorities owe hosts in a month; the finance lead reads all of them."""
    rows: Iterable[ChargeRow] = (
        ChargeRow.objects.filter(month_id=month_id, contract__isnull=False).exclude(payer_id=F("host_id")).order_by("id")
    )
    return tuple(charge_from(row) for row in rows)
