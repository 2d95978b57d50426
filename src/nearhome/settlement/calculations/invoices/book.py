"""What is due and what stands billed for each child or bed, and what is left of it for an element of the price."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from nearhome.settlement.calculations.invoices.lines import (
    ALL,
    NIGHTS,
    Billed,
    DueLine,
    InvoicedLine,
    Span,
    meet,
    share_of,
)


class Book:
    """Both found by subject and element; the whole price meets every element of it."""

    def __init__(self, due: Sequence[DueLine], billed: Iterable[Billed]) -> None:
        self.due = due
        self._due: dict[str, list[DueLine]] = defaultdict(list)
        self._billed: dict[str, list[Billed]] = defaultdict(list)
        for one in due:
            self._due[one.subject].append(one)
        for each in billed:
            self.stands(each)

    def stands(self, one: Billed) -> None:
        """From now on this counts as billed."""
        self._billed[one.subject].append(one)

    def elements_of(self, subject: str) -> set[str]:
        """The elements of which anything is due for a child or bed."""
        return {one.element for one in self._due.get(subject, [])}

    def due_of(self, line: InvoicedLine) -> list[DueLine]:
        """What is due of the line's element, or of every element for the whole price."""
        return self._of(line.subject, line.element)

    def billed_of(self, line: InvoicedLine | DueLine) -> list[Billed]:
        """What stands billed of the same element, or of the whole price; of every element for the whole price."""
        return [one for one in self._billed.get(line.subject, []) if meet(one.element, line.element)]

    def worth(self, line: InvoicedLine) -> int:
        """What the nights of a line are worth."""
        return self._worth(line.subject, line.element, line.span, line.span)

    def left(self, line: InvoicedLine) -> int:
        """All that was posted for the months the line touches, less all that was billed for them.

        Beside lines for the whole price an element never has more left than all elements together. A credit that was not
        paid out yet leaves nothing for a line that asks for money: it might be held, or returned, and the line be paid.
        """
        window, billed = line.span.whole_months(), [one for one in self.billed_of(line) if _counts(one, line)]
        left = self._posted(line, line.element, window) - sum(self._part(one, line.element, window) for one in billed)
        if line.element == ALL or not any(one.element == ALL for one in billed):
            return left
        every = self._posted(line, ALL, window) - sum(
            self._part(one, ALL, window)
            for one in self._billed[line.subject]
            if meet(one.element, ALL) and _counts(one, line)
        )
        return min(left, every)

    def _of(self, subject: str, element: str) -> list[DueLine]:
        return [one for one in self._due.get(subject, []) if meet(element, one.element)]

    def _posted(self, about: InvoicedLine | Billed, element: str, window: Span) -> int:
        return sum(share_of(one.pence, one.span, window) for one in self._of(about.subject, element))

    def _worth(self, subject: str, element: str, span: Span, part: Span) -> int:
        """What is due for the nights of a part of a billed span; a correction counts where the span holds it whole."""
        whole = [one for one in self._of(subject, element) if not one.is_correction or span.holds(one.span)]
        return sum(share_of(one.pence, one.span, part) for one in whole if one.span.overlap(part))

    def _part(self, one: Billed, element: str, window: Span) -> int:
        """How much of what was billed belongs to an element (or ALL) and a window, to the penny above."""
        narrower = one.element if element == ALL else element
        if one.kind == NIGHTS:
            return self._part_of_nights(one, narrower, window)
        pence = share_of(one.pence, one.span, window)
        if narrower == one.element:
            return pence
        return _share(pence, self._posted(one, narrower, window), self._posted(one, ALL, window))

    def _part_of_nights(self, one: Billed, element: str, window: Span) -> int:
        """By what its nights are worth, for not each of them need be due."""
        part = one.span.overlap(window)
        if part is None:
            return 0
        worth = self._worth(one.subject, one.element, one.span, one.span)
        if worth <= 0:
            return share_of(one.pence, one.span, window)
        return _share(one.pence, self._worth(one.subject, element, one.span, part), worth)


def _counts(one: Billed, line: InvoicedLine) -> bool:
    return one.pence >= 0 or one.is_paid or line.pence < 0


def _share(pence: int, part: int, whole: int) -> int:
    """In proportion, to the penny above: what counts as billed is never paid again. All of it where nothing is to share."""
    return -(-pence * part // whole) if whole > 0 else max(0, pence)
