"""What one more place of a kind would be worth to everybody: exactly, beside the price in the linear relaxation."""

from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

import numpy as np

from nearhome.matching.calculations.planning.forced import Bounds, Relaxation, solved_within
from nearhome.matching.calculations.planning.instance import Flags, Floats, Instance, Solution
from nearhome.matching.calculations.planning.solving import Clock


@dataclass(frozen=True, slots=True)
class AnotherPlace:
    """One more place of a kind of bed: `worth` by which the best plan grows, `price` in the relaxation.

    `users` are the units that newly come to live on this kind of bed in that plan; the place may also help others, by
    what these leave free. `proven` False: time ran out, the worth is at least this.
    """

    bed: int
    home: int
    worth: float
    price: float
    users: tuple[int, ...]
    proven: bool


@dataclass(frozen=True, slots=True)
class DearestPlaces:
    """The kinds of bed where another place is worth most, dearest first; `proven`: no other can be dearer."""

    places: tuple[AnotherPlace, ...]
    proven: bool


def with_places(instance: Instance, bed: int, count: int) -> Instance:
    """The instance with so many places more of a kind; a child who needs to be alone there takes the new ones too.

    A use that takes more places than it has children takes all there are.
    """
    capacity = instance.capacity.copy()
    capacity[bed] += count
    takes = np.where(_alone(instance) & (instance.use_bed == bed), capacity[bed], instance.use_takes)
    return replace(instance, capacity=capacity, use_takes=takes.astype(np.int32))


def _alone(instance: Instance) -> Flags:
    return np.asarray(instance.use_takes > np.bitwise_count(instance.use_members))


def worth_of_another_place(instance: Instance, solution: Solution, bed: int, *, clock: Clock) -> float:
    """By how much the best plan grows with one more place of this kind, exactly (solved again)."""
    relaxation = Relaxation(instance, solution.prices)
    bounds = relaxation.with_place(bed, with_places(instance, bed, 1))
    return _another(instance, solution, relaxation, bed, bounds, Until(clock, None)).worth


def dearest_places(
    instance: Instance, solution: Solution, *, clock: Clock, count: int = 10, seconds: float | None = None
) -> DearestPlaces:
    """The kinds of bed where one more place is worth most, each worked out exactly.

    Kinds wait in order of the most a place can be worth: by the price, then by the relaxation with the place, then
    exactly; the first that is exact is the dearest of those left. After `seconds` of `clock`, or when five times as
    many as asked for have been worked out exactly, the dearest of these are given and `proven` says no.
    """
    until, relaxation = (
        Until(clock, None if seconds is None else clock() + seconds),
        Relaxation(instance, solution.prices),
    )
    above = relaxation.bounds.value - solution.worth
    most = np.maximum(relaxation.bounds.prices, 0.0) + _newly_possible(instance, relaxation.bounds) + above
    waiting = [(-float(worth), 2, bed) for bed, worth in enumerate(most)]
    heapify(waiting)
    relaxed: dict[int, Bounds] = {}
    exact: dict[int, AnotherPlace] = {}
    found: list[AnotherPlace] = []
    while waiting and len(found) < count:
        _, level, bed = heappop(waiting)
        if level == 0:
            found.append(exact[bed])
        elif until.room() == 0.0 or len(exact) >= 5 * count:
            rest = sorted(exact.values(), key=lambda place: (-place.worth, -place.price, place.bed))
            return DearestPlaces(tuple(rest[:count]), False)
        elif level == 2:
            relaxed[bed] = relaxation.with_place(bed, with_places(instance, bed, 1))
            heappush(waiting, (solution.worth - relaxed[bed].value, 1, bed))
        else:
            exact[bed] = _another(instance, solution, relaxation, bed, relaxed.pop(bed), until)
            heappush(waiting, (-exact[bed].worth, 0, bed))
    return DearestPlaces(tuple(found), all(place.proven for place in found))


@dataclass(frozen=True, slots=True)
class Until:
    """A clock and the moment on it when time is over (None: never)."""

    clock: Clock
    moment: float | None

    def room(self) -> float | None:
        """Seconds left."""
        return None if self.moment is None else max(0.0, self.moment - self.clock())


def _newly_possible(instance: Instance, bounds: Bounds) -> Floats:
    """The most an option can add that lacks but one place of one kind. Shape [B].

    It would take all the places there are, so at most one such option of a kind is in a plan.
    """
    option, most = instance.option_of_use(), np.zeros(len(instance.capacity))
    over = instance.use_takes > instance.capacity[instance.use_bed]
    once = np.bincount(option[over], minlength=len(instance.worth))[option] == 1
    np.maximum.at(most, instance.use_bed[over & once], bounds.reduced[option[over & once]])
    return most


def _another(
    instance: Instance, solution: Solution, relaxation: Relaxation, bed: int, bounds: Bounds, until: Until
) -> AnotherPlace:
    gap = max(0.0, relaxation.bounds.value - solution.worth)
    larger = with_places(instance, bed, 1)
    plan = solved_within(larger, bounds, solution.chosen, clock=until.clock, room=until.room, margin=1.5 * gap)
    on_bed = instance.option_of_use()[instance.use_bed == bed]
    after, before = np.isin(plan.chosen, on_bed), np.isin(solution.chosen, on_bed)
    users = tuple(int(unit) for unit in np.flatnonzero(after & ~before))
    worth, price = max(0.0, plan.worth - solution.worth), max(0.0, float(relaxation.bounds.prices[bed]))
    return AnotherPlace(bed, int(instance.home_of_bed[bed]), worth, price, users, plan.status == "optimal")
