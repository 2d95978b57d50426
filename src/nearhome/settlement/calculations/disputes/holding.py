"""What is left out of a month's payments while a line is disputed, and when does it come back?

Held money is moved in time, never lost: what one month leaves out, the first month still open when the dispute ends
pays. A hold touches both sides alike, so positions sum to nought with held money and without it. Nothing is posted:
cost and debt stand as they were, only the payment waits.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nearhome.settlement.calculations.transfers import Transfer, net_transfers


@dataclass(frozen=True, slots=True)
class Dispute:
    """Part or all of one line between two authorities. `pence` has the sign of the line: minus for a credit.

    `holds`: it was raised before its month was closed, so its money had not been paid yet.
    """

    ref: str
    owed_by: str
    owed_to: str
    pence: int
    holds: bool
    is_open: bool


@dataclass(frozen=True, slots=True)
class HeldMove:
    """What one month's payments leave out (same sign as the line) or pay after all (the other sign)."""

    dispute_ref: str
    owed_by: str
    owed_to: str
    pence: int
    is_release: bool


@dataclass(frozen=True, slots=True)
class Position:
    """One authority's month in pence: plus is owed to it, minus it owes."""

    authority: str
    net: int
    held: int
    released: int

    @property
    def to_settle(self) -> int:
        """What the month's payments bring to nought."""
        return self.net - self.held + self.released


def held_moves(disputes: Iterable[Dispute], held_before: Mapping[str, int]) -> tuple[HeldMove, ...]:
    """What a month holds or releases: what should be held now less what months before it hold, dispute by dispute.

    `disputes`: those of lines of this month or of months before it. `held_before`: pence that months before this one
    hold for each dispute, releases taken off. In the order of `disputes`; where nothing changes there is no move.
    """
    moves = []
    for one in disputes:
        before = held_before.get(one.ref, 0)
        pence = (one.pence if one.holds and one.is_open else 0) - before
        if pence:
            moves.append(HeldMove(one.ref, one.owed_by, one.owed_to, pence, is_release=before != 0))
    return tuple(moves)


def positions_with_holds(net_positions: Iterable[tuple[str, int]], moves: Iterable[HeldMove]) -> tuple[Position, ...]:
    """Net positions with what is held of them and what earlier months' holds add. Each of the three sums to nought."""
    net = dict(net_positions)
    held, released = defaultdict[str, int](int), defaultdict[str, int](int)
    for move in moves:
        for authority, pence in ((move.owed_to, move.pence), (move.owed_by, -move.pence)):
            if move.is_release:
                released[authority] -= pence
            else:
                held[authority] += pence
    everyone = sorted({*net, *held, *released})
    return tuple(Position(one, net.get(one, 0), held[one], released[one]) for one in everyone)


def transfers_now(positions: Iterable[Position]) -> tuple[Transfer, ...]:
    """The month's payments, as `net_transfers` finds them, without held money. Raises ValueError where positions do not sum to nought."""
    return net_transfers((one.authority, one.to_settle) for one in positions)
