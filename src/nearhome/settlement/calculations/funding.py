"""Out of which of the payer's budgets is each posted charge paid, and what must be posted when that changes?

Each element of a stay has a split between budgets (social care, education, health, a grant) that may change on a date.
A charge is divided night by night over its span: a budget's weight is the sum of its basis points over the nights, and the
pence are divided by weight with the largest remainder, so that the parts of a charge add up to it. Before the first split
all is social care's. What a budget bears is a balance of entries that are only ever added to: what it bears now minus what
was posted. So a split that is changed for months long closed adds differences, and they sum to nought.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from nearhome.placements.calculations.dates import in_words
from nearhome.settlement.calculations.charges import LEAD_COST, VARIABLE, shares_of
from nearhome.settlement.calculations.elements import (
    ACCOMMODATION,
    EDUCATION,
    EXTRA_STAFFING,
    OTHER,
    SOCIAL_CARE,
    THERAPY,
    TRANSPORT,
    Split,
    funded,
)

ONE_OFFS = "one-off"
NAMED = (EXTRA_STAFFING, EDUCATION, THERAPY, TRANSPORT, OTHER)
WORDS = {ACCOMMODATION: "accommodation and care", ONE_OFFS: "one-off amounts and credits"}
FUNDERS = ("social care", "education", "health", "grant")
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Paid:
    """A posted charge, as its payer divides it. `booking` None: no child's, so nobody splits it."""

    about_month: date
    booking: int | None
    element: str
    starts_on: date
    ends_before: date
    pence: int

    @property
    def subject(self) -> "Subject":
        """What is divided together: one element of one stay in one month."""
        return self.about_month, self.booking, self.element


Subject = tuple[date, int | None, str]
Balance = tuple[date, int | None, str, str, str]  # the subject, the budget, the ledger code


@dataclass(frozen=True, slots=True)
class OwnSplit:
    """A split as it was recorded; `element` "": for each element without one of its own."""

    element: str
    split: Split


@dataclass(frozen=True, slots=True)
class Code:
    """A ledger code from a month on; `element` "": for each element without one of its own."""

    element: str
    funder: str
    starts_on: date
    code: str


@dataclass(frozen=True)
class Plan:
    """All that was said about funding, each in the order it was recorded: of one element and day the last one counts."""

    splits: Mapping[int, tuple[OwnSplit, ...]] = field(default_factory=dict)
    codes: tuple[Code, ...] = ()

    def splits_of(self, booking: int | None, element: str) -> tuple[Split, ...]:
        """The splits of an element of a stay by date: the general ones until it has one of its own."""
        recorded = self.splits.get(booking, ()) if booking is not None else ()
        part = part_of(element)
        own = {one.split.starts_on: one.split for one in recorded if one.element == part}
        first = min(own, default=None)
        general = {one.split.starts_on: one.split for one in recorded if one.element == ""}
        before = {day: split for day, split in general.items() if first is None or day < first}
        return tuple(split for _, split in sorted((before | own).items()))

    def code_of(self, element: str, funder: str, month: date) -> str:
        """The code in force in a month: the element's own before the general one; "" where none was set."""
        for wanted in (part_of(element), ""):
            fitting = [
                one for one in self.codes if (one.element, one.funder) == (wanted, funder) and one.starts_on <= month
            ]
            if fitting:
                return max(reversed(fitting), key=lambda one: one.starts_on).code
        return ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is added to one balance, pence of either sign, and why."""

    balance: Balance
    pence: int
    words: str


def part_of(element: str) -> str:
    """Which named part a charge's element is: "" is accommodation, an amount by any other name is a one-off."""
    if element in ("", ACCOMMODATION, VARIABLE):
        return ACCOMMODATION
    if element == LEAD_COST:
        return OTHER
    return element if element in NAMED else ONE_OFFS


def divided(charge: Paid, splits: tuple[Split, ...]) -> dict[str, int]:
    """The pence that each budget bears of a charge, of its sign; they add up to it."""
    weights: dict[str, int] = defaultdict(int)
    for first, before, shares in funded(splits, charge.starts_on, max(charge.ends_before, charge.starts_on + _ONE)):
        for funder, points in shares:
            weights[funder] += points * (before - first).days
    ordered = tuple((one, weights[one]) for one in sorted(weights, key=_rank) if weights[one])
    sign = -1 if charge.pence < 0 else 1
    return {funder: sign * pence for funder, pence in shares_of(abs(charge.pence), ordered).items()}


def balances(charges: Iterable[Paid], plan: Plan) -> dict[Balance, int]:
    """What every budget bears of these charges under a plan. Balances of one subject add up to its charges."""
    known: dict[tuple[int | None, str], tuple[Split, ...]] = {}
    found: dict[Balance, int] = defaultdict(int)
    for charge in charges:
        key = charge.booking, charge.element
        if key not in known:
            known[key] = plan.splits_of(*key)
        for funder, pence in divided(charge, known[key]).items():
            code = plan.code_of(charge.element, funder, charge.about_month)
            found[*charge.subject, funder, code] += pence
    return dict(found)


def entries_to_post(
    charges: Iterable[Paid], plan: Plan, posted: Mapping[Balance, int], month: date
) -> tuple[Entry, ...]:
    """What to add while a month is worked out: what is due now minus what was posted; nothing where nothing changed."""
    due = balances(charges, plan)
    moved: dict[Subject, dict[Balance, int]] = defaultdict(dict)
    for key in sorted(due.keys() | posted.keys(), key=_order):
        pence = due.get(key, 0) - posted.get(key, 0)
        if pence:
            moved[key[:3]][key] = pence
    begun = {key[:3] for key in posted}
    return tuple(
        Entry(key, pence, words)
        for subject, differences in moved.items()
        for words in (_words(subject, differences, plan, is_new=subject not in begun, month=month),)
        for key, pence in differences.items()
    )


def shares_in_words(shares: Iterable[tuple[str, int]]) -> str:
    """Health 30%, social care 70%."""
    return ", ".join(f"{funder} {_percent(points)}%" for funder, points in shares if points)


def _words(subject: Subject, moved: Mapping[Balance, int], plan: Plan, *, is_new: bool, month: date) -> str:
    about, booking, element = subject
    what = WORDS.get(part_of(element), element)
    named = f"{what[:1].upper()}{what[1:]}, {about:%B %Y}"
    splits = [one for one in plan.splits_of(booking, element) if one.starts_on < _month_after(about)]
    paid = (
        f"{shares_in_words(splits[-1].shares)} from {in_words(splits[-1].starts_on)}" if splits else "social care 100%"
    )
    if is_new:
        return f"{named}: {paid}"
    if sum(moved.values()):
        return f"{named}: the charges changed by what was found in {month:%B %Y}; {paid}"
    by_funder: dict[str, int] = defaultdict(int)
    for key, pence in moved.items():
        by_funder[key[3]] += pence
    return f"{named}: {'funding changed' if any(by_funder.values()) else 'another ledger code'}; {paid}"


def _month_after(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _percent(points: int) -> str:
    return f"{points / 100:g}"


def _rank(funder: str) -> tuple[int, str]:
    return (FUNDERS.index(funder) if funder in FUNDERS else len(FUNDERS)), funder


def _order(key: Balance) -> tuple[date, int, str, tuple[int, str], str]:
    return key[0], key[1] or 0, key[2], _rank(key[3]), key[4]


__all__ = [
    "FUNDERS",
    "SOCIAL_CARE",
    "Balance",
    "Code",
    "Entry",
    "OwnSplit",
    "Paid",
    "Plan",
    "balances",
    "divided",
    "entries_to_post",
    "part_of",
    "shares_in_words",
]
