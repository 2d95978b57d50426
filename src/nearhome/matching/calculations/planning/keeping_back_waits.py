"""Nobody is left without a home for the sake of somebody who may come later."""

from dataclasses import replace

import numpy as np

from nearhome.matching.calculations.planning.instance import Flags, Floats, Floors, Instance, Ints
from nearhome.matching.calculations.planning.solving import Clock, solve

NAMES = ("urgent children placed today", "children placed today")


def placing_as_many(
    instance: Instance, urgent: Flags | None, *, clock: Clock, seconds: float | None = None
) -> tuple[Instance, Ints]:
    """The instance with floors under the children placed, and a plan that reaches them.

    The floors are the most of the urgent children that any plan places, and then the most children in all.
    """
    children = np.array([len(members) for members in instance.members], dtype=np.float64)[instance.unit_of]
    first = np.zeros(len(instance.units), dtype=bool) if urgent is None else urgent
    of_urgent = children * first[instance.unit_of]
    everybody = sum(len(members) for members in instance.members) + 1
    most = solve(instance.with_worth(of_urgent * everybody + children), clock=clock, seconds=seconds).chosen
    for name, counts in zip(NAMES, (of_urgent, children), strict=True):
        placed = float(counts[most[most >= 0]].sum())
        if placed > 0:
            instance = replace(instance, floors=_with_floor(instance.floors, name, counts, placed))
    return instance, most


def _with_floor(floors: Floors | None, name: str, amounts: Floats, at_least: float) -> Floors:
    before = floors or Floors((), np.zeros(0), _none(), _none(), np.zeros(0))
    options = np.flatnonzero(amounts).astype(np.int32)
    return Floors(
        names=(*before.names, name),
        at_least=np.append(before.at_least, at_least),
        floor=np.append(before.floor, np.full(len(options), len(before.names), dtype=np.int32)),
        option=np.append(before.option, options),
        amount=np.append(before.amount, amounts[options]),
    )


def _none() -> Ints:
    return np.zeros(0, dtype=np.int32)
