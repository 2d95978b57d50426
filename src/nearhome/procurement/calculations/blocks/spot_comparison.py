"""When is a block cheaper than buying each placement by itself?

Formulas of the project's procurement reference, section 18.3 (suggested there; derived, no sector standard). The aim "no
dearer than spot at the least, up to 10% cheaper if a more competitive rate can be achieved" is that of the published
paper on a regional block (Kent County Council decision 21/00094, 2021, section 5.6).
"""

from dataclasses import dataclass
from fractions import Fraction

from nearhome.procurement.calculations.blocks.fees import WHOLE_BP, Fee

AIM_BP = 1_000


@dataclass(frozen=True, slots=True)
class SpotComparison:
    """A fee beside the spot price, both in pence by the week for a bed that is occupied, at one occupancy.

    `effective_pence` is what an occupied bed costs then (None: nobody is placed, so there is no such price);
    `cheaper_bp`: how much cheaper than spot in basis points of spot, below 0 if dearer; `break_even`: the share of beds
    from which the block is no dearer than spot, None if no occupancy up to 100% makes it so.
    """

    effective_pence: Fraction | None
    cheaper_bp: Fraction | None
    break_even: Fraction | None

    @property
    def is_no_dearer(self) -> bool:
        """Whether an occupied bed costs spot or less."""
        return self.cheaper_bp is not None and self.cheaper_bp >= 0

    @property
    def reaches_the_aim(self) -> bool:
        """Whether it is 10% or more cheaper than spot."""
        return self.cheaper_bp is not None and self.cheaper_bp >= AIM_BP


def effective_pence(fee: Fee, occupancy: Fraction) -> Fraction | None:
    """Pence by the week for each occupied bed: all that is paid, over the beds occupied; None with nobody placed."""
    return fee.weekly(occupancy) / occupancy if occupancy else None


def break_even(fee: Fee, spot_pence: int) -> Fraction | None:
    """The least share of available beds (0 to 1) at which the fee is no more than spot for the same children.

    Below the guaranteed share the variable fee stands still, so it is looked at first: (F + V·g) / S. Above it, F / (S − V).
    None where no share up to 1 is enough. Raises ValueError for a spot price of 0 or less.
    """
    if spot_pence <= 0:
        raise ValueError("The spot price is more than £0.00. Give the price of a placement bought by itself.")
    if fee.variable_pence > spot_pence:
        return None  # each child placed makes it dearer still
    guaranteed = Fraction(fee.guaranteed_bp, WHOLE_BP)
    below = (fee.fixed_pence + fee.variable_pence * guaranteed) / spot_pence
    if below <= guaranteed:
        return below
    if fee.variable_pence == spot_pence:
        return None
    above = Fraction(fee.fixed_pence, spot_pence - fee.variable_pence)
    return above if above <= 1 else None


def against_spot(fee: Fee, spot_pence: int, occupancy: Fraction) -> SpotComparison:
    """A fee at an occupancy (0 to 1), beside a spot price in pence by the week. Raises ValueError as `break_even`."""
    from_share = break_even(fee, spot_pence)
    paid = effective_pence(fee, occupancy)
    cheaper = (1 - paid / spot_pence) * WHOLE_BP if paid is not None else None
    return SpotComparison(paid, cheaper, from_share)
