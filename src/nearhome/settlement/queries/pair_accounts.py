"""One authority's account with each other authority for a month."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from nearhome.people.models import Organisation
from nearhome.settlement.calculations.charges import Charge as Line
from nearhome.settlement.calculations.disputes.holding import Position
from nearhome.settlement.calculations.disputes.pairs import PairAccount, pair_account
from nearhome.settlement.models import Charge, NetPosition, Statement
from nearhome.settlement.queries import refs
from nearhome.settlement.queries.holds import moves_in
from nearhome.settlement.queries.posted import charge_from


@dataclass(frozen=True, slots=True)
class Partner:
    """Another authority with which there is something to settle in the month."""

    key: UUID
    name: str
    account: PairAccount


def partners_of(row: Statement, charges: Iterable[Charge]) -> tuple[Partner, ...]:
    """Everybody with whom the statement's authority has lines or held money in the month, by name.

    `charges`: the statement's lines with other authorities.
    """
    own = refs.organisation(row.organisation_id)
    lines: dict[str, list[Line]] = defaultdict(list)
    for charge in charges:
        line = charge_from(charge)
        if line.is_recharge and line.via:
            lines[line.payer if line.via == own else line.via].append(line)
    moves = [one for one in moves_in(row.month_id) if own in (one.owed_by, one.owed_to)]
    others = {*lines, *(one.owed_to if one.owed_by == own else one.owed_by for one in moves)}
    found = Organisation.objects.filter(pk__in=[refs.number(one) for one in others]).order_by("name", "id")
    accounts = ((one, pair_account(own, ref, lines[ref], moves)) for one in found if (ref := refs.organisation(one.pk)))
    return tuple(Partner(one.key, one.name, account) for one, account in accounts)


def position_of(row: Statement) -> Position:
    """The statement's authority's month: net, held, released; nought where nothing was worked out."""
    own = NetPosition.objects.filter(month=row.month_id, organisation=row.organisation_id).first()
    name = refs.organisation(row.organisation_id)
    return Position(name, own.pence, own.held_pence, own.released_pence) if own else Position(name, 0, 0, 0)
