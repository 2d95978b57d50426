"""What does a block commit its authorities to over its term, by year and by authority?

Days are exact: a bed for a day is a seventh of the weekly fee, a leap year has 366 of them. Everything is added up as exact
fractions and rounded once; see `rounding`. Nothing is counted night by night: the term is cut where something changes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import pairwise

from nearhome.procurement.calculations.blocks.capacity import Step, beds_on, months_after, standing
from nearhome.procurement.calculations.blocks.fees import Fee, fee_on, indexed
from nearhome.procurement.calculations.blocks.rounding import parts_of, whole_pence

MOST_YEARS = 60
OF_NOBODY = "Not nominated"


@dataclass(frozen=True, slots=True)
class Nomination:
    """An authority's first call on so many beds from a day, until its next row. Beds left over go by weight."""

    authority: str
    starts_on: date
    places: int

    def __post_init__(self) -> None:
        if self.places < 0:
            raise ValueError("An authority is nominated 0 beds or more.")


@dataclass(frozen=True, slots=True)
class Terms:
    """A block to be paid for: payable beds as versions, fees, indexation a year, break dates, who has which beds.

    `weights`: the share of each authority of what is nominated to nobody; empty: it is nobody's. Raises ValueError for a
    term that ends before it begins, is longer than 60 years or has a break outside it.
    """

    starts_on: date
    ends_before: date
    payable: tuple[Step, ...]
    fees: tuple[Fee, ...]
    indexation_bp: int = 0
    breaks: tuple[date, ...] = ()
    nominations: tuple[Nomination, ...] = ()
    weights: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if not self.starts_on < self.ends_before <= months_after(self.starts_on, 12 * MOST_YEARS):
            raise ValueError(f"A term is longer than a day and at most {MOST_YEARS} years. Mend its start or its end.")
        if any(not self.starts_on < day < self.ends_before for day in self.breaks):
            raise ValueError("A break lies within the term. Take out those that do not.")
        if any(weight < 0 for _, weight in self.weights):
            raise ValueError("The weight of an authority is 0 or more.")
        if not self.fees:
            raise ValueError("A block without a fee cannot be added up. Give its fee.")


@dataclass(frozen=True, slots=True)
class Line:
    """One year of the term: days, bed-days paid for, pence, and each authority's pence in the order of `authorities`."""

    label: str
    starts_on: date
    ends_before: date
    bed_days: int
    pence: int
    by_authority: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Commitment:
    """The term added up. `least_pence`: with nobody placed; `most_pence`: every bed full; `pence`: at the occupancy asked.

    `breaks`: what is committed if the block ends on that day. `unpriced_days`: days with payable beds before the first fee.
    """

    pence: int
    least_pence: int
    most_pence: int
    bed_days: int
    unpriced_days: int
    authorities: tuple[str, ...]
    by_authority: tuple[int, ...]
    financial_years: tuple[Line, ...]
    contract_years: tuple[Line, ...]
    breaks: tuple[tuple[date, int], ...]


@dataclass(frozen=True, slots=True)
class _Span:
    starts_on: date
    days: int
    beds: int
    fee: Fee | None
    shares: tuple[Fraction, ...]

    def pence(self, occupancy: Fraction) -> Fraction:
        return Fraction(self.beds * self.days, 7) * self.fee.weekly(occupancy) if self.fee else Fraction(0)


def commitment(terms: Terms, occupancy: Fraction = Fraction(1)) -> Commitment:
    """Add a block up over its term, with this share of its payable beds occupied (0 to 1). Raises ValueError as above."""
    if not 0 <= occupancy <= 1:
        raise ValueError("Occupancy is 0% to 100% of the beds.")
    names = _names(terms)
    spans = _spans(terms, names)
    total = whole_pence(_sum(spans, occupancy))
    financial = _lines(spans, _financial_years(terms), occupancy, total, len(names))
    by_authority = tuple(sum(line.by_authority[at] for line in financial) for at in range(len(names)))
    years = _lines(spans, _contract_years(terms), occupancy, total, len(names))
    return Commitment(
        total, whole_pence(_sum(spans, Fraction(0))), whole_pence(_sum(spans, Fraction(1))),
        sum(span.beds * span.days for span in spans),
        sum(span.days for span in spans if span.beds and span.fee is None), names, by_authority, financial, years,
        tuple((day, whole_pence(_sum([one for one in spans if one.starts_on < day], occupancy))) for day in sorted(terms.breaks)),
    )  # fmt: skip


def full_term_pence(weekly_pence: int, beds: int, days: int) -> int:
    """What so many beds cost at a weekly price for so many days, all of them payable on every day."""
    return whole_pence(Fraction(weekly_pence * beds * days, 7))


def _names(terms: Terms) -> tuple[str, ...]:
    # By name, so that who carries an odd penny does not hang on the order in which rows were written.
    named = sorted({*(name for name, _ in terms.weights), *(one.authority for one in terms.nominations)})
    return tuple(named) if sum(weight for _, weight in terms.weights) else (*named, OF_NOBODY)


def _spans(terms: Terms, names: Sequence[str]) -> list[_Span]:
    """The term cut where beds, fee, nominations or a year change."""
    beds = standing(terms.payable)
    fees = indexed(terms.fees, terms.starts_on, terms.ends_before, terms.indexation_bp)
    days = {terms.starts_on, terms.ends_before, *terms.breaks}
    days |= {one.starts_on for one in beds} | {one.starts_on for one in fees}
    days |= {one.starts_on for one in terms.nominations}
    days |= {first for _, first, _ in (*_financial_years(terms), *_contract_years(terms))}
    cuts = sorted(day for day in days if terms.starts_on <= day <= terms.ends_before)
    return [
        _Span(first, (before - first).days, count, fee_on(fees, first), _shares(terms, names, first, count))
        for first, before in pairwise(cuts)
        for count in (beds_on(beds, first),)
    ]


def _shares(terms: Terms, names: Sequence[str], day: date, beds: int) -> tuple[Fraction, ...]:
    """Each authority's share of the beds of a day: its nominated beds first, the rest by weight.

    Where more beds are nominated than are payable, all nominations are cut in the same proportion.
    """
    if not beds:
        return (Fraction(0),) * len(names)
    called = {}
    for one in sorted(terms.nominations, key=lambda row: row.starts_on):
        if one.starts_on <= day:
            called[one.authority] = one.places
    nominated = sum(called.values())
    cut = Fraction(beds, nominated) if nominated > beds else Fraction(1)
    weights = dict(terms.weights) if sum(weight for _, weight in terms.weights) else {OF_NOBODY: 1}
    rest, whole = max(beds - nominated, 0), sum(weights.values())
    return tuple((called.get(name, 0) * cut + Fraction(rest * weights.get(name, 0), whole)) / beds for name in names)


def _sum(spans: Iterable[_Span], occupancy: Fraction) -> Fraction:
    return sum((span.pence(occupancy) for span in spans), Fraction(0))


_Year = tuple[str, date, date]


def _lines(
    spans: Sequence[_Span], years: Sequence[_Year], occupancy: Fraction, total: int, authorities: int
) -> tuple[Line, ...]:
    """Years that add up to the total, each divided among the authorities so that it adds up too."""
    inside = [[span for span in spans if first <= span.starts_on < before] for _, first, before in years]
    pence = parts_of(total, [_sum(some, occupancy) for some in inside])
    lines = []
    for (label, first, before), some, amount in zip(years, inside, pence, strict=True):
        exact = [
            sum((span.pence(occupancy) * span.shares[at] for span in some), Fraction(0)) for at in range(authorities)
        ]
        bed_days = sum(span.beds * span.days for span in some)
        lines.append(Line(label, first, before, bed_days, amount, parts_of(amount, exact)))
    return tuple(lines)


def _financial_years(terms: Terms) -> list[_Year]:
    """Years from 1 April to 31 March, the first and the last as far as the term reaches."""
    first = terms.starts_on.year - (terms.starts_on < date(terms.starts_on.year, 4, 1))
    years = []
    while (begins := date(first, 4, 1)) < terms.ends_before:
        ends = date(first + 1, 4, 1)
        label = f"{first}/{(first + 1) % 100:02d}"
        years.append((label, max(begins, terms.starts_on), min(ends, terms.ends_before)))
        first += 1
    return years


def _contract_years(terms: Terms) -> list[_Year]:
    """Years from one anniversary of the start to the next, counted from the start so that 29 February does not drift."""
    years, number = [], 0
    while (begins := months_after(terms.starts_on, 12 * number)) < terms.ends_before:
        ends = months_after(terms.starts_on, 12 * (number + 1))
        years.append((f"Year {number + 1}", begins, min(ends, terms.ends_before)))
        number += 1
    return years
