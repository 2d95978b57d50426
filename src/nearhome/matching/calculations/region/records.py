"""A whole region on one day: who waits, which places are or will be free, and what has been worked out for each child.

Each authority works out its own children's options; only these records are shared with partners. None holds a name, a
need, or anything a child said: points by part, ages and sexes are all that leaves an authority.
"""

from dataclasses import dataclass
from datetime import date, datetime

from nearhome.geography.calculations.distance import Point

SAME_HOME, NEAR = "same_home", "near"
ONLY_OLDER, ONLY_YOUNGER = "only_older", "only_younger"
Parts = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """Places at a home that are free, or will be, on `ready_on`.

    `kept_for` is the authority they are kept for ('' open to all), until `released_on` (None: not released); `authority`
    is whose area or service the home is; `vacant_since` the moment a fresh vacancy was told, for first refusal.
    """

    home_ref: str
    ready_on: date
    places: int = 1
    kept_for: str = ""
    released_on: date | None = None
    paid_for: bool = False
    authority: str = ""
    vacant_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ScoredOption:
    """One child at one home that no rule refuses, whichever place and day: named points, higher is better.

    `takes_all`: the child must live there alone, so no other place of the home can be used. `asks` are what a person
    must still judge, in words fit for partners.
    """

    home_ref: str
    parts: Parts
    takes_all: bool = False
    asks: tuple[str, ...] = ()

    @property
    def worth(self) -> float:
        """All the points."""
        return sum(points for _, points in self.parts)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One child who waits for a home, or whose move is planned.

    `options` one for each home at most. With `moves_from` the child lives at that home and may stay; moving frees the
    place (`frees_kept_for` an authority, '' for all); an option at that home is what staying is worth. `company` is '', 'only_older' or 'only_younger': the other
    children the child may live with. `sex` is 'M', 'F' or anything else for not known.
    """

    child_ref: str
    authority: str
    wanted_on: date
    options: tuple[ScoredOption, ...] = ()
    group: str = ""
    waiting_since: date | None = None
    is_emergency: bool = False
    moves_from: str = ""
    age_years: int | None = None
    sex: str = ""
    company: str = ""
    frees_kept_for: str = ""


@dataclass(frozen=True, slots=True)
class SiblingRule:
    """How brothers and sisters are placed: all in the same home, or also in two homes at most `near_miles` apart."""

    group: str
    kind: str = SAME_HOME
    near_miles: float | None = None


@dataclass(frozen=True, slots=True)
class PlanHome:
    """A home as the plan needs it. Counts are of new children; None means no limit but its places.

    `at_most` is what staff and the home's own limit on referrals allow. `unrelated_at_most` is what the usual fostering
    limit leaves; brothers and sisters may exceed it together where `nobody_there` is fostered now, and so may the
    children in `siblings_of`, whose brothers and sisters are all who are fostered there.
    """

    home_ref: str
    authority: str = ""
    point: Point | None = None
    at_most: int | None = None
    unrelated_at_most: int | None = None
    nobody_there: bool = False
    siblings_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entitlement:
    """An authority's share of the partnership's places (any positive number), and the nights it has used so far."""

    authority: str
    share: float
    used_nights: float = 0.0


@dataclass(frozen=True, slots=True)
class Region:
    """Everything a regional plan is made from. `at` is now, to the minute, for first refusal; None: start of `on`.

    `apart` are pairs of children who must not live together; `notes` say what of what was told could not be used.
    """

    on: date
    waiting: tuple[Waiting, ...]
    openings: tuple[Opening, ...]
    homes: tuple[PlanHome, ...]
    groups: tuple[SiblingRule, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    entitlements: tuple[Entitlement, ...] = ()
    at: datetime | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placing:
    """One child in one home from one day. `opening` numbers the region's openings; -1: stays; -2: a mover's place.

    `freed_by` is the child whose planned move frees the place. The parts add up to the worth.
    """

    child_ref: str
    authority: str
    home_ref: str
    starts_on: date
    wanted_on: date
    opening: int
    parts: Parts
    kept_for: str = ""
    freed_by: str = ""
    asks: tuple[str, ...] = ()

    @property
    def worth(self) -> float:
        """All the points."""
        return sum(points for _, points in self.parts)


@dataclass(frozen=True, slots=True)
class OptionLabel:
    """What one option of the instance means. `kind` is 'alone', 'together', 'near' or 'stays'."""

    unit: int
    kind: str
    placings: tuple[Placing, ...]


@dataclass(frozen=True, slots=True)
class BedLabel:
    """What one row of places of the instance means.

    `kind` is 'places' (an opening), 'moved' (a mover's place), or 'limit' (staff, referrals, fostering, overlap).
    """

    home_ref: str
    kind: str
    words: str
    kept_for: str = ""


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One child in the plan. `kind` as in OptionLabel; `with_children` are the other children of the plan there."""

    child_ref: str
    authority: str
    kind: str
    home_ref: str
    home_authority: str
    starts_on: date
    days_later: int
    worth: float
    parts: Parts
    group: str = ""
    moves_from: str = ""
    freed_by: str = ""
    kept_for: str = ""
    with_children: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A child without a place in the plan, and why in one sentence."""

    child_ref: str
    authority: str
    why: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A regional plan to work through: `status` 'optimal' (proven) or 'time_limit', with its `gap` as a share.

    `notes` say what was left out in posing it, such as splits of a sibling group beyond the cap.
    """

    status: str
    worth: float
    bound: float
    gap: float
    lines: tuple[PlanLine, ...]
    unplaced: tuple[Unplaced, ...]
    notes: tuple[str, ...] = ()
    policy_version: str = ""
