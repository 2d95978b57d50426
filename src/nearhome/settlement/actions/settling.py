"""The finance lead's part: who owes whom in all, with few payments, and a statement for everyone."""

from collections.abc import Iterable
from datetime import datetime

from nearhome.people.models import Organisation
from nearhome.settlement.calculations.statement import net_transfers, settle
from nearhome.settlement.models import Month, NetPosition, Statement, Transfer
from nearhome.settlement.queries import refs
from nearhome.settlement.queries.posted import recharges_in


def settle_month(month: Month, authorities: Iterable[Organisation], touched: set[int], now: datetime) -> None:
    """Write net positions (they sum to zero), transfers and statements. Call while acting for the finance lead.

    `touched`: authorities with new lines; what they had said to an earlier statement of the month falls.
    """
    everyone = [refs.organisation(one.pk) for one in authorities]
    positions = settle(recharges_in(month.pk), everyone).net_positions
    _write_positions(month, {refs.number(ref): pence for ref, pence in positions})
    _write_transfers(month, net_transfers_of(positions))
    _issue(month, {refs.number(ref) for ref, _ in positions} | touched, touched, now)


def net_transfers_of(positions: Iterable[tuple[str, int]]) -> list[tuple[int, int, int]]:
    """(payer, payee, pence) in rows' numbers."""
    transfers = net_transfers(positions)
    return [(refs.number(one.paid_by), refs.number(one.paid_to), one.pence) for one in transfers]


def _write_positions(month: Month, positions: dict[int, int]) -> None:
    for organisation_id, pence in positions.items():
        NetPosition.objects.update_or_create(month=month, organisation_id=organisation_id, defaults={"pence": pence})
    NetPosition.objects.filter(month=month).exclude(organisation_id__in=positions).delete()


def _write_transfers(month: Month, transfers: list[tuple[int, int, int]]) -> None:
    before = Transfer.objects.filter(month=month)
    if sorted(before.values_list("payer_id", "payee_id", "pence")) == sorted(transfers):
        return
    before.delete()
    Transfer.objects.bulk_create(
        Transfer(month=month, payer_id=payer, payee_id=payee, pence=pence) for payer, payee, pence in transfers
    )


def _issue(month: Month, organisation_ids: set[int], touched: set[int], now: datetime) -> None:
    for organisation_id in sorted(organisation_ids):
        statement, is_new = Statement.objects.get_or_create(
            month=month, organisation_id=organisation_id, defaults={"issued_at": now}
        )
        if not is_new and organisation_id in touched:
            statement.issued_at = now
            statement.agreed_at = statement.agreed_by = statement.disputed_at = None
            statement.dispute = ""
            statement.save()
