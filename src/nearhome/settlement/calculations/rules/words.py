"""Terms in plain words, made from the same data that charges are worked out from, and what changed between two versions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nearhome.placements.calculations.pence import pounds
from nearhome.settlement.calculations.charges import name_of
from nearhome.settlement.calculations.nights import AbsenceRule, EmptyBearer
from nearhome.settlement.calculations.rules.terms import Terms

OCCUPIED = (
    "A night on which a child has the place is paid by the child’s authority, whoever the place is nominated to. The night of"
    " arrival counts, the night of departure does not."
)
BORNE: dict[EmptyBearer, str] = {
    "nominated": "the authority the place is nominated to, or by the host where it is nominated to nobody",
    "host": "the host",
    "shares": "all parties by their shares",
}
KINDS = {"missing": "missing", "hospital": "in hospital", "holiday": "on holiday or with family"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One matter that terms settle, in a sentence or two."""

    about: str
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """A matter that two versions settle differently."""

    about: str
    before: str
    now: str


def clauses_of(terms: Terms, names: Mapping[str, str]) -> tuple[Clause, ...]:
    """Every matter, always in the same order. `names` gives words for refs of authorities."""
    return (
        Clause("Nights with a child", OCCUPIED),
        Clause("Empty nights", _empty(terms)),
        Clause("Places let go", _let_go(terms)),
        Clause("Shares", _shares(terms, names)),
        Clause("A child who is away", _away(terms)),
        Clause("Guarantee", _guarantee(terms)),
        Clause("Variable part", _variable(terms)),
        Clause("Share in a saving", _gain(terms)),
        Clause("First refusal", _first_refusal(terms)),
    )


def changes_between(before: Terms, now: Terms, names: Mapping[str, str]) -> tuple[Change, ...]:
    """What the later terms settle differently, in words; () where only the day differs."""
    pairs = zip(clauses_of(before, names), clauses_of(now, names), strict=True)
    return tuple(Change(now.about, before.words, now.words) for before, now in pairs if before.words != now.words)


def _empty(terms: Terms) -> str:
    borne = f"An empty night is borne by {BORNE[terms.rule.empty_bearer]}."
    if terms.guarantee:
        borne = (
            "An empty night costs nothing by itself: the guarantee below is divided by who would have borne it,"
            f" {BORNE[terms.rule.empty_bearer]}."
        )
    if not terms.rule.grace_nights:
        return f"{borne} They count from the first."
    return f"The first {_nights(terms.rule.grace_nights)} after a child leaves, or after a place opens, are the provider’s. {borne}"


def _let_go(terms: Terms) -> str:
    rule = terms.rule
    if rule.released_after is None:
        return "An empty place stays with whom it is nominated to, however long it is empty."
    after = f"After {_nights(rule.released_after)} without a child a place is let go to all partners."
    return f"{after} From then on its empty nights are borne by {BORNE[rule.released_bearer]}."


def _shares(terms: Terms, names: Mapping[str, str]) -> str:
    rule = terms.rule
    shared = "shares" in (rule.empty_bearer, *([rule.released_bearer] if rule.released_after is not None else []))
    if not shared:
        return "Nothing is shared by weight."
    total = sum(weight for _, weight in rule.shares)
    each = [f"{name_of(ref, names)} {weight} of {total}" for ref, weight in rule.shares if weight]
    return (
        f"What is shared is divided by these weights: {', '.join(each)}. The last pennies go to the largest remainders."
    )


def _away(terms: Terms) -> str:
    return absences_in_words(terms.rule.absences)


def absences_in_words(rules: Iterable[AbsenceRule]) -> str:
    """What is paid while a child is away, kind by kind, and what of every other night."""
    known = [_absence(one) for one in rules]
    return " ".join([*known, "Any other night on which a child keeps the place but sleeps elsewhere is paid in full."])


def _absence(one: AbsenceRule) -> str:
    first = f"the first {_nights(one.full_nights)} in full, then " if one.full_nights else ""
    last = (
        "" if one.most_nights is None else f"; after {_nights(one.most_nights)} away nothing, until the child is back"
    )
    return f"While a child is {KINDS.get(one.kind, one.kind)}: {first}{_percent(one.then_basis_points)} of the price{last}."


def _guarantee(terms: Terms) -> str:
    if not terms.guarantee:
        return "The provider is guaranteed nothing beyond the nights that are paid."
    return (
        f"The provider is sure of {_percent(terms.guarantee)} of what all available nights of a month would cost. Where the"
        " nights paid come to less, the rest is paid once for the month, divided by what each one’s unpaid nights would cost."
    )


def _variable(terms: Terms) -> str:
    if not terms.variable_weekly:
        return "Nothing is paid besides the weekly price."
    return f"Besides the weekly price, {pounds(terms.variable_weekly)} a week is paid for nights with a child."


def _gain(terms: Terms) -> str:
    if terms.gain is None:
        return "The provider has no part in a saving."
    most = "" if terms.gain.most_pence is None else f", at most {pounds(terms.gain.most_pence)} in a year"
    return (
        f"At the end of each contract year the provider has {_percent(terms.gain.basis_points)} of what the nights with a child"
        f" cost less than {pounds(terms.gain.benchmark_pence)} a week, empty nights counted as cost{most}."
    )


def _first_refusal(terms: Terms) -> str:
    if not terms.first_refusal_days:
        return "A free place is offered to all parties at once."
    days = "day" if terms.first_refusal_days == 1 else "days"
    return (
        f"A free place is offered first to the authority it is nominated to, for {terms.first_refusal_days} {days}."
        " Then whoever commissions for the host is asked whether to offer it to the others. This bears on no charge."
    )


def _nights(count: int) -> str:
    return "1 night" if count == 1 else f"{count} nights"


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:g}%"
