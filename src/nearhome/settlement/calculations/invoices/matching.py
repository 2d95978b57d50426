"""Is each line of a provider's invoice what is due, more, less, billed before, or nothing we know of?

A line of nights is set against the charges posted for the same child (or bed without a child), element and nights; a line
for the whole price (ALL) against those of every element, and it counts as billed for each of them. A posted correction does not say which nights it corrects, so it counts whole where the line holds its whole span, and
what is due is never more than what is left of the months that the line touches. A difference (a correction, a credit)
is set against what is left of those months: everything posted less everything billed. Money given back leaves something
for a later line only once it went out in a payment run: until then it may still be held or returned.

Lines are taken in the order of their numbers, whatever the order they come in; each line that stands counts as billed
for those after it. Nothing but agreement within the tolerance is paid more than what is due. Method: our own; no
published rule for matching care invoices was found.
"""

from collections.abc import Iterable, Sequence

from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.invoices.book import Book
from nearhome.settlement.calculations.invoices.lines import (
    AGREED,
    DIFFERENCE,
    DUPLICATE,
    INVOICED,
    NIGHTS,
    NOT_INVOICED,
    OVER,
    PART_INVOICED,
    UNDER,
    UNKNOWN,
    Billed,
    DueLine,
    DueStatus,
    InvoicedLine,
    Matched,
    Matching,
    PaidPlaces,
    Span,
    Tolerance,
    merged,
)
from nearhome.settlement.calculations.invoices.words import duplicate_words, holds_words, over_words, when


def match_invoice(
    lines: Iterable[InvoicedLine],
    due: Iterable[DueLine],
    billed: Iterable[Billed] = (),
    tolerance: Tolerance | None = None,
) -> Matching:
    """Put every invoiced line and every due line in exactly one class. The order of the arguments changes nothing.

    All lines belong to one provider and the authority that pays it. Raises ValueError for two lines of one number, a
    line without nights or without an amount, or a tolerance that makes no sense.
    """
    wanted = sorted(lines, key=lambda line: line.number)
    _require_sound(wanted)
    book = Book(sorted(due, key=_order_of_due), billed)
    judge = _Judge(book, tolerance or Tolerance())
    matched = tuple(judge.decide(line) for line in wanted)
    return Matching(matched, tuple(_status(one, book.billed_of(one)) for one in book.due))


def _require_sound(lines: Sequence[InvoicedLine]) -> None:
    numbers = [line.number for line in lines]
    if len(set(numbers)) != len(numbers):
        raise ValueError("Two lines have the same number. Number the lines 1, 2, 3.")
    for line in lines:
        if not line.span.nights:
            raise ValueError(f"Line {line.number} has no nights. The last night must not be before the first.")
        if not line.pence:
            raise ValueError(f"Line {line.number} has no amount.")
        if line.kind not in (NIGHTS, DIFFERENCE):
            raise ValueError(f"Line {line.number} is neither nights nor a difference.")
        if line.kind == NIGHTS and line.pence < 0:
            raise ValueError(f"Line {line.number} takes money back, so it must be a difference, not nights.")


def _order_of_due(line: DueLine) -> tuple[object, ...]:
    return line.span.starts_on, line.span.ends_before, line.subject, line.ref


class _Judge:
    """Puts a line in its class by what the book says, and enters it in the book where it stands."""

    def __init__(self, book: Book, tolerance: Tolerance) -> None:
        self.book, self.tolerance = book, tolerance

    def decide(self, line: InvoicedLine) -> Matched:
        matched = self._nights(line) if line.kind == NIGHTS else self._difference(line)
        if matched.verdict in (AGREED, UNDER, OVER):
            span, number = line.span, f"line {line.number} of this invoice"
            self.book.stands(Billed(line.subject, line.element, span, matched.payable_pence, line.kind, number))
        return matched

    def _nights(self, line: InvoicedLine) -> Matched:
        before = [one for one in self.book.billed_of(line) if one.kind == NIGHTS and one.span.overlap(line.span)]
        if before:
            words = duplicate_words(line, before, self.book.elements_of(line.subject))
            return Matched(line.number, DUPLICATE, 0, 0, words)
        touched = [one for one in self.book.due_of(line) if one.span.overlap(line.span)]
        if not touched:
            return Matched(line.number, UNKNOWN, 0, 0, self._unknown_words(line))
        due = max(0, min(self.book.worth(line), self.book.left(line)))
        return self._compared(line, due, touched, _places(touched, line.span))

    def _difference(self, line: InvoicedLine) -> Matched:
        window = line.span.whole_months()
        touched = [one for one in self.book.due_of(line) if one.span.overlap(window)]
        if not touched:
            return Matched(line.number, UNKNOWN, 0, 0, self._unknown_words(line))
        return self._compared(line, self.book.left(line), touched, ())

    def _compared(self, line: InvoicedLine, due: int, touched: Sequence[DueLine], places: PaidPlaces) -> Matched:
        holds = holds_words(line, touched, self.book.elements_of(line.subject))
        is_due, apart = f"{pounds(due)} is due{holds}", line.pence - due
        if abs(apart) <= self.tolerance.allows(due):
            words = f"{is_due}." if not apart else f"{is_due}: within the tolerance."
            return Matched(line.number, AGREED, due, line.pence, words, places)
        if apart < 0:
            words = f"{is_due}, {pounds(-apart)} more than invoiced. It is paid as invoiced."
            return Matched(line.number, UNDER, due, line.pence, words, places)
        more = over_words(line, places, self.book.billed_of(line))
        # A credit only ever lowers what is paid, so it is taken as it was sent.
        payable = line.pence if line.pence < 0 else max(0, due)
        words = f"{is_due}, {pounds(apart)} less than invoiced.{more}"
        return Matched(line.number, OVER, due, payable, words, places)

    def _unknown_words(self, line: InvoicedLine) -> str:
        if self.book.due_of(line):
            return f"Nothing is due for {when(line.span)}. Check the dates, or ask whether the stay is recorded."
        if self.book.elements_of(line.subject):
            return "Nothing is due for this element of the price. Check the element."
        return "Nothing is due for this child or bed. Check the reference as it stands on your payments page."


def _places(touched: Sequence[DueLine], span: Span) -> PaidPlaces:
    """Which nights of which places and elements the line pays for, each once, however many charges they came from."""
    found: dict[tuple[str, str], list[Span]] = {}
    for one in touched:
        both = one.span.overlap(span)
        if both:
            found.setdefault((one.place_ref, one.element), []).append(both)
    return tuple((*about, each) for about in sorted(found) for each in merged(found[about]))


def _status(one: DueLine, same: Sequence[Billed]) -> DueStatus:
    if one.is_correction:
        met = any(
            each.span.whole_months().overlap(one.span) if each.kind == DIFFERENCE else each.span.holds(one.span)
            for each in same
        )
        return DueStatus(one.ref, INVOICED if met else NOT_INVOICED, 0)
    both = [each.span.overlap(one.span) for each in same if each.kind == NIGHTS]
    nights = sum(span.nights for span in merged(span for span in both if span))
    status = INVOICED if nights == one.span.nights else PART_INVOICED if nights else NOT_INVOICED
    return DueStatus(one.ref, status, nights)
