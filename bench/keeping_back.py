"""Is a bed kept back worth it? Streams of made-up children in random order, placed as they come, against hindsight."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nearhome.matching.calculations.planning.bare import LaterArrivals
from nearhome.matching.calculations.planning.instance import Instance
from nearhome.matching.calculations.planning.keeping_back import plan_keeping_back
from nearhome.matching.calculations.planning.solving import solve

Numbers = NDArray[np.int32]
Unit = tuple[int, Numbers, NDArray[np.float64]]
Policy = Callable[[Instance, int], Numbers]
MIX, STALE_MIX = (0.55, 0.27, 0.18), (0.7, 0.2, 0.1)
TRAJECTORIES, REGIONS, ORDERS = 10, 3, 2
HEADING = (
    "| region | arrivals | greedy | no bed kept back | kept back | 30 % too many | 30 % too few | stale mix | calls |"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of region: how many homes, of how many beds, and how many at once arrive."""

    words: str
    homes: int
    beds: tuple[int, int]
    at_once: int
    exact_skill_bonus: float


KINDS = (
    Kind("12 homes of 3–6 beds, one child at a time", 12, (3, 7), 1, 15.0),
    Kind("12 homes of 3–6 beds, five at a time", 12, (3, 7), 5, 15.0),
    Kind("40 homes of 1–2 beds, one child at a time", 40, (1, 3), 1, 15.0),
)


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Homes: skill, beds, and where they are."""

    skill: Numbers
    beds: Numbers
    at: NDArray[np.float64]
    better: float


def region(kind: Kind, seed: int) -> Region:
    """A made-up region of this kind: half the homes plain, a fifth highly skilled."""
    rng = np.random.default_rng(seed)
    skill = rng.permutation(np.repeat([0, 1, 2], np.round(np.array([0.5, 0.3, 0.2]) * kind.homes + 0.01).astype(int)))
    homes = len(skill)
    return Region(
        skill, rng.integers(*kind.beds, homes).astype(np.int32), rng.uniform(0, 1, (homes, 2)), kind.exact_skill_bonus
    )


def arrivals(rng: np.random.Generator, where: Region, number: int, mix: tuple[float, ...]) -> list[Unit]:
    """Children and sibling groups, with the homes that could take them; a skilled home suits everybody a little better."""
    return [_arrival(rng, where, int(need)) for need in rng.choice(3, number, p=mix)]


def _arrival(rng: np.random.Generator, where: Region, need: int) -> Unit:
    size = int(rng.choice([1, 2], p=[0.9, 0.1]))
    distance = np.hypot(*(where.at - rng.uniform(0, 1, 2)).T)
    homes = np.flatnonzero((where.skill >= need) & (rng.uniform(size=len(distance)) < 0.7))
    value = (
        60
        + 30 * need
        - 20 * distance[homes]
        + where.better * (where.skill[homes] - need)
        + rng.normal(0, 3, len(homes))
    )
    return size, homes.astype(np.int32), np.maximum(value, 1.0).round(1) * size


def today(units: list[Unit], beds: Numbers) -> Instance:
    """The arrivals of one moment as a plan to solve."""
    sizes = np.array([size for size, _, _ in units], dtype=np.int32)
    unit_of = np.repeat(np.arange(len(units)), [len(homes) for _, homes, _ in units]).astype(np.int32)
    home = np.concatenate([homes for _, homes, _ in units])
    return Instance(
        units=tuple(f"unit {number}" for number in range(len(units))),
        members=tuple(tuple(f"{number}.{one}" for one in range(size)) for number, size in enumerate(sizes)),
        authorities=("Madeup",),
        authority_of=np.zeros(len(units), dtype=np.int32),
        must_place=np.zeros(len(units), dtype=bool),
        homes=tuple(map(str, range(len(beds)))),
        home_of_bed=np.arange(len(beds), dtype=np.int32),
        capacity=beds.astype(np.int32),
        unit_of=unit_of,
        worth=np.concatenate([value for _, _, value in units]),
        use_starts=np.arange(len(home) + 1, dtype=np.int32),
        use_bed=home,
        use_members=(np.uint64(1) << sizes[unit_of].astype(np.uint64)) - np.uint64(1),
        use_takes=sizes[unit_of],
        apart=np.zeros((0, 4), dtype=np.int32),
    )


def futures(rng: np.random.Generator, where: Region, number: int, mix: tuple[float, ...]) -> LaterArrivals:
    """Trajectories of so many arrivals each, drawn afresh."""
    drawn = [arrivals(rng, where, number, mix) for _ in range(TRAJECTORIES)]
    units = [(future, *unit) for future, one in enumerate(drawn) for unit in one]
    counts = [len(homes) for _, _, homes, _ in units]
    none = np.zeros(0)
    return LaterArrivals(
        count=TRAJECTORIES,
        trajectory=np.repeat([future for future, *_ in units], counts).astype(np.int32),
        unit=np.repeat(np.arange(len(units)), counts).astype(np.int32),
        home=np.concatenate([none, *(homes for _, _, homes, _ in units)]).astype(np.int32),
        takes=np.repeat([size for _, size, _, _ in units], counts).astype(np.int32),
        value=np.concatenate([none, *(value for *_, value in units)]),
    )


def played(stream: list[Unit], where: Region, at_once: int, policy: Policy) -> float:
    """What a whole stream is worth when each batch is placed before the next is known."""
    beds, total = where.beds.copy(), 0.0
    for first in range(0, len(stream), at_once):
        batch = stream[first : first + at_once]
        instance = today(batch, beds)
        chosen = policy(instance, len(stream) - first - len(batch))
        options = chosen[chosen >= 0]
        total += float(instance.worth[options].sum())
        np.subtract.at(beds, instance.use_bed[options], instance.use_takes[options])
    return total


def greedy(instance: Instance, _: int) -> Numbers:
    """Each child in turn to the best home that still has a place."""
    left, chosen = instance.capacity.copy(), np.full(len(instance.units), -1, dtype=np.int32)
    for unit in range(len(instance.units)):
        fits = [n for n in instance.options_of(unit) if left[instance.use_bed[n]] >= instance.use_takes[n]]
        if fits:
            chosen[unit] = max(fits, key=lambda n: instance.worth[n])
            left[instance.use_bed[chosen[unit]]] -= instance.use_takes[chosen[unit]]
    return chosen


def _one_stream(kind: Kind, seed: int, order: int) -> tuple[int, float, list[float], list[float]]:
    where, rng = region(kind, seed), np.random.default_rng([1, seed, order])
    units = arrivals(np.random.default_rng([2, seed]), where, int(where.beds.sum()), MIX)
    stream = [units[n] for n in rng.permutation(len(units))]
    hindsight = solve(today(stream, where.beds), clock=time.perf_counter, seconds=10.0).bound
    calls: list[float] = []

    def keeping(share: float, mix: tuple[float, ...]) -> Policy:
        def policy(instance: Instance, remaining: int) -> Numbers:
            later = futures(rng, where, round(remaining * share), mix)
            began = time.perf_counter()
            chosen = plan_keeping_back(instance, later, clock=time.perf_counter).solution.chosen
            calls.append(time.perf_counter() - began)
            return chosen

        return policy

    def plain(instance: Instance, _: int) -> Numbers:
        return solve(instance, clock=time.perf_counter).chosen

    policies = (greedy, plain, keeping(1.0, MIX), keeping(1.3, MIX), keeping(0.7, MIX), keeping(1.0, STALE_MIX))
    shares = [100 * played(stream, where, kind.at_once, policy) / hindsight for policy in policies]
    return len(stream), hindsight, shares, calls


def measure_keeping_back() -> str:
    """Share of hindsight reached, in per cent, with the 95 % interval of its mean over regions and orders."""
    lines = ["## Keeping a bed back: share of hindsight (%)\n", HEADING, "|---" * 9 + "|"]
    for kind in KINDS:
        streams = [_one_stream(kind, seed, order) for seed in range(REGIONS) for order in range(ORDERS)]
        shares = np.array([one[2] for one in streams])
        half = 1.96 * shares.std(axis=0, ddof=1) / np.sqrt(len(shares))
        cells = " | ".join(f"{mean:.1f} ± {width:.1f}" for mean, width in zip(shares.mean(axis=0), half, strict=True))
        slow = 1000 * float(np.median(np.concatenate([one[3] for one in streams])))
        lines.append(f"| {kind.words} | {np.mean([one[0] for one in streams]):.0f} | {cells} | {slow:.0f} ms |")
    lines.append(
        f"\n{TRAJECTORIES} futures each time; {REGIONS} regions × {ORDERS} random orders; hindsight is the bound on the whole stream at once."
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(measure_keeping_back())
