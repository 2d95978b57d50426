"""The payments between authorities of one month, as they were written when it was settled."""

from nearhome.settlement.calculations import transfers as calculated
from nearhome.settlement.calculations.disputes.holding import Position
from nearhome.settlement.models import NetPosition, Transfer
from nearhome.settlement.queries import refs


def transfers_of(month_id: int) -> tuple[calculated.Transfer, ...]:
    """Read, never worked out again: what a closed month pays stays as it was, whatever a later version would find."""
    rows = Transfer.objects.filter(month=month_id).order_by("id")
    return tuple(
        calculated.Transfer(refs.organisation(one.payer_id), refs.organisation(one.payee_id), one.pence) for one in rows
    )


def note_on_transfers(month_id: int) -> str:
    """What to say below the payments: nothing, unless there were too many positions to search for the fewest."""
    rows = NetPosition.objects.filter(month=month_id)
    positions = (Position("", one.pence, one.held_pence, one.released_pence).to_settle for one in rows)
    named = {str(number): pence for number, pence in enumerate(positions)}
    return "" if calculated.are_surely_fewest(named) else calculated.PERHAPS_MORE_THAN_NEEDED
