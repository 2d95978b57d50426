"""In which order are homes asked, and which earlier step is passed over by asking later ones?

The steps: the authority's own homes, beds already paid for in blocks, the tiers of frameworks from the first, single
(spot) purchase. A step is over when every home of it said no, or its window has passed since the first home was asked.
Asking tier by tier with a window is what published frameworks do (24 hours each in one region's slides: derived);
own provision first is Kent's stated practice. Which windows apply is the framework's rule, else the authority's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

KINDS = ("own", "block", "framework", "spot")
WORDS = {
    "own": "Own homes",
    "block": "Beds already paid for",
    "framework": "Framework",
    "spot": "Single purchase (spot)",
}


class Answer(StrEnum):
    """How a home answered: nothing yet, an offer that stands, or no (declined, lapsed, withdrawn)."""

    WAITING = "waiting"
    OFFERED = "offered"
    NO = "no"


class Course(StrEnum):
    """How far a step has come."""

    NOT_BEGUN = "not_begun"
    OPEN = "open"
    OVER = "over"
    PASSED = "passed"


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """One step: its kind of KINDS by number, and the tier (0 where there are none). Steps sort in the order of asking."""

    number: int
    tier: int = 0

    @property
    def key(self) -> str:
        """How forms and records name it: own, block, framework-2, spot."""
        kind = KINDS[self.number]
        return f"{kind}-{self.tier}" if self.tier else kind

    @property
    def words(self) -> str:
        """How people name it."""
        kind = WORDS[KINDS[self.number]]
        return f"{kind}, tier {self.tier}" if self.tier else kind


@dataclass(frozen=True, slots=True)
class Eligible:
    """A home that could take the child, the step by which it would be bought, and how it was asked, if it was."""

    home_ref: str
    supplier: str
    step: Step
    asked_at: datetime | None = None
    answer: Answer = Answer.WAITING


@dataclass(frozen=True, slots=True)
class Standing:
    """One step as it stands: homes in it, how many were asked and said no, until when its window is open."""

    step: Step
    homes: int
    asked: int
    said_no: int
    course: Course
    until: datetime | None
    reason: str = ""


def step_of(kind: str, tier: int | None = None) -> Step:
    """The step of a route. `kind` is own, own_foster, own_home, block, framework or spot; ValueError for another."""
    known = "own" if kind.startswith("own") else kind
    return Step(KINDS.index(known), (tier or 1) if known == "framework" else 0)


def step_with_key(key: str) -> Step:
    """The step that a key names. Raises ValueError for a key no step has."""
    kind, _, tier = key.partition("-")
    return Step(KINDS.index(kind), int(tier or 0))


def standings(
    homes: Iterable[Eligible], *, windows: Mapping[Step, timedelta], passed: Mapping[Step, str], now: datetime
) -> tuple[Standing, ...]:
    """Every step with at least one home, in order. `windows`: how long each lasts; `passed`: reasons already given."""
    grouped: dict[Step, list[Eligible]] = {}
    for home in homes:
        grouped.setdefault(home.step, []).append(home)
    return tuple(_standing(step, grouped[step], windows[step], passed.get(step, ""), now) for step in sorted(grouped))


def _standing(step: Step, homes: Sequence[Eligible], window: timedelta, reason: str, now: datetime) -> Standing:
    asked = [home for home in homes if home.asked_at is not None]
    until = min((home.asked_at for home in asked if home.asked_at), default=None)
    until = until + window if until else None
    said_no = sum(home.answer == Answer.NO for home in asked)
    return Standing(step, len(homes), len(asked), said_no, _course(homes, said_no, until, reason, now), until, reason)


def _course(homes: Sequence[Eligible], said_no: int, until: datetime | None, reason: str, now: datetime) -> Course:
    if said_no == len(homes) or (until is not None and until <= now):
        return Course.OVER
    if reason:
        return Course.PASSED
    return Course.OPEN if until else Course.NOT_BEGUN


def steps_owed(steps: Iterable[Standing], wanted: Iterable[Step]) -> tuple[Step, ...]:
    """The steps for which a reason is owed before homes of the wanted steps are asked: every earlier one not over."""
    latest = max(wanted, default=None)
    if latest is None:
        return ()
    return tuple(one.step for one in steps if one.step < latest and one.course in (Course.NOT_BEGUN, Course.OPEN))
