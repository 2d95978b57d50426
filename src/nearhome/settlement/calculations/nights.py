"""Who bears each night of each place we pay for?

A block contract's host authority pays the provider for every contracted place. Each contracted night of a period is
exactly one of: not yet payable (the place is not registered and able to accept a child), unavailable, empty or
occupied; and has exactly one bearer. Nights are counted as spans between the dates on which something changes, never
one by one. The night of arrival counts, the night of departure does not; a child staying elsewhere keeps the bed.

No sector standard for empty nights or recharges was found, so each is a term of the partnership agreement. That payment
starts when a home is registered and able to accept children, and that a child of another authority is charged to that
authority, is what the published paper on a regional block (Kent County Council decision 21/00094, 2021) says.

Where facts meet, the first of these wins: not yet payable, occupied, unavailable, empty.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

Kind = Literal["not_yet_payable", "unavailable", "empty", "occupied"]
PROVIDER = "provider"
SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open: the night of `starts_on` is in it, the night of `ends_before` is not."""

    starts_on: date
    ends_before: date

    def __post_init__(self) -> None:
        if self.ends_before < self.starts_on:
            raise ValueError(f"A period cannot end ({self.ends_before}) before it starts ({self.starts_on}).")

    @property
    def nights(self) -> int:
        return (self.ends_before - self.starts_on).days


@dataclass(frozen=True, slots=True)
class PriceSpan:
    """A weekly price in pence between two dates; `ends_before` None while it stands."""

    starts_on: date
    ends_before: date | None
    pence: int


def price_spans(changes: Iterable[tuple[date, int]], ends_before: date | None = None) -> tuple[PriceSpan, ...]:
    """Prices known by their first day alone, each standing until the next one: (first day, weekly pence)."""
    ordered = sorted(changes)
    ends = [*(first for first, _ in ordered[1:]), ends_before]
    return tuple(PriceSpan(first, before, pence) for (first, pence), before in zip(ordered, ends, strict=True))


@dataclass(frozen=True, slots=True)
class BlockPlace:
    """A contracted place. `available_from` None: not yet registered and able to accept a child."""

    place_ref: str
    available_from: date | None
    ends_before: date | None = None
    nominated_authority: str | None = None


@dataclass(frozen=True, slots=True)
class VoidRule:
    """Who bears an empty night: the place's nominated authority, the host, or all by weight.

    The first `grace_nights` empty nights after a child leaves (or after the place opens) are the provider's.
    """

    empty_bearer: Literal["nominated", "host", "shares"] = "nominated"
    shares: tuple[tuple[str, int], ...] = ()
    grace_nights: int = 0

    def __post_init__(self) -> None:
        if self.grace_nights < 0:
            raise ValueError(f"Grace nights must be 0 or more, not {self.grace_nights}.")
        weights = [weight for _, weight in self.shares]
        if any(weight < 0 for weight in weights) or (self.empty_bearer == "shares" and sum(weights) <= 0):
            raise ValueError("Shares need weights of 0 or more, at least one of them above 0.")


@dataclass(frozen=True, slots=True)
class Unavailable:
    """A closed place. Closed by the provider it is never paid for; closed by the host, the host pays."""

    place_ref: str
    starts_on: date
    ends_before: date | None
    bearer: Literal["provider", "host"] = "provider"


@dataclass(frozen=True, slots=True)
class BlockContract:
    """A block of places at one provider, paid by its host authority."""

    ref: str
    provider: str
    host_authority: str
    places: tuple[BlockPlace, ...]
    weekly_price: tuple[PriceSpan, ...]
    rule: VoidRule = VoidRule()
    unavailable: tuple[Unavailable, ...] = ()


@dataclass(frozen=True, slots=True)
class Stay:
    """A child of one authority in one place, from the night of arrival to the night before departure."""

    stay_ref: str
    child_ref: str
    authority: str
    place_ref: str
    arrived_on: date
    departed_on: date | None = None


@dataclass(frozen=True, slots=True)
class IndividualPlacement:
    """One child's placement bought by itself: own provision, framework or spot. The authority pays the provider."""

    ref: str
    stay: Stay
    provider: str
    weekly_price: tuple[PriceSpan, ...]
    route: Literal["own", "framework", "spot"] = "spot"


@dataclass(frozen=True, slots=True)
class NightSpan:
    """Consecutive nights of one place with one kind and one bearer (an authority, PROVIDER, or SHARED by weight)."""

    place_ref: str
    starts_on: date
    ends_before: date
    kind: Kind
    bearer: str
    stay_ref: str | None
    reason: str

    @property
    def nights(self) -> int:
        return (self.ends_before - self.starts_on).days


def block_nights(contract: BlockContract, stays: Iterable[Stay], period: Period) -> tuple[NightSpan, ...]:
    """Every contracted night of the period, once, by place and date.

    Give all stays up to the end of the period, earlier months too: grace nights count from the last departure. Stays in
    places outside the contract are passed over. Raises ValueError where two stays hold one place on the same night, or
    a child leaves before arriving.
    """
    by_place: dict[str, list[Stay]] = {place.place_ref: [] for place in contract.places}
    for stay in sorted(stays, key=lambda stay: stay.arrived_on):
        if stay.place_ref in by_place:
            by_place[stay.place_ref].append(stay)
    return tuple(
        span
        for place in contract.places
        for span in _place_nights(contract, place, _checked(by_place[place.place_ref]), period)
    )


def individual_nights(placement: IndividualPlacement, period: Period) -> tuple[NightSpan, ...]:
    """The nights of an individual placement within the period: one span, or none. Raises ValueError as above."""
    _checked([placement.stay])
    stay = placement.stay
    last = period.ends_before if stay.departed_on is None else min(stay.departed_on, period.ends_before)
    span = NightSpan(stay.place_ref, stay.arrived_on, last, "occupied", stay.authority, stay.stay_ref, "child placed")
    return tuple(_clipped([span], period))


def _checked(stays: list[Stay]) -> list[Stay]:
    for stay in stays:
        if stay.departed_on is not None and stay.departed_on < stay.arrived_on:
            raise ValueError(f"Stay {stay.stay_ref} ends ({stay.departed_on}) before it starts ({stay.arrived_on}).")
    real = [stay for stay in stays if stay.departed_on != stay.arrived_on]
    for earlier, later in pairwise(real):
        if earlier.departed_on is None or later.arrived_on < earlier.departed_on:
            both = f"{earlier.stay_ref} and {later.stay_ref}"
            raise ValueError(f"Stays {both} both hold place {later.place_ref} on {later.arrived_on}.")
    return real


def _place_nights(contract: BlockContract, place: BlockPlace, stays: list[Stay], period: Period) -> list[NightSpan]:
    end = min(place.ends_before or period.ends_before, period.ends_before)
    start = min(place.available_from or period.starts_on, period.starts_on)
    pieces: list[NightSpan] = []
    empty_nights = 0
    for first, before in pairwise(_cuts(contract, place, stays, start, end)):
        span = _span(contract, place, stays, Period(first, before))
        if span.kind == "occupied":
            empty_nights = 0
        if span.kind != "empty":
            pieces.append(span)
            continue
        pieces += _with_grace(span, max(contract.rule.grace_nights - empty_nights, 0))
        empty_nights += span.nights
    return _merged(_clipped(pieces, period))


def _cuts(contract: BlockContract, place: BlockPlace, stays: list[Stay], start: date, end: date) -> list[date]:
    """The dates from start to end on which anything about the place changes."""
    closed = [item for item in contract.unavailable if item.place_ref == place.place_ref]
    dates = {start, end, place.available_from}
    dates |= {day for stay in stays for day in (stay.arrived_on, stay.departed_on)}
    dates |= {day for item in closed for day in (item.starts_on, item.ends_before)}
    return sorted(day for day in dates if day is not None and start <= day <= end)


def _span(contract: BlockContract, place: BlockPlace, stays: list[Stay], piece: Period) -> NightSpan:
    kind, bearer, stay_ref, reason = _night(contract, place, stays, piece.starts_on)
    return NightSpan(place.place_ref, piece.starts_on, piece.ends_before, kind, bearer, stay_ref, reason)


def _night(
    contract: BlockContract, place: BlockPlace, stays: list[Stay], night: date
) -> tuple[Kind, str, str | None, str]:
    stay = next((stay for stay in stays if _holds(stay.arrived_on, stay.departed_on, night)), None)
    if place.available_from is None or night < place.available_from:
        stay_ref = stay.stay_ref if stay else None
        return "not_yet_payable", PROVIDER, stay_ref, "not yet registered and able to accept a child"
    if stay:
        return "occupied", stay.authority, stay.stay_ref, "child placed"
    for item in contract.unavailable:
        if item.place_ref == place.place_ref and _holds(item.starts_on, item.ends_before, night):
            bearer = PROVIDER if item.bearer == "provider" else contract.host_authority
            return "unavailable", bearer, None, f"closed by the {item.bearer}"
    return "empty", *_empty_bearer(contract, place)


def _holds(first: date, before: date | None, night: date) -> bool:
    return first <= night and (before is None or night < before)


def _empty_bearer(contract: BlockContract, place: BlockPlace) -> tuple[str, None, str]:
    rule = contract.rule
    if rule.empty_bearer == "shares":
        return SHARED, None, "empty nights are shared by weight"
    if rule.empty_bearer == "nominated" and place.nominated_authority is not None:
        return place.nominated_authority, None, "the place is nominated to it"
    return contract.host_authority, None, "the host bears empty nights"


def _with_grace(span: NightSpan, grace: int) -> list[NightSpan]:
    turn = min(span.starts_on + timedelta(days=grace), span.ends_before)
    free = replace(span, ends_before=turn, bearer=PROVIDER, reason="within the empty nights free of charge")
    return [piece for piece in (free, replace(span, starts_on=turn)) if piece.nights]


def _clipped(spans: Iterable[NightSpan], period: Period) -> Iterator[NightSpan]:
    for span in spans:
        first, before = max(span.starts_on, period.starts_on), min(span.ends_before, period.ends_before)
        if first < before:
            yield replace(span, starts_on=first, ends_before=before)


def _merged(spans: Iterable[NightSpan]) -> list[NightSpan]:
    """Neighbours that differ only in their dates become one span."""
    merged: list[NightSpan] = []
    for span in spans:
        if merged and replace(merged[-1], ends_before=span.ends_before) == replace(
            span, starts_on=merged[-1].starts_on
        ):
            merged[-1] = replace(merged[-1], ends_before=span.ends_before)
        else:
            merged.append(span)
    return merged
