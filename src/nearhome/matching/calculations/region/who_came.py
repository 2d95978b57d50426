"""Who came lately, as the beds of a posed region: the pool that later arrivals are drawn from."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from nearhome.matching.calculations.planning.futures import PastArrivals
from nearhome.matching.calculations.planning.instance import Floats
from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.posing import Posed
from nearhome.matching.calculations.region.records import Waiting


def pool_of(posed: Posed, came: Sequence[Waiting], policy: PlanPolicy) -> PastArrivals:
    """The children who came, each as a unit alone, with what every bed of the posed region would be worth to them.

    A bed kept for another authority is no option. Brothers and sisters count one by one: a later group would need more
    places in one home than this says, so beds that groups need are kept back a little too seldom.
    """
    beds: dict[str, list[int]] = defaultdict(list)
    for number, label in enumerate(posed.beds):
        if label.kind == "places":
            beds[label.home_ref].append(number)
    placed = policy.point("placed")
    rows = [
        (unit, bed, placed + option.worth)
        for unit, child in enumerate(came)
        for option in child.options
        for bed in beds.get(option.home_ref, ())
        if posed.beds[bed].kept_for in ("", child.authority)
    ]
    number_of = {name: number for number, name in enumerate(posed.instance.authorities)}
    return PastArrivals(
        authority=np.array([number_of.get(child.authority, -1) for child in came], dtype=np.int32),
        unit=np.array([unit for unit, _, _ in rows], dtype=np.int32),
        bed=np.array([bed for _, bed, _ in rows], dtype=np.int32),
        takes=np.ones(len(rows), dtype=np.int32),
        value=np.array([worth for _, _, worth in rows], dtype=np.float64),
    )


def expected_a_day(posed: Posed, came: Sequence[Waiting], days: int) -> Floats:
    """How many are expected a day, by authority of the instance: as many as came over the days before. Shape [A]."""
    number_of = {name: number for number, name in enumerate(posed.instance.authorities)}
    counts = np.zeros(len(number_of))
    for child in came:
        if child.authority in number_of:
            counts[number_of[child.authority]] += 1
    return counts / days
