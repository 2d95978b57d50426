"""What a bed of a block costs by the week: one formula for every fee model, and its indexation.

pay for a week = fixed x beds available + variable x max(beds occupied, guaranteed share x beds available)

A price per bed is a fixed fee alone; a two-part fee has both; an occupancy guarantee is a variable fee with a share. The
models are those of published block contracts (Nottingham City pays more for the second child; Kent 21/00094 pays for the
bed); the formula that covers them is a suggestion of our own, no sector standard.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from nearhome.procurement.calculations.blocks.capacity import months_after
from nearhome.procurement.calculations.blocks.rounding import whole_pence

WHOLE_BP = 10_000
MOST_WEEKLY_PENCE = 10_000_000_00
MOST_INDEXATION_BP = 5_000


@dataclass(frozen=True, slots=True)
class Fee:
    """From a day: pence by the week for each available bed and for each occupied one; basis points of the beds guaranteed.

    Raises ValueError for a fee below 0, above £10 million a week, or of nothing at all.
    """

    starts_on: date
    fixed_pence: int
    variable_pence: int = 0
    guaranteed_bp: int = 0

    def __post_init__(self) -> None:
        if not all(0 <= pence <= MOST_WEEKLY_PENCE for pence in (self.fixed_pence, self.variable_pence)):
            raise ValueError(
                "A weekly fee is £0.00 to £10,000,000.00. Give the fixed and the variable fee between them."
            )
        if not self.fixed_pence + self.variable_pence:
            raise ValueError("A fee of £0.00 is no fee. Give a fixed fee, a variable fee, or both.")
        if not 0 <= self.guaranteed_bp <= WHOLE_BP:
            raise ValueError("The guaranteed share is 0% to 100% of the beds.")

    def weekly(self, occupancy: Fraction) -> Fraction:
        """Pence for one available bed and one week, with this share of the beds occupied (0 to 1)."""
        return self.fixed_pence + self.variable_pence * max(occupancy, Fraction(self.guaranteed_bp, WHOLE_BP))

    @property
    def model(self) -> str:
        """Which fee model this is, in the words of the contract."""
        if not self.variable_pence:
            return "a price per bed"
        if self.guaranteed_bp:
            return "an occupancy guarantee" if not self.fixed_pence else "a two-part fee with an occupancy guarantee"
        return "a two-part fee" if self.fixed_pence else "a price per occupied bed"


def fee_on(ordered: Sequence[Fee], day: date) -> Fee | None:
    """The fee in force on a day; None before the first. `ordered` by their days."""
    return next((fee for fee in reversed(ordered) if fee.starts_on <= day), None)


def indexed(fees: Iterable[Fee], starts_on: date, ends_before: date, indexation_bp: int) -> tuple[Fee, ...]:
    """The fees of a term with one rise on each anniversary of its start after a fee came into force, until the next fee.

    Each rise is `indexation_bp` of the fee before it, rounded to a whole penny (half up), so that every year's fee is a
    price that can be printed. A fee that was agreed for a day replaces what indexation had foreseen.
    """
    if not 0 <= indexation_bp <= MOST_INDEXATION_BP:
        raise ValueError("Indexation is 0% to 50% a year. Give a rate between them.")
    ordered = sorted(fees, key=lambda fee: fee.starts_on)
    if len({fee.starts_on for fee in ordered}) < len(ordered):
        raise ValueError("Two fees begin on one day. Keep one of them.")
    found: list[Fee] = []
    for at, fee in enumerate(ordered):
        until = ordered[at + 1].starts_on if at + 1 < len(ordered) else ends_before
        found.append(fee)
        if indexation_bp:
            found += _rises(fee, starts_on, until, indexation_bp)
    return tuple(found)


def _rises(fee: Fee, starts_on: date, until: date, indexation_bp: int) -> list[Fee]:
    rises, year, standing = [], 1, fee
    while (day := months_after(starts_on, 12 * year)) < until:
        if day > fee.starts_on:
            grown = [_risen(pence, indexation_bp) for pence in (standing.fixed_pence, standing.variable_pence)]
            standing = replace(standing, starts_on=day, fixed_pence=grown[0], variable_pence=grown[1])
            rises.append(standing)
        year += 1
    return rises


def _risen(pence: int, indexation_bp: int) -> int:
    return whole_pence(Fraction(pence * (WHOLE_BP + indexation_bp), WHOLE_BP))
