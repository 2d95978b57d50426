"""The places of a region by kind: open or kept, from which day, freed by whom; and who may use which from when."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.records import Opening, Region, Waiting


@dataclass(frozen=True, slots=True)
class Kind:
    """Places of one home that are alike. `opening` numbers the region's first such opening, -2 for a mover's place.

    A mover's place is `freed_by` that child, at the latest on `ready_on` if it is used so; `step` counts those days.
    """

    home_ref: str
    ready_on: date
    kept_for: str = ""
    released_on: date | None = None
    paid_for: bool = False
    capacity: int = 1
    opening: int = -2
    freed_by: str = ""
    step: int = 0


def first_day(child: Waiting, region: Region) -> date:
    """The first day a child could start: the day wanted, or today if that has passed."""
    return max(child.wanted_on, region.on)


def usable_from(kind: Kind, authority: str) -> date | None:
    """From which day may this authority's children use the place? None: never."""
    if kind.kept_for in ("", authority):
        return kind.ready_on
    return None if kind.released_on is None else max(kind.ready_on, kind.released_on)


def start_in(kind: Kind, child: Waiting, region: Region, policy: PlanPolicy) -> date | None:
    """The day the child would start in such a place. None where they may not, or would wait too long.

    An emergency never waits; others at most the policy's days.
    """
    usable = usable_from(kind, child.authority)
    if usable is None:
        return None
    first = first_day(child, region)
    start = max(first, usable)
    return start if (start - first).days <= days_allowed(child, policy) else None


def days_allowed(child: Waiting, policy: PlanPolicy) -> int:
    """How many days after the first the child may start."""
    return 0 if child.is_emergency else policy.latest_days


def kinds_by_home(region: Region, policy: PlanPolicy) -> dict[str, list[Kind]]:
    """Every kind of place by home: openings that are alike counted together, then the places movers would free."""
    count: dict[Kind, int] = {}
    first: dict[Kind, int] = {}
    now = region.at or datetime.combine(region.on, time.min)
    for number, opening in enumerate(region.openings):
        kind = _kind(with_first_refusal(opening, now, policy.first_refusal_hours), region.on)
        count[kind] = count.get(kind, 0) + opening.places
        first.setdefault(kind, number)
    found: dict[str, list[Kind]] = defaultdict(list)
    for kind in sorted(count, key=_order):
        if count[kind] > 0:
            found[kind.home_ref].append(replace(kind, capacity=count[kind], opening=first[kind]))
    for mover in movers(region):
        found[mover.moves_from].extend(_freed(mover, region, policy))
    return dict(found)


def with_first_refusal(opening: Opening, now: datetime, hours: float) -> Opening:
    """The opening as it stands now: a fresh vacancy is kept for its own authority until the hours have passed.

    While they have not, another authority's child can start there on the next day at the earliest.
    """
    if opening.vacant_since is None or opening.kept_for or not opening.authority:
        return opening
    until = opening.vacant_since.replace(tzinfo=None) + timedelta(hours=hours)
    here = now.replace(tzinfo=None)
    if until <= here:
        return opening
    released = max(until.date(), here.date() + timedelta(days=1))
    return replace(opening, kept_for=opening.authority, released_on=released)


def movers(region: Region) -> list[Waiting]:
    """The children whose move is planned, in order of reference."""
    return sorted((child for child in region.waiting if child.moves_from), key=lambda child: child.child_ref)


def _kind(opening: Opening, on: date) -> Kind:
    is_released = opening.released_on is not None and opening.released_on <= on
    kept_for = "" if is_released else opening.kept_for
    released_on = opening.released_on if kept_for else None
    return Kind(opening.home_ref, max(opening.ready_on, on), kept_for, released_on, opening.paid_for)


def _order(kind: Kind) -> tuple[str, date, str, date, bool]:
    return kind.home_ref, kind.ready_on, kind.kept_for, kind.released_on or date.max, kind.paid_for


def _freed(mover: Waiting, region: Region, policy: PlanPolicy) -> list[Kind]:
    """The mover's place, once for each day the mover might leave on."""
    first = first_day(mover, region)
    last = first + timedelta(days=days_allowed(mover, policy))
    days = {first_day(child, region) for child in movers(region)} | {
        max(one.ready_on, region.on) for one in region.openings
    }
    days |= {one.released_on for one in region.openings if one.released_on} | {first}
    days |= _refusal_ends(region, policy)
    leaving = sorted(day for day in days if first <= day <= last)
    return [
        Kind(mover.moves_from, day, mover.frees_kept_for, freed_by=mover.child_ref, step=step)
        for step, day in enumerate(leaving)
    ]


def _refusal_ends(region: Region, policy: PlanPolicy) -> set[date]:
    now = region.at or datetime.combine(region.on, time.min)
    stand = (with_first_refusal(one, now, policy.first_refusal_hours).released_on for one in region.openings)
    return {day for day in stand if day}
