"""What does each span of nights cost, to the penny, and who pays whom?

A night is exactly a seventh of the weekly price. Rounding is cumulative: for one place and one price, the charge for a
span is (all nights from the price's first night to the span's end, rounded to the nearest penny) minus (the same up to
its start). So seven nights are a week to the penny, and any consecutive spans add up to the rounded whole, however a
month or a departure cuts them. Where one charge is shared by weight, the running total is divided with the largest
remainder (ties to the authority named first) and each span takes the difference, so shares add up in the same way.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import nearest_penny, pounds, price_of_nights
from nearhome.settlement.calculations.nights import (
    PROVIDER,
    SHARED,
    BlockContract,
    IndividualPlacement,
    NightSpan,
    PriceSpan,
)

CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Charge:
    """One line: `payer` bears it for `payee` (the provider). `via`: the host authority that pays the provider first.

    `kind` is a night kind, or CORRECTION. `place_ref` and `stay_ref` lead back to the nights it was worked out from.
    """

    contract_ref: str
    payer: str
    payee: str
    via: str | None
    place_ref: str
    stay_ref: str | None
    kind: str
    starts_on: date
    ends_before: date
    weekly_pence: int
    pence: int
    reason: str

    @property
    def nights(self) -> int:
        """How many nights the line charges; a correction adds money, not nights."""
        return 0 if self.kind == CORRECTION else (self.ends_before - self.starts_on).days

    @property
    def is_recharge(self) -> bool:
        """Is it paid to another authority rather than straight to the provider?"""
        return self.via is not None and self.via != self.payer


def block_charges(contract: BlockContract, spans: Iterable[NightSpan], names: Mapping[str, str]) -> tuple[Charge, ...]:
    """The charges of a block contract's nights. `names` gives words for refs of authorities, places and providers.

    Nights the provider bears make no charge. Raises ValueError where a payable night has no price, or two.
    """
    host = contract.host_authority
    charges: list[Charge] = []
    for span in spans:
        for piece, price in _priced(span, contract.weekly_price, contract.ref):
            total = _between(piece, price, price.starts_on)
            whole = Charge(
                contract.ref, piece.bearer, contract.provider, host, piece.place_ref, piece.stay_ref, piece.kind,
                piece.starts_on, piece.ends_before, price.pence, total, "",
            )  # fmt: skip
            parts = _shared(whole, contract, price) if piece.bearer == SHARED else [whole]
            charges += [replace(part, reason=_block_words(part, host, piece.reason, names)) for part in parts]
    return tuple(charges)


def individual_charges(
    placement: IndividualPlacement, spans: Iterable[NightSpan], names: Mapping[str, str]
) -> tuple[Charge, ...]:
    """The charges of an individual placement's nights; the whole stay at one price is rounded once in all."""
    charges: list[Charge] = []
    for span in spans:
        for piece, price in _priced(span, placement.weekly_price, placement.ref):
            counted_from = max(price.starts_on, placement.stay.arrived_on)
            charge = Charge(
                placement.ref, piece.bearer, placement.provider, None, piece.place_ref, piece.stay_ref, piece.kind,
                piece.starts_on, piece.ends_before, price.pence, _between(piece, price, counted_from), "",
            )  # fmt: skip
            payer = _name(charge.payer, names)
            words = f"child of {payer}, {ROUTES[placement.route]}"
            charges.append(replace(charge, reason=_words(charge, words, names)))
    return tuple(charges)


def shares_of(pence: int, weights: tuple[tuple[str, int], ...]) -> dict[str, int]:
    """Divide whole pence by weight: each gets its quota rounded down, the rest goes to the largest remainders.

    The parts always add up to `pence`. Ties go to the one named first. Raises ValueError for no weight at all.
    """
    total = sum(weight for _, weight in weights)
    if total <= 0:
        raise ValueError("Shares need at least one weight above 0.")
    parts = {name: pence * weight // total for name, weight in weights}
    left = pence - sum(parts.values())
    by_remainder = sorted(weights, key=lambda item: -(pence * item[1] % total))
    for name, _ in by_remainder[:left]:
        parts[name] += 1
    return parts


ROUTES = {
    "own": "in the authority's own provision",
    "framework": "placed through a framework",
    "spot": "placed by spot purchase",
}


def _priced(span: NightSpan, prices: tuple[PriceSpan, ...], ref: str) -> Iterator[tuple[NightSpan, PriceSpan]]:
    """The span cut where the price changes, each piece with its one price."""
    if span.bearer == PROVIDER:
        return
    covered = 0
    for price in sorted(prices, key=lambda price: price.starts_on):
        first = max(span.starts_on, price.starts_on)
        before = min(span.ends_before, price.ends_before or span.ends_before)
        if first < before:
            covered += (before - first).days
            yield replace(span, starts_on=first, ends_before=before), price
    if covered != span.nights:
        fault = "no price" if covered < span.nights else "more than one price"
        raise ValueError(
            f"{ref}: {fault} for some nights from {span.starts_on} to {span.ends_before}. Mend its prices."
        )


def _running_total(price: PriceSpan, counted_from: date, until: date) -> int:
    return nearest_penny(price_of_nights(price.pence, (until - counted_from).days))


def _between(piece: NightSpan, price: PriceSpan, counted_from: date) -> int:
    earlier = _running_total(price, counted_from, piece.starts_on)
    return _running_total(price, counted_from, piece.ends_before) - earlier


def _shared(whole: Charge, contract: BlockContract, price: PriceSpan) -> list[Charge]:
    weights = contract.rule.shares
    earlier = shares_of(_running_total(price, price.starts_on, whole.starts_on), weights)
    later = shares_of(_running_total(price, price.starts_on, whole.ends_before), weights)
    return [replace(whole, payer=name, pence=later[name] - earlier[name]) for name, weight in weights if weight]


def _block_words(charge: Charge, host: str, reason: str, names: Mapping[str, str]) -> str:
    bed = f"{_article(_name(host, names))} {_name(host, names)} block bed"
    if charge.kind == "occupied":
        return _words(charge, f"child of {_name(charge.payer, names)} in {bed}", names)
    return _words(charge, f"{bed}, {charge.kind}, borne by {_name(charge.payer, names)} ({reason})", names)


def _words(charge: Charge, middle: str, names: Mapping[str, str]) -> str:
    nights = "1 night" if charge.nights == 1 else f"{charge.nights} nights"
    first, last = in_words(charge.starts_on), in_words(charge.ends_before - timedelta(days=1))
    when = f"on {first}" if charge.nights == 1 else f"from {first} to {last}"
    place = _name(charge.place_ref, names)
    return f"{nights} {when} in {place}: {middle}, {pounds(charge.weekly_pence)} a week"


def _name(ref: str, names: Mapping[str, str]) -> str:
    return names.get(ref, ref)


def _article(words: str) -> str:
    return "an" if words[:1].lower() in set("aeiou") else "a"
