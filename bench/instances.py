"""Made-up regional plans to measure on: children, homes and values drawn as the planning literature does, never real.

About 5 % of the pairs of a child and a place are possible, about 30 % of the children come in sibling groups, and each
child has two others in its authority it may not live with.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nearhome.matching.calculations.planning.bare import BareProblem

POSSIBLE = 0.05
BONUS = 3_000
CHILDREN_AT_ONCE = 500

Numbers = NDArray[np.int64]
Decimals = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Size:
    """How many children, places and authorities."""

    children: int
    places: int
    authorities: int

    @property
    def words(self) -> str:
        """The size as people write it."""
        return f"{self.children:,} × {self.places:,}"


FIVE_SIZES = (
    Size(50, 200, 3),
    Size(500, 2_000, 8),
    Size(1_000, 4_000, 12),
    Size(2_000, 8_000, 20),
    Size(5_000, 20_000, 40),
)
TIGHT = Size(500, 600, 8)


@dataclass(frozen=True, slots=True)
class Homes:
    """One entry a home."""

    beds: Numbers
    authority: Numbers
    at: Decimals
    skill: Numbers
    lowest_age: Numbers
    highest_age: Numbers
    sex: Numbers
    cost: Decimals


@dataclass(frozen=True, slots=True)
class Children:
    """One entry a child; `group` is -1 for a child alone."""

    authority: Numbers
    at: Decimals
    need: Numbers
    age: Numbers
    sex: Numbers
    urgent: NDArray[np.bool_]
    group: Numbers


def drawn_problem(size: Size, seed: int) -> BareProblem:
    """One problem; the same for the same size and seed."""
    rng = np.random.default_rng(seed)
    centre = rng.uniform(0, 40 * np.sqrt(size.authorities), (size.authorities, 2))
    weight = rng.dirichlet(np.full(size.authorities, 4.0))
    homes = _homes(rng, size, centre, weight)
    children = _children(rng, size, centre, weight)
    child, home, value = _options(rng, children, homes, size)
    named = [f"A{number:02}" for number in range(size.authorities)]
    return BareProblem(
        children=tuple(f"C{number:05}" for number in range(size.children)),
        authorities=tuple(named),
        child_authority=children.authority.astype(np.int32),
        groups=tuple(f"G{number:04}" for number in range(int(children.group.max(initial=-1)) + 1)),
        group_of=children.group.astype(np.int32),
        homes=tuple(f"H{number:05}" for number in range(len(homes.beds))),
        home_authority=homes.authority.astype(np.int32),
        capacity=homes.beds.astype(np.int32),
        option_child=child,
        option_home=home,
        value=value,
        apart=_apart(rng, children),
    )


def _homes(rng: np.random.Generator, size: Size, centre: Decimals, weight: Decimals) -> Homes:
    beds = _beds(rng, size.places)
    number, large = len(beds), beds >= 3
    authority = rng.choice(size.authorities, number, p=weight)
    skill = np.where(
        large,
        rng.choice([2, 3, 4, 5], number, p=[0.20, 0.35, 0.30, 0.15]),
        rng.choice([1, 2, 3, 4], number, p=[0.40, 0.35, 0.20, 0.05]),
    )
    lowest = rng.choice([0, 5, 8, 10, 12], number, p=[0.35, 0.20, 0.15, 0.20, 0.10])
    spread = rng.normal(0, 1, number)
    return Homes(
        beds=beds,
        authority=authority,
        at=centre[authority] + rng.normal(0, 14, (number, 2)),
        skill=skill,
        lowest_age=lowest,
        highest_age=np.minimum(18, lowest + rng.integers(5, 14, number)),
        sex=rng.choice([0, 1, 2], number, p=[0.70, 0.15, 0.15]),
        cost=np.where(large, 3500 + 900 * skill + 500 * spread, 350 + 250 * skill + 80 * spread),
    )


def _beds(rng: np.random.Generator, places: int) -> Numbers:
    foster = rng.choice([1, 2, 3], places, p=[0.55, 0.30, 0.15])
    residential = rng.choice([2, 3, 4, 5], places, p=[0.30, 0.35, 0.25, 0.10])
    beds = np.where(rng.random(places) < 0.7, foster, residential)
    total = np.cumsum(beds)
    last = int(np.searchsorted(total, places))
    kept = beds[: last + 1].astype(np.int64)
    kept[last] -= total[last] - places
    return kept


def _children(rng: np.random.Generator, size: Size, centre: Decimals, weight: Decimals) -> Children:
    number = size.children
    authority = rng.choice(size.authorities, number, p=weight)
    at = centre[authority] + rng.normal(0, 12, (number, 2))
    need = rng.choice([1, 2, 3, 4, 5], number, p=[0.30, 0.30, 0.22, 0.13, 0.05])
    age = rng.integers(0, 18, number)
    group = _sibling_groups(rng, number)
    first = np.full(int(group.max(initial=-1)) + 1, -1)
    for child in np.flatnonzero(group >= 0):
        eldest = first[group[child]]
        if eldest < 0:
            first[group[child]] = child
            continue
        authority[child], at[child] = authority[eldest], at[eldest]
        age[child] = np.clip(age[eldest] + rng.integers(-3, 4), 0, 17)
        need[child] = max(1, need[eldest] - rng.integers(0, 2))
    return Children(authority, at, need, age, rng.choice([1, 2], number), rng.random(number) < 0.2, group)


def _sibling_groups(rng: np.random.Generator, number: int) -> Numbers:
    group = np.full(number, -1)
    child = groups = 0
    while child < number:
        if rng.random() < 0.16:
            size = int(rng.choice([2, 3, 4], p=[0.65, 0.25, 0.10]))
            if child + size <= number:
                group[child : child + size] = groups
                groups, child = groups + 1, child + size
                continue
        child += 1
    return group


def _options(
    rng: np.random.Generator, children: Children, homes: Homes, size: Size
) -> tuple[NDArray[np.int32], NDArray[np.int32], Decimals]:
    suited = [
        _suited(children, homes, first, min(first + CHILDREN_AT_ONCE, size.children))
        for first in range(0, size.children, CHILDREN_AT_ONCE)
    ]
    child, home, miles = (np.concatenate([part[column] for part in suited]) for column in range(3))
    order = np.argsort(miles, kind="stable")
    wanted = POSSIBLE * size.children * size.places
    near = np.sort(order[: int(np.searchsorted(np.cumsum(homes.beds[home[order]]), wanted))])
    child, home = child[near], home[near]
    score = (
        1000
        - 8 * miles[near]
        - 60 * (homes.skill[home] - children.need[child])
        - 200 * homes.cost[home] / 8500
        - 50 * (homes.authority[home] != children.authority[child])
        + rng.uniform(0, 20, len(child))
    )
    times = np.where(children.urgent[child], 3, 2)
    value = np.maximum(1, np.round(score)) * times + BONUS * times / 2
    return child.astype(np.int32), home.astype(np.int32), value


def _suited(children: Children, homes: Homes, first: int, last: int) -> tuple[Numbers, Numbers, Decimals]:
    """The pairs that need, age and sex allow, and how far apart they are, for some of the children."""
    some = slice(first, last)
    need, age, sex = children.need[some, None], children.age[some, None], children.sex[some, None]
    suits = (homes.skill >= need) & (homes.lowest_age <= age) & (age <= homes.highest_age)
    suits &= (homes.sex == 0) | (homes.sex == sex)
    child, home = np.nonzero(suits)
    apart = children.at[some][child] - homes.at[home]
    return child + first, home, np.hypot(apart[:, 0], apart[:, 1])


def _apart(rng: np.random.Generator, children: Children) -> NDArray[np.int32]:
    pairs: set[tuple[int, int]] = set()
    for child in range(len(children.need)):
        others = np.flatnonzero(children.authority == children.authority[child])
        for other in rng.choice(others, min(2, len(others)), replace=False).tolist():
            siblings = children.group[child] >= 0 and children.group[child] == children.group[other]
            if other != child and not siblings:
                pairs.add((min(child, other), max(child, other)))
    return np.array(sorted(pairs), dtype=np.int32).reshape(-1, 2)
