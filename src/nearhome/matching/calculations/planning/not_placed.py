"""Why somebody has no place in a plan: what stands against each option, and the one sentence that sums it up."""

from dataclasses import dataclass

from nearhome.matching.calculations.planning.forced import in_the_way, is_possible_alone, worth_in
from nearhome.matching.calculations.planning.instance import Floats, Instance, Ints


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands against one option.

    `kind`: 'too_small' (never enough places, or two of the group may not live together there), 'worth_below' (worth
    less than no place), 'taken' (on its places live `units`), 'apart' (may not live with `units`), 'open' (nothing).
    `worth_more_by` is what those units' places are worth in the plan, less what this option would be.
    """

    option: int
    homes: tuple[int, ...]
    kind: str
    units: tuple[int, ...]
    worth_more_by: float | None


@dataclass(frozen=True, slots=True)
class NotPlaced:
    """Why a unit has no place.

    `kind`: 'no_option', 'fits_no_home', 'worth_below', 'taken', 'apart', 'worth_nothing', 'kept_for_others' (no plan
    with it keeps every promise and everybody who must be placed) or 'not_proven' (there would be room: the plan is
    not yet proven best). `costs_others` is what the others would lose, together, if it were placed at least cost.
    """

    kind: str
    sentence: str
    obstacles: tuple[Obstacle, ...]
    costs_others: float | None


def why_not_placed(
    instance: Instance, chosen: Ints, unit: int, *, costs_others: float | None = None, none_can: bool = False
) -> NotPlaced:
    """Why the unit has no place in the plan `chosen`[U]. `none_can`: it is known that no plan at all can place it."""
    gets = worth_in(instance, chosen)
    obstacles = tuple(_obstacle(instance, chosen, gets, option) for option in instance.options_of(unit))
    kind = _kind(instance, unit, obstacles, none_can)
    return NotPlaced(kind, _sentence(instance, unit, kind, obstacles, costs_others), obstacles, costs_others)


def _obstacle(instance: Instance, chosen: Ints, gets: Floats, option: int) -> Obstacle:
    homes, worth = tuple(dict.fromkeys(instance.homes_of(option))), float(instance.worth[option])
    if not is_possible_alone(instance, option):
        return Obstacle(option, homes, "too_small", (), None)
    if worth < 0.0:
        return Obstacle(option, homes, "worth_below", (), None)
    there = in_the_way(instance, chosen, option)
    if not there:
        return Obstacle(option, homes, "open", (), None)
    kind = "taken" if any(because == "place" for _, because, _ in there) else "apart"
    units = tuple(other for other, _, _ in there)
    return Obstacle(option, homes, kind, units, float(gets[list(units)].sum()) - worth)


def _kind(instance: Instance, unit: int, obstacles: tuple[Obstacle, ...], none_can: bool) -> str:
    kinds = {obstacle.kind for obstacle in obstacles} - {"too_small"}
    if not kinds:
        return "fits_no_home" if obstacles or len(instance.members[unit]) > 1 else "no_option"
    if kinds == {"worth_below"}:
        return "worth_below"
    if none_can:
        return "kept_for_others"
    if "open" in kinds:
        free = [instance.worth[obstacle.option] for obstacle in obstacles if obstacle.kind == "open"]
        return "worth_nothing" if max(free) <= 0.0 else "not_proven"
    return "taken" if "taken" in kinds else "apart"


def _sentence(
    instance: Instance, unit: int, kind: str, obstacles: tuple[Obstacle, ...], costs_others: float | None
) -> str:
    name = instance.units[unit]
    several = f"{name} (a group of {len(instance.members[unit])})" if len(instance.members[unit]) > 1 else name
    if kind in ("taken", "apart"):
        return _whose(instance, name, kind, obstacles) + _cost(costs_others)
    return {
        "no_option": f"No home in the region is possible for {name}.",
        "fits_no_home": f"No home in the region has room for {several}.",
        "worth_below": f"Every place for {name} is worth less than having none.",
        "worth_nothing": f"The places free for {name} are worth nothing in this plan.",
        "kept_for_others": f"Placing {name} would break a promise, or leave without a place somebody who must have one.",
        "not_proven": f"There is room for {name}: this plan is not yet the best.",
    }[kind]


def _whose(instance: Instance, name: str, kind: str, obstacles: tuple[Obstacle, ...]) -> str:
    best = max(
        (one for one in obstacles if one.kind == kind), key=lambda one: (instance.worth[one.option], -one.option)
    )
    home = " and ".join(instance.homes[at] for at in best.homes)
    others = [instance.units[other] for other in best.units]
    people = others[0] if len(others) == 1 else f"{', '.join(others[:-1])} and {others[-1]}"
    if kind == "apart":
        return f"Every place for {name} is with somebody to be kept apart from: at {home}, {people}."
    goes = "goes" if len(others) == 1 else "go"
    return f"The places possible for {name} go to others: at {home}, {people} {goes} there in the plan."


def _cost(costs_others: float | None) -> str:
    return "" if costs_others is None else f" Placing it would cost the others {costs_others:g}."
