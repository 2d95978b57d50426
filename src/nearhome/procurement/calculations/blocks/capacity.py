"""How many beds of a block are contracted on a day, and for how many is payment due?

That payment starts when a service is registered and able to accept children, and that a new service may take 12 to 18
months, is what the published paper on a regional block says (Kent County Council decision 21/00094, 2021, sections 5.3
and 6, read in full). That the beds of a block are versions from a day is a design of our own.
"""

import calendar
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

MOST_BEDS = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """So many beds in all from this day on. Of two versions for one day the one with the higher `number` stands."""

    starts_on: date
    beds: int
    number: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.beds <= MOST_BEDS:
            raise ValueError(f"A block has 0 to {MOST_BEDS:,} beds, not {self.beds:,}. Give a number between them.")


@dataclass(frozen=True, slots=True)
class ReadyPlace:
    """A place of a block: the day it was registered, the day it can accept a child (None: not yet), its last day's morrow."""

    place_ref: str
    registered_on: date | None
    accepts_from: date | None
    ends_before: date | None = None


def months_after(day: date, months: int) -> date:
    """The same day so many months later; in a shorter month its last day. Raises ValueError beyond the year 9999."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def ramp(starts_on: date, by_month: Iterable[tuple[int, int]]) -> tuple[Step, ...]:
    """Beds in all by so many months after a start, as versions from days: ((12, 5), (18, 10), (24, 15))."""
    return tuple(Step(months_after(starts_on, month), beds, at) for at, (month, beds) in enumerate(by_month))


def standing(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The versions that stand, in order of their days, whatever order they came in."""
    by_day: dict[date, Step] = {}
    for step in sorted(steps, key=lambda one: (one.starts_on, one.number)):
        by_day[step.starts_on] = step
    return tuple(by_day.values())


def beds_on(ordered: Sequence[Step], day: date) -> int:
    """The beds that stand on a day; 0 before the first version. `ordered` as `standing` gives them."""
    at = bisect_right(ordered, day, key=lambda step: step.starts_on)
    return ordered[at - 1].beds if at else 0


def payable_from(place: ReadyPlace) -> date | None:
    """The first day a place is paid for: registered and able to accept a child, whichever came later; None if not yet."""
    if place.registered_on is None or place.accepts_from is None:
        return None
    return max(place.registered_on, place.accepts_from)


def ready_steps(places: Iterable[ReadyPlace]) -> tuple[Step, ...]:
    """How many places are registered and able to accept a child, as versions from days."""
    changes: dict[date, int] = {}
    for place in places:
        opens = payable_from(place)
        if opens is None or (place.ends_before is not None and place.ends_before <= opens):
            continue
        changes[opens] = changes.get(opens, 0) + 1
        if place.ends_before is not None:
            changes[place.ends_before] = changes.get(place.ends_before, 0) - 1
    steps, beds = [], 0
    for day in sorted(changes):
        beds += changes[day]
        steps.append(Step(day, beds))
    return tuple(steps)


def payable_steps(
    contracted: Iterable[Step], ready: Iterable[Step], known_before: date | None = None
) -> tuple[Step, ...]:
    """Beds for which payment is due: never more than are contracted, never more than are ready.

    What is ready is known for days before `known_before`; from then on every contracted bed is taken to open in time, the
    most that can come due. None: what is ready is known for every day.
    """
    plan, known = standing(contracted), standing(ready)
    days = {step.starts_on for step in (*plan, *known)} | ({known_before} if known_before else set())
    steps: list[Step] = []
    for day in sorted(days):
        beds = beds_on(plan, day)
        if known_before is None or day < known_before:
            beds = min(beds, beds_on(known, day))
        if beds != (steps[-1].beds if steps else 0):
            steps.append(Step(day, beds))
    return tuple(steps)
