"""A plan for a whole region with everything people ask of it: what each authority gets, and why each child has what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from nearhome.matching.calculations.planning.another_place import dearest_places
from nearhome.matching.calculations.planning.bare import LaterArrivals
from nearhome.matching.calculations.planning.bare_plan import best_of_each, bounded
from nearhome.matching.calculations.planning.fair_ties import fair_among_equals
from nearhome.matching.calculations.planning.instance import Instance, Ints, Solution
from nearhome.matching.calculations.planning.keeping_back import KeptBack, plan_keeping_back
from nearhome.matching.calculations.planning.moving_order import Move, order_of_moves
from nearhome.matching.calculations.planning.promise import (
    Alone,
    Planned,
    Planner,
    Promised,
    Watch,
    alone_by,
    promised_plan,
    shares_of_units,
    with_promise,
)
from nearhome.matching.calculations.planning.solving import Clock, solve
from nearhome.matching.calculations.region.advised import (
    Advice,
    AuthorityShare,
    BedKept,
    MoveTold,
    PlaceMissing,
)
from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.posed_plan import PosedPlan, weighed_plan
from nearhome.matching.calculations.region.posing import Posed, posed_once, unpose
from nearhome.matching.calculations.region.reasons import reasons_of
from nearhome.matching.calculations.region.records import Plan, Region

# Of the time allowed, how much the plan itself may take; the rest is for saying why.
FOR_THE_PLAN = 0.6


def plan_region(
    region: Region,
    policy: PlanPolicy,
    *,
    clock: Clock,
    seconds: float | None = None,
    later: LaterArrivals | None = None,
) -> PosedPlan:
    """The best plan in which no authority is worse off than alone, and no child waits only because a bed is kept back.

    `later` indexes the beds of `pose(region, policy)`. Where it is None or empty no bed is kept back. After `seconds`
    of `clock` the best plan so far stands, with its gap.
    """
    posed = posed_once(region, policy)
    watch = Watch(clock, None if seconds is None else clock() + seconds)
    planner, owners = _planner(posed, later, clock), _authority_of_homes(posed)
    # Alone each would keep beds back as well: the promise compares like with like.
    alone = alone_by(posed.instance, owners, planner, clock=clock, seconds=watch.left(0.3))
    shares = shares_of_units(posed.instance)
    found = promised_plan(posed.instance, alone, shares, planner=planner, watch=watch)
    planned = _planned(posed, with_promise(posed.instance, alone, shares), alone, found)
    return planned if planned.kept else _fair(planned, watch)


def advise(
    region: Region,
    policy: PlanPolicy,
    *,
    clock: Clock,
    seconds: float | None = None,
    later: LaterArrivals | None = None,
) -> Advice:
    """The plan of `plan_region` with its reasons: `seconds` are shared between the two."""
    watch = Watch(clock, None if seconds is None else clock() + seconds)
    planned = plan_region(region, policy, clock=clock, seconds=watch.left(FOR_THE_PLAN), later=later)
    plan = unpose(planned.posed, planned.solution)
    weighed = weighed_plan(planned)
    why = reasons_of(planned, weighed, Watch(clock, None if seconds is None else clock() + 0.7 * (watch.left() or 0.0)))
    moves, circles = _moves(plan, region)
    return Advice(
        plan=plan,
        by_authority=_by_authority(planned, plan, region),
        price_of_promise=planned.price_of_promise,
        why=why,
        missing=_missing(planned, weighed, clock, watch.left()),
        moves=moves,
        circles=circles,
        kept=_kept(planned),
        expected_later=planned.kept.expected_later if planned.kept else 0.0,
        futures=planned.kept.trajectories if planned.kept else 0,
    )


def _planned(posed: Posed, instance: Instance, alone: Alone, found: Promised) -> PosedPlan:
    more = found.planned.more
    return PosedPlan(
        posed, instance, found.planned.solution, alone, found.price, more if isinstance(more, KeptBack) else None
    )


def _fair(planned: PosedPlan, watch: Watch) -> PosedPlan:
    """Of plans worth the same, the one for authorities that have used less than their share."""
    known = {one.authority: one for one in planned.posed.region.entitlements}
    names = planned.instance.authorities
    if planned.solution.status != "optimal" or not names or not set(names) <= set(known):
        return planned
    share = np.array([known[name].share for name in planned.instance.authorities])
    used = np.array([known[name].used_nights for name in planned.instance.authorities])
    fair = fair_among_equals(
        planned.instance, planned.solution, share, used, clock=watch.clock, seconds=watch.left(0.3)
    )
    return replace(planned, solution=fair)


def _planner(posed: Posed, later: LaterArrivals | None, clock: Clock) -> Planner:
    if later is None or later.count == 0:

        def today(instance: Instance, seconds: float | None, start: Ints | None) -> Planned:
            found = solve(instance, clock=clock, seconds=seconds, start=start)
            return Planned(bounded(found, best_of_each(instance.unit_of, instance.worth)))

        return today
    refs = {child.child_ref for child in posed.region.waiting if child.is_emergency}
    later_most = best_of_each(later.unit, later.value) / later.count
    urgent = np.array([bool(refs.intersection(members)) for members in posed.instance.members])

    def keeping_back(instance: Instance, seconds: float | None, start: Ints | None) -> Planned:
        kept = plan_keeping_back(
            instance, later, clock=clock, seconds=seconds, start=start, nobody_waits=True, urgent=urgent
        )
        most = best_of_each(instance.unit_of, instance.worth) + later_most - kept.expected_later
        return Planned(bounded(kept.solution, most), kept.expected_later, kept)

    return keeping_back


def _authority_of_homes(posed: Posed) -> Ints:
    number = {authority: at for at, authority in enumerate(posed.instance.authorities)}
    owner = {home.home_ref: number.get(home.authority, -1) for home in posed.region.homes}
    return np.array([owner.get(home, -1) for home in posed.instance.homes], dtype=np.int32)


def _by_authority(planned: PosedPlan, plan: Plan, region: Region) -> tuple[AuthorityShare, ...]:
    waiting = Counter(child.authority for child in region.waiting)
    placed = Counter(line.authority for line in plan.lines)
    worth = Counter[str]()
    for line in plan.lines:
        worth[line.authority] += line.worth  # type: ignore[assignment]
    totals = dict(zip(planned.instance.authorities, planned.alone.totals.tolist(), strict=True))
    return tuple(
        AuthorityShare(name, waiting[name], placed[name], round(float(worth[name]), 3), round(totals.get(name, 0.0), 3))
        for name in sorted(waiting)
    )


def _missing(
    planned: PosedPlan, weighed: tuple[Instance, Solution], clock: Clock, seconds: float | None
) -> tuple[PlaceMissing, ...]:
    watch = Watch(clock, None if seconds is None else clock() + seconds)
    instance, solution = weighed
    # Against the best plan so weighed: a place is not credited with what a rough price of a bed costs.
    best = solve(instance, clock=clock, seconds=watch.left(0.3), start=solution.chosen)
    found = dearest_places(instance, best, clock=clock, seconds=watch.left())
    sizes = [len(members) for members in planned.instance.members]
    return tuple(
        PlaceMissing(
            planned.instance.homes[place.home], planned.posed.beds[place.bed].words, round(place.worth, 3),
            sum(sizes[unit] for unit in place.users),
        )
        for place in found.places
        if place.worth > 0.0005
    )  # fmt: skip


def _kept(planned: PosedPlan) -> tuple[BedKept, ...]:
    if planned.kept is None:
        return ()
    worth, spread = planned.kept.bed_worth, planned.kept.spread
    order = np.argsort(-worth, kind="stable")
    return tuple(
        BedKept(
            planned.instance.homes[planned.instance.home_of_bed[bed]], planned.posed.beds[bed].words,
            round(float(worth[bed]), 3), round(float(spread[bed]), 3),
        )
        for bed in order[:20].tolist()
        if worth[bed] > 0.0005
    )  # fmt: skip


def _moves(plan: Plan, region: Region) -> tuple[tuple[MoveTold, ...], tuple[str, ...]]:
    moves = [
        Move(line.child_ref, line.moves_from or None, line.home_ref)
        for line in plan.lines
        if line.home_ref != line.moves_from
    ]
    if not any(move.from_home for move in moves):
        return (), ()
    free = Counter[str]()
    for opening in region.openings:
        free[opening.home_ref] += opening.places
    order = order_of_moves(moves, _enough(free, moves))
    steps = tuple(MoveTold(one.child, one.from_home or "", one.to_home or "") for one in order.steps)
    return steps, order.sentences


def _enough(free: Mapping[str, int], moves: Sequence[Move]) -> dict[str, int]:
    """Places free before the first move, of the homes that anybody moves to."""
    return {move.to_home: free.get(move.to_home, 0) for move in moves if move.to_home}
