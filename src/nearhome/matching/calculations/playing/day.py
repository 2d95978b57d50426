"""What whoever places children sees in the morning, and what they may answer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nearhome.matching.calculations.planning.instance import Flags, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Day:
    """Who waits and what is free on one day. U units in order of referral, each placed whole; H homes.

    `sizes`[U] children, `authorities`[U] theirs, `worth`[U, H] points (minus infinity where the home is not possible or
    has not room enough), `free`[H] places, `owner`[H] the authority whose own or block places they are, else NOBODY,
    `is_released`[H]: free for so long that partners' officers are told of them.
    """

    number: int
    sizes: Ints
    authorities: Ints
    worth: Floats
    free: Ints
    owner: Ints
    is_released: Flags


Placements = Sequence[tuple[int, int]]
Policy = Callable[[Day], Placements]


class NotAllowedError(ValueError):
    """A policy placed somebody twice, or where there is no room or a rule forbids it."""
