"""Interests that somebody declared after they had judged: what of theirs is left out, and what an award has to answer."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nearhome.design.wording import date, plural
from nearhome.people.models import Person
from nearhome.tendering.models import ConflictDeclaration, Lot, PanelMember, QualityLock, Score


@dataclass(frozen=True, slots=True)
class LateInterest:
    """Somebody who scored a lot, or chairs it, and has an interest in it that nobody has cleared.

    `scores` are those they gave as far as they may be read. `is_after_lock`: quality had been locked before they said so,
    so that their part in it stands and the award has to answer it; otherwise their scores are left out.
    """

    person: Person
    words: str
    since: datetime
    scores: int
    is_after_lock: bool

    @property
    def said(self) -> str:
        """The same as a sentence."""
        told = f"{self.person.name} declared an interest on {date(self.since.date())} ({self.words})"
        if self.is_after_lock:
            return f"{told}, after quality had been locked with their part in it."
        return f"{told}, so {plural(self.scores, 'score')} of theirs {'is' if self.scores == 1 else 'are'} left out."


def late_interests(lots: Sequence[Lot]) -> dict[int, tuple[LateInterest, ...]]:
    """Of each lot, by its row, in the order of names; lots without one are not there."""
    scores = Counter(Score.objects.filter(bid__lot__in=lots).order_by().values_list("bid__lot_id", "person_id"))
    chairs = set(
        PanelMember.objects.filter(procurement__lots__in=lots, is_chair=True).values_list("procurement_id", "person_id")
    )
    locked = dict(QualityLock.objects.filter(lot__in=lots).values_list("lot_id", "at"))
    rows = ConflictDeclaration.objects.filter(lot__in=lots).select_related("person").order_by("pk")
    cases = {lot.pk: lot.procurement_id for lot in lots}
    found: dict[int, list[LateInterest]] = defaultdict(list)
    for (lot_id, person_id), (first, last) in _standing(rows).items():
        count, at = scores[lot_id, person_id], locked.get(lot_id)
        is_after_lock = at is not None and first.at > at
        if count or (is_after_lock and (cases[lot_id], person_id) in chairs):
            found[lot_id].append(LateInterest(last.person, last.words, first.at, count, is_after_lock))
    return {lot: tuple(sorted(each, key=lambda one: one.person.name)) for lot, each in found.items()}


Runs = Mapping[tuple[int, int], tuple[ConflictDeclaration, ConflictDeclaration]]


def _standing(rows: Iterable[ConflictDeclaration]) -> Runs:
    """Lot and person with an interest → the row since which they have had it without a break, and the last."""
    found: dict[tuple[int, int], tuple[ConflictDeclaration, ConflictDeclaration]] = {}
    for row in rows:
        key = (row.lot_id, row.person_id)
        if not row.has_conflict:
            found.pop(key, None)
        else:
            found[key] = (found[key][0] if key in found else row, row)
    return found


def interests_after_judging(lot: Lot) -> tuple[LateInterest, ...]:
    """Those of one lot."""
    return late_interests([lot]).get(lot.pk, ())


def left_out(lot: Lot) -> frozenset[int]:
    """The people whose scores of a lot are left out."""
    return frozenset(one.person.pk for one in interests_after_judging(lot) if not one.is_after_lock)
