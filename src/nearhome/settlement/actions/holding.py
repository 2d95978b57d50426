"""Positions and payments of a month that is open, without the money in dispute. Called while acting for the finance lead."""

from collections.abc import Iterable

from django.db import connection

from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation
from nearhome.settlement.calculations.disputes.holding import (
    HeldMove,
    Position,
    held_moves,
    positions_with_holds,
    transfers_now,
)
from nearhome.settlement.calculations.statement import settle
from nearhome.settlement.models import HeldLine, Month, NetPosition, Transfer
from nearhome.settlement.queries import refs
from nearhome.settlement.queries.holds import disputes_until, held_before
from nearhome.settlement.queries.posted import recharges_in

ONE_MONTH_AT_A_TIME = 20_260_007


def one_at_a_time(partnership: Partnership) -> None:
    """Two people at once would both post or hold the same; the second waits, then finds it done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ONE_MONTH_AT_A_TIME, partnership.pk])


def lock_open_months(partnership: Partnership) -> tuple[Month, ...]:
    """Months not closed, oldest first; nobody closes one of them meanwhile."""
    rows = Month.objects.select_for_update(of=("self",)).filter(partnership=partnership)
    return tuple(rows.exclude(state=Month.State.CLOSED).order_by("starts_on"))


def settle_positions(month: Month, authorities: Iterable[Organisation]) -> set[int]:
    """Write what is held, net positions and transfers of one open month; the authorities that have a position."""
    everyone = [refs.organisation(one.pk) for one in authorities]
    net = settle(recharges_in(month.pk), everyone).net_positions
    moves = held_moves(disputes_until(month), held_before(month))
    positions = positions_with_holds(net, moves)
    _write_held(month, moves)
    _write_positions(month, positions)
    _write_transfers(month, positions)
    return {refs.number(one.authority) for one in positions}


def settle_open_months(months: Iterable[Month]) -> None:
    """The same for every month that is open and worked out, oldest first: a later one rests on those before it."""
    for month in months:
        settle_positions(month, Organisation.objects.filter(pk__in=month.net_positions.values("organisation_id")))


def _write_held(month: Month, moves: Iterable[HeldMove]) -> None:
    now = {int(one.dispute_ref): one for one in moves}
    HeldLine.objects.filter(month=month).exclude(dispute_id__in=now).delete()
    for dispute_id, one in now.items():
        HeldLine.objects.update_or_create(
            month=month,
            dispute_id=dispute_id,
            defaults={
                "payer_id": refs.number(one.owed_by), "host_id": refs.number(one.owed_to), "pence": one.pence,
                "is_release": one.is_release,
            },
        )  # fmt: skip


def _write_positions(month: Month, positions: Iterable[Position]) -> None:
    now = {refs.number(one.authority): one for one in positions}
    NetPosition.objects.filter(month=month).exclude(organisation_id__in=now).delete()
    for organisation_id, one in now.items():
        amounts = {"pence": one.net, "held_pence": one.held, "released_pence": one.released}
        NetPosition.objects.update_or_create(month=month, organisation_id=organisation_id, defaults=amounts)


def _write_transfers(month: Month, positions: Iterable[Position]) -> None:
    transfers = [(refs.number(one.paid_by), refs.number(one.paid_to), one.pence) for one in transfers_now(positions)]
    before = Transfer.objects.filter(month=month)
    if sorted(before.values_list("payer_id", "payee_id", "pence")) == sorted(transfers):
        return
    before.delete()
    Transfer.objects.bulk_create(
        Transfer(month=month, payer_id=payer, payee_id=payee, pence=pence) for payer, payee, pence in transfers
    )
