"""The regional plan that keeps a bed back for a child who may come where another would do as well today."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from nearhome.matching.calculations.planning.bare import NO_CHILDREN, BareProblem, LaterArrivals
from nearhome.matching.calculations.planning.instance import Floats, Ints
from nearhome.matching.calculations.planning.keeping_back_later import LaterBeds
from nearhome.matching.calculations.planning.posing_bare import instance_of
from nearhome.matching.calculations.planning.solving import Clock
from nearhome.matching.calculations.playing.assumptions import DAYS_A_YEAR, Purpose, stream
from nearhome.matching.calculations.playing.children import later_children
from nearhome.matching.calculations.playing.day import Day, Placements, Policy
from nearhome.matching.calculations.playing.play import Region
from nearhome.matching.calculations.playing.policies import best_plan
from nearhome.matching.calculations.playing.worth import NOT_POSSIBLE, worth_of

_HORIZON, _TRAJECTORIES, _EVERY = 28, 3, 14
_HOMES_LOOKED_AT: Final = 30
_REFERRALS_AN_ARRIVAL: Final = 1.5  # two in three referrals are arrivals, the third follows a breakdown
_ENDINGS_A_YEAR: Final = 1.0  # of a placement: places that fall free within the horizon count in part
_PLACING_COMES_FIRST: Final = 100_000.0


def regional_plan_keeping_back(region: Region, clock: Clock) -> Policy:
    """The regional plan with a price on each home's places: what they would be worth to those who may come.

    Once a fortnight futures of four weeks are drawn from the law of arrivals (never from those who will come); each place
    is priced by linear programmes over them, and the price is taken off the worth of a place today. As many children
    are placed as without prices: a price chooses between places, it leaves nobody waiting.
    """
    draw = stream(region.seed, Purpose.FUTURES)
    known: dict[int, Floats] = {}

    def place(day: Day) -> Placements:
        period = day.number // _EVERY
        if period not in known:
            known.clear()
            known[period] = _prices(region, day, draw)
        each = day.sizes[:, None]
        return best_plan(replace(day, worth=day.worth + each * (_PLACING_COMES_FIRST - known[period])), clock)

    return place


def _prices(region: Region, day: Day, draw: np.random.Generator) -> Floats:
    """The mean worth of one more place in each home over the futures. Shape [H]."""
    places = region.homes.places
    left = day.free + (places - day.free) * _ENDINGS_A_YEAR * _HORIZON / DAYS_A_YEAR
    parts = [_options(region, draw) for _ in range(_TRAJECTORIES)]
    later = LaterArrivals(
        count=_TRAJECTORIES,
        trajectory=_joined(parts, lambda part, number: np.full(len(part[0]), number, dtype=np.int32)),
        unit=_joined(parts, lambda part, _: part[0]),
        home=_joined(parts, lambda part, _: part[1]),
        takes=_joined(parts, lambda part, _: np.ones(len(part[0]), dtype=np.int32)),
        value=np.concatenate([part[2] for part in parts]),
    )
    prices: Floats = LaterBeds(later, instance_of(_empty(places))).lowest_prices(left).mean(axis=0)
    return prices


def _joined(parts: list[tuple[Ints, Ints, Floats]], of: Callable[[tuple[Ints, Ints, Floats], int], Ints]) -> Ints:
    return np.concatenate([of(part, number) for number, part in enumerate(parts)])


def _options(region: Region, draw: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """One future: who may come, each as if alone, with the best homes for them: (child, home, worth)."""
    children = later_children(region.settings, _HORIZON, _REFERRALS_AN_ARRIVAL, draw)
    who = np.arange(len(children.group), dtype=np.int32)
    worth = worth_of(region.settings, children, region.homes, who, 0)
    looked_at = min(_HOMES_LOOKED_AT, worth.shape[1])
    best = np.argpartition(-worth, looked_at - 1, axis=1)[:, :looked_at]
    child, at = np.nonzero(np.take_along_axis(worth, best, axis=1) > NOT_POSSIBLE)
    home = best[child, at]
    return child.astype(np.int32), home.astype(np.int32), worth[child, home]


def _empty(places: Ints) -> BareProblem:
    none, nothing = np.zeros(0, dtype=np.int32), np.zeros(0)
    homes = tuple(str(one) for one in range(len(places)))
    owners = np.zeros(len(places), dtype=np.int32)
    return BareProblem((), ("all",), none, (), none, homes, owners, places, none, none, nothing, NO_CHILDREN)
