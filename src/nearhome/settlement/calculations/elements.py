"""What does a placement bought by itself cost, part by part, and out of whose budget?

A price has elements: accommodation, education, therapy, staffing, transport, and amounts on one day (a one-off payment, or
a credit below nought). Each element has prices by date, and a split between budgets (social care, education, health, a
grant) that may change on a date. A placement may step across: residential, transition, foster. Each stage has its own
provider and prices from its own date, so no stage is priced after the fact.

Nights are rounded as everywhere (`charges`): one running total for each element and price, divided between budgets with the
largest remainder, so that parts, months and budgets all add up to the same pence.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.charges import ACCOMMODATION as ACCOMMODATION
from nearhome.settlement.calculations.charges import (
    ELEMENT,
    ONE_OFF,
    Charge,
    away_words,
    between,
    child_of,
    element_rate,
    line_words,
    name_of,
    priced,
    running_total,
    shares_of,
)
from nearhome.settlement.calculations.nights import (
    AwayTerms,
    IndividualPlacement,
    NightSpan,
    Period,
    PriceSpan,
    Stay,
)
from nearhome.settlement.calculations.stay_nights import stay_nights

FULL = 10_000
EXTRA_STAFFING, EDUCATION, THERAPY, TRANSPORT, OTHER = "extra staffing", "education", "therapy", "transport", "other"
Route = Literal["own", "framework", "spot"]


@dataclass(frozen=True, slots=True)
class Split:
    """From a day, which budget pays how much: basis points that sum to 10,000. Raises ValueError where they do not."""

    starts_on: date
    shares: tuple[tuple[str, int], ...]

    def __post_init__(self) -> None:
        if sum(share for _, share in self.shares) != FULL or any(share < 0 for _, share in self.shares):
            total = sum(share for _, share in self.shares)
            raise ValueError(f"The shares from {self.starts_on} sum to {total} basis points, not to 10,000.")


@dataclass(frozen=True, slots=True)
class Element:
    """One part of a weekly price. `funding` empty: all of it is social care's."""

    name: str
    prices: tuple[PriceSpan, ...]
    funding: tuple[Split, ...] = ()
    ledger_code: str = ""


@dataclass(frozen=True, slots=True)
class OneOff:
    """An amount on one day: pence, below nought for a credit."""

    name: str
    on: date
    pence: int
    funding: tuple[Split, ...] = ()
    ledger_code: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a placement: where the child lives, with whom, at which prices."""

    name: str
    provider: str
    stay: Stay
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Placement:
    """A placement bought by itself, in one stage or several; `one_offs` and terms while `away` belong to it as a whole."""

    ref: str
    route: Route
    stages: tuple[Stage, ...]
    one_offs: tuple[OneOff, ...] = ()
    away: tuple[AwayTerms, ...] = ()


@dataclass(frozen=True, slots=True)
class BudgetShare:
    """How much of one charge one budget pays, with the ledger code it is booked under."""

    charge: Charge
    funder: str
    ledger_code: str
    pence: int


def placement_charges(
    placement: Placement, period: Period, names: Mapping[str, str]
) -> tuple[tuple[Charge, ...], tuple[BudgetShare, ...]]:
    """The charges of a placement in a period, and which budget pays what of each.

    Only accommodation counts nights; the other elements add money to the same nights. Raises ValueError where a night of
    accommodation has no price, or any element two, or a stay ends before it starts.
    """
    shares = [
        share
        for stage in placement.stages
        for element in stage.elements
        for share in _of_element(placement, stage, element, period, names)
    ]
    shares += [share for item in placement.one_offs for share in _of_one_off(placement, item, period, names)]
    charges = tuple({id(share.charge): share.charge for share in shares}.values())  # two that are alike are two
    return charges, tuple(share for share in shares if share.pence or share.charge.pence == 0)


def amounts_outside(placement: Placement, period: Period) -> Iterator[str]:
    """Amounts of a period dated on a day on which the child was in no stage, in words: charged, and to be looked at."""
    for item in placement.one_offs:
        lived = any(one.stay.arrived_on <= item.on <= (one.stay.departed_on or item.on) for one in placement.stages)
        if period.starts_on <= item.on < period.ends_before and not lived:
            yield (
                f"{placement.ref}: “{item.name}” of {pounds(item.pence)} is dated {in_words(item.on)}, when the child was not"
                " there. It is charged all the same. Mend its day, or leave it out."
            )


def element_charges(
    placement: IndividualPlacement, elements: Iterable[Element], spans: Iterable[NightSpan], names: Mapping[str, str]
) -> tuple[Charge, ...]:
    """The elements besides accommodation of an individual placement's nights: money alone, no nights. £0.00 makes no line."""
    spans, charges = tuple(spans), []
    for element, span in ((element, span) for element in elements for span in spans):
        for piece, price in _where(span, element):
            counted_from = max(price.starts_on, placement.stay.arrived_on)
            rate = element_rate(piece, element.name, price.pence)
            words = f"{element.name}, {child_of(piece.bearer, placement.route, placement.stage, names)}"
            words += away_words(piece, element.name)
            if price.pence:
                charges.append(
                    Charge(
                        placement.ref, piece.bearer, placement.provider, None, piece.place_ref, piece.stay_ref, ELEMENT,
                        piece.starts_on, piece.ends_before, rate, between(piece, rate, counted_from),
                        line_words(piece, rate, words, names), element.name,
                    )
                )  # fmt: skip
    return tuple(charges)


def one_off_charge(ref: str, item: OneOff, stay: Stay, provider: str, names: Mapping[str, str]) -> Charge:
    """An amount on one day, as the line it makes; who pays for that night pays it."""
    payer, what = stay.funder_on(item.on), "credit" if item.pence < 0 else "once"
    words = f"{item.name}, {what}, on {in_words(item.on)}: {pounds(item.pence)}, child of {name_of(payer, names)}"
    return Charge(
        ref, payer, provider, None, stay.place_ref, stay.stay_ref, ONE_OFF, item.on, item.on + timedelta(days=1), 0,
        item.pence, words, item.name,
    )  # fmt: skip


def _of_element(
    placement: Placement, stage: Stage, element: Element, period: Period, names: Mapping[str, str]
) -> Iterator[BudgetShare]:
    for span in stay_nights(stage.stay, period, placement.away):
        pieces = priced(span, element.prices, placement.ref) if element.name == ACCOMMODATION else _where(span, element)
        for piece, price in pieces:
            yield from _shared(placement, stage, element, price, piece, names)


def _where(span: NightSpan, element: Element) -> Iterator[tuple[NightSpan, PriceSpan]]:
    """Where an element other than accommodation has a price; it need not have one every night."""
    for price in element.prices:
        first = max(span.starts_on, price.starts_on)
        before = min(span.ends_before, price.ends_before or span.ends_before)
        if first < before:
            yield replace(span, starts_on=first, ends_before=before), price


def _shared(
    placement: Placement, stage: Stage, element: Element, price: PriceSpan, piece: NightSpan, names: Mapping[str, str]
) -> Iterator[BudgetShare]:
    counted_from = max(price.starts_on, stage.stay.arrived_on)
    rate = element_rate(piece, element.name, price.pence)
    for first, before, shares in funded(element.funding, piece.starts_on, piece.ends_before):
        earlier = shares_of(running_total(rate, counted_from, first), shares)
        later = shares_of(running_total(rate, counted_from, before), shares)
        parts = {funder: later[funder] - earlier[funder] for funder, _ in shares}
        kind = piece.kind if element.name == ACCOMMODATION else ELEMENT
        what = f"{element.name}, " if kind == ELEMENT else ""
        middle = f"{what}{child_of(piece.bearer, placement.route, stage.name, names)}{away_words(piece, element.name)}"
        words = line_words(replace(piece, starts_on=first, ends_before=before), rate, middle, names)
        charge = Charge(
            placement.ref, piece.bearer, stage.provider, None, piece.place_ref, piece.stay_ref, kind, first, before,
            rate, sum(parts.values()), words, element.name,
        )  # fmt: skip
        yield from (BudgetShare(charge, funder, element.ledger_code, pence) for funder, pence in parts.items())


def _of_one_off(placement: Placement, item: OneOff, period: Period, names: Mapping[str, str]) -> Iterator[BudgetShare]:
    if not period.starts_on <= item.on < period.ends_before:
        return
    stage = _stage_on(placement, item.on)
    _, _, shares = next(funded(item.funding, item.on, item.on + timedelta(days=1)))
    charge = one_off_charge(placement.ref, item, stage.stay, stage.provider, names)
    sign = -1 if item.pence < 0 else 1
    parts = shares_of(abs(item.pence), shares)
    yield from (BudgetShare(charge, funder, item.ledger_code, sign * pence) for funder, pence in parts.items())


def _stage_on(placement: Placement, day: date) -> Stage:
    """The stage that had begun last by a day; the first one before any had."""
    begun = [stage for stage in placement.stages if stage.stay.arrived_on <= day]
    key = lambda stage: (stage.stay.arrived_on, stage.stay.departed_on or date.max, stage.name)  # noqa: E731 - one key for both
    return max(begun, key=key) if begun else min(placement.stages, key=key)


SOCIAL_CARE = (("social care", FULL),)


def funded(
    funding: Iterable[Split], first: date, before: date
) -> Iterator[tuple[date, date, tuple[tuple[str, int], ...]]]:
    """The days from first to before, cut where the split changes; before the first split all is social care's."""
    splits = sorted(funding, key=lambda split: split.starts_on)
    cuts = sorted({first, before, *(split.starts_on for split in splits if first < split.starts_on < before)})
    for one, other in pairwise(cuts):
        in_force = [split.shares for split in splits if split.starts_on <= one]
        yield one, other, in_force[-1] if in_force else SOCIAL_CARE
