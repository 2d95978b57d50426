"""Terms for nights away of placements bought singly in plain words, made from the data that charges are worked out from."""

from collections.abc import Mapping

from nearhome.settlement.calculations.nights import AwayTerms
from nearhome.settlement.calculations.rules.words import Change, Clause, absences_in_words

COUNTED = (
    "Nights away are counted from the first, whichever terms held then; the night of return counts as there. The night of"
    " arrival counts, the night of departure does not. A night is a seventh of a week."
)


def away_clauses(terms: AwayTerms, elements: Mapping[str, str]) -> tuple[Clause, ...]:
    """Every matter, always in the same order. `elements` gives words for elements of a price, in order."""
    return (
        Clause("A child who is away", absences_in_words(terms.absences)),
        Clause("Elements of the price", _kept(terms, elements)),
        Clause("How nights are counted", COUNTED),
    )


def away_changes(before: AwayTerms, now: AwayTerms, elements: Mapping[str, str]) -> tuple[Change, ...]:
    """What the later terms settle differently, in words; () where only the day differs."""
    pairs = zip(away_clauses(before, elements), away_clauses(now, elements), strict=True)
    return tuple(Change(now.about, before.words, now.words) for before, now in pairs if before.words != now.words)


def _kept(terms: AwayTerms, elements: Mapping[str, str]) -> str:
    if terms.kept is None:
        return "The part is paid of every element of the price."
    kept = [words.lower() for name, words in elements.items() if name in terms.kept]
    if not kept:
        return "After the nights in full nothing is paid of any element of the price."
    named = " and ".join(part for part in (", ".join(kept[:-1]), kept[-1]) if part)
    return f"After the nights in full the part is paid of {named} only, and nothing of other elements."
