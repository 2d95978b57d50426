"""Why each child or group has the place it has in a regional plan, ready to tell: by home, day and points."""

from dataclasses import dataclass, replace

import numpy as np

from nearhome.matching.calculations.planning.explaining import (
    Alternative,
    Shift,
    UnitExplained,
    best_alone,
    explain_all,
)
from nearhome.matching.calculations.planning.forced import in_the_way
from nearhome.matching.calculations.planning.instance import Floors, Instance, Ints, Solution
from nearhome.matching.calculations.planning.promise import Watch
from nearhome.matching.calculations.planning.solving import solve
from nearhome.matching.calculations.region.advised import AlternativeTold, HolderTold, ShiftTold, WhyThisPlace
from nearhome.matching.calculations.region.posed_plan import PosedPlan
from nearhome.matching.calculations.region.posing import Posed

# Other places that are told of each child.
ALTERNATIVES = 3


@dataclass(frozen=True, slots=True, eq=False)
class _Against:
    """The best plan without the promise to one authority: how far the plan lies below it, and its options. [U]

    Who would live elsewhere in that plan as well is not put down to another place for this child.
    """

    short: float
    chosen: Ints


def reasons_of(planned: PosedPlan, weighed: tuple[Instance, Solution], watch: Watch) -> tuple[WhyThisPlace, ...]:
    """Why every unit has what it has, in order, each without the promise to its own authority.

    The promise binds the plan, not an authority that chooses another place for a child of its own. What another place
    costs the whole is measured against the best plan without that promise.
    """
    instance, solution = weighed
    found: dict[int, WhyThisPlace] = {}
    names = (*instance.authorities, "")
    for number, name in enumerate(names):
        at = number if name else -1
        units = np.flatnonzero(instance.authority_of == at).tolist()
        freed = replace(instance, floors=_without_floor(instance.floors, name))
        seconds = watch.left(1 / (len(names) - number))
        if not units:
            continue
        best = solve(freed, clock=watch.clock, seconds=watch.left(0.1), start=solution.chosen)
        against = _Against(max(0.0, best.worth - solution.worth), best.chosen)
        told = explain_all(freed, solution, units, clock=watch.clock, alternatives=ALTERNATIVES + 1, seconds=seconds)
        found |= {one.unit: _why(planned, one, against) for one in told}
    return tuple(found[unit] for unit in sorted(found))


def _without_floor(floors: Floors | None, name: str) -> Floors | None:
    if floors is None:
        return None
    is_own = np.array([one == name for one in floors.names], dtype=bool)
    return replace(floors, at_least=np.where(is_own, 0.0, floors.at_least))


def _why(planned: PosedPlan, one: UnitExplained, against: _Against) -> WhyThisPlace:
    posed, unit = planned.posed, one.unit
    instance, chosen = posed.instance, int(planned.solution.chosen[unit])
    top = best_alone(instance, unit, chosen)
    best = one.best if top == one.best_alone else None
    others = [other for other in one.alternatives if _where(posed, other.option) != _where(posed, chosen)]
    return WhyThisPlace(
        children=instance.members[unit],
        authority=_authority(instance, unit),
        best_homes=_homes(posed, top),
        best_worth=_worth(instance, top),
        planned_homes=_homes(posed, chosen),
        planned_worth=_worth(instance, chosen),
        difference=round(_worth(instance, top) - _worth(instance, chosen), 3),
        holders=_holders(planned, top, best) if top != chosen else (),
        best=_alternative(posed, best, against) if best else None,
        alternatives=tuple(_alternative(posed, other, against) for other in others[:ALTERNATIVES]),
        is_proven=one.proven,
        why_not_placed=one.not_placed.sentence if one.not_placed else "",
    )


def _holders(planned: PosedPlan, top: int, best: Alternative | None) -> tuple[HolderTold, ...]:
    """Who has the best place; what they would lose, where the plan with it given up was worked out."""
    instance = planned.posed.instance
    loss = {} if best is None else {shift.unit: -_gain(instance, shift) for shift in best.shifts}
    return tuple(
        HolderTold(
            instance.members[unit], _authority(instance, unit), instance.homes[home], because,
            None if best is None else round(loss.get(unit, 0.0), 3),
        )
        for unit, because, home in in_the_way(instance, planned.solution.chosen, top)
    )  # fmt: skip


def _alternative(posed: Posed, found: Alternative, against: _Against) -> AlternativeTold:
    instance = posed.instance
    return AlternativeTold(
        homes=_homes(posed, found.option),
        starts_on=min(placing.starts_on for placing in posed.options[found.option].placings).isoformat(),
        worth=_worth(instance, found.option),
        regret=round(max(0.0, found.regret + against.short), 3),
        is_exact=found.proven,
        shifts=tuple(
            ShiftTold(
                instance.members[shift.unit], _authority(instance, shift.unit), _homes(posed, shift.before),
                _homes(posed, shift.after), round(_gain(instance, shift), 3),
            )
            for shift in found.shifts
            if shift.after != against.chosen[shift.unit]
        ),
    )  # fmt: skip


def _gain(instance: Instance, shift: Shift) -> float:
    return _worth(instance, shift.after) - _worth(instance, shift.before)


def _where(posed: Posed, option: int) -> tuple[tuple[str, str], ...]:
    """Homes and days of an option: two of the same are one place to a person."""
    if option < 0:
        return ()
    return tuple((placing.home_ref, placing.starts_on.isoformat()) for placing in posed.options[option].placings)


def _homes(posed: Posed, option: int) -> tuple[str, ...]:
    if option < 0:
        return ()
    return tuple(dict.fromkeys(placing.home_ref for placing in posed.options[option].placings))


def _worth(instance: Instance, option: int) -> float:
    return round(float(instance.worth[option]), 3) if option >= 0 else 0.0


def _authority(instance: Instance, unit: int) -> str:
    at = int(instance.authority_of[unit])
    return instance.authorities[at] if at >= 0 else ""
