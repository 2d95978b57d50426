"""Charges that were posted, as calculations read them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F

from nearhome.partnership.models import Partnership
from nearhome.settlement.calculations.charges import CREDIT, Charge
from nearhome.settlement.models import Charge as ChargeRow
from nearhome.settlement.queries import refs

# Named tuples of these read as rows do, in a third of the time: a host has posted tens of thousands.
COLUMNS = tuple(field.attname for field in ChargeRow._meta.concrete_fields)


def charge_from(row: Any) -> Charge:
    """The line as it was worked out, from a row or a named tuple of its COLUMNS.

    A block's charges go through the host, and what another funder pays for.
    """
    through = row.contract_id or row.lead_cost_id or row.payer_id != row.host_id
    return Charge(
        contract_ref=_contract_ref(row),
        payer=refs.organisation(row.payer_id),
        payee=refs.organisation(row.provider_id),
        via=refs.organisation(row.host_id) if through else None,
        place_ref=refs.place(row.place_id) if row.place_id else "",
        stay_ref=refs.booking(row.booking_id) if row.booking_id else None,
        kind=row.kind,
        starts_on=row.starts_on,
        ends_before=row.ends_before,
        weekly_pence=row.weekly_price_pence,
        pence=row.pence,
        reason=row.reason,
        element=row.element,
    )


def _contract_ref(row: Any) -> str:
    if row.lead_cost_id:
        return refs.lead_cost(row.lead_cost_id)
    return refs.block(row.contract_id) if row.contract_id else refs.booking(row.booking_id or 0)


@dataclass(frozen=True, slots=True)
class Posted:
    """Lines by the month that their nights belong to, and what stays and places were called on them."""

    by_month: dict[date, tuple[Charge, ...]]
    child_refs: dict[str, str]
    homes: dict[str, str]


def posted_by(host_id: int, partnership: Partnership) -> Posted:
    """Every line a host has posted, corrections included. Credits after disputes stand apart: no fact is behind them."""
    lines: dict[date, list[Charge]] = defaultdict(list)
    child_refs: dict[str, str] = {}
    homes: dict[str, str] = {}
    rows = ChargeRow.objects.filter(host_id=host_id, month__partnership=partnership).exclude(kind=CREDIT)
    for row in rows.order_by("id").values_list(*COLUMNS, named=True).iterator(chunk_size=2000):
        line = charge_from(row)
        lines[row.about_month].append(line)
        if line.place_ref:
            homes[line.place_ref] = row.home_name
        if line.stay_ref:
            child_refs[line.stay_ref] = row.child_ref
    return Posted({about: tuple(each) for about, each in lines.items()}, child_refs, homes)


def recharges_in(month_id: int) -> tuple[Charge, ...]:
    """What authorities owe hosts in a month; the finance lead reads all of them."""
    rows: Iterable[ChargeRow] = (
        ChargeRow.objects.filter(month_id=month_id).exclude(payer_id=F("host_id")).order_by("id")
    )
    return tuple(charge_from(row) for row in rows)
