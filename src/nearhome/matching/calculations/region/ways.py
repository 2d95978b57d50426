"""Every way to place one child, or brothers and sisters together, in a region's places."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import chain, combinations_with_replacement, islice, permutations, product

from nearhome.matching.calculations.region.places import Kind, days_allowed, first_day, kinds_by_home, movers, start_in
from nearhome.matching.calculations.region.plan_policy import PlanPolicy
from nearhome.matching.calculations.region.points import with_points_of_the_day
from nearhome.matching.calculations.region.records import (
    NEAR,
    Placing,
    PlanHome,
    Region,
    ScoredOption,
    SiblingRule,
    Waiting,
)
from nearhome.matching.calculations.region.siblings_apart import pairs_near, sides

Place = tuple[Kind, int]
SEATED_EXACTLY = 6  # children of several authorities in one home: every seating of up to so many is tried


@dataclass(frozen=True, slots=True)
class Unit:
    """What is placed whole: one child, or brothers and sisters under their rule. Members in order of reference."""

    name: str
    members: tuple[Waiting, ...]
    rule: SiblingRule | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One way to place a unit: each member's placing, and the place each newcomer takes as (kind, member)."""

    kind: str
    placings: tuple[Placing, ...]
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What all units share: the region, the policy, places and homes by reference, options by child and home."""

    region: Region
    policy: PlanPolicy
    kinds: Mapping[str, list[Kind]]
    homes: Mapping[str, PlanHome]
    options: Mapping[str, Mapping[str, ScoredOption]]
    apart: frozenset[frozenset[str]] = field(default_factory=frozenset)
    movers: tuple[Waiting, ...] = ()


def ground_of(region: Region, policy: PlanPolicy) -> Ground:
    """The region made ready to look things up in. Raises ValueError if a child has two options at one home."""
    options = {child.child_ref: {one.home_ref: one for one in child.options} for child in region.waiting}
    for child in region.waiting:
        if len(options[child.child_ref]) < len(child.options):
            raise ValueError(f"child {child.child_ref} has two options at one home")
    return Ground(
        region,
        policy,
        kinds_by_home(region, policy),
        {home.home_ref: home for home in region.homes},
        options,
        frozenset(frozenset(pair) for pair in region.apart),
        tuple(movers(region)),
    )


def units_of(region: Region) -> list[Unit]:
    """Children alone and sibling groups, in order of reference. Raises ValueError if a child is given twice."""
    rules = {rule.group: rule for rule in region.groups}
    together: dict[str, list[Waiting]] = defaultdict(list)
    twice = [ref for ref, count in Counter(child.child_ref for child in region.waiting).items() if count > 1]
    if twice:
        raise ValueError(f"each child may be given once; given more often: {', '.join(sorted(twice))}")
    for child in sorted(region.waiting, key=lambda one: one.child_ref):
        together[child.group].append(child)
    alone = [Unit(child.child_ref, (child,)) for child in together.pop("", [])]
    groups = [
        Unit(name, tuple(children), rules.get(name, SiblingRule(name)))
        if len(children) > 1
        else Unit(name, (*children,))
        for name, children in together.items()
    ]
    return sorted(alone + groups, key=lambda unit: (unit.members[0].child_ref, unit.name))


def ways_of(unit: Unit, ground: Ground) -> tuple[list[Way], str]:
    """All the ways, the most promising pairs of homes first, and a sentence if there are more than were looked at."""
    made = chain(_staying(unit, ground), _in_one_home(unit, ground), _in_two_homes(unit, ground))
    if len(unit.members) == 1:
        return list(made), ""
    most = ground.policy.ways_most
    ways = list(islice(made, most + 1))
    if len(ways) <= most:
        return ways, ""
    return ways[:most], (
        f"There are more than {most} ways to place {unit.name}: only the {most} most promising were looked at, so a "
        "better one may exist. The plan policy says how many are looked at."
    )


def only_when_free(ways: Sequence[Sequence[Way]], ground: Ground) -> list[list[Way]]:
    """The ways without those that wait for a mover's place until a day on which no mover could leave it.

    They are never better than the same place a day that one could, and would only be listed as alternatives.
    """
    firsts = {child.child_ref: first_day(child, ground.region) for child in ground.region.waiting}
    kept = [list(one) for one in ways]
    while True:
        leaving = {
            (placing.child_ref, placing.starts_on)
            for one in kept
            for way in one
            for placing in way.placings
            if placing.opening != -1
        }
        fewer = [[way for way in one if _is_free_then(way, leaving, firsts)] for one in kept]
        if sum(map(len, fewer)) == sum(map(len, kept)):
            return kept
        kept = fewer


def _is_free_then(way: Way, leaving: set[tuple[str, date]], firsts: Mapping[str, date]) -> bool:
    waits_for = {placing.child_ref: placing.freed_by for placing in way.placings if placing.freed_by}
    return all(
        kind.ready_on <= firsts[child] or (kind.freed_by, kind.ready_on) in leaving
        for child, mover in waits_for.items()
        for kind, _ in way.places
        if kind.freed_by == mover
    )


def _staying(unit: Unit, ground: Ground) -> Iterator[Way]:
    """Those who live somewhere stay; a brother or sister without a home is then not placed."""
    living = [child for child in unit.members if child.moves_from]
    if living:
        yield Way("stays", tuple(_stays(child, ground, "") for child in living))


def _in_one_home(unit: Unit, ground: Ground) -> Iterator[Way]:
    everyone = tuple(range(len(unit.members)))
    kind = "together" if len(everyone) > 1 else "alone"
    for home in _shared_homes(unit, everyone, ground):
        if len(everyone) == 1 and unit.members[0].moves_from == home:
            continue
        for placings, places in _in_home(unit, everyone, home, kind, ground):
            yield Way(kind, placings, places)


def _in_two_homes(unit: Unit, ground: Ground) -> Iterator[Way]:
    if unit.rule is None or unit.rule.kind != NEAR:
        return
    miles = ground.policy.near_miles if unit.rule.near_miles is None else unit.rule.near_miles
    points = {home: ground.homes[home].point for home in _any_homes(unit, ground) if home in ground.homes}
    best = {home: max((_option_worth(child, home, ground) for child in unit.members), default=0.0) for home in points}

    @cache
    def there_in(members: tuple[int, ...], home: str) -> list[tuple[tuple[Placing, ...], tuple[Place, ...]]]:
        return list(_in_home(unit, members, home, "near", ground))

    for one, other in pairs_near(points, miles, best):
        for here, there in sides(len(unit.members)):
            for (first, taken), (second, more) in product(there_in(here, one), there_in(there, other)):
                placings = sorted((*first, *second), key=lambda placing: placing.child_ref)
                yield Way("near", tuple(placings), taken + more)


def _in_home(
    unit: Unit, members: Sequence[int], home: str, kind: str, ground: Ground
) -> Iterator[tuple[tuple[Placing, ...], tuple[Place, ...]]]:
    """All ways to have these members in one home: who lives there stays, the others take places that suit."""
    children = [unit.members[member] for member in members]
    if not _may_share(children, home, ground):
        return
    coming = [member for member in members if unit.members[member].moves_from != home]
    stay = tuple(_stays(child, ground, kind) for child in children if child.moves_from == home)
    for kinds in _kinds_for(unit, coming, home, ground):
        seated = _seated(unit, coming, kinds, ground)
        if seated is not None:
            placings = _placings(unit, seated, kind, ground)
            if placings:
                yield tuple(sorted((*placings, *stay), key=lambda one: one.child_ref)), tuple(seated)


def _may_share(children: Sequence[Waiting], home: str, ground: Ground) -> bool:
    """Has each an option there (or lives there), and may they live together?"""
    options = [ground.options[child.child_ref].get(home) for child in children]
    if any(option is None and child.moves_from != home for option, child in zip(options, children, strict=True)):
        return False
    if len(children) == 1:
        return True
    refs = [child.child_ref for child in children]
    is_apart = any(frozenset((one, other)) in ground.apart for one in refs for other in refs if one < other)
    return not is_apart and not any(option is not None and option.takes_all for option in options)


def _kinds_for(unit: Unit, coming: Sequence[int], home: str, ground: Ground) -> Iterator[tuple[Kind, ...]]:
    """Which kinds of place could the newcomers take between them? No more of one kind than there are."""
    if not coming:
        yield ()
        return
    children = [unit.members[member] for member in coming]
    suits = [
        kind
        for kind in ground.kinds.get(home, ())
        if any(start_in(kind, child, ground.region, ground.policy) is not None for child in children)
    ]
    latest_first = _without_earlier_steps(suits, max(first_day(child, ground.region) for child in children))
    for chosen in combinations_with_replacement(latest_first, len(coming)):
        if len(chosen) == 1 or _there_are(chosen):
            yield chosen


def _without_earlier_steps(kinds: list[Kind], first: date) -> list[Kind]:
    """Of a mover's place only the last day up to the first day wanted, and those after: earlier ones say no more."""
    last = {
        kind.freed_by: max(one.step for one in kinds if one.freed_by == kind.freed_by and one.ready_on <= first)
        for kind in kinds
        if kind.freed_by and kind.ready_on <= first
    }
    return [kind for kind in kinds if kind.step >= last.get(kind.freed_by, 0)]


def _there_are(chosen: tuple[Kind, ...]) -> bool:
    freed = Counter(kind.freed_by for kind in chosen if kind.freed_by)
    enough = all(count <= kind.capacity for kind, count in Counter(chosen).items())
    return enough and all(count == 1 for count in freed.values())


def _seated(unit: Unit, coming: Sequence[int], kinds: tuple[Kind, ...], ground: Ground) -> list[Place] | None:
    """Each newcomer with a place they may use, so that all can start soonest. None if there is no such seating.

    Who sits where matters only where places are kept for one authority and the children are of several.
    """
    authorities = {unit.members[member].authority for member in coming}
    if len(authorities) < 2 or len(coming) > SEATED_EXACTLY:
        orders: Iterable[tuple[Kind, ...]] = [_strictest_first(unit, coming, kinds)]
    else:
        orders = dict.fromkeys(permutations(kinds))
    found = []
    for order in orders:
        seated = list(zip(order, coming, strict=True))
        days = [start_in(kind, unit.members[member], ground.region, ground.policy) for kind, member in seated]
        if None not in days:
            found.append((max((day for day in days if day is not None), default=ground.region.on), seated))
    return min(found, key=lambda one: one[0])[1] if found else None


def _strictest_first(unit: Unit, coming: Sequence[int], kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
    """The kinds in the order of the children: each kept for a child's authority goes to such a child."""
    left = sorted(kinds, key=lambda kind: (not kind.kept_for, kind.released_on is not None))
    order = []
    for member in coming:
        own = [kind for kind in left if kind.kept_for == unit.members[member].authority]
        order.append((own or left[::-1])[0])
        left.remove(order[-1])
    return tuple(order)


def _placings(unit: Unit, seated: Sequence[Place], how: str, ground: Ground) -> tuple[Placing, ...]:
    """The newcomers' placings. Those who come to one home start together, on the last of their days; none if too late."""
    region, policy = ground.region, ground.policy
    days = [start_in(kind, unit.members[member], region, policy) for kind, member in seated]
    start = max((day for day in days if day is not None), default=region.on)
    found = []
    for kind, member in seated:
        child = unit.members[member]
        later = (start - first_day(child, region)).days
        if later > days_allowed(child, policy):
            return ()
        option = ground.options[child.child_ref][kind.home_ref]
        found.append(
            Placing(
                child.child_ref, child.authority, kind.home_ref, start, child.wanted_on, kind.opening,
                with_points_of_the_day(option.parts, child, policy, later, how, kind.paid_for, region.on),
                kind.kept_for, kind.freed_by, option.asks,
            )
        )  # fmt: skip
    return tuple(found)


def _stays(child: Waiting, ground: Ground, how: str) -> Placing:
    option = ground.options[child.child_ref].get(child.moves_from)
    parts = with_points_of_the_day(option.parts if option else (), None, ground.policy, 0, how, False, ground.region.on)
    on = ground.region.on
    placing = Placing(child.child_ref, child.authority, child.moves_from, on, child.wanted_on, -1, parts)
    return placing if option is None else replace(placing, asks=option.asks)


def _any_homes(unit: Unit, ground: Ground) -> set[str]:
    living = {child.moves_from for child in unit.members if child.moves_from}
    return living.union(*(ground.options[child.child_ref] for child in unit.members))


def _shared_homes(unit: Unit, members: Sequence[int], ground: Ground) -> list[str]:
    homes = [
        set(ground.options[unit.members[member].child_ref]) | ({unit.members[member].moves_from} - {""})
        for member in members
    ]
    return sorted(set.intersection(*homes))


def _option_worth(child: Waiting, home: str, ground: Ground) -> float:
    option = ground.options[child.child_ref].get(home)
    return option.worth if option else 0.0
