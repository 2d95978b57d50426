"""Positions and payments of a month that is open, without the money in dispute. Called while acting for the finance lead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from nearhome.audit.record import Nearhome
from nearhome.people.models import Organisation
from nearhome.settlement.actions.moving import return_to_draft
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

CHANGED = "What is held of it because of disputed lines changed, so its payments are to be checked again."


@dataclass(frozen=True, slots=True)
class Payments:
    """What a month holds and releases, what it comes to for each authority, and the payments that settle it."""

    moves: tuple[HeldMove, ...]
    positions: tuple[Position, ...]

    @property
    def transfers(self) -> list[tuple[int, int, int]]:
        """Payer, payee, pence."""
        return sorted(
            (refs.number(one.paid_by), refs.number(one.paid_to), one.pence) for one in transfers_now(self.positions)
        )


def settle_positions(month: Month, authorities: Iterable[Organisation], *, now: datetime) -> set[int]:
    """Write what is held, net positions and transfers of one open month; the authorities that have a position.

    A month that was checked or approved and comes to something else now is a draft again: nobody saw that. If it comes
    to the same, it keeps the payments that were checked: other payments would settle the same positions.
    """
    payments = _payments(month, authorities)
    if not _is_written(month, payments):
        if month.state != Month.State.DRAFT:
            return_to_draft(month, by=_nearhome_for(month), now=now, why=CHANGED)
        _write_held(month, payments.moves)
        _write_positions(month, payments.positions)
        _write_transfers(month, payments.transfers)
    return {refs.number(one.authority) for one in payments.positions}


def settle_open_months(months: Iterable[Month], *, now: datetime) -> None:
    """The same for every month that is open and worked out, oldest first: a later one rests on those before it."""
    for month in months:
        authorities = Organisation.objects.filter(pk__in=month.net_positions.values("organisation_id"))
        settle_positions(month, authorities, now=now)


def _nearhome_for(month: Month) -> Nearhome:
    """Who disputes a line does not settle: the month goes back by itself, for the finance lead."""
    lead = month.partnership.finance_lead
    return Nearhome(lead.pk, lead.name)


def _payments(month: Month, authorities: Iterable[Organisation]) -> Payments:
    everyone = [refs.organisation(one.pk) for one in authorities]
    net = settle(recharges_in(month.pk), everyone).net_positions
    moves = held_moves(disputes_until(month), held_before(month))
    return Payments(moves, positions_with_holds(net, moves))


def _is_written(month: Month, payments: Payments) -> bool:
    held = HeldLine.objects.filter(month=month).values_list("dispute_id", "pence", "is_release")
    net = NetPosition.objects.filter(month=month)
    amounts = net.values_list("organisation_id", "pence", "held_pence", "released_pence")
    return (
        set(held) == {(int(one.dispute_ref), one.pence, one.is_release) for one in payments.moves}
        and set(amounts)
        == {(refs.number(one.authority), one.net, one.held, one.released) for one in payments.positions}
        and (month.state != Month.State.DRAFT or _transfers_of(month) == payments.transfers)
    )


def _transfers_of(month: Month) -> list[tuple[int, int, int]]:
    return sorted(Transfer.objects.filter(month=month).values_list("payer_id", "payee_id", "pence"))


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


def _write_transfers(month: Month, transfers: list[tuple[int, int, int]]) -> None:
    if _transfers_of(month) == transfers:
        return
    Transfer.objects.filter(month=month).delete()
    Transfer.objects.bulk_create(
        Transfer(month=month, payer_id=payer, payee_id=payee, pence=pence) for payer, payee, pence in transfers
    )
