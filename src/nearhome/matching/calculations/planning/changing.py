"""Changes to the facts of a plan, and the instance after them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np

from nearhome.matching.calculations.planning.another_place import with_places
from nearhome.matching.calculations.planning.instance import Flags, Floors, Instance, Ints


@dataclass(frozen=True, slots=True)
class FixPair:
    """The unit goes to this home (for a group that may live near each other: at least one of it)."""

    unit: str
    home: str


@dataclass(frozen=True, slots=True)
class ForbidPair:
    """Nobody of the unit goes to this home."""

    unit: str
    home: str


@dataclass(frozen=True, slots=True)
class AddHome:
    """A home more, with places and the units that could go there whole, each with its worth."""

    home: str
    places: int
    options: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class CloseHome:
    """The home takes nobody."""

    home: str


@dataclass(frozen=True, slots=True)
class AddReferral:
    """A unit more: its children, its authority (None: several) and its options.

    An option is a home, or the number of a kind of bed where a home has several, with its worth.
    """

    unit: str
    members: tuple[str, ...]
    authority: str | None
    options: tuple[tuple[str | int, float], ...]


@dataclass(frozen=True, slots=True)
class AddPlaces:
    """So many places more of a kind of bed (a home that has only one kind, or the kind's number); below 0: fewer."""

    bed: str | int
    count: int


Change = FixPair | ForbidPair | AddHome | CloseHome | AddReferral | AddPlaces


@dataclass(frozen=True, slots=True)
class NewOption:
    """A unit whole on one kind of bed."""

    unit: int
    bed: int
    worth: float


def changed_instance(instance: Instance, changes: Sequence[Change]) -> tuple[Instance, Ints]:
    """The instance after the changes, and for each option before its number after (-1: gone).

    Additions come first, then what is closed or forbidden, then what is fixed: the order given does not matter. Raises
    ValueError for a name not known or given twice, a worth that is no number, and a fixed pair that is no option.
    """
    after, number = instance, np.arange(len(instance.worth), dtype=np.int32)
    for kind in (AddHome, AddReferral, AddPlaces, CloseHome, ForbidPair, FixPair):
        for change in changes:
            if type(change) is kind:
                after, moved = _CHANGED[kind](after, change)
                number = np.where(number >= 0, np.append(moved, -1)[number], -1).astype(np.int32)
    _refuse_stranded(instance, after)
    return after, number


def _refuse_stranded(before: Instance, after: Instance) -> None:
    options = np.bincount(after.unit_of, minlength=len(after.units))
    for unit in np.flatnonzero(before.must_place & (options[: len(before.units)] == 0)):
        if before.options_of(int(unit)):
            raise ValueError(f"{before.units[unit]} must be placed and would have no home left. Take one change back.")


def _unit(instance: Instance, name: str) -> int:
    if name not in instance.units:
        raise ValueError(f"{name} is not a child or group of this plan.")
    return instance.units.index(name)


def _home(instance: Instance, name: str) -> int:
    if name not in instance.homes:
        raise ValueError(f"{name} is not a home of this plan.")
    return instance.homes.index(name)


def _bed(instance: Instance, bed: str | int) -> int:
    if isinstance(bed, int):
        if not 0 <= bed < len(instance.capacity):
            raise ValueError(f"There is no kind of bed with the number {bed}.")
        return bed
    kinds = np.flatnonzero(instance.home_of_bed == _home(instance, bed))
    if len(kinds) != 1:
        raise ValueError(f"{bed} has {len(kinds)} kinds of bed. Say which one by its number.")
    return int(kinds[0])


def _at_home(instance: Instance, home: int) -> Flags:
    """The options that place somebody in this home. Shape [N]."""
    flags = np.zeros(len(instance.worth), dtype=bool)
    flags[instance.option_of_use()[instance.home_of_bed[instance.use_bed] == home]] = True
    return flags


def _keeping(instance: Instance, keep: Flags) -> tuple[Instance, Ints]:
    smaller, kept = instance.keeping(keep)
    number = np.full(len(keep), -1, dtype=np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    return smaller, number


def _fixed(instance: Instance, change: FixPair) -> tuple[Instance, Ints]:
    unit, home = _unit(instance, change.unit), _home(instance, change.home)
    mine, here = instance.unit_of == unit, _at_home(instance, home)
    if not bool((mine & here).any()):
        raise ValueError(
            f"{change.unit} cannot be fixed at {change.home}: it is not an option, or another change rules it out."
        )
    smaller, number = _keeping(instance, ~mine | here)
    must = instance.must_place.copy()
    must[unit] = True
    return replace(smaller, must_place=must), number


def _forbidden(instance: Instance, change: ForbidPair) -> tuple[Instance, Ints]:
    unit, home = _unit(instance, change.unit), _home(instance, change.home)
    return _keeping(instance, ~((instance.unit_of == unit) & _at_home(instance, home)))


def _closed(instance: Instance, change: CloseHome) -> tuple[Instance, Ints]:
    home = _home(instance, change.home)
    smaller, number = _keeping(instance, ~_at_home(instance, home))
    capacity = np.where(instance.home_of_bed == home, 0, instance.capacity).astype(np.int32)
    return replace(smaller, capacity=capacity), number


def _with_home(instance: Instance, change: AddHome) -> tuple[Instance, Ints]:
    if change.home in instance.homes:
        raise ValueError(f"{change.home} is already a home of this plan.")
    if change.places < 0:
        raise ValueError(f"{change.home} has {change.places} places. Give 0 or more.")
    bed = len(instance.capacity)
    larger = replace(
        instance,
        homes=(*instance.homes, change.home),
        home_of_bed=np.append(instance.home_of_bed, len(instance.homes)).astype(np.int32),
        capacity=np.append(instance.capacity, change.places).astype(np.int32),
    )
    return _adding(larger, [NewOption(_unit(instance, unit), bed, worth) for unit, worth in change.options])


def _with_referral(instance: Instance, change: AddReferral) -> tuple[Instance, Ints]:
    known = {child for members in instance.members for child in members}
    again = [change.unit] if change.unit in instance.units else [one for one in change.members if one in known]
    if again:
        raise ValueError(f"{again[0]} is already in this plan.")
    if not 0 < len(set(change.members)) == len(change.members) <= 64:
        raise ValueError(f"{change.unit} needs at least one child, each named once.")
    if change.authority is not None and change.authority not in instance.authorities:
        raise ValueError(f"{change.authority} is not an authority of this plan.")
    authority = -1 if change.authority is None else instance.authorities.index(change.authority)
    larger = replace(
        instance,
        units=(*instance.units, change.unit),
        members=(*instance.members, change.members),
        authority_of=np.append(instance.authority_of, authority).astype(np.int32),
        must_place=np.append(instance.must_place, False),
    )
    number = len(instance.units)
    return _adding(larger, [NewOption(number, _bed(instance, bed), worth) for bed, worth in change.options])


def _with_places(instance: Instance, change: AddPlaces) -> tuple[Instance, Ints]:
    bed = _bed(instance, change.bed)
    if int(instance.capacity[bed]) + change.count < 0:
        raise ValueError(f"{instance.homes[instance.home_of_bed[bed]]} has only {instance.capacity[bed]} such places.")
    return with_places(instance, bed, change.count), np.arange(len(instance.worth), dtype=np.int32)


def _adding(instance: Instance, options: list[NewOption]) -> tuple[Instance, Ints]:
    """With more options, each of a unit whole on one kind of bed; those of one unit stay next to each other."""
    for (unit, bed), times in Counter((option.unit, option.bed) for option in options).items():
        if times > 1:
            home = instance.homes[instance.home_of_bed[bed]]
            raise ValueError(f"{instance.units[unit]} at {home} is given twice.")
    for option in options:
        if not isfinite(option.worth):
            raise ValueError(f"The worth of {instance.units[option.unit]} is not a number: {option.worth}.")
    old, size = len(instance.worth), [len(instance.members[option.unit]) for option in options]
    unit_of = np.append(instance.unit_of, [option.unit for option in options]).astype(np.int32)
    order = np.argsort(unit_of, kind="stable")
    number = np.empty(len(order), dtype=np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    counts = np.append(np.diff(instance.use_starts), np.ones(len(options), dtype=np.int32))
    option_of_use = number[np.append(instance.option_of_use(), old + np.arange(len(options))).astype(np.int32)]
    uses = np.argsort(option_of_use, kind="stable")
    everybody = np.array([(1 << many) - 1 for many in size], dtype=np.uint64)
    larger = replace(
        instance,
        unit_of=unit_of[order],
        worth=np.append(instance.worth, [option.worth for option in options])[order],
        use_starts=np.concatenate([[0], np.cumsum(counts[order])]).astype(np.int32),
        use_bed=np.append(instance.use_bed, [option.bed for option in options])[uses].astype(np.int32),
        use_members=np.append(instance.use_members, everybody)[uses].astype(np.uint64),
        use_takes=np.append(instance.use_takes, size)[uses].astype(np.int32),
        floors=_floors_with(instance, options, number),
    )
    return larger, number[:old]


def _floors_with(instance: Instance, options: list[NewOption], number: Ints) -> Floors | None:
    """New options count towards the floor that bears the name of their unit's authority, with their worth."""
    floors = instance.floors
    if floors is None:
        return None
    old, counts = len(instance.worth), []
    for at, option in enumerate(options):
        authority = int(instance.authority_of[option.unit])
        if authority >= 0 and instance.authorities[authority] in floors.names:
            counts.append((floors.names.index(instance.authorities[authority]), old + at, option.worth))
    return replace(
        floors,
        floor=np.append(floors.floor, [one[0] for one in counts]).astype(np.int32),
        option=number[np.append(floors.option, [one[1] for one in counts]).astype(np.int32)],
        amount=np.append(floors.amount, [one[2] for one in counts]),
    )


_CHANGED: dict[type, Callable[..., tuple[Instance, Ints]]] = {
    FixPair: _fixed,
    ForbidPair: _forbidden,
    AddHome: _with_home,
    CloseHome: _closed,
    AddReferral: _with_referral,
    AddPlaces: _with_places,
}
