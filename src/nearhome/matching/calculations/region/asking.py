"""What would the regional plan be if …: the changes people ask about, said of a stored plan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from nearhome.matching.calculations.planning.instance import Instance
from nearhome.matching.calculations.planning.solving import Clock, solve
from nearhome.matching.calculations.planning.what_if import (
    AddHome,
    AddReferral,
    Change,
    CloseHome,
    FixPair,
    ForbidPair,
    WhatIf,
    what_if,
)
from nearhome.matching.calculations.region.posed_plan import PosedPlan, less_kept

GOES, NOT_THERE, CLOSES, OPENS, COMES = "goes", "not_there", "closes", "opens", "comes"


@dataclass(frozen=True, slots=True)
class Question:
    """One change to ask about.

    'goes' and 'not_there': a child and a home; 'closes': a home; 'opens': a home like an existing one, with so many
    places; 'comes': another child like an existing one.
    """

    kind: str
    child_ref: str = ""
    home_ref: str = ""
    places: int = 1


def asked_of(planned: PosedPlan, questions: Sequence[Question], *, clock: Clock, seconds: float = 1.0) -> WhatIf:
    """The plan after the changes, against the plan before, both by today's worth less what the beds taken are kept for.

    Raises ValueError with a sentence for a change that cannot be.
    """
    instance = replace(planned.instance, floors=None).with_worth(less_kept(planned))
    before = solve(instance, clock=clock, seconds=seconds, start=planned.solution.chosen)
    return what_if(instance, before, [_change(instance, one) for one in questions], clock=clock, seconds=seconds)


def _change(instance: Instance, asked: Question) -> Change:
    if asked.kind == CLOSES:
        return CloseHome(asked.home_ref)
    if asked.kind == OPENS:
        return AddHome(f"a home like {asked.home_ref}", asked.places, _whole_options_at(instance, asked.home_ref))
    unit = _unit(instance, asked.child_ref)
    if asked.kind == COMES:
        return _another(instance, unit)
    kind = FixPair if asked.kind == GOES else ForbidPair
    return kind(instance.units[unit], asked.home_ref)


def _unit(instance: Instance, child_ref: str) -> int:
    for unit, members in enumerate(instance.members):
        if child_ref in members:
            return unit
    raise ValueError("That child is not in this plan. Choose one of those who wait.")


def _whole_options_at(instance: Instance, home_ref: str) -> tuple[tuple[str, float], ...]:
    """Each unit that could live whole at the home, with the most that is worth."""
    found: dict[str, float] = {}
    for option, homes in _single_homes(instance):
        if instance.homes[homes] == home_ref:
            unit = instance.units[instance.unit_of[option]]
            found[unit] = max(found.get(unit, 0.0), float(instance.worth[option]))
    if not found:
        raise ValueError("Nobody who waits could live in a home like that one. Choose another.")
    return tuple(sorted(found.items()))


def _another(instance: Instance, unit: int) -> AddReferral:
    """A child or group of the same authority with the same options, each at its best kind of bed."""
    options: dict[int, float] = {}
    for option in instance.options_of(unit):
        first, last = int(instance.use_starts[option]), int(instance.use_starts[option + 1])
        if len(set(instance.homes_of(option))) == 1:
            bed = int(min(instance.use_bed[first:last], key=lambda one: int(instance.capacity[one])))
            options[bed] = max(options.get(bed, 0.0), float(instance.worth[option]))
    at = int(instance.authority_of[unit])
    authority = instance.authorities[at] if at >= 0 else None
    members = tuple(f"another like {ref}" for ref in instance.members[unit])
    return AddReferral(f"another like {instance.units[unit]}", members, authority, tuple(sorted(options.items())))


def _single_homes(instance: Instance) -> list[tuple[int, int]]:
    found = []
    for option in range(len(instance.worth)):
        homes = set(instance.homes_of(option))
        if len(homes) == 1:
            found.append((option, homes.pop()))
    return found
