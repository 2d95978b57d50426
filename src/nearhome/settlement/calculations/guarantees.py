"""What is short of a guarantee, and who bears it?

Under a guarantee the provider is sure of a share of what all its available nights of a month would cost. Nights with a
child are paid as they come; only where they come to less is the difference paid, once for the month. A month is held
against one guarantee as a whole: other rules from a day within it, or another bearer, do not begin a new measure; another
guaranteed share does. The difference is borne by those whose nights were not paid for, in proportion to what those nights
would have cost (largest remainder); where every night was paid for, by who paid them, so that no penny of rounding is
withheld. No published arrangement says how a shortfall is divided: this is our own rule, and a term of the agreement.

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
Exact = tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """Nights under one set of rules, and the charges already made for them. `contract` is as it stands under those rules."""

    contract: BlockContract
    nights: tuple[NightSpan, ...]
    charges: tuple[Charge, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """A month held against its guarantee: pence, all exact. By authority, by name: what nights not paid would have cost
    (`unpaid`), and what nights that were paid cost (`borne`)."""

    guaranteed: Fraction
    paid: int
    unpaid: Exact
    borne: Exact

    @property
    def shortfall(self) -> int:
        """What is still to be paid, so that no less than the guarantee, to the nearest penny, is paid in all."""
        return max(0, nearest_penny(self.guaranteed) - self.paid)


def measured(pieces: Iterable[Piece]) -> Measured:
    """Hold a month's nights and the charges already made for them against the guarantee in force on each night."""
    guaranteed, paid = Fraction(0), 0
    unpaid, borne = defaultdict[str, Fraction](Fraction), defaultdict[str, Fraction](Fraction)
    for one in pieces:
        contract = one.contract
        for span in (span for span in one.nights if span.bearer != PROVIDER):
            for piece, price in priced(span, contract.weekly_price, contract.ref):
                cost = Fraction(price.pence * piece.nights, NIGHTS_IN_A_WEEK)
                for part, share in priced(piece, contract.guarantee, contract.ref):
                    guaranteed += Fraction(price.pence * part.nights * share.pence, NIGHTS_IN_A_WEEK * _FULL)
                rest = cost if piece.kind == "empty" else cost * (_FULL - piece.basis_points) / _FULL
                for name, portion in _bearers(piece, contract.rule.shares):
                    unpaid[name] += rest * portion
                    borne[name] += (cost - rest) * portion
        paid += sum(charge.pence for charge in one.charges if charge.kind not in MONEY_ONLY)
    return Measured(guaranteed, paid, _by_name(unpaid), _by_name(borne))


def guarantee_charges(pieces: Iterable[Piece], month: Period, names: Mapping[str, str]) -> tuple[Charge, ...]:
    """The lines that make up what a month of one contract is short of its guarantee; () where nothing is short.

    Give all pieces of the month: those with the same guaranteed share are measured together.
    """
    together = defaultdict[tuple[int, ...], list[Piece]](list)
    for piece in pieces:
        if piece.contract.guarantee and piece.nights:
            together[tuple(share.pence for share in piece.contract.guarantee)].append(piece)
    return tuple(line for _, some in sorted(together.items()) for line in _lines(some, month, names))


def _lines(pieces: list[Piece], month: Period, names: Mapping[str, str]) -> Iterable[Charge]:
    held = measured(pieces)
    bearers = held.unpaid or held.borne
    if not held.shortfall or not bearers:
        return
    for name, pence in shares_of(held.shortfall, _whole_weights(bearers)).items():
        if pence:
            yield _line(pieces[0].contract, held, month, name, pence, names)


def _by_name(sums: Mapping[str, Fraction]) -> Exact:
    return tuple(sorted((name, pence) for name, pence in sums.items() if pence))


def _bearers(span: NightSpan, weights: tuple[tuple[str, int], ...]) -> Iterable[tuple[str, Fraction]]:
    if span.bearer != SHARED:
        return ((span.bearer, Fraction(1)),)
    total = sum(weight for _, weight in weights)
    return tuple((name, Fraction(weight, total)) for name, weight in weights if weight)


def _whole_weights(shares: Exact) -> tuple[tuple[str, int], ...]:
    """The same proportions as whole numbers."""
    common = lcm(*(share.denominator for _, share in shares))
    return tuple((name, int(share * common)) for name, share in shares)


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
