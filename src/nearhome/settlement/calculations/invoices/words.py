"""Why an invoiced line is in its class, in words."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from nearhome.placements.calculations.dates import in_words
from nearhome.settlement.calculations.invoices.lines import (
    ACCOMMODATION,
    ALL,
    ALL_WORDS,
    DIFFERENCE,
    Billed,
    DueLine,
    InvoicedLine,
    PaidPlaces,
    Span,
    merged,
)

_AS_DIFFERENCE = "A correction of it is sent as a difference."
_THE_REST = "Send the rest element by element, or as a difference."
_WHOLE_BILLED = "What is left of the whole price is sent as a difference without an element."


def duplicate_words(line: InvoicedLine, before: Sequence[Billed], elements: set[str]) -> str:
    """Which nights stand on which line already, and how to send what is left. `elements`: what is due for the child."""
    span, named, element = min(
        ((both, one.named, one.element) for one in before if (both := one.span.overlap(line.span))),
        key=lambda one: (one[0].starts_on, one[0].ends_before, *one[1:]),
    )
    stands = f"{_capital(when(span))} stands on {named} already"
    if element == line.element or elements <= {ACCOMMODATION}:
        return f"{stands}. {_AS_DIFFERENCE}"
    if element == ALL:
        return f"{stands}, as {ALL_WORDS}. {_WHOLE_BILLED}"
    return f"{stands}, for {element}. {_THE_REST}"


def holds_words(line: InvoicedLine, touched: Iterable[DueLine], elements: set[str]) -> str:
    """Which elements the sum that is due for the whole price holds; nothing where all that is due is accommodation."""
    if line.element != ALL or elements <= {ACCOMMODATION}:
        return ""
    nights: dict[str, list[Span]] = {}
    for one in touched:
        both = one.span.overlap(line.span)
        nights.setdefault(one.element, []).extend([both] if both else [])
    names = sorted(nights, key=lambda name: (name != ACCOMMODATION, name))
    return f" for {_listed([name + _some_nights(line, nights[name]) for name in names])}"


def over_words(line: InvoicedLine, places: PaidPlaces, billed: Iterable[Billed]) -> str:
    """Why more may have been invoiced than is due."""
    if line.kind == DIFFERENCE:
        is_part = line.element != ALL and any(one.element == ALL for one in billed)
        return f" {_WHOLE_BILLED}" if is_part else ""
    missing = line.span.nights - _count(span for _, _, span in places)
    return f" Nothing is due for {missing} of its {line.span.nights} nights." if missing > 0 else ""


def when(span: Span) -> str:
    """The nights of a span, both the first and the last named."""
    last = span.ends_before - timedelta(days=1)
    if span.nights == 1:
        return f"the night of {in_words(span.starts_on)}"
    return f"{in_words(span.starts_on)} to {in_words(last)}"


def _some_nights(line: InvoicedLine, spans: Sequence[Span]) -> str:
    nights = _count(spans)
    if line.kind == DIFFERENCE or nights == line.span.nights:
        return ""
    return f" ({nights} of its {line.span.nights} nights)"


def _count(spans: Iterable[Span]) -> int:
    return sum(span.nights for span in merged(spans))


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
