"""What each home is to each child of a case: places the child may use in time, company there, contracts, distance in law."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from nearhome.matching.calculations.at_once.changing import with_homes
from nearhome.matching.calculations.at_once.columns import Columns
from nearhome.matching.calculations.candidates import Candidate, ContractRoute
from nearhome.matching.calculations.region.case import Case, CaseChild, CaseHome, CaseResident, only_siblings_of
from nearhome.matching.calculations.region.places import days_allowed, first_day, kinds_by_home, usable_from
from nearhome.matching.calculations.region.records import ONLY_OLDER, ONLY_YOUNGER, Region, Waiting

_NAMES = tuple(field.name for field in fields(Candidate))
_ALL = attrgetter(*_NAMES)
_CHANGED = (
    "relation", "free_places", "open_to_referrals", "routes", "all_siblings", "residents", "siblings_there", "conflicts_with_resident",
    "alone_needed_there", "newcomer_over", "newcomer_under", "free_from",
)  # fmt: skip
_CHANGED_AT = tuple(_NAMES.index(name) for name in _CHANGED)


class HomesSeen:
    """The homes of a case as its children see them.

    Most are the same to every child of an authority, and are read into columns once. Those with a place that opens or
    is released later, or a resident who leaves, depend on the days the child may wait; those with a brother, a sister
    or somebody to be kept apart from depend on the child.
    """

    def __init__(self, region: Region, case: Case) -> None:
        self._case, self._region = case, region
        self._kinds = kinds_by_home(region, case.policy)
        self._moving = Counter(one.moves_from for one in region.waiting if one.moves_from)
        self._homes = {home.candidate.home_ref: home for home in case.homes}
        self._dated = [home for home in case.homes if self._is_dated(home)]
        self._home_of = {one.ref: home.candidate.home_ref for home in case.homes for one in home.residents if one.ref}
        self._living: dict[str, set[str]] = {}
        for home in case.homes:
            for one in home.residents:
                for child in one.siblings:
                    self._living.setdefault(child, set()).add(home.candidate.home_ref)
        self._by_authority: dict[str, Columns] = {}
        self._by_day: dict[tuple[str, date], Columns] = {}

    def shared(self, child: CaseChild) -> Columns:
        """The homes as any child of this authority sees them who may wait as long; made once, then kept."""
        anybody = replace(child, waiting=replace(child.waiting, child_ref="", moves_from=""), conflicts=frozenset())
        authority, last = child.waiting.authority, self._last_day(child.waiting)
        if (authority, last) not in self._by_day:
            if authority not in self._by_authority:
                self._by_authority[authority] = Columns.of(self._seen(anybody, self._case.homes))
            columns = self._by_authority[authority]
            dated = self._seen(anybody, self._dated)
            self._by_day[authority, last] = with_homes(columns, dated) if dated else columns
        return self._by_day[authority, last]

    def columns(self, child: CaseChild) -> Columns:
        """The homes as this child sees them."""
        refs = {self._home_of[ref] for ref in child.conflicts if ref in self._home_of}
        refs |= self._living.get(child.waiting.child_ref, set())
        refs |= {child.waiting.moves_from} & set(self._homes)
        if not refs:
            return self.shared(child)
        return with_homes(self.shared(child), self._seen(child, [self._homes[ref] for ref in sorted(refs)]))

    def candidate(self, child: CaseChild, home: CaseHome) -> Candidate:
        """The home as this child's ranking sees it."""
        ref, authority = home.candidate.home_ref, child.waiting.authority
        days, places = self._places(child.waiting, ref)
        earliest = min(days, default=self._case.on)
        there = [one for one in home.residents if one.leaves_on is None or one.leaves_on > earliest]
        lives_there = child.waiting.moves_from == ref
        changed = (
            self._case.relations.get((authority, home.candidate.authority_code or "")),
            places + self._moving.get(ref, 0),
            None if lives_there else home.candidate.open_to_referrals,
            _routes(home, authority),
            bool(child.waiting.child_ref)
            and not self._moving.get(ref, 0)
            and child.waiting.child_ref in only_siblings_of(home),
            *_company(there, child),
            None if days else self._later(child.waiting, ref),
        )
        return _with(home.candidate, changed)

    def days(self, child: Waiting, homes: Iterable[str]) -> dict[str, date]:
        """The first day the child could start at each home that has a place in time."""
        first = first_day(child, self._region)
        found = ((home, self._places(child, home)[0]) for home in homes)
        return {home: max(first, min(days)) for home, days in found if days}

    def _seen(self, child: CaseChild, homes: Iterable[CaseHome]) -> list[Candidate]:
        return [self.candidate(child, home) for home in homes]

    def _is_dated(self, home: CaseHome) -> bool:
        kinds = [kind for kind in self._kinds.get(home.candidate.home_ref, ()) if not kind.freed_by]
        return any(kind.ready_on > self._region.on or kind.released_on is not None for kind in kinds) or any(
            one.leaves_on is not None for one in home.residents
        )

    def _last_day(self, child: Waiting) -> date:
        return first_day(child, self._region) + timedelta(days=days_allowed(child, self._case.policy))

    def _later(self, child: Waiting, home: str) -> date | None:
        """The day a place opens or is released to the child after the last day they may wait; None if none does."""
        kinds = (kind for kind in self._kinds.get(home, ()) if not kind.freed_by)
        return min((day for kind in kinds if (day := usable_from(kind, child.authority)) is not None), default=None)

    def _places(self, child: Waiting, home: str) -> tuple[list[date], int]:
        kinds = self._kinds.get(home)
        if not kinds:
            return [], 0
        last = self._last_day(child)
        found = [
            (day, kind.capacity)
            for kind in kinds
            if not kind.freed_by and (day := usable_from(kind, child.authority)) is not None and day <= last
        ]
        return [day for day, _ in found], sum(count for _, count in found)


def _with(home: Candidate, changed: Iterable[Any]) -> Candidate:
    """What `dataclasses.replace` gives for `_CHANGED`, in less time: a region has ten thousand homes."""
    values = list(_ALL(home))
    for number, value in zip(_CHANGED_AT, changed, strict=True):
        values[number] = value
    return Candidate(*values)


def _routes(home: CaseHome, authority: str) -> tuple[ContractRoute, ...]:
    if all(parties is None for parties in home.parties) and all(route.party for route in home.candidate.routes):
        return home.candidate.routes
    return tuple(
        replace(route, party=parties is None or authority in parties)
        for route, parties in zip(home.candidate.routes, home.parties, strict=True)
    )


def _company(there: Sequence[CaseResident], child: CaseChild) -> tuple[Any, ...]:
    """Who lives there, and what that means for this child."""
    residents = tuple([one.resident for one in there])
    if not any(one.ref or one.siblings or one.company or one.needs_to_be_alone for one in there):
        return residents, 0, False, False, None, None
    return (
        residents,
        sum(child.waiting.child_ref in one.siblings for one in there),
        any(one.ref in child.conflicts for one in there if one.ref),
        any(one.needs_to_be_alone for one in there),
        max((one.resident.age_years for one in there if one.company == ONLY_OLDER), default=None),
        min((one.resident.age_years for one in there if one.company == ONLY_YOUNGER), default=None),
    )
