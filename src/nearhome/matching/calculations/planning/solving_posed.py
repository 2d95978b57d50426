"""What the solver works out once about an instance: which options can be used at all, and who may not live with whom."""

from dataclasses import dataclass

import numpy as np

from nearhome.matching.calculations.planning.instance import Flags, Floats, Instance, Ints

ROOM_BITS = 32  # for each kind of bed of one home, packed into one whole number
TOLERANCE = 1e-9

Pairs = dict[tuple[int, int], list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Guest:
    """One option as one home sees it: its unit, who comes (bits), and the places it takes, packed by kind of bed."""

    option: int
    unit: int
    members: int
    takes: int


@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """An instance made ready. `usable`[N]; `single`: every option takes one kind of bed; `place_of_bed` within a home."""

    instance: Instance
    option_of_use: Ints
    usable: Flags
    single: bool
    room: tuple[int, ...]
    guard: tuple[int, ...]
    shift_of_bed: Ints
    pairs: Pairs
    step: float

    def guests(self, option: int) -> list[tuple[int, Guest]]:
        """The homes an option goes to, and how each sees it."""
        at = self.instance
        seen: dict[int, tuple[int, int]] = {}
        for use in range(int(at.use_starts[option]), int(at.use_starts[option + 1])):
            bed = int(at.use_bed[use])
            home = int(at.home_of_bed[bed])
            members, takes = seen.get(home, (0, 0))
            more = int(at.use_takes[use]) << int(self.shift_of_bed[bed])
            seen[home] = (members | int(at.use_members[use]), takes + more)
        unit = int(at.unit_of[option])
        return [(home, Guest(option, unit, members, takes)) for home, (members, takes) in seen.items()]

    def clash(self, one: Guest, other: Guest) -> bool:
        """May these two not both live in the home that sees them?"""
        if one.unit == other.unit:
            return True
        if one.unit > other.unit:
            one, other = other, one
        pairs = self.pairs.get((one.unit, other.unit), ())
        return any(one.members >> mine & 1 and other.members >> theirs & 1 for mine, theirs in pairs)

    def costs(self, prices: Floats) -> Floats:
        """What the beds of each option cost at these prices. Shape [N]."""
        at = self.instance
        each: Floats = prices[at.use_bed] * at.use_takes
        if self.single:
            return each
        summed: Floats = np.bincount(self.option_of_use, weights=each, minlength=len(at.worth)).astype(np.float64)
        return summed


def posed(instance: Instance) -> Posed:
    """The instance made ready to solve."""
    option = instance.option_of_use()
    shift, room, guard = _rooms(instance)
    single = len(instance.use_bed) == len(instance.worth) and bool((np.diff(instance.use_starts) == 1).all())
    whole = bool((instance.worth == np.round(instance.worth)).all())
    inner = instance.apart[:, 0] == instance.apart[:, 2]
    pairs = _pairs(instance.apart[~inner])
    draft = Posed(instance, option, np.ones(len(option), bool), single, room, guard, shift, pairs, float(whole))
    usable = _fits(draft) & _kept_apart(draft, instance.apart[inner])
    return Posed(instance, option, usable, single, room, guard, shift, pairs, float(whole))


def _rooms(instance: Instance) -> tuple[Ints, tuple[int, ...], tuple[int, ...]]:
    """Every home's places packed into one number, 32 bits a kind of bed, with a guard bit above each."""
    shift = np.zeros(len(instance.capacity), dtype=np.int32)
    kinds, room, guard = ([0] * len(instance.homes) for _ in range(3))
    for bed, (home, places) in enumerate(zip(instance.home_of_bed.tolist(), instance.capacity.tolist(), strict=True)):
        shift[bed] = kinds[home] * ROOM_BITS
        mark = 1 << (kinds[home] + 1) * ROOM_BITS - 1
        room[home] |= (int(places) << int(shift[bed])) | mark
        guard[home] |= mark
        kinds[home] += 1
    return shift, tuple(room), tuple(guard)


def _pairs(apart: Ints) -> Pairs:
    found: Pairs = {}
    for unit, member, other, their in apart.tolist():
        if unit < other:
            found.setdefault((unit, other), []).append((member, their))
        else:
            found.setdefault((other, unit), []).append((their, member))
    return found


def _fits(draft: Posed) -> Flags:
    """Is there room for each option when nobody else comes?"""
    at = draft.instance
    good = np.ones(len(at.worth), dtype=bool)
    good[draft.option_of_use[at.use_takes > at.capacity[at.use_bed]]] = False
    if not draft.single:
        key = draft.option_of_use.astype(np.int64) * len(at.capacity) + at.use_bed
        several, inverse = np.unique(key, return_inverse=True)
        takes = np.bincount(inverse, weights=at.use_takes, minlength=len(several))
        option, bed = several // len(at.capacity), several % len(at.capacity)
        good[option[takes > at.capacity[bed]]] = False
    return good


def _kept_apart(draft: Posed, inner: Ints) -> Flags:
    """Does each option keep apart those of its own unit who must be?"""
    at = draft.instance
    good = np.ones(len(at.worth), dtype=bool)
    for unit, member, _, their in inner.tolist():
        for option in at.options_of(unit):
            for _, guest in draft.guests(option):
                if guest.members >> member & 1 and guest.members >> their & 1:
                    good[option] = False
    return good


def keeps_rules(ready: Posed, chosen: Ints) -> bool:
    """Does a plan keep every rule: units, beds, pairs apart, units that must be placed, floors?"""
    at = ready.instance
    placed = np.flatnonzero(chosen >= 0)
    options = chosen[placed]
    if len(chosen) != len(at.units) or (chosen >= len(at.worth)).any() or (at.must_place & (chosen < 0)).any():
        return False
    if (at.unit_of[options] != placed).any() or not ready.usable[options].all():
        return False
    taken = np.zeros(len(at.worth), dtype=bool)
    taken[options] = True
    uses = taken[ready.option_of_use]
    used = np.bincount(at.use_bed[uses], weights=at.use_takes[uses], minlength=len(at.capacity))
    return bool((used <= at.capacity).all()) and not clashes(ready, options) and reaches_floors(at, taken)


def clashes(ready: Posed, options: Ints) -> bool:
    """Do any two of these options bring together two who must live apart?"""
    at: dict[int, list[Guest]] = {}
    concerned = {unit for pair in ready.pairs for unit in pair}
    for option in options.tolist():
        if int(ready.instance.unit_of[option]) in concerned:
            for home, guest in ready.guests(option):
                if any(ready.clash(guest, other) for other in at.get(home, ())):
                    return True
                at.setdefault(home, []).append(guest)
    return False


def reaches_floors(instance: Instance, taken: Flags) -> bool:
    """Are the floors reached, to one part in a thousand million?"""
    floors = instance.floors
    if floors is None or not len(floors.at_least):
        return True
    counts = taken[floors.option]
    total = np.bincount(floors.floor[counts], weights=floors.amount[counts], minlength=len(floors.at_least))
    return bool((total >= floors.at_least - TOLERANCE * np.maximum(1.0, np.abs(floors.at_least))).all())
