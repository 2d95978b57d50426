"""Plans made quickly: one unit after another takes the first of its options that can still be had."""

from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from nearhome.matching.calculations.planning.instance import Floats, Ints
from nearhome.matching.calculations.planning.solving_posed import Guest, Posed


class Filling:
    """Homes that fill up."""

    def __init__(self, ready: Posed) -> None:
        """Nobody is placed."""
        self.ready = ready
        self.chosen: Ints = np.full(len(ready.instance.units), -1, dtype=np.int32)
        self.room = dict(enumerate(ready.room))
        self.there: dict[int, list[Guest]] = {}
        self.concerned = {unit for pair in ready.pairs for unit in pair}

    def take(self, option: int) -> bool:
        """Place a unit by this option, if it can be."""
        guests = self.ready.guests(option)
        for home, guest in guests:
            guard = self.ready.guard[home]
            if (self.room[home] - guest.takes) & guard != guard:
                return False
            if guest.unit in self.concerned and any(self.ready.clash(guest, one) for one in self.there.get(home, ())):
                return False
        for home, guest in guests:
            self.room[home] -= guest.takes
            self.there.setdefault(home, []).append(guest)
        self.chosen[guests[0][1].unit if guests else self.ready.instance.unit_of[option]] = option
        return True


def greedy_plan(ready: Posed, losses: Floats, first: Iterable[int] = ()) -> Ints:
    """A plan: the options of `first` in their order, then each other unit's option of least loss that can be had.

    Units that must be placed go first, then those whose best option is worth most. Shape [U].
    """
    at, filling = ready.instance, Filling(ready)
    for option in first:
        if filling.chosen[at.unit_of[option]] < 0:
            filling.take(option)
    ends = np.searchsorted(at.unit_of, np.arange(len(at.units) + 1))
    worth = np.where(ready.usable, at.worth, -np.inf)
    best = np.array([worth[a:b].max(initial=-np.inf) for a, b in pairwise(ends)])
    for unit in np.lexsort((np.arange(len(best)), -best, ~at.must_place)).tolist():
        if filling.chosen[unit] < 0 and best[unit] > -np.inf:
            _place(filling, unit, slice(int(ends[unit]), int(ends[unit + 1])), losses)
    return filling.chosen


def _place(filling: Filling, unit: int, options: slice, losses: Floats) -> None:
    at = filling.ready.instance
    good = filling.ready.usable[options] & ((at.worth[options] > 0) | at.must_place[unit])
    mine = np.flatnonzero(good) + options.start
    for option in mine[np.lexsort((-at.worth[mine], losses[mine]))].tolist():
        if filling.take(option):
            return
