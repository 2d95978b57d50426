"""A case ranked: every child against every home at once, and made into the region that a plan is worked out for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from nearhome.matching.calculations.at_once.criteria_at_once import whole_or_none
from nearhome.matching.calculations.at_once.ranked_at_once import AtOnce
from nearhome.matching.calculations.at_once.ranking_at_once import rank_at_once
from nearhome.matching.calculations.at_once.rules_at_once import ASKS
from nearhome.matching.calculations.planning.solving import Clock
from nearhome.matching.calculations.region.case import Case, CaseChild, bare_region, search_of, siblings_in_homes
from nearhome.matching.calculations.region.homes_seen import HomesSeen
from nearhome.matching.calculations.region.records import Region, ScoredOption
from nearhome.matching.calculations.region.worth_at_once import options_of
from nearhome.matching.calculations.rules_of_fit import is_solo_wanted


@dataclass(frozen=True, slots=True, eq=False)
class ChildRanked:
    """One child's ranking; days a place is free from by home; seconds to rank, and before it to read the homes."""

    child: CaseChild
    found: AtOnce
    free_from: dict[str, date]
    reading: float
    ranking: float


@dataclass(frozen=True, slots=True)
class HomeInShort:
    """A possible home in its place, without the words. `points` by criterion add up to `total`; `asks` name the rules
    that ask a person about it."""

    position: int
    home_ref: str
    home_name: str
    kind: str
    total: float
    need_fit: float
    unmet_essential: int
    confidence: float
    weekly_price_pence: int | None
    points: dict[str, float]
    asks: tuple[str, ...]


def ranked_case(case: Case, region: Region, *, explain: int, near_misses: int, clock: Clock) -> Iterator[ChildRanked]:
    """Each child's ranking of every home, in the order of their references, exactly as `rank_homes` gives it.

    A home counts with the places the child may use by the last day the policy lets them wait, and with those that
    planned moves may free. Children whose move is planned are no residents here: the plan sees to their company.
    Homes are read once for the children who see the same; only one ranking is held at a time.
    """
    seen, in_homes = HomesSeen(region, case), siblings_in_homes(case)
    for child in sorted(case.children, key=lambda one: one.waiting.child_ref):
        search = search_of(child, case, in_homes)
        began = clock()
        seen.shared(child)
        read = clock()
        found = rank_at_once(search, seen.columns(child), case.ranking, explain=explain, near_misses=near_misses)
        ranked = clock()
        yield ChildRanked(child, found, seen.days(child.waiting, found.order), read - began, ranked - read)


def region_of(case: Case, *, clock: Clock) -> tuple[Region, float, float]:
    """The region with what every possible home is worth to every child, and the seconds of reading and ranking."""
    region = bare_region(case)
    options: dict[str, tuple[ScoredOption, ...]] = {}
    reading, slowest = 0.0, 0.0
    for one in ranked_case(case, region, explain=0, near_misses=0, clock=clock):
        alone = is_solo_wanted(one.found.asked.search)
        worth = options_of(one.found, case.policy, takes_all=alone)
        options[one.child.waiting.child_ref] = tuple(
            replace(option, asks=names) for option, names in zip(worth, asks_of(one.found), strict=True)
        )
        reading, slowest = reading + one.reading, max(slowest, one.ranking)
    waiting = tuple(replace(child, options=options[child.child_ref]) for child in region.waiting)
    return replace(region, waiting=waiting), reading, slowest


def in_short(found: AtOnce, after: int) -> tuple[HomeInShort, ...]:
    """The possible homes after the first so many, in order."""
    homes, asks, points = found.asked.columns.homes, asks_of(found), _points(found)
    columns = (found.rows, found.total, found.need_fit, found.unmet_essential, found.confidence, found.price)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return tuple(
        HomeInShort(
            place + 1, homes[row].home_ref, homes[row].home_name, homes[row].kind, total, fit, unmet, confidence,
            whole_or_none(price), points[place], asks[place],
        )
        for place, (row, total, fit, unmet, confidence, price) in enumerate(rows)
        if place >= after
    )  # fmt: skip


def asks_of(found: AtOnce) -> list[tuple[str, ...]]:
    """For each possible home, in order, the names of the rules that ask a person about it."""
    asking = found.verdicts[:, found.rows] == ASKS
    named = [
        (rule.name, asking[number].tolist()) for number, rule in enumerate(found.book.rules) if asking[number].any()
    ]
    return [tuple(name for name, asked in named if asked[place]) for place in range(len(found.rows))]


def _points(found: AtOnce) -> list[dict[str, float]]:
    """For each possible home, in order, the points of each criterion that applies to it."""
    homes: list[dict[str, float]] = [{} for _ in found.rows]
    for part in found.parts:
        points = np.where(part.applies, part.points, np.nan).tolist()
        for home, added in zip(homes, points, strict=True):
            if added == added:  # not a number: the part does not apply
                before = home.get(part.criterion)
                home[part.criterion] = added if before is None else round(before + added, 3)
    return homes
