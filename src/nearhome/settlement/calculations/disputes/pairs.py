"""Who owes whom, line by line, between two authorities?"""

from collections.abc import Iterable
from dataclasses import dataclass

from nearhome.settlement.calculations.charges import Charge
from nearhome.settlement.calculations.disputes.holding import HeldMove


@dataclass(frozen=True, slots=True)
class PairAccount:
    """One authority's account with another, in pence: owed to it, owed by it, and what is held or released of the net.

    `net` plus: the other owes. Held and released have the same sign; `to_settle` is what is left between the two.
    """

    authority: str
    other: str
    owed_to: int
    owed_by: int
    held: int
    released: int

    @property
    def net(self) -> int:
        """What the other owes (minus: is owed) for the month's lines."""
        return self.owed_to - self.owed_by

    @property
    def to_settle(self) -> int:
        """The net without held money, with what earlier months held and this one pays."""
        return self.net - self.held + self.released


def pair_account(authority: str, other: str, charges: Iterable[Charge], moves: Iterable[HeldMove]) -> PairAccount:
    """The account of two authorities from a month's lines and holds; those of anybody else are left out.

    The other's account with this one is the same with every sign turned.
    """
    pair = {authority, other}
    owed_to = owed_by = held = released = 0
    for charge in charges:
        if charge.is_recharge and {charge.payer, charge.via} == pair:
            if charge.via == authority:
                owed_to += charge.pence
            else:
                owed_by += charge.pence
    for move in moves:
        if {move.owed_by, move.owed_to} == pair:
            signed = move.pence if move.owed_to == authority else -move.pence
            if move.is_release:
                released -= signed
            else:
                held += signed
    return PairAccount(authority, other, owed_to, owed_by, held, released)
