"""An invoice that is sent again under its number: is it the same, and if not, what is other than it was?"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from nearhome.placements.calculations.dates import in_words
from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.invoices.lines import ALL, ALL_WORDS
from nearhome.settlement.importers.invoice_rows import RowFault, SentLine

# Every fact of a line, by the field it is sent in: what it is called, and how it is said.
_FACTS: dict[str, tuple[str, Callable[[SentLine], str]]] = {
    "child_ref": ("child", lambda line: line.child_ref),
    "home": ("home", lambda line: line.home),
    "place": ("place", lambda line: line.place),
    "element": ("element", lambda line: ALL_WORDS if line.element == ALL else line.element),
    "kind": ("kind", lambda line: line.kind),
    "first_night": ("first night", lambda line: in_words(line.span.starts_on)),
    "last_night": ("last night", lambda line: in_words(line.span.ends_before - timedelta(days=1))),
    "weekly_price": ("weekly price", lambda line: "" if line.weekly_pence is None else pounds(line.weekly_pence)),
    "amount": ("amount", lambda line: pounds(line.pence)),
}
# As many of a line's facts as these make it the other line, mended, rather than a new one.
_ENOUGH_ALIKE = 6


def what_differs(first: Sequence[SentLine], again: Sequence[SentLine]) -> RowFault | None:
    """The first line of `again` that is other than it was in `first`; None where both hold the same lines in any order.

    `row` is the line's number in `again`, 0 where one is missing in it; `field` its first fact that differs.
    """
    new, gone = _beyond(again, first), _beyond(first, again)
    if new:
        return _changed(new[0], gone)
    if gone:
        words = f"Line {gone[0].number} of the first ({_about(gone[0])}, {pounds(gone[0].pence)}) is missing now."
        return RowFault(0, "lines", words)
    return None


def _beyond(lines: Sequence[SentLine], others: Sequence[SentLine]) -> list[SentLine]:
    """The lines that the others do not hold, each as often as it is one too many; a line's number is no fact of it."""
    known = Counter(replace(line, number=0) for line in others)
    found = []
    for line in sorted(lines, key=lambda one: one.number):
        same = replace(line, number=0)
        if known[same]:
            known[same] -= 1
        else:
            found.append(line)
    return found


def _changed(line: SentLine, gone: Sequence[SentLine]) -> RowFault:
    nearest = max(gone, key=lambda one: (len(_alike(line, one)), -one.number), default=None)
    if nearest is None or len(_alike(line, nearest)) < _ENOUGH_ALIKE:
        words = f"Line {line.number} ({_about(line)}, {pounds(line.pence)}) did not stand on the first."
        return RowFault(line.number, "", words)
    other = [name for name in _FACTS if name not in _alike(line, nearest)]
    told = [f"the {_FACTS[name][0]} is {_said(line, name)} and was {_said(nearest, name)}" for name in other]
    return RowFault(line.number, other[0], f"Line {line.number} ({_about(line)}): {', '.join(told)}.")


def _alike(one: SentLine, other: SentLine) -> list[str]:
    return [name for name, (_, fact) in _FACTS.items() if fact(one) == fact(other)]


def _said(line: SentLine, name: str) -> str:
    return _FACTS[name][1](line) or "not given"


def _about(line: SentLine) -> str:
    subject = f"child {line.child_ref}" if line.child_ref else f"{line.home}, {line.place}"
    return f"{subject}, {_said(line, 'element')}"
