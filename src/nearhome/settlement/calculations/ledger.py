"""How is each charge posted, so that every entry balances to the penny?

Double entry with signs: plus is a debit, minus a credit, and an entry's postings sum to nought, in all and for each
authority. A charge paid straight to the provider is a cost and a payable of one authority. A recharge is a payable of
the host and a debt owed to it, and a cost and a debt of the authority that bears it. The lead's own work is nobody's
payable: what partners pay for it covers the lead's costs.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.charges import Charge

Account = Literal["placement_cost", "provider_payable", "due_from_authority", "due_to_authority", "lead_costs"]


@dataclass(frozen=True, slots=True)
class Posting:
    """One side of an entry in one authority's books; `counterparty` is the provider or the other authority."""

    account: Account
    authority: str
    counterparty: str
    pence: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Postings made together. Raises ValueError where they do not sum to nought for each authority."""

    words: str
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        sums: dict[str, int] = defaultdict(int)
        for posting in self.postings:
            sums[posting.authority] += posting.pence
        for authority, pence in sums.items():
            if pence:
                raise ValueError(f"The entry “{self.words}” is {pounds(pence)} out of balance for {authority}.")


def entries_from(charges: Iterable[Charge]) -> tuple[Entry, ...]:
    """One balanced entry for each charge, in the same order."""
    return tuple(Entry(charge.reason, _postings(charge)) for charge in charges)


def balances(entries: Iterable[Entry]) -> dict[tuple[str, Account, str], int]:
    """What stands in each (authority, account, counterparty) after these entries?"""
    sums: dict[tuple[str, Account, str], int] = defaultdict(int)
    for entry in entries:
        for posting in entry.postings:
            sums[posting.authority, posting.account, posting.counterparty] += posting.pence
    return dict(sums)


def _postings(charge: Charge) -> tuple[Posting, ...]:
    cost = Posting("placement_cost", charge.payer, charge.payee, charge.pence)
    paid: Account = "lead_costs" if charge.covers_lead else "provider_payable"
    if charge.via is None or not charge.is_recharge:
        return cost, Posting(paid, charge.payer, charge.payee, -charge.pence)
    return (
        cost,
        Posting("due_to_authority", charge.payer, charge.via, -charge.pence),
        Posting("due_from_authority", charge.via, charge.payer, charge.pence),
        Posting(paid, charge.via, charge.payee, -charge.pence),
    )
