"""Every number the made-up region rests on. None is measured in England: they are ours, and to be changed and tried."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Final

import numpy as np

DAYS_A_YEAR: Final = 365.25
SKILLS: Final = 6
NOBODY: Final = -1


class Kind(IntEnum):
    """What kind of home it is."""

    FOSTER = 0
    RESIDENTIAL = 1
    SUPPORTED = 2


class Contract(IntEnum):
    """How a home's places are bought. The empty nights of own and block places are paid, the others' are not."""

    OWN = 0
    BLOCK = 1
    FRAMEWORK = 2
    SPOT = 3


class Purpose(IntEnum):
    """One stream of random numbers for each purpose, so that a change in one leaves the others in step."""

    HOMES = 0
    ARRIVALS = 1
    CHILDREN = 2
    STAYS = 3
    ENDINGS = 4
    START = 5
    CALIBRATION = 6
    FUTURES = 7


def stream(seed: int, purpose: Purpose) -> np.random.Generator:
    """The random numbers of one purpose: the same for the same seed, whatever other purposes draw."""
    return np.random.default_rng([seed, int(purpose)])


@dataclass(frozen=True, slots=True)
class WorthOf:
    """Points for a place: the same for every policy. A place at all comes first, needs and nearness next, money last."""

    placed: float = 3000.0
    placed_in_emergency: float = 4500.0
    waited_a_day: float = 10.0
    needs_met: float = 400.0
    near: float = 300.0  # all of it up to `near_miles`, none from `far_miles`
    near_miles: float = 5.0
    far_miles: float = 40.0
    in_area: float = 60.0
    preferred_kind: float = 150.0
    sibling_together: float = 200.0
    money: float = 150.0  # lost for every `money_weekly_pence` that the place adds to what is paid anyway
    money_weekly_pence: float = 800_000.0


@dataclass(frozen=True, slots=True)
class Breakdowns:
    """How soon placements break down: so many a year, times e to the sum of these.

    The directions (unmet need, distance, separated siblings, adolescence) are those found in studies; the sizes are
    our own assumption. The rate does not change with time in the placement, so that it forgets how long it lasted.
    """

    a_year: float = 0.16
    need_unmet: float = 1.0  # for all of the needs unmet; in proportion
    ten_miles: float = 0.10
    most_miles: float = 60.0
    separated: float = 0.35
    year_above_ten: float = 0.06  # of age, and below ten the same downwards
    not_preferred_kind: float = 0.30


@dataclass(frozen=True, slots=True)
class RegionSettings:
    """The size of the region, and the rules that hold under every policy.

    `centres` are kilometres east and north of the middle of each authority; `sizes` its share of the children.
    """

    centres: tuple[tuple[float, float], ...] = (
        (0.0, 0.0), (38.0, 12.0), (74.0, 6.0), (22.0, 46.0), (60.0, 48.0), (-34.0, 22.0),
    )  # fmt: skip
    sizes: tuple[float, ...] = (0.28, 0.20, 0.08, 0.16, 0.10, 0.18)
    homes: int = 440
    spot_homes: int = 400
    children: int = 1500
    warm_up_days: int = 182
    days: int = 730
    release_after_days: int = 14
    waiting_weekly_pence: int = 800_000
    least_needs_met: float = 0.5
    most_miles: float = 80.0
    patience_days: int = 3
    worth: WorthOf = field(default_factory=WorthOf)
    breakdowns: Breakdowns = field(default_factory=Breakdowns)

    @property
    def last_day(self) -> int:
        """The first day that is not played."""
        return self.warm_up_days + self.days
