"""What a regional plan says, ready to show and to store: each child's place, who has the better one, what is missing."""

from dataclasses import dataclass

from nearhome.matching.calculations.region.records import Plan


@dataclass(frozen=True, slots=True)
class AuthorityShare:
    """What one authority's children get in the plan, and the most they could get in its own homes and area alone."""

    authority: str
    children: int
    placed: int
    worth: float
    alone: float


@dataclass(frozen=True, slots=True)
class ShiftTold:
    """A child or group who would live elsewhere, and what they gain by it (below 0: lose). Homes: empty for none."""

    children: tuple[str, ...]
    authority: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    gain: float


@dataclass(frozen=True, slots=True)
class AlternativeTold:
    """Another place for a child or group: what it is worth to them, and what the whole plan would lose by it."""

    homes: tuple[str, ...]
    starts_on: str
    worth: float
    regret: float
    is_exact: bool
    shifts: tuple[ShiftTold, ...]


@dataclass(frozen=True, slots=True)
class HolderTold:
    """Who is in the way at the best home: on a place it needs, or not to live with; `loss` where it was worked out."""

    children: tuple[str, ...]
    authority: str
    home_ref: str
    because: str
    loss: float | None


@dataclass(frozen=True, slots=True)
class WhyThisPlace:
    """For one child or group: the best home on its own, the plan's, the difference, who has it, what else there is."""

    children: tuple[str, ...]
    authority: str
    best_homes: tuple[str, ...]
    best_worth: float
    planned_homes: tuple[str, ...]
    planned_worth: float
    difference: float
    holders: tuple[HolderTold, ...]
    best: AlternativeTold | None
    alternatives: tuple[AlternativeTold, ...]
    is_proven: bool
    why_not_placed: str


@dataclass(frozen=True, slots=True)
class PlaceMissing:
    """One more place of this kind at this home would add so much to the plan, for these children."""

    home_ref: str
    words: str
    worth: float
    children: int


@dataclass(frozen=True, slots=True)
class BedKept:
    """What a bed that the plan leaves free is expected to be worth to children who come later, with its spread."""

    home_ref: str
    words: str
    worth: float
    spread: float


@dataclass(frozen=True, slots=True)
class MoveTold:
    """One planned move, in the order in which each finds its place free."""

    child_ref: str
    from_home: str
    to_home: str


@dataclass(frozen=True, slots=True)
class Advice:
    """A regional plan with its reasons. Points throughout are those of the plan policy; references are of children.

    `price_of_promise` is what the promise to each authority costs the whole, None where that is not proven;
    `expected_later` and `kept` are empty where nothing is known of who may come. `circles` are moves that only work
    at one moment.
    """

    plan: Plan
    by_authority: tuple[AuthorityShare, ...]
    price_of_promise: float | None
    why: tuple[WhyThisPlace, ...]
    missing: tuple[PlaceMissing, ...]
    moves: tuple[MoveTold, ...]
    circles: tuple[str, ...]
    kept: tuple[BedKept, ...] = ()
    expected_later: float = 0.0
    futures: int = 0
