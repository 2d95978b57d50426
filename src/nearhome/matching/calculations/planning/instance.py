"""One regional plan as arrays: who is to be placed, which beds there are, and every option with its worth.

A unit is what is placed whole: a child alone, or brothers and sisters who go together. An option places a unit in one
way: it takes beds, in one home or (for a group that may live near each other) in several. Beds of one home that not
everybody may use (nominated, opening later) are kinds of bed of their own at the same home.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Floors:
    """Sums that must not be undershot: for each f, the amounts of the chosen options of f add up to `at_least[f]`.

    `floor`, `option` and `amount` have one entry per amount that counts. Used for the promise to each authority.
    """

    names: tuple[str, ...]
    at_least: Floats
    floor: Ints
    option: Ints
    amount: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """U units, B kinds of bed at H homes, N options.

    Shapes: `members` U tuples of child references; `authority_of`[U] indexes `authorities` (-1: several);
    `must_place`[U] says the unit needs one of its options; `home_of_bed`[B] and `capacity`[B]; `unit_of`[N] and
    `worth`[N], any finite number, higher is better. Option n uses beds `use_bed[use_starts[n]:use_starts[n+1]]`; of
    each, `use_takes` places (a child who needs to be alone takes them all), for the members whose bits are set in
    `use_members` (bit 0 is the first). `apart`[P, 4] holds (unit, member, unit, member): two children who may not live
    in one home. Options of one unit are next to each other: `unit_of` never falls.
    """

    units: tuple[str, ...]
    members: tuple[tuple[str, ...], ...]
    authorities: tuple[str, ...]
    authority_of: Ints
    must_place: Flags
    homes: tuple[str, ...]
    home_of_bed: Ints
    capacity: Ints
    unit_of: Ints
    worth: Floats
    use_starts: Ints
    use_bed: Ints
    use_members: NDArray[np.uint64]
    use_takes: Ints
    apart: Ints
    floors: Floors | None = None

    def options_of(self, unit: int) -> range:
        """The option numbers of one unit."""
        first, last = np.searchsorted(self.unit_of, np.array([unit, unit + 1], dtype=np.int32))
        return range(int(first), int(last))

    def option_of_use(self) -> Ints:
        """For every use, the option it belongs to. Shape [uses]."""
        return np.repeat(np.arange(len(self.worth), dtype=np.int32), np.diff(self.use_starts))

    def homes_of(self, option: int) -> tuple[int, ...]:
        """The homes an option places its unit in."""
        return tuple(
            int(self.home_of_bed[bed]) for bed in self.use_bed[self.use_starts[option] : self.use_starts[option + 1]]
        )

    def with_worth(self, worth: Floats) -> "Instance":
        """The same options with other worths. Shape [N]."""
        return replace(self, worth=worth)

    def keeping(self, keep: Flags) -> tuple["Instance", Ints]:
        """Only the options marked (shape [N]), and for each of them its number in this instance."""
        kept = np.flatnonzero(keep).astype(np.int32)
        uses = np.repeat(keep, np.diff(self.use_starts))
        starts = np.concatenate([[0], np.cumsum(np.diff(self.use_starts)[kept])]).astype(np.int32)
        smaller = replace(
            self,
            unit_of=self.unit_of[kept],
            worth=self.worth[kept],
            use_starts=starts,
            use_bed=self.use_bed[uses],
            use_members=self.use_members[uses],
            use_takes=self.use_takes[uses],
            floors=_kept_floors(self.floors, keep),
        )
        return smaller, kept

    def forcing(self, option: int) -> "tuple[Instance, Ints]":
        """The instance in which this option is chosen: the unit's others are gone and it must be placed."""
        keep = (self.unit_of != self.unit_of[option]) | (np.arange(len(self.worth)) == option)
        must = self.must_place.copy()
        must[self.unit_of[option]] = True
        smaller, kept = self.keeping(keep)
        return replace(smaller, must_place=must), kept


def _kept_floors(floors: Floors | None, keep: Flags) -> Floors | None:
    if floors is None:
        return None
    stays, number = keep[floors.option], np.cumsum(keep, dtype=np.int32) - 1
    return replace(
        floors,
        floor=floors.floor[stays],
        option=number[floors.option[stays]].astype(np.int32),
        amount=floors.amount[stays],
    )


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A plan: `chosen`[U] is the option of each unit, -1 for none.

    `worth` is what the chosen options add up to, `bound` what no plan can exceed; `status` is 'optimal' when they are
    equal, else 'time_limit'. `prices`[B] are the worth of one more bed of each kind in the linear relaxation.
    """

    chosen: Ints
    worth: float
    bound: float
    status: str
    prices: Floats

    @property
    def gap(self) -> float:
        """How far the bound lies above the plan, as a share of the plan's worth; 0 when it is proven."""
        return (
            0.0
            if self.status == "optimal" or self.bound <= self.worth
            else (self.bound - self.worth) / max(abs(self.worth), 1e-9)
        )


class NoPlanError(ValueError):
    """No plan keeps what must be kept: a unit that must be placed cannot be, or a floor cannot be reached."""
