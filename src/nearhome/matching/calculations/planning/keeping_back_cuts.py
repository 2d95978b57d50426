"""Many children today and many later: today's plan at the prices of the beds, near the best and with a limit that holds.

Each choice tried gives, for every trajectory, a straight line above its later worth. Today's programme with these lines
(options taken in part) gives the next choice, until nothing changes; it ends with a price for every bed. The plan at
these prices is found by the ordinary solver, whose own proof then limits what any plan can be worth.
"""

import numpy as np

from nearhome.matching.calculations.planning.instance import Floats, Ints, Solution
from nearhome.matching.calculations.planning.keeping_back_stages import Stages
from nearhome.matching.calculations.planning.keeping_back_today import Today
from nearhome.matching.calculations.planning.solving import Clock, solve

CLOSE = 1e-7  # of the whole worth: closer than this, a bound is reached
NEAR_IN_PARTS = 1e-4  # the same while options may be taken in part
PARTED_TRIES = 200


def planned_by_cuts(stages: Stages, *, start: Ints | None, clock: Clock, ends: float | None) -> Solution:
    """A plan near the greatest worth today and later, with what no plan can exceed.

    Raises NoPlanError where no plan keeps every rule.
    """
    search = _Search(stages, clock, ends)
    search.in_parts()
    if start is not None:
        search.consider(start)
    if not search.is_done:
        search.at_prices()
    return search.solution()


class _Search:
    """The best plan so far, the limit so far, and the ways of bringing them together."""

    def __init__(self, stages: Stages, clock: Clock, ends: float | None) -> None:
        self._stages, self._clock, self._ends = stages, clock, ends
        self._today = Today(stages)
        self._best: Ints | None = None
        self._worth, self._bound = -np.inf, np.inf
        self._today.add_limits(stages.later.placed_in(stages.places))

    @property
    def is_done(self) -> bool:
        """Is the plan proven, or the time over?"""
        return self._bound - self._worth <= self._close() or self._time_left() == 0.0

    def solution(self) -> Solution:
        """The plan found, with its limit."""
        if self._best is None:
            plain = solve(self._stages.instance, clock=self._clock, seconds=self._time_left())
            self.consider(plain.chosen)
        assert self._best is not None
        proven = self._bound - self._worth <= self._close()
        bound = self._worth if proven else self._bound
        nothing = np.zeros(len(self._stages.places))
        return Solution(self._best, self._worth, bound, "optimal" if proven else "time_limit", nothing)

    def consider(self, chosen: Ints) -> None:
        """Work out what this plan is worth with the later children, and learn its limits."""
        later = self._stages.later.placed_in(self._stages.left_after(chosen))
        worth = self._stages.inclined_worth(chosen) + float(later.value.mean())
        if worth > self._worth:
            self._best, self._worth = chosen, worth
        self._today.add_limits(later)

    def in_parts(self) -> None:
        """Options may be taken in part: limits are added where they bite, until they bite no more."""
        stages = self._stages
        for _ in range(PARTED_TRIES):
            columns, bound, finished = self._today.solved(self._time_left())
            if not finished:
                return
            self._bound = min(self._bound, bound)
            later = stages.later.placed_in(np.maximum(stages.places - stages.taken_in_part(columns), 0.0))
            reached = float(stages.worth @ columns + later.value.mean())
            if bound - reached <= NEAR_IN_PARTS * max(1.0, abs(reached)):
                break
            self._today.add_limits(later)
        if np.all((columns < CLOSE) | (columns > 1 - CLOSE)):
            self.consider(self._chosen(columns))

    def at_prices(self) -> None:
        """Today's plan when each option pays the price of its beds: a plan, and a limit that holds."""
        prices, besides = self._today.prices()
        priced = self._stages.instance.with_worth(self._stages.worth - self._stages.priced(prices))
        plan = solve(priced, clock=self._clock, seconds=self._time_left())
        self._bound = min(self._bound, plan.bound + besides)
        self.consider(plan.chosen)

    def _chosen(self, columns: Floats) -> Ints:
        chosen = np.full(len(self._stages.instance.units), -1, dtype=np.int32)
        taken = np.flatnonzero(columns > 0.5)
        chosen[self._stages.instance.unit_of[taken]] = taken
        return chosen

    def _close(self) -> float:
        return CLOSE * max(1.0, abs(self._worth)) if self._best is not None else 0.0

    def _time_left(self) -> float | None:
        return None if self._ends is None else max(self._ends - self._clock(), 0.0)
