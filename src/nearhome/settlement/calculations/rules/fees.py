"""Does the month charge what a block's own fee terms say?

A contract's fee for a week is fixed × available beds + variable × max(occupied, guaranteed share × available). A month charges
a weekly price for every bed, a variable part besides for a bed with a child, or, under a guarantee, nothing for an empty bed
but what is short of the guaranteed share. The two say the same in these cases, and in no other:

- neither variable nor guarantee: the price is the fixed part;
- a variable part without a guarantee: the price is the fixed part, the rules have the variable part;
- a guarantee without a fixed part: the price is the variable part, the rules have the guarantee.

Rules that give more than a fee of a fixed part alone are not compared: two persons agreed them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.nights import Period, PriceSpan
from nearhome.settlement.calculations.rules.terms import Terms, pieces_under

_FULL = 10_000


@dataclass(frozen=True, slots=True)
class Fee:
    """A contract's fee from a day: pence by the week for each available bed and each occupied one; the share guaranteed."""

    starts_on: date
    fixed_weekly: int
    variable_weekly: int = 0
    guarantee: int = 0


@dataclass(frozen=True, slots=True)
class Charged:
    """What a month charges: a weekly price (None: none is set), a variable part besides, a guarantee or None."""

    weekly: int | None
    variable_weekly: int = 0
    guarantee: int | None = None


def fee_unsaid(fees: Iterable[Fee], terms: tuple[Terms, ...], prices: tuple[PriceSpan, ...], month: Period) -> str:
    """What of the fee the month does not charge, and the mend; "" where it charges the fee. Of several days the first.

    Days before the first fee, or without terms, say nothing.
    """
    ordered = sorted(fees, key=lambda fee: fee.starts_on)
    changes = {*(one.starts_on for one in ordered), *(one.starts_on for one in prices)}
    days = {month.starts_on, *(day for day in changes if month.starts_on < day < month.ends_before)}
    for piece, ruling in pieces_under(terms, month):
        for day in sorted({piece.starts_on, *(one for one in days if piece.starts_on < one < piece.ends_before)}):
            fee = next((one for one in reversed(ordered) if one.starts_on <= day), None)
            if fee and ruling and (words := _compared(fee, _charged(ruling, prices, day))):
                return words
    return ""


def as_charged(fee: Fee) -> Charged | None:
    """What a month has to charge for a fee; None where no month can charge it."""
    if not fee.guarantee:
        return Charged(fee.fixed_weekly, fee.variable_weekly) if fee.fixed_weekly else None
    return None if fee.fixed_weekly else Charged(fee.variable_weekly, 0, fee.guarantee)


def _charged(terms: Terms, prices: tuple[PriceSpan, ...], day: date) -> Charged:
    price = next((one.pence for one in reversed(prices) if one.starts_on <= day), None)
    return Charged(price, terms.variable_weekly, terms.guarantee)


def _compared(fee: Fee, found: Charged) -> str:
    wanted = as_charged(fee)
    if not (fee.variable_weekly or fee.guarantee) or wanted == found:
        return ""
    said = f"The contract’s fee is {_fee_words(fee)}; the month charges {_charged_words(found)}."
    if wanted is None:
        return f"{said} No rules of a block say this fee: settle the difference outside Nearhome, or agree another fee."
    return f"{said} Propose rules of the block with {_wanted_words(wanted)}."


def _fee_words(fee: Fee) -> str:
    child = f"{pounds(fee.variable_weekly)} a week for each with a child" if fee.variable_weekly else ""
    parts = [f"{pounds(fee.fixed_weekly)} a week for each bed" if fee.fixed_weekly else "", child]
    sure = f", {_percent(fee.guarantee)} of the beds guaranteed" if fee.guarantee else ""
    return " and ".join(part for part in parts if part) + sure


def _charged_words(found: Charged) -> str:
    price = "no price" if found.weekly is None else f"{pounds(found.weekly)} a week for each bed"
    more = f", {pounds(found.variable_weekly)} besides for each with a child" if found.variable_weekly else ""
    sure = f", under a guarantee of {_percent(found.guarantee)}" if found.guarantee else ""
    return f"{price}{more}{sure}" + ("" if more or sure else " and nothing else")


def _wanted_words(wanted: Charged) -> str:
    parts = [
        f"a variable part of {pounds(wanted.variable_weekly)}" if wanted.variable_weekly else "no variable part",
        f"a guarantee of {_percent(wanted.guarantee)}" if wanted.guarantee else "no guarantee",
    ]
    return f"{' and '.join(parts)}, and set its weekly price to {pounds(wanted.weekly or 0)}"


def _percent(basis_points: int) -> str:
    return f"{basis_points / (_FULL / 100):g}%"
