"""What is short of a guarantee, and who bears it?

Under a guarantee the provider is sure of a share of what all its available nights of a month would cost. Nights with a
child are paid as they come; only where they come to less is the difference paid, once for the month. It is borne by
those whose nights were not paid for, in proportion to what those nights would have cost (largest remainder). No published
arrangement says how a shortfall is divided: this is our own rule, and a term of the agreement.

Nights that are not yet payable, closed by the provider or within grace are not available.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import NIGHTS_IN_A_WEEK, nearest_penny, pounds
from nearhome.settlement.calculations.charges import GUARANTEE, MONEY_ONLY, Charge, name_of, priced, shares_of
from nearhome.settlement.calculations.nights import PROVIDER, SHARED, BlockContract, NightSpan, Period

_FULL = 10_000


@dataclass(frozen=True, slots=True)
class Measured:
    """A month held against its guarantee: pence, all exact; `unpaid` by authority is what nights not paid would cost."""

    guaranteed: Fraction
    paid: int
    unpaid: tuple[tuple[str, Fraction], ...]

    @property
    def shortfall(self) -> int:
        """What is still to be paid, in whole pence: never below what is guaranteed."""
        return max(0, nearest_penny(self.guaranteed - self.paid))


def measured(contract: BlockContract, spans: Iterable[NightSpan], charges: Iterable[Charge]) -> Measured:
    """Hold a month's nights and the charges already made for them against the guarantee in force on each night."""
    guaranteed, unpaid = Fraction(0), defaultdict[str, Fraction](Fraction)
    weights = contract.rule.shares
    for span in spans:
        if span.bearer == PROVIDER:
            continue
        for piece, price in priced(span, contract.weekly_price, contract.ref):
            cost = Fraction(price.pence * piece.nights, NIGHTS_IN_A_WEEK)
            for part, share in priced(piece, contract.guarantee, contract.ref):
                guaranteed += Fraction(price.pence * part.nights * share.pence, NIGHTS_IN_A_WEEK * _FULL)
            rest = cost if piece.kind == "empty" else cost * (_FULL - piece.basis_points) / _FULL
            for name, portion in _bearers(piece, weights):
                unpaid[name] += rest * portion
    paid = sum(charge.pence for charge in charges if charge.kind not in MONEY_ONLY)
    return Measured(guaranteed, paid, tuple(sorted((name, rest) for name, rest in unpaid.items() if rest)))


def guarantee_charges(
    contract: BlockContract,
    spans: Iterable[NightSpan],
    charges: Iterable[Charge],
    month: Period,
    names: Mapping[str, str],
) -> tuple[Charge, ...]:
    """The lines that make up what a month is short of its guarantee; () without a guarantee or where nothing is short."""
    if not contract.guarantee:
        return ()
    held = measured(contract, spans, charges)
    if not held.shortfall or not held.unpaid:
        return ()
    parts = shares_of(held.shortfall, _whole_weights(held.unpaid))
    return tuple(_line(contract, held, month, name, pence, names) for name, pence in parts.items() if pence)


def _bearers(span: NightSpan, weights: tuple[tuple[str, int], ...]) -> Iterable[tuple[str, Fraction]]:
    if span.bearer != SHARED:
        return ((span.bearer, Fraction(1)),)
    total = sum(weight for _, weight in weights)
    return tuple((name, Fraction(weight, total)) for name, weight in weights if weight)


def _whole_weights(unpaid: tuple[tuple[str, Fraction], ...]) -> tuple[tuple[str, int], ...]:
    """The same proportions as whole numbers."""
    common = lcm(*(rest.denominator for _, rest in unpaid))
    return tuple((name, int(rest * common)) for name, rest in unpaid)


def _line(
    contract: BlockContract, held: Measured, month: Period, payer: str, pence: int, names: Mapping[str, str]
) -> Charge:
    whose = name_of(payer, names)
    words = (
        f"Guarantee for {in_words(month.starts_on)} to the day before {in_words(month.ends_before)}:"
        f" {pounds(nearest_penny(held.guaranteed))} is guaranteed, {pounds(held.paid)} was paid for nights;"
        f" {whose} bears {pounds(pence)} of the {pounds(held.shortfall)} between"
    )
    return Charge(
        contract.ref, payer, contract.provider, contract.host_authority, "", None, GUARANTEE, month.starts_on,
        month.ends_before, 0, pence, words, GUARANTEE,
    )  # fmt: skip
