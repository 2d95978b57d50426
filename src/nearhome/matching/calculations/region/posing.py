"""From a region to the arrays of a plan, and from its solution back to homes, days and reasons."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from nearhome.matching.calculations.planning.instance import Floats, Instance, Ints, Solution
from nearhome.matching.calculations.region.company import apart_pairs
from nearhome.matching.calculations.region.places import Kind
from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.records import BedLabel, OptionLabel, Placing, Plan, Region
from nearhome.matching.calculations.region.rows import Row, Take, clashes, left_by, limits_of, not_both, takes_of
from nearhome.matching.calculations.region.told import plan_told
from nearhome.matching.calculations.region.ways import Ground, Unit, ground_of, only_when_free, units_of, ways_of


@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """The instance, what each of its options and rows of places means, and what posing left out, in words."""

    region: Region
    policy: PlanPolicy
    instance: Instance
    options: tuple[OptionLabel, ...]
    beds: tuple[BedLabel, ...]
    notes: tuple[str, ...] = ()

    def worth_to(self, authority: str) -> Floats:
        """What each option is worth to one authority's own children. Shape [N]."""
        return np.array(
            [sum(one.worth for one in option.placings if one.authority == authority) for option in self.options]
        )

    def option_at(self, child_ref: str, home_ref: str) -> tuple[int, ...]:
        """The numbers of the options that place this child in this home."""
        return tuple(
            number
            for number, option in enumerate(self.options)
            if any(one.child_ref == child_ref and one.home_ref == home_ref for one in option.placings)
        )


def pose(region: Region, policy: PlanPolicy) -> Posed:
    """Every way to place every child, as the arrays `solve` takes.

    Held to: places by home, day and whom they are kept for; first refusal; staff, referrals and the usual fostering
    limit; brothers and sisters; children who must live apart or alone; places that planned moves would free, and only
    from the day they do. The order of the input does not matter. Raises ValueError if a child or an option is given
    twice.
    """
    region = replace(region, apart=tuple(apart_pairs(region)))
    ground, units = ground_of(region, policy), units_of(region)
    limits = limits_of(ground)
    found = [ways_of(unit, ground) for unit in units]
    options: list[OptionLabel] = []
    takes: list[list[Take]] = []
    for number, (unit, ways) in enumerate(zip(units, only_when_free([ways for ways, _ in found], ground), strict=True)):
        for way in ways:
            taken = takes_of(unit, way, ground, limits)
            if taken is not None:
                options.append(OptionLabel(number, way.kind, way.placings))
                takes.append(list(taken))
    notes = region.notes + tuple(note for _, note in found if note)
    rows = _rows(ground, limits, options, takes)
    instance = _instance(region, units, rows, options, takes)
    return Posed(region, policy, instance, tuple(options), tuple(_label(row) for row in rows), notes)


@lru_cache(maxsize=1)
def posed_once(region: Region, policy: PlanPolicy) -> Posed:
    """`pose`, kept for who asks again of the same region: it is sampled for, planned for and asked about."""
    return pose(region, policy)


def unpose(posed: Posed, solution: Solution) -> Plan:
    """The plan in words: a line for each child placed, a reason for each who is not, in order of reference."""
    chosen = [posed.options[option] for option in solution.chosen.tolist() if option >= 0]
    return plan_told(posed.region, posed.policy, posed.options, chosen, solution, posed.notes)


def _rows(
    ground: Ground, limits: Mapping[str, Sequence[Row]], options: Sequence[OptionLabel], takes: list[list[Take]]
) -> list[Row]:
    """All rows in order of home; rows for children who would meet are made here, and added to what options take."""
    rows: list[Row] = []
    for home in sorted(set(ground.kinds) | set(limits)):
        rows += [*ground.kinds.get(home, ()), *limits.get(home, ())]
    placed: dict[str, list[tuple[int, Placing]]] = defaultdict(list)
    for number, option in enumerate(options):
        for placing in option.placings:
            placed[placing.child_ref].append((number, placing))
    movers = {child.child_ref: child.moves_from for child in ground.region.waiting if child.moves_from}
    rows += [left_by(mover) for mover in sorted(movers)]
    together = [pair for pair in ground.region.apart if _live_together(pair, movers)]
    for limit, barred in (*clashes(ground.region.apart, placed, movers), *not_both(together, placed, movers)):
        rows.append(limit)
        for number in barred:
            takes[number].append(Take(limit, 0, 1))
    return rows


def _live_together(pair: tuple[str, str], movers: Mapping[str, str]) -> bool:
    """Do both live in one home now? They then may stay so: a plan neither put them there nor has to part them."""
    return movers.get(pair[0], "-") == movers.get(pair[1], "")


def _instance(
    region: Region, units: Sequence[Unit], rows: Sequence[Row], options: Sequence[OptionLabel], takes: list[list[Take]]
) -> Instance:
    homes = sorted({row.home_ref for row in rows})
    home_number = {home: number for number, home in enumerate(homes)}
    row_number = {row: number for number, row in enumerate(rows)}
    authorities = sorted({child.authority for child in region.waiting})
    uses = [(row_number[take.row], take.members, take.takes) for one in takes for take in one]
    worth = [sum(placing.worth for placing in option.placings) for option in options]
    return Instance(
        units=tuple(unit.name for unit in units),
        members=tuple(tuple(child.child_ref for child in unit.members) for unit in units),
        authorities=tuple(authorities),
        authority_of=_ints([_authority_of(unit, authorities) for unit in units]),
        must_place=np.array([any(child.moves_from for child in unit.members) for unit in units], dtype=bool),
        homes=tuple(homes),
        home_of_bed=_ints([home_number[row.home_ref] for row in rows]),
        capacity=_ints([row.capacity for row in rows]),
        unit_of=_ints([option.unit for option in options]),
        worth=np.array(worth, dtype=np.float64),
        use_starts=_ints([0, *np.cumsum([len(one) for one in takes])]),
        use_bed=_ints([bed for bed, _, _ in uses]),
        use_members=np.array([members for _, members, _ in uses], dtype=np.uint64),
        use_takes=_ints([count for _, _, count in uses]),
        apart=_apart(region, units),
    )


def _apart(region: Region, units: Sequence[Unit]) -> Ints:
    where = {
        child.child_ref: (number, member)
        for number, unit in enumerate(units)
        for member, child in enumerate(unit.members)
    }
    movers = {child.child_ref: child.moves_from for child in region.waiting if child.moves_from}
    pairs = [[*where[pair[0]], *where[pair[1]]] for pair in region.apart if not _live_together(pair, movers)]
    return np.array(pairs, dtype=np.int32).reshape(-1, 4)


def _authority_of(unit: Unit, authorities: Sequence[str]) -> int:
    own = {child.authority for child in unit.members}
    return authorities.index(next(iter(own))) if len(own) == 1 else -1


def _label(row: Row) -> BedLabel:
    if not isinstance(row, Kind):
        return BedLabel(row.home_ref, "limit", row.words)
    if row.freed_by:
        return BedLabel(row.home_ref, "moved", f"freed by {row.freed_by} from {row.ready_on.isoformat()}")
    kept = f", kept for {row.kept_for}" if row.kept_for else ""
    return BedLabel(row.home_ref, "places", f"from {row.ready_on.isoformat()}{kept}", row.kept_for)


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int32)
