"""Small made-up plans with everything a plan can have, and the best of them by looking at every plan."""

import itertools

import numpy as np

from nearhome.matching.calculations.planning.bare import BareProblem
from nearhome.matching.calculations.planning.instance import Floors, Instance


def small_instance(seed: int) -> Instance:
    """Everything a plan can have, drawn at random and small."""
    rng = np.random.default_rng(seed)
    homes = int(rng.integers(1, 4))
    home_of_bed = np.concatenate([np.arange(homes), rng.integers(0, homes, int(rng.integers(0, 3)))])
    units = int(rng.integers(0, 6))
    sizes = rng.choice([1, 1, 1, 2, 3], units)
    unit_of, worth, uses = [], [], []
    for unit in range(units):
        for _ in range(int(rng.integers(0, 4))):
            unit_of.append(unit)
            worth.append(float(rng.integers(-2, 12)) if seed % 2 else float(rng.normal(5, 4)))
            uses.append(_drawn_uses(rng, int(sizes[unit]), len(home_of_bed)))
    counts = [len(one) for one in uses]
    flat = [use for one in uses for use in one]
    floors = None
    if len(unit_of) and rng.random() < 0.3:
        counted = np.flatnonzero(rng.random(len(unit_of)) < 0.6).astype(np.int32)
        which = rng.integers(0, 2, len(counted)).astype(np.int32)
        floors = Floors(("one", "two"), rng.uniform(-1, 8, 2), which, counted, rng.uniform(0, 6, len(counted)))
    return Instance(
        units=tuple(f"u{unit}" for unit in range(units)),
        members=tuple(tuple(f"u{unit}m{member}" for member in range(size)) for unit, size in enumerate(sizes)),
        authorities=("a",),
        authority_of=np.zeros(units, np.int32),
        must_place=rng.random(units) < 0.15,
        homes=tuple(f"h{home}" for home in range(homes)),
        home_of_bed=home_of_bed.astype(np.int32),
        capacity=rng.integers(0, 4, len(home_of_bed)).astype(np.int32),
        unit_of=np.array(unit_of, np.int32),
        worth=np.array(worth),
        use_starts=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        use_bed=np.array([use[0] for use in flat], np.int32),
        use_members=np.array([use[1] for use in flat], np.uint64),
        use_takes=np.array([use[2] for use in flat], np.int32),
        apart=_drawn_pairs(rng, sizes),
        floors=floors,
    )


def _drawn_uses(rng: np.random.Generator, size: int, beds: int) -> list[tuple[int, int, int]]:
    """All in one kind of bed, or each member in one of its own."""
    if size == 1 or rng.random() < 0.5:
        return [(int(rng.integers(beds)), (1 << size) - 1, size + int(rng.random() < 0.1))]
    return [(int(rng.integers(beds)), 1 << member, 1) for member in range(size)]


def _drawn_pairs(rng: np.random.Generator, sizes: np.ndarray) -> np.ndarray:
    people = [(unit, member) for unit, size in enumerate(sizes) for member in range(size)]
    pairs = [(*one, *other) for one, other in itertools.combinations(people, 2) if rng.random() < 0.2]
    return np.array(pairs, np.int32).reshape(-1, 4)


def is_allowed(instance: Instance, options: tuple[int, ...]) -> bool:
    """Every rule, as a person would check it: one option a unit, or -1."""
    if any(option < 0 and must for option, must in zip(options, instance.must_place, strict=True)):
        return False
    used, where = _who_goes_where(instance, options)
    if any(places > instance.capacity[bed] for bed, places in used.items()):
        return False
    if any(where.get((a, b), set()) & where.get((c, d), set()) for a, b, c, d in instance.apart.tolist()):
        return False
    return instance.floors is None or _reaches(instance.floors, options)


def _who_goes_where(
    instance: Instance, options: tuple[int, ...]
) -> tuple[dict[int, int], dict[tuple[int, int], set[int]]]:
    used: dict[int, int] = {}
    where: dict[tuple[int, int], set[int]] = {}
    for unit, option in enumerate(options):
        starts, ends = (instance.use_starts[option], instance.use_starts[option + 1]) if option >= 0 else (0, 0)
        for use in range(starts, ends):
            bed = int(instance.use_bed[use])
            used[bed] = used.get(bed, 0) + int(instance.use_takes[use])
            for member in range(len(instance.members[unit])):
                if int(instance.use_members[use]) >> member & 1:
                    where.setdefault((unit, member), set()).add(int(instance.home_of_bed[bed]))
    return used, where


def _reaches(floors: Floors, options: tuple[int, ...]) -> bool:
    reached = np.zeros(len(floors.at_least))
    for floor, option, amount in zip(floors.floor, floors.option, floors.amount, strict=True):
        if option in options:
            reached[floor] += amount
    return bool((reached >= floors.at_least - 1e-7).all())


def best_by_trying_all(instance: Instance) -> float | None:
    """The worth of the best plan, by looking at every plan."""
    choices = [[-1, *instance.options_of(unit)] for unit in range(len(instance.units))]
    worths = [
        sum(float(instance.worth[option]) for option in options if option >= 0)
        for options in itertools.product(*choices)
        if is_allowed(instance, options)
    ]
    return max(worths, default=None)


def region(seed: int, *, children: int, homes: int, plain: bool = False) -> BareProblem:
    """Children, some in groups and some who must live apart, and homes nearly all of them would like."""
    rng = np.random.default_rng(seed)
    group = np.full(children, -1)
    if not plain:
        for number in range(children // 6):
            group[number * 4 : number * 4 + 2 + number % 2] = number
    pair = rng.random((children, homes)) < 0.4
    child, home = np.nonzero(pair)
    value = rng.integers(1, 30, homes)[home] * 10 + rng.integers(0, 40, len(child))
    apart = {tuple(sorted(rng.choice(children, 2, replace=False).tolist())) for _ in range(children)}
    apart = {(a, b) for a, b in apart if group[a] < 0 or group[a] != group[b]}
    return BareProblem(
        children=tuple(f"c{number:04}" for number in range(children)),
        authorities=("a", "b"),
        child_authority=(np.arange(children) % 2).astype(np.int32),
        groups=tuple(f"g{number}" for number in range(children // 6)),
        group_of=group.astype(np.int32),
        homes=tuple(f"h{number:04}" for number in range(homes)),
        home_authority=(np.arange(homes) % 2).astype(np.int32),
        capacity=(np.ones(homes) if plain else rng.integers(0, 5, homes)).astype(np.int32),
        option_child=child.astype(np.int32),
        option_home=home.astype(np.int32),
        value=value.astype(float),
        apart=np.array([] if plain else sorted(apart), np.int32).reshape(-1, 2),
    )
