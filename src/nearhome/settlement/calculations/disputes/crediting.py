"""What is posted when a host upholds a dispute with a credit?

Two lines that sum to nought: the authority that disputed pays less, and the host bears it instead. The provider is paid
as before. Where a recorded fact was wrong nothing is credited: the fact is put right, and the next month worked out
posts the difference.
"""

from dataclasses import replace

from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.charges import CREDIT, Charge, name_of


def most_in_dispute(line_pence: int, credited_pence: int) -> int:
    """What of a line can still be disputed, in pence with the line's sign: the line less what was credited of it."""
    return line_pence - credited_pence


def is_part_of(pence: int, whole_pence: int) -> bool:
    """Whether an amount is more than nothing of a whole, at most all of it, with its sign."""
    return pence != 0 and (pence > 0) == (whole_pence > 0) and abs(pence) <= abs(whole_pence)


def credit_lines(line: Charge, pence: int, reason: str, names: dict[str, str]) -> tuple[Charge, Charge]:
    """The credit of the payer and the cost of the host, for a recharged line; `pence` has the sign of the line.

    Raises ValueError where the line is not between two authorities, or the amount is not part of it.
    """
    if line.via is None or not line.is_recharge:
        raise ValueError("Only a line that one authority recharges to another is credited.")
    if not is_part_of(pence, line.pence):
        raise ValueError(f"A credit is more than nothing and at most the line's {pounds(line.pence)}.")
    payer, host = name_of(line.payer, names), name_of(line.via, names)
    what = f"the line from {in_words(line.starts_on)} of {pounds(line.pence)}"
    credited = replace(line, kind=CREDIT, pence=-pence, reason=f"Credit from {host} for {what}, disputed: {reason}")
    borne = f"Borne by {host} after {payer} disputed {what}: {reason}"
    return credited, replace(line, kind=CREDIT, payer=line.via, pence=pence, reason=borne)
