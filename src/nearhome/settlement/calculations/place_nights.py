"""From dated facts to the nights of each place, as spans: each night once, with one kind and one bearer.

The dates on which something changes cut a place's time into pieces; each piece is judged by its first night. Empty nights
are counted over the ends of months: closed nights neither count nor start the count again.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from nearhome.settlement.calculations.nights import (
    PROVIDER,
    SHARED,
    AbsenceRule,
    BlockContract,
    BlockPlace,
    EmptyBearer,
    NightSpan,
    Period,
    Stay,
    Unavailable,
    kept_words,
)

_EMPTY_REASONS = {
    "shares": "empty nights are shared by weight",
    "nominated": "the place is nominated to it",
    "host": "the host bears empty nights",
}


@dataclass(frozen=True, slots=True)
class _Place:
    """A place with what bears on it alone, so that nothing else is looked through for each piece."""

    contract: BlockContract
    place: BlockPlace
    stays: tuple[Stay, ...]
    closed: tuple[Unavailable, ...]


def block_nights(contract: BlockContract, stays: Iterable[Stay], period: Period) -> tuple[NightSpan, ...]:
    """Every contracted night of the period, once, by place and date.

    Give all stays up to the end of the period, earlier months too: grace nights count from the last departure. Stays in
    places outside the contract are passed over. Raises ValueError where two stays hold one place on the same night, or
    a child leaves before arriving.
    """
    known = {place.place_ref for place in contract.places}
    by_place = _grouped((stay for stay in stays if stay.place_ref in known), known)
    closed = _grouped(contract.unavailable, known)
    return tuple(
        span
        for place in contract.places
        for span in _nights(
            _Place(contract, place, _checked(by_place[place.place_ref]), tuple(closed[place.place_ref])), period
        )
    )


def _grouped(items: Iterable[Any], known: set[str]) -> Mapping[str, list[Any]]:
    groups: dict[str, list[Any]] = {ref: [] for ref in known}
    for item in items:
        if item.place_ref in groups:
            groups[item.place_ref].append(item)
    return groups


def _checked(stays: list[Stay]) -> tuple[Stay, ...]:
    for stay in stays:
        if stay.departed_on is not None and stay.departed_on < stay.arrived_on:
            raise ValueError(f"Stay {stay.stay_ref} ends ({stay.departed_on}) before it starts ({stay.arrived_on}).")
    real = sorted((one for one in stays if one.departed_on != one.arrived_on), key=lambda one: one.arrived_on)
    for earlier, later in pairwise(real):
        if earlier.departed_on is None or later.arrived_on < earlier.departed_on:
            both = f"{earlier.stay_ref} and {later.stay_ref}"
            raise ValueError(f"Stays {both} both hold place {later.place_ref} on {later.arrived_on}.")
    return tuple(real)


def _nights(one: _Place, period: Period) -> list[NightSpan]:
    end = min(one.place.ends_before or period.ends_before, period.ends_before)
    start = min(one.place.available_from or period.starts_on, period.starts_on)
    pieces: list[NightSpan] = []
    empty_nights = 0
    for first, before in pairwise(_cuts(one, start, end)):
        span = _judged(one, first, before)
        if span.kind in ("occupied", "absent"):
            empty_nights = 0
        if span.kind != "empty":
            pieces.append(span)
            continue
        pieces += _empty_pieces(one, span, empty_nights)
        empty_nights += span.nights
    return _merged(_clipped(pieces, period))


def _cuts(one: _Place, start: date, end: date) -> list[date]:
    """The dates from start to end on which anything about the place changes."""
    dates = {start, end, one.place.available_from, *(day for day, _ in one.place.nominations)}
    for stay in one.stays:
        dates |= {stay.arrived_on, stay.departed_on, *(day for day, _ in stay.funders)}
        for absence in stay.absences:
            rule = _absence_rule(one, absence.kind)
            dates |= {absence.starts_on, absence.ends_before, *(rule.turns(absence.starts_on) if rule else ())}
    for item in one.closed:
        dates |= {item.starts_on, item.ends_before}
    return sorted(day for day in dates if day is not None and start <= day <= end)


def _absence_rule(one: _Place, kind: str) -> AbsenceRule | None:
    return next((rule for rule in one.contract.rule.absences if rule.kind == kind), None)


def _judged(one: _Place, first: date, before: date) -> NightSpan:
    ref, opens = one.place.place_ref, one.place.available_from
    stay = next((stay for stay in one.stays if _holds(stay.arrived_on, stay.departed_on, first)), None)
    if opens is None or first < opens:
        why = "not yet registered and able to accept a child"
        return NightSpan(ref, first, before, "not_yet_payable", PROVIDER, stay.stay_ref if stay else None, why)
    if stay:
        return _with_child(one, stay, first, before)
    for item in one.closed:
        if _holds(item.starts_on, item.ends_before, first):
            bearer = PROVIDER if item.bearer == "provider" else one.contract.host_authority
            return NightSpan(ref, first, before, "unavailable", bearer, None, f"closed by the {item.bearer}")
    return NightSpan(ref, first, before, "empty", "", None, "")


def _with_child(one: _Place, stay: Stay, first: date, before: date) -> NightSpan:
    bearer, ref = stay.funder_on(first), one.place.place_ref
    away = next((item for item in stay.absences if _holds(item.starts_on, item.ends_before, first)), None)
    if away is None:
        return NightSpan(ref, first, before, "occupied", bearer, stay.stay_ref, "child placed")
    rule = _absence_rule(one, away.kind)
    if rule is None:
        return NightSpan(ref, first, before, "absent", bearer, stay.stay_ref, kept_words(away.kind))
    gone = (first - away.starts_on).days
    return NightSpan(ref, first, before, "absent", bearer, stay.stay_ref, rule.words_after(gone), rule.paid_after(gone))


def _holds(first: date, before: date | None, night: date) -> bool:
    return first <= night and (before is None or night < before)


def _empty_pieces(one: _Place, span: NightSpan, before: int) -> Iterator[NightSpan]:
    """Empty nights after `before` earlier ones: the provider's, then the first bearer's, then those of a place let go."""
    rule = one.contract.rule
    free = _turn(span, rule.grace_nights - before)
    let_go = span.ends_before if rule.released_after is None else _turn(span, rule.released_after - before)
    why = "within the empty nights free of charge"
    yield from _piece(replace(span, ends_before=free, bearer=PROVIDER, reason=why))
    yield from _piece(_borne(one, replace(span, starts_on=free, ends_before=max(let_go, free)), rule.empty_bearer, ""))
    words = f"empty for {rule.released_after} nights, after which the rules let it go to all partners; "
    yield from _piece(_borne(one, replace(span, starts_on=max(let_go, free)), rule.released_bearer, words))


def _turn(span: NightSpan, nights: int) -> date:
    """The day after so many more nights, within the span."""
    return min(max(span.starts_on + timedelta(days=nights), span.starts_on), span.ends_before)


def _piece(span: NightSpan) -> Iterator[NightSpan]:
    if span.starts_on < span.ends_before:
        yield span


def _borne(one: _Place, span: NightSpan, by: EmptyBearer, words: str) -> NightSpan:
    if by == "shares":
        return replace(span, bearer=SHARED, reason=words + _EMPTY_REASONS[by])
    nominated = one.place.nominated_on(span.starts_on) if by == "nominated" else None
    bearer = nominated or one.contract.host_authority
    return replace(span, bearer=bearer, reason=words + _EMPTY_REASONS["nominated" if nominated else "host"])


def _clipped(spans: Iterable[NightSpan], period: Period) -> Iterator[NightSpan]:
    for span in spans:
        first, before = max(span.starts_on, period.starts_on), min(span.ends_before, period.ends_before)
        if first < before:
            yield replace(span, starts_on=first, ends_before=before)


def _merged(spans: Iterable[NightSpan]) -> list[NightSpan]:
    """Neighbours that differ only in their dates become one span."""
    merged: list[NightSpan] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last and last.ends_before == span.starts_on and _same(last, span):
            merged[-1] = replace(last, ends_before=span.ends_before)
        else:
            merged.append(span)
    return merged


def _same(one: NightSpan, other: NightSpan) -> bool:
    mine = (one.kind, one.bearer, one.stay_ref, one.basis_points, one.reason)
    return mine == (other.kind, other.bearer, other.stay_ref, other.basis_points, other.reason)
