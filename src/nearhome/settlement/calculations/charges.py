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
from nearhome.placements.calculations.pence import NIGHTS_IN_A_WEEK, pounds
from nearhome.settlement.calculations.nights import (
    PROVIDER,
    SHARED,
    BlockContract,
    IndividualPlacement,
    NightSpan,
    PriceSpan,
)

CORRECTION, VARIABLE, GUARANTEE = "correction", "variable", "guarantee"
ELEMENT, ONE_OFF, LEAD_COST, GAIN_SHARE = "element", "one_off", "lead_cost", "gain_share"
ACCOMMODATION = "accommodation"
CREDIT = "credit"  # what a host gives up after a dispute
MOVED = "moved"  # nights that turned out to be others, at the same money: taken off where they were, put where they are
MONEY_ONLY = frozenset({CORRECTION, MOVED, VARIABLE, GUARANTEE, ELEMENT, ONE_OFF, LEAD_COST, GAIN_SHARE, CREDIT})
_FULL = 10_000


@dataclass(frozen=True, slots=True)
class Charge:
    """One line: `payer` bears it for `payee` (the provider). `via`: the host authority that pays the provider first.

    `kind` is a night kind, or one of MONEY_ONLY. `place_ref` and `stay_ref` lead back to the nights it was worked out
    from; `element` says which part of what is due it is, where that has parts. It stays when a line is corrected.
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
    element: str = ""

    @property
    def nights(self) -> int:
        """How many nights the line charges; what only adds money to nights charged elsewhere counts none."""
        return 0 if self.kind in MONEY_ONLY else (self.ends_before - self.starts_on).days

    @property
    def covers_lead(self) -> bool:
        """Does it pay for the lead's own work, which is nobody's payable? Corrections of such lines too."""
        return LEAD_COST in (self.kind, self.element)

    @property
    def is_recharge(self) -> bool:
        """Is it paid to another authority rather than straight to the provider?"""
        return self.via is not None and self.via != self.payer


def block_charges(contract: BlockContract, spans: Iterable[NightSpan], names: Mapping[str, str]) -> tuple[Charge, ...]:
    """The charges of a block contract's nights. `names` gives words for refs of authorities, places and providers.

    Nights the provider bears make no charge; nor do empty nights under a guarantee, whose shortfall is charged by
    `guarantees`. Raises ValueError where a payable night has no price, or two.
    """
    charges: list[Charge] = []
    for span in spans:
        if span.bearer == PROVIDER:
            continue
        if not (span.kind == "empty" and contract.guarantee):
            for piece, price in priced(span, contract.weekly_price, contract.ref):
                charges += _lines(contract, piece, price, piece.kind, names)
        if span.kind in ("occupied", "absent"):
            for piece, price in _where_priced(span, contract.variable_price):
                charges += _lines(contract, piece, price, VARIABLE, names)
    return tuple(charges)


def individual_charges(
    placement: IndividualPlacement, spans: Iterable[NightSpan], names: Mapping[str, str]
) -> tuple[Charge, ...]:
    """The charges of an individual placement's nights; the whole stay at one price is rounded once in all."""
    charges: list[Charge] = []
    for span in spans:
        for piece, price in priced(span, placement.weekly_price, placement.ref):
            counted_from = max(price.starts_on, placement.stay.arrived_on)
            rate = element_rate(piece, ACCOMMODATION, price.pence)
            words = child_of(piece.bearer, placement.route, placement.stage, names)
            words += away_words(piece, ACCOMMODATION)
            charges.append(
                Charge(
                    placement.ref, piece.bearer, placement.provider, None, piece.place_ref, piece.stay_ref, piece.kind,
                    piece.starts_on, piece.ends_before, rate, between(piece, rate, counted_from),
                    line_words(piece, rate, words, names),
                )
            )  # fmt: skip
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


def child_of(payer: str, route: str, stage: str, names: Mapping[str, str]) -> str:
    """Whose child, bought how, and in which stage of its path where it has one."""
    words = f"child of {name_of(payer, names)}, {ROUTES[route]}"
    return f"{words}, {stage}" if stage else words


def priced(span: NightSpan, prices: tuple[PriceSpan, ...], ref: str) -> Iterator[tuple[NightSpan, PriceSpan]]:
    """The span cut where the price changes, each piece with its one price. Raises ValueError for no price, or two."""
    if span.bearer == PROVIDER:
        return
    covered = 0
    for piece, price in _where_priced(span, prices):
        covered += piece.nights
        yield piece, price
    if covered != span.nights:
        fault = "no price" if covered < span.nights else "more than one price"
        raise ValueError(
            f"{ref}: {fault} for some nights from {span.starts_on} to {span.ends_before}. Mend its prices."
        )


def _where_priced(span: NightSpan, prices: tuple[PriceSpan, ...]) -> Iterator[tuple[NightSpan, PriceSpan]]:
    for price in sorted(prices, key=lambda price: price.starts_on):
        first = max(span.starts_on, price.starts_on)
        before = min(span.ends_before, price.ends_before or span.ends_before)
        if first < before:
            whole = first == span.starts_on and before == span.ends_before
            yield (span if whole else replace(span, starts_on=first, ends_before=before)), price


def running_total(weekly_pence: int, counted_from: date, until: date) -> int:
    """What all nights from one day to another cost at a weekly price, rounded to the nearest penny (never a half)."""
    return (2 * weekly_pence * (until - counted_from).days + NIGHTS_IN_A_WEEK) // (2 * NIGHTS_IN_A_WEEK)


def between(piece: NightSpan, weekly_pence: int, counted_from: date) -> int:
    """What a piece costs, so that consecutive pieces add up to the rounded whole."""
    earlier = running_total(weekly_pence, counted_from, piece.starts_on)
    return running_total(weekly_pence, counted_from, piece.ends_before) - earlier


def paid_rate(weekly_pence: int, basis_points: int) -> int:
    """The weekly price while only so many basis points of it are paid, to the nearest penny, half a penny up."""
    return (2 * weekly_pence * basis_points + _FULL) // (2 * _FULL)


def element_rate(piece: NightSpan, element: str, weekly_pence: int) -> int:
    """What an element of a single price costs by the week for these nights: less only while the child is away."""
    is_kept = piece.kept is None or element in piece.kept
    return paid_rate(weekly_pence, piece.basis_points) if is_kept else 0


def away_words(piece: NightSpan, element: str) -> str:
    """Why nights of an element cost what they do while the child is away; "" while the child is there."""
    if piece.kind != "absent":
        return ""
    is_kept = piece.kept is None or element in piece.kept or not piece.basis_points
    return f", {piece.reason}" if is_kept else f", {piece.reason}, {element} not paid"


def _lines(
    contract: BlockContract, piece: NightSpan, price: PriceSpan, kind: str, names: Mapping[str, str]
) -> Iterator[Charge]:
    host, rate = contract.host_authority, paid_rate(price.pence, piece.basis_points)
    when = _when(piece, rate, names)
    for payer, pence in _parts(contract, piece, rate, price):
        reason = f"{when[0]}{_block_words(kind, payer, piece, host, names)}{when[1]}"
        yield Charge(
            contract.ref, payer, contract.provider, host, piece.place_ref, piece.stay_ref, kind,
            piece.starts_on, piece.ends_before, rate, pence, reason, kind if kind == VARIABLE else "",
        )  # fmt: skip


def _parts(contract: BlockContract, piece: NightSpan, rate: int, price: PriceSpan) -> Iterable[tuple[str, int]]:
    """Who bears how much of a piece: one authority, or all by weight with the largest remainder of the running total."""
    if piece.bearer != SHARED:
        return ((piece.bearer, between(piece, rate, price.starts_on)),)
    weights = contract.rule.shares
    earlier = shares_of(running_total(rate, price.starts_on, piece.starts_on), weights)
    later = shares_of(running_total(rate, price.starts_on, piece.ends_before), weights)
    return tuple((name, later[name] - earlier[name]) for name, weight in weights if weight)


def _block_words(kind: str, payer: str, piece: NightSpan, host: str, names: Mapping[str, str]) -> str:
    whose, hosting = name_of(payer, names), name_of(host, names)
    bed = f"{_article(hosting)} {hosting} block bed"
    if kind == VARIABLE:
        return f"the part paid for nights with a child of {whose} in {bed}"
    if piece.kind == "occupied":
        return f"child of {whose} in {bed}"
    if piece.kind == "absent":
        return f"child of {whose} in {bed}, {piece.reason}"
    return f"{bed}, {kind}, borne by {whose} ({piece.reason})"


def line_words(piece: NightSpan, weekly_pence: int, middle: str, names: Mapping[str, str]) -> str:
    """A line in words: how many nights, when, where, why, at what price a week."""
    first, last = _when(piece, weekly_pence, names)
    return f"{first}{middle}{last}"


def _when(piece: NightSpan, weekly_pence: int, names: Mapping[str, str]) -> tuple[str, str]:
    count = (piece.ends_before - piece.starts_on).days
    nights = "1 night" if count == 1 else f"{count} nights"
    first, last = in_words(piece.starts_on), in_words(piece.ends_before - timedelta(days=1))
    when = f"on {first}" if count == 1 else f"from {first} to {last}"
    return f"{nights} {when} in {name_of(piece.place_ref, names)}: ", f", {pounds(weekly_pence)} a week"


def name_of(ref: str, names: Mapping[str, str]) -> str:
    """The words for a ref; the ref itself where it has none."""
    return names.get(ref, ref)


def _article(words: str) -> str:
    return "an" if words[:1].lower() in set("aeiou") else "a"
