"""Ways of placing the children who wait: who sees which places, and who chooses for whom."""

from dataclasses import replace
from typing import Final

import numpy as np

from nearhome.matching.calculations.planning.instance import Flags, Floats, Floors, Instance, Ints
from nearhome.matching.calculations.planning.solving import Clock, solve
from nearhome.matching.calculations.playing.assumptions import NOBODY
from nearhome.matching.calculations.playing.day import Day, Placements, Policy
from nearhome.matching.calculations.playing.worth import NOT_POSSIBLE

_LEAST: Final = 1e-6


def sequential_officers(day: Day) -> Placements:
    """Each child in order of referral gets the best place their officer sees.

    An officer sees their own authority's places, framework and spot places, and partners' places that have been free
    so long that they were released.
    """
    return _one_by_one(day, _sees(day) | day.is_released[None, :])


def one_by_one_over_all(day: Day) -> Placements:
    """Each child in order of referral gets the best place of all in the region: everything is seen, nothing planned."""
    return _one_by_one(day, np.ones(day.worth.shape, dtype=bool))


def each_alone(clock: Clock) -> Policy:
    """Each authority has the best plan it can make over its own, framework and spot places; who is first changes daily."""

    def place(day: Day) -> Placements:
        free, placed, sees = day.free.copy(), [], _sees(day)
        present = np.unique(day.authorities)
        for authority in np.roll(present, -(day.number % len(present))).tolist():
            units = np.flatnonzero(day.authorities == authority).astype(np.int32)
            for number, home in best_plan(_part(day, units, sees[units], free), clock):
                placed.append((int(units[number]), home))
                free[home] -= day.sizes[units[number]]
        return placed

    return place


def regional_plan(clock: Clock) -> Policy:
    """One plan a day for everybody over every place, of the greatest total worth."""

    def place(day: Day) -> Placements:
        return best_plan(day, clock)

    return place


def regional_plan_with_promise(clock: Clock) -> Policy:
    """The regional plan, in which each authority's children get at least what its own places alone could give them."""

    def place(day: Day) -> Placements:
        plan = best_plan(day, clock)
        alone = {int(one): _alone(day, int(one), clock) for one in np.unique(day.authorities)}
        if all(_worth_to(day, plan, one) >= least - _LEAST for one, least in alone.items()):
            return plan  # the best of all plans keeps the promise, so it is the best of those that do
        return best_plan(day, clock, promised=alone)

    return place


def best_plan(day: Day, clock: Clock, promised: dict[int, float] | None = None) -> Placements:
    """The plan of greatest worth over the places of a day, exactly. `promised` is the least worth by authority.

    Only the homes that could matter are looked at: other children can block one home each at most, so of a unit's
    homes, best first, one more than there are other children is enough; a plan with a lower one can be improved.
    """
    first = day.worth.argmax(axis=1)
    possible = np.flatnonzero(day.worth[np.arange(len(first)), first] > NOT_POSSIBLE)
    wanted = np.bincount(first[possible], weights=day.sizes[possible], minlength=len(day.free))
    if promised is None and (wanted <= day.free).all():
        return [(int(unit), int(first[unit])) for unit in possible]
    instance = _instance(day, promised)
    if not len(instance.worth):
        return []
    solution = solve(instance, clock=clock)
    chosen = solution.chosen[solution.chosen >= 0]
    return [(int(instance.unit_of[one]), int(instance.use_bed[one])) for one in chosen]


def _sees(day: Day) -> Flags:
    sees: Flags = (day.owner[None, :] == NOBODY) | (day.owner[None, :] == day.authorities[:, None])
    return sees


def _one_by_one(day: Day, sees: Flags) -> Placements:
    free, placed = day.free.copy(), []
    for unit, size in enumerate(day.sizes.tolist()):
        points = np.where(sees[unit] & (free >= size), day.worth[unit], NOT_POSSIBLE)
        home = int(points.argmax())
        if points[home] > NOT_POSSIBLE:
            placed.append((unit, home))
            free[home] -= size
    return placed


def _part(day: Day, units: Ints, sees: Flags, free: Ints) -> Day:
    """The day as one authority sees it, with what is left of the places."""
    sizes = day.sizes[units]
    worth = np.where(sees & (free[None, :] >= sizes[:, None]), day.worth[units], NOT_POSSIBLE)
    return replace(day, sizes=sizes, authorities=day.authorities[units], worth=worth, free=free)


def _alone(day: Day, authority: int, clock: Clock) -> float:
    """The most an authority's waiting children could get together in its own places alone."""
    units = np.flatnonzero(day.authorities == authority).astype(np.int32)
    own = np.broadcast_to(day.owner == authority, (len(units), len(day.owner)))
    part = _part(day, units, own, day.free)
    return _worth_to(part, best_plan(part, clock), authority)


def _worth_to(day: Day, plan: Placements, authority: int) -> float:
    return sum(float(day.worth[unit, home]) for unit, home in plan if day.authorities[unit] == authority)


def _instance(day: Day, promised: dict[int, float] | None) -> Instance:
    unit, home = _options(day)
    number = len(unit)
    sizes = day.sizes[unit]
    worth: Floats = day.worth[unit, home].astype(np.float64)
    names = tuple(str(one) for one in range(len(day.sizes)))
    return Instance(
        units=names,
        members=tuple(
            tuple(f"{name}.{one}" for one in range(size)) for name, size in zip(names, day.sizes.tolist(), strict=True)
        ),
        authorities=tuple(str(one) for one in range(int(day.authorities.max()) + 1)),
        authority_of=day.authorities.astype(np.int32),
        must_place=np.zeros(len(names), dtype=bool),
        homes=tuple(str(one) for one in range(len(day.free))),
        home_of_bed=np.arange(len(day.free), dtype=np.int32),
        capacity=day.free.astype(np.int32),
        unit_of=unit,
        worth=worth,
        use_starts=np.arange(number + 1, dtype=np.int32),
        use_bed=home,
        use_members=(np.uint64(1) << sizes.astype(np.uint64)) - np.uint64(1),
        use_takes=sizes.astype(np.int32),
        apart=np.zeros((0, 4), dtype=np.int32),
        floors=_floors(day, promised, unit, worth) if promised else None,
    )


def _options(day: Day) -> tuple[Ints, Ints]:
    most = min(int(day.sizes.sum()) + 1, day.worth.shape[1])
    best = np.argpartition(-day.worth, most - 1, axis=1)[:, :most]
    worth = np.take_along_axis(day.worth, best, axis=1)
    unit, at = np.nonzero(worth > NOT_POSSIBLE)
    return unit.astype(np.int32), best[unit, at].astype(np.int32)


def _floors(day: Day, promised: dict[int, float], unit: Ints, worth: Floats) -> Floors:
    owed = sorted(promised)
    floor = np.searchsorted(owed, day.authorities[unit]).astype(np.int32)
    least = np.array([promised[one] - _LEAST for one in owed])
    return Floors(tuple(str(one) for one in owed), least, floor, np.arange(len(unit), dtype=np.int32), worth)
