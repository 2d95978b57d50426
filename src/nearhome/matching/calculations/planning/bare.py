"""A plan in the barest terms: children, homes, and options with a value that somebody else has put on them."""

from dataclasses import dataclass

import numpy as np

from nearhome.matching.calculations.planning.instance import Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class BareProblem:
    """Children and homes in the order of their references; options as arrays of the same length.

    `child_authority`[C] and `home_authority`[H] index `authorities`; `group_of`[C] indexes `groups`, -1 for a child
    alone; `capacity`[H]; `option_child`, `option_home`, `value` [N], one option at most for a child and a home, values
    finite and 0 or more; `apart`[P, 2] pairs of children; `promise`: is no authority to be worse off than alone?
    """

    children: tuple[str, ...]
    authorities: tuple[str, ...]
    child_authority: Ints
    groups: tuple[str, ...]
    group_of: Ints
    homes: tuple[str, ...]
    home_authority: Ints
    capacity: Ints
    option_child: Ints
    option_home: Ints
    value: Floats
    apart: Ints
    promise: bool = False


@dataclass(frozen=True, slots=True)
class AuthorityTotal:
    """What an authority's children get in the plan, and the most they could get in its own homes alone."""

    value: float
    alone: float


@dataclass(frozen=True, slots=True)
class BareAnswer:
    """The plan: (child, home) pairs in order of child; `gap` 0 when proven. `price_of_promise` where promised."""

    status: str
    value: float
    bound: float
    gap: float
    placements: tuple[tuple[str, str], ...]
    by_authority: dict[str, AuthorityTotal]
    price_of_promise: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class LaterArrivals:
    """Sampled futures: `trajectories` of children who may come later, each with options at the same homes.

    Arrays over all later options: `trajectory`, `unit` (numbered over all trajectories; a sibling group is one unit),
    `home` (index into the problem's homes), `takes` (places), `value`. `count` is the number of trajectories.
    """

    count: int
    trajectory: Ints
    unit: Ints
    home: Ints
    takes: Ints
    value: Floats


NO_CHILDREN = np.zeros((0, 2), dtype=np.int32)
