"""The lines of an invoice, of what is due, and of what was billed before, as matching reads them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

NIGHTS, DIFFERENCE = "nights", "difference"
ACCOMMODATION = "accommodation"
# A line that names no element: the whole price of the child or bed, whatever its elements.
ALL, ALL_WORDS = "all", "the whole price"
# Anything else is the name of an amount on one day, such as a uniform: it is billed by that name.
OF_A_WEEK = frozenset(
    {ALL, "accommodation", "extra staffing", "education", "therapy", "transport", "other", "variable", "guarantee",
     "lead_cost", "gain_share", "credit", "correction"}
)  # fmt: skip
MOST_LETTERS = 30  # of an element's name
AGREED, OVER, UNDER, UNKNOWN, DUPLICATE = "agreed", "over", "under", "unknown", "duplicate"
VERDICTS = (AGREED, OVER, UNDER, UNKNOWN, DUPLICATE)
INVOICED, PART_INVOICED, NOT_INVOICED = "invoiced", "part_invoiced", "not_invoiced"
_FULL = 10_000


@dataclass(frozen=True, slots=True)
class Span:
    """Nights from `starts_on` up to the day before `ends_before`: half open."""

    starts_on: date
    ends_before: date

    @property
    def nights(self) -> int:
        """How many nights; never below zero."""
        return max(0, (self.ends_before - self.starts_on).days)

    def overlap(self, other: "Span") -> "Span | None":
        """The nights in both, or None."""
        first, before = max(self.starts_on, other.starts_on), min(self.ends_before, other.ends_before)
        return Span(first, before) if first < before else None

    def holds(self, other: "Span") -> bool:
        """Are all nights of the other among these?"""
        return self.starts_on <= other.starts_on and other.ends_before <= self.ends_before

    def whole_months(self) -> "Span":
        """From the first day of the first month to the end of the last."""
        last = self.ends_before - timedelta(days=1)
        return Span(self.starts_on.replace(day=1), (last.replace(day=28) + timedelta(days=4)).replace(day=1))


@dataclass(frozen=True, slots=True)
class DueLine:
    """A posted charge. `is_correction`: a difference that was posted for the nights of its span, whichever they are."""

    ref: str
    subject: str
    element: str
    place_ref: str
    span: Span
    pence: int
    is_correction: bool = False


@dataclass(frozen=True, slots=True)
class InvoicedLine:
    """One line that a provider sent; `element` ALL: the whole price.

    `kind`: NIGHTS, or DIFFERENCE for a correction or a credit of nights billed before.
    """

    number: int
    subject: str
    element: str
    span: Span
    pence: int
    kind: str = NIGHTS


@dataclass(frozen=True, slots=True)
class Billed:
    """A line of an invoice that stands already, and what it may be paid. `named` is the invoice in words.

    `is_paid`: it went out in a payment run. Money given back counts for lines that ask for more only then.
    """

    subject: str
    element: str
    span: Span
    pence: int
    kind: str
    named: str
    is_paid: bool = False


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far an amount may lie from what is due and still agree: the lower of pence and basis points of what is due."""

    pence: int = 0
    basis_points: int = 0

    def allows(self, due_pence: int) -> int:
        """The difference that is let pass, in pence. Raises ValueError for a tolerance below zero or above the whole."""
        if self.pence < 0 or not 0 <= self.basis_points <= _FULL:
            raise ValueError("A tolerance is 0 pence or more, and 0 to 10,000 basis points.")
        return min(self.pence, abs(due_pence) * self.basis_points // _FULL)


PaidPlaces = tuple[tuple[str, str, Span], ...]  # place, element, nights


@dataclass(frozen=True, slots=True)
class Matched:
    """One invoiced line in its class. `payable_pence` is the most it may be paid.

    `places`: the nights it pays for, by place and element that is due. The whole price has each of its elements.
    """

    number: int
    verdict: str
    due_pence: int
    payable_pence: int
    why: str
    places: PaidPlaces = ()


@dataclass(frozen=True, slots=True)
class DueStatus:
    """One due line in its class, and how many of its nights stand on an invoice."""

    ref: str
    status: str
    nights_invoiced: int


@dataclass(frozen=True, slots=True)
class Matching:
    """Every invoiced line and every due line, each in exactly one class."""

    lines: tuple[Matched, ...]
    due: tuple[DueStatus, ...]


def meet(one: str, other: str) -> bool:
    """Do two elements of a price share money? The whole price holds every element of a week, no amount on one day."""
    return one == other or (ALL in (one, other) and {one, other} <= OF_A_WEEK)


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same nights, each once, in as few spans as hold them."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.starts_on, one.ends_before)):
        if found and span.starts_on <= found[-1].ends_before:
            found[-1] = Span(found[-1].starts_on, max(found[-1].ends_before, span.ends_before))
        else:
            found.append(span)
    return found


def nights_kept(element: str, places: PaidPlaces) -> PaidPlaces:
    """The nights that a line of this element keeps once it is approved, so that nothing pays for them again.

    The whole price keeps each night of a place once, for every element, whichever of them is due on it so far.
    """
    if element != ALL:
        return places
    nights: dict[str, list[Span]] = {}
    for place, _, span in places:
        nights.setdefault(place, []).append(span)
    return tuple((place, ALL, span) for place in sorted(nights) for span in merged(nights[place]))


def share_of(pence: int, whole: Span, part: Span) -> int:
    """The pence of a part of a span's nights: running total to the nearest penny, so parts add up to the whole.

    Nought where the part holds none of the span's nights.
    """
    found = whole.overlap(part)
    if found is None:
        return 0

    def up_to(day: date) -> int:
        return (2 * pence * (day - whole.starts_on).days + whole.nights) // (2 * whole.nights)

    return up_to(found.ends_before) - up_to(found.starts_on)
