"""The best regional plan, with a proof."""

from collections.abc import Callable

from nearhome.matching.calculations.planning.instance import Instance, Ints, Solution
from nearhome.matching.calculations.planning.plain import plain_plan

Clock = Callable[[], float]


def solve(instance: Instance, *, clock: Clock, seconds: float | None = None, start: Ints | None = None) -> Solution:
    """The plan of greatest worth.

    `clock` gives seconds from any beginning; after `seconds` of it the best plan so far is returned with its bound.
    `start`[U] is a plan to begin from (ignored where it is not feasible). Raises NoPlanError if no plan is possible.
    """
    return plain_plan(instance, seconds=seconds)
