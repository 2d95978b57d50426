"""The nights of a placement bought singly, and how much of its price is paid for each while the child is away.

The night of arrival counts, the night of departure does not. A child who sleeps elsewhere keeps the place: without terms for
the kind of absence every night is paid in full. With terms, as with the rules of a block, nights away are counted from the first night
of the absence, whichever terms held then: so many in full, then a retainer, and after so many in all nothing, until the
night of return. A retainer may be paid of some elements of the price only.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from nearhome.settlement.calculations.nights import (
    Absence,
    AbsenceRule,
    AwayTerms,
    IndividualPlacement,
    NightSpan,
    Period,
    Stay,
)


def individual_nights(placement: IndividualPlacement, period: Period) -> tuple[NightSpan, ...]:
    """The nights of an individual placement within the period. Raises ValueError where it ends before it starts."""
    return tuple(stay_nights(placement.stay, period, placement.away))


def stay_nights(stay: Stay, period: Period, away: tuple[AwayTerms, ...] = ()) -> Iterator[NightSpan]:
    """The nights of a stay in a period, cut where the authority that pays changes, and what is paid while away."""
    if stay.departed_on is not None and stay.departed_on < stay.arrived_on:
        raise ValueError(f"Stay {stay.stay_ref} ends ({stay.departed_on}) before it starts ({stay.arrived_on}).")
    first = max(stay.arrived_on, period.starts_on)
    last = min(stay.departed_on or period.ends_before, period.ends_before)
    cuts = sorted({first, last, *(day for day, _ in stay.funders if first < day < last)})
    for one, other in pairwise(cuts):
        if first <= one < other <= last:
            span = NightSpan(stay.place_ref, one, other, "occupied", stay.funder_on(one), stay.stay_ref, "child placed")
            yield from _cut_while_away(span, stay, away) if away and stay.absences else (span,)


def _cut_while_away(span: NightSpan, stay: Stay, terms: tuple[AwayTerms, ...]) -> Iterator[NightSpan]:
    """The span cut where what is paid changes. Neighbours paid alike stay one span."""
    days = {one.starts_on for one in terms}
    for absence in stay.absences:
        days |= {absence.starts_on, absence.ends_before or span.ends_before}
        for one in terms:
            rule = _rule_of(one, absence.kind)
            days |= set(rule.turns(absence.starts_on)) if rule else set()
    cuts = [span.starts_on, *sorted(day for day in days if span.starts_on < day < span.ends_before), span.ends_before]
    held = replace(span, ends_before=cuts[0])
    for first, before in pairwise(cuts):
        piece = _judged(replace(span, starts_on=first, ends_before=before), stay, terms)
        if replace(piece, starts_on=held.starts_on, ends_before=held.ends_before) == held:
            held = replace(held, ends_before=before)
            continue
        if held.nights:
            yield held
        held = piece
    yield held


def _judged(piece: NightSpan, stay: Stay, terms: tuple[AwayTerms, ...]) -> NightSpan:
    """A piece of nights that are alike, with what is paid of its first."""
    absence, held = _absence_on(stay, piece.starts_on), _terms_on(terms, piece.starts_on)
    rule = _rule_of(held, absence.kind) if held and absence else None
    if held is None or absence is None or rule is None:
        return piece
    gone = (piece.starts_on - absence.starts_on).days
    kept = None if gone < rule.full_nights else held.kept
    return replace(
        piece, kind="absent", reason=rule.words_after(gone), basis_points=rule.paid_after(gone), kept=kept
    )  # fmt: skip


def _absence_on(stay: Stay, night: date) -> Absence | None:
    return next(
        (
            one
            for one in stay.absences
            if one.starts_on <= night and (one.ends_before is None or night < one.ends_before)
        ),
        None,
    )


def _terms_on(terms: tuple[AwayTerms, ...], night: date) -> AwayTerms | None:
    return max((one for one in terms if one.starts_on <= night), default=None, key=lambda one: one.starts_on)


def _rule_of(terms: AwayTerms, kind: str) -> AbsenceRule | None:
    return next((rule for rule in terms.absences if rule.kind == kind), None)
