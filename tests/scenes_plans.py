"""Small made-up plans with every rule in them, and every plan there is, one by one: the slow and certain answer."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np

from nearhome.matching.calculations.planning.instance import Floors, Instance, Solution
from nearhome.matching.calculations.planning.plain import plain_plan


def random_plan(seed: int, *, units: int = 5, homes: int = 4, floors: bool = True) -> Instance:
    """Children and groups, homes with two kinds of bed, split groups, solo children, pairs apart, floors."""
    rng = np.random.default_rng(seed)
    sizes = rng.choice([1, 2, 3], size=units, p=[0.6, 0.3, 0.1])
    home_of_bed = np.sort(np.append(np.arange(homes), rng.integers(0, homes, 2))).astype(np.int32)
    capacity = rng.integers(1, 4, len(home_of_bed)).astype(np.int32)
    unit_of, worth, starts, beds, members, takes = [], [], [0], [], [], []
    for unit, size in enumerate(sizes.tolist()):
        everybody = (1 << size) - 1
        for bed in np.sort(rng.choice(len(capacity), rng.integers(0, 5), replace=False)).tolist():
            solo = rng.random() < 0.15 and capacity[bed] > size
            parts = [(bed, everybody, int(capacity[bed]) if solo else size)]
            if size > 1 and rng.random() < 0.4:
                other = int((bed + 1 + rng.integers(0, len(capacity) - 1)) % len(capacity))
                parts = [(bed, 1, 1), (other, everybody - 1, size - 1)]
            unit_of.append(unit)
            worth.append(float(rng.integers(-3, 30)))
            starts.append(starts[-1] + len(parts))
            for one, who, many in parts:
                beds.append(one)
                members.append(who)
                takes.append(many)
    apart = []
    for _ in range(3):
        one, other = (int(at) for at in rng.integers(0, units, 2))
        mine, theirs = int(rng.integers(0, sizes[one])), int(rng.integers(0, sizes[other]))
        if (one, mine) != (other, theirs):
            apart.append((one, mine, other, theirs))
    authority_of = rng.integers(-1, 2, units).astype(np.int32)
    whole = Instance(
        units=tuple(f"Unit {unit}" for unit in range(units)),
        members=tuple(tuple(f"Test Child {unit}{who}" for who in range(size)) for unit, size in enumerate(sizes)),
        authorities=("North", "South"),
        authority_of=authority_of,
        must_place=np.zeros(units, dtype=bool),
        homes=tuple(f"Home {home}" for home in range(homes)),
        home_of_bed=home_of_bed,
        capacity=capacity,
        unit_of=np.array(unit_of, dtype=np.int32),
        worth=np.array(worth, dtype=np.float64),
        use_starts=np.array(starts, dtype=np.int32),
        use_bed=np.array(beds, dtype=np.int32),
        use_members=np.array(members, dtype=np.uint64),
        use_takes=np.array(takes, dtype=np.int32),
        apart=np.array(apart, dtype=np.int32).reshape(-1, 4),
    )
    return _with_floor(whole, rng) if floors and rng.random() < 0.5 else whole


def _with_floor(instance: Instance, rng: np.random.Generator) -> Instance:
    """Somewhat less than the best North can have is promised to it, so that a plan exists."""
    counts = np.flatnonzero(instance.authority_of[instance.unit_of] == 0).astype(np.int32)
    amount = instance.worth[counts]
    best = plain_plan(instance.with_worth(np.where(instance.authority_of[instance.unit_of] == 0, instance.worth, 0.0)))
    least = np.array([np.floor(best.worth * rng.uniform(0.5, 1.0))])
    zeros = np.zeros(len(counts), dtype=np.int32)
    return replace(instance, floors=Floors(("North",), least, zeros, counts, amount))


def every_plan(instance: Instance) -> Iterator[tuple[int, ...]]:
    """Every choice of options that keeps every rule."""
    choices = [
        [*([] if instance.must_place[unit] else [-1]), *instance.options_of(unit)]
        for unit in range(len(instance.units))
    ]
    for chosen in product(*choices):
        if keeps_the_rules(instance, chosen):
            yield chosen


def keeps_the_rules(instance: Instance, chosen: tuple[int, ...]) -> bool:
    """Places, children apart, floors: straight from the words of the rules."""
    left = instance.capacity.astype(int).tolist()
    lives: dict[tuple[int, int], set[int]] = {}
    for unit, option in enumerate(chosen):
        if option < 0:
            continue
        for use in range(instance.use_starts[option], instance.use_starts[option + 1]):
            bed = int(instance.use_bed[use])
            left[bed] -= int(instance.use_takes[use])
            for member in range(len(instance.members[unit])):
                if int(instance.use_members[use]) >> member & 1:
                    lives.setdefault((unit, member), set()).add(int(instance.home_of_bed[bed]))
    if min(left) < 0:
        return False
    if any(lives.get((a, b), set()) & lives.get((c, d), set()) for a, b, c, d in instance.apart.tolist()):
        return False
    return _reaches_floors(instance, set(chosen))


def _reaches_floors(instance: Instance, chosen: set[int]) -> bool:
    floors = instance.floors
    if floors is None:
        return True
    sums = np.zeros(len(floors.at_least))
    for floor, option, amount in zip(floors.floor, floors.option.tolist(), floors.amount, strict=True):
        sums[floor] += amount if option in chosen else 0.0
    return bool((sums >= floors.at_least - 1e-9).all())


def best_worth(instance: Instance, *, option: int | None = None) -> float | None:
    """The greatest worth of all plans (that use an option); None if there is none."""
    worths = [worth_of(instance, plan) for plan in every_plan(instance) if option is None or option in plan]
    return max(worths, default=None)


def worth_of(instance: Instance, chosen: tuple[int, ...]) -> float:
    """What the chosen options add up to."""
    return sum(float(instance.worth[option]) for option in chosen if option >= 0)


def no_time() -> float:
    """A clock that stands still."""
    return 0.0


def plan_of(instance: Instance) -> Solution:
    """The best plan, by the plain model."""
    return plain_plan(instance)


def simple_plan(
    worths: dict[str, dict[str, float]],
    places: dict[str, int],
    *,
    apart: tuple[tuple[str, str], ...] = (),
    authorities: dict[str, str] | None = None,
) -> Instance:
    """Children alone and homes of one kind of bed, from {child: {home: worth}}."""
    units, homes = list(worths), list(places)
    options = [(unit, home, worth) for unit, name in enumerate(units) for home, worth in worths[name].items()]
    names = sorted(set((authorities or {}).values())) or ["North"]
    return Instance(
        units=tuple(units),
        members=tuple((name,) for name in units),
        authorities=tuple(names),
        authority_of=np.array([names.index((authorities or {}).get(name, names[0])) for name in units], dtype=np.int32),
        must_place=np.zeros(len(units), dtype=bool),
        homes=tuple(homes),
        home_of_bed=np.arange(len(homes), dtype=np.int32),
        capacity=np.array(list(places.values()), dtype=np.int32),
        unit_of=np.array([unit for unit, _, _ in options], dtype=np.int32),
        worth=np.array([worth for _, _, worth in options], dtype=np.float64),
        use_starts=np.arange(len(options) + 1, dtype=np.int32),
        use_bed=np.array([homes.index(home) for _, home, _ in options], dtype=np.int32),
        use_members=np.ones(len(options), dtype=np.uint64),
        use_takes=np.ones(len(options), dtype=np.int32),
        apart=np.array([(units.index(a), 0, units.index(b), 0) for a, b in apart], dtype=np.int32).reshape(-1, 4),
    )
