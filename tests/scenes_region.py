"""A tiny made-up region to vary: one waiting child, homes with places, round points."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from time import monotonic

import nearhome.matching
from nearhome.geography.calculations.distance import Point
from nearhome.matching.calculations.planning.solving import solve
from nearhome.matching.calculations.region.plan_policy import PlanPolicy, plan_policy_from_mapping
from nearhome.matching.calculations.region.posing import pose, unpose
from nearhome.matching.calculations.region.records import (
    Opening,
    Plan,
    PlanHome,
    Region,
    ScoredOption,
    SiblingRule,
    Waiting,
)

TODAY = date(2026, 12, 1)
REFERENCE = Path(nearhome.matching.__file__).parent / "reference"
PLAN_POLICY: PlanPolicy = plan_policy_from_mapping(
    tomllib.loads((REFERENCE / "plan_policy.toml").read_text(encoding="utf-8"))
)


def day(later: int) -> date:
    """So many days after the day of the region."""
    return TODAY + timedelta(days=later)


def waits(ref: str, likes: dict[str, float], *, alone: bool = False, authority: str = "A", **facts: object) -> Waiting:
    """A child of 12 who waits, with what each possible home is worth to them."""
    options = tuple(ScoredOption(home, (("need_fit", float(worth)),), alone) for home, worth in likes.items())
    wanted = day(facts.pop("wanted", 0))  # type: ignore[arg-type]
    return replace(Waiting(ref, authority, wanted, options, age_years=12, sex="F"), **facts)


def opens(home: str, ready: int = 0, **facts: object) -> Opening:
    """A place of a home, ready so many days from today."""
    return replace(Opening(home, day(ready)), **facts)


def region(
    waiting: Sequence[Waiting], openings: Sequence[Opening], groups: Sequence[SiblingRule] = (), **facts: object
) -> Region:
    """The region with its homes a mile apart in a row, unless `homes` are given."""
    names = sorted({one.home_ref for one in openings} | {child.moves_from for child in waiting if child.moves_from})
    homes = tuple(PlanHome(name, point=Point(500_000 + 1_609 * number, 200_000)) for number, name in enumerate(names))
    made = Region(TODAY, tuple(waiting), tuple(openings), homes, tuple(groups))
    return replace(made, **facts)


def planned(case: Region, policy: PlanPolicy = PLAN_POLICY) -> Plan:
    """The best plan of a region."""
    posed = pose(case, policy)
    return unpose(posed, solve(posed.instance, clock=monotonic))


def where(plan: Plan) -> dict[str, str]:
    """Each placed child's home."""
    return {line.child_ref: line.home_ref for line in plan.lines}


def starts(plan: Plan) -> dict[str, int]:
    """Each placed child's start, in days from today."""
    return {line.child_ref: (line.starts_on - TODAY).days for line in plan.lines}
