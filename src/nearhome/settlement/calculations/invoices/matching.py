"""Is each line of a provider's invoice what is due, more, less, billed before, or nothing we know of?

A line of nights is set against the charges posted for the same child (or bed without a child), element and nights. A
posted correction does not say which nights it corrects, so it counts whole where the line holds its whole span, and
what is due is never more than what is left of the months that the line touches. A difference (a correction, a credit)
is set against what is left of those months: everything posted less everything billed.

Lines are taken in the order of their numbers, whatever the order they come in; each line that stands counts as billed
for those after it. Nothing but agreement within the tolerance is paid more than what is due. Method: our own; no
published rule for matching care invoices was found.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import pounds
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
    Span,
    Tolerance,
    share_of,
)

_About = tuple[str, str]  # subject and element


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
    book = _Book(sorted(due, key=_order_of_due), billed, tolerance or Tolerance())
    matched = tuple(book.judge(line) for line in wanted)
    return Matching(matched, tuple(_status(one, book.billed_for(one)) for one in book.due))


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


class _Book:
    """What is due, what stands billed, and how far an amount may differ; both found by subject and element."""

    def __init__(self, due: Sequence[DueLine], billed: Iterable[Billed], tolerance: Tolerance) -> None:
        self.due, self.tolerance = due, tolerance
        self._subjects = {one.subject for one in due}
        self._due: dict[_About, list[DueLine]] = defaultdict(list)
        self._billed: dict[_About, list[Billed]] = defaultdict(list)
        for one in due:
            self._due[one.subject, one.element].append(one)
        for each in billed:
            self._billed[each.subject, each.element].append(each)

    def billed_for(self, line: InvoicedLine | DueLine) -> list[Billed]:
        """What stands billed for the same subject and element."""
        return self._billed.get((line.subject, line.element), [])

    def judge(self, line: InvoicedLine) -> Matched:
        matched = self._nights(line) if line.kind == NIGHTS else self._difference(line)
        if matched.verdict in (AGREED, UNDER, OVER):
            span, number = line.span, f"line {line.number} of this invoice"
            stands = Billed(line.subject, line.element, span, matched.payable_pence, line.kind, number)
            self._billed[line.subject, line.element].append(stands)
        return matched

    def _nights(self, line: InvoicedLine) -> Matched:
        before = self._billed_before(line)
        if before:
            return Matched(line.number, DUPLICATE, 0, 0, _duplicate_words(line, before))
        touched = [one for one in self._of(line) if one.span.overlap(line.span)]
        if not touched:
            return Matched(line.number, UNKNOWN, 0, 0, self._unknown_words(line))
        due = max(0, min(self._worth(line, line.span, line.span), self._left(line)))
        places = _places(touched, line.span)
        return self._compared(line, due, places, _missing_words(places, line))

    def _difference(self, line: InvoicedLine) -> Matched:
        window = line.span.whole_months()
        if not any(one.span.overlap(window) for one in self._of(line)):
            return Matched(line.number, UNKNOWN, 0, 0, self._unknown_words(line))
        return self._compared(line, self._left(line), (), "")

    def _compared(self, line: InvoicedLine, due: int, places: tuple[tuple[str, Span], ...], missing: str) -> Matched:
        allowed = self.tolerance.allows(due)
        apart = line.pence - due
        # A credit only ever lowers what is paid, so it is taken as it was sent.
        is_credit = line.pence < 0
        if abs(apart) <= allowed:
            words = f"{pounds(due)} is due." if not apart else f"{pounds(due)} is due: within the tolerance."
            return Matched(line.number, AGREED, due, line.pence, words, places)
        if apart < 0:
            words = f"{pounds(due)} is due, {pounds(-apart)} more than invoiced. It is paid as invoiced."
            return Matched(line.number, UNDER, due, line.pence, words, places)
        words = f"{pounds(due)} is due, {pounds(apart)} less than invoiced.{missing}"
        payable = line.pence if is_credit else max(0, due)
        return Matched(line.number, OVER, due, payable, words, places)

    def _of(self, line: InvoicedLine) -> list[DueLine]:
        return self._due.get((line.subject, line.element), [])

    def _billed_before(self, line: InvoicedLine) -> list[Billed]:
        return [one for one in self.billed_for(line) if one.kind == NIGHTS and one.span.overlap(line.span)]

    def _left(self, line: InvoicedLine) -> int:
        """All that was posted for the months the line touches, less all that was billed for them."""
        window = line.span.whole_months()
        posted = sum(share_of(one.pence, one.span, window) for one in self._of(line))
        return posted - sum(self._billed_in(one, window) for one in self.billed_for(line))

    def _worth(self, about: InvoicedLine | Billed, span: Span, part: Span) -> int:
        """What is due for the nights of a part of a billed span; a correction counts where the span holds it whole."""
        same = self._due.get((about.subject, about.element), [])
        whole = [one for one in same if not one.is_correction or span.holds(one.span)]
        return sum(share_of(one.pence, one.span, part) for one in whole if one.span.overlap(part))

    def _billed_in(self, one: Billed, window: Span) -> int:
        """How much of what was billed belongs to a window: by what its nights are worth, for not each of them need be due."""
        part = one.span.overlap(window)
        if one.kind != NIGHTS or part is None:
            return share_of(one.pence, one.span, window)
        worth = self._worth(one, one.span, one.span)
        return (
            one.pence * self._worth(one, one.span, part) // worth
            if worth > 0
            else share_of(one.pence, one.span, window)
        )

    def _unknown_words(self, line: InvoicedLine) -> str:
        if self._of(line):
            return f"Nothing is due for {_when(line.span)}. Check the dates, or ask whether the stay is recorded."
        if line.subject in self._subjects:
            return "Nothing is due for this element of the price. Check the element."
        return "Nothing is due for this child or bed. Check the reference as it stands on your payments page."


def _duplicate_words(line: InvoicedLine, before: Sequence[Billed]) -> str:
    span, named = _first_both([(one.span.overlap(line.span), one.named) for one in before])
    return f"{_capital(_when(span))} stands on {named} already. A correction of it is sent as a difference."


def _first_both(both: Sequence[tuple[Span | None, str]]) -> tuple[Span, str]:
    found = [(span, named) for span, named in both if span]
    return min(found, key=lambda one: (one[0].starts_on, one[0].ends_before, one[1]))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _when(span: Span) -> str:
    last = span.ends_before - timedelta(days=1)
    if span.nights == 1:
        return f"the night of {in_words(span.starts_on)}"
    return f"{in_words(span.starts_on)} to {in_words(last)}"


def _missing_words(places: tuple[tuple[str, Span], ...], line: InvoicedLine) -> str:
    known = sum(span.nights for span in _merged([span for _, span in places]))
    missing = line.span.nights - known
    return f" Nothing is due for {missing} of its {line.span.nights} nights." if missing > 0 else ""


def _places(touched: Sequence[DueLine], span: Span) -> tuple[tuple[str, Span], ...]:
    """Which nights of which places the line pays for, each once, however many charges they came from."""
    by_place: dict[str, list[Span]] = {}
    for one in touched:
        both = one.span.overlap(span)
        if both:
            by_place.setdefault(one.place_ref, []).append(both)
    return tuple((place, each) for place in sorted(by_place) for each in _merged(by_place[place]))


def _merged(spans: Sequence[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.starts_on, one.ends_before)):
        if merged and span.starts_on <= merged[-1].ends_before:
            merged[-1] = Span(merged[-1].starts_on, max(merged[-1].ends_before, span.ends_before))
        else:
            merged.append(span)
    return merged


def _status(one: DueLine, same: Sequence[Billed]) -> DueStatus:
    if one.is_correction:
        met = any(
            each.span.whole_months().overlap(one.span) if each.kind == DIFFERENCE else each.span.holds(one.span)
            for each in same
        )
        return DueStatus(one.ref, INVOICED if met else NOT_INVOICED, 0)
    both = [each.span.overlap(one.span) for each in same if each.kind == NIGHTS]
    nights = sum(span.nights for span in _merged([span for span in both if span]))
    status = INVOICED if nights == one.span.nights else PART_INVOICED if nights else NOT_INVOICED
    return DueStatus(one.ref, status, nights)
