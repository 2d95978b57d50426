"""The points a placing has besides those of the home: a home at all, waiting, lateness, siblings, a paid bed."""

from datetime import date

from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.records import Parts, Waiting


def with_points_of_the_day(
    parts: Parts,
    newcomer: Waiting | None,
    policy: PlanPolicy,
    later: int,
    how: str,
    is_paid_for: bool,
    on: date,
) -> Parts:
    """The home's own points with those of this placing, each named; 0 is left out. `newcomer` None: the child stays."""
    more = [("placed", policy.point("placed"))]
    if newcomer is not None:
        more += [
            ("emergency", policy.point("emergency") if newcomer.is_emergency else 0.0),
            ("waiting", _waited(newcomer, policy, on)),
            ("later", -policy.point("later_per_day") * later),
            ("paid_for", policy.point("paid_for") if is_paid_for else 0.0),
        ]
    if how in ("together", "near"):
        more.append((how, policy.point(how)))
    return parts + tuple((name, points) for name, points in more if points)


def _waited(child: Waiting, policy: PlanPolicy, on: date) -> float:
    if child.waiting_since is None:
        return 0.0
    return min(policy.point("waiting_most"), policy.point("waiting_per_day") * max(0, (on - child.waiting_since).days))
