"""Whole pence from exact sums, published: half a penny rounds up, parts go by the largest remainder."""

from collections.abc import Sequence
from fractions import Fraction


def whole_pence(exact: Fraction) -> int:
    """The nearest whole penny of an exact sum of pence, 0 or more; half a penny rounds up."""
    return int(exact + Fraction(1, 2))


def parts_of(total_pence: int, exact: Sequence[Fraction]) -> tuple[int, ...]:
    """A total divided in proportion to exact parts, in whole pence that add up to it exactly.

    Each part is rounded down; the pence left go to the largest remainders, ties to the part named first (the largest
    remainder method). All parts 0: nothing can be divided. Raises ValueError if a part is below 0, or if all are 0 and
    the total is not.
    """
    whole = sum(exact, Fraction(0))
    if any(part < 0 for part in exact):
        raise ValueError("A part of a total cannot be below 0.")
    if not whole:
        if total_pence:
            raise ValueError("A total cannot be divided among parts that are all 0.")
        return (0,) * len(exact)
    wanted = [part * total_pence / whole for part in exact]
    given = [int(part) for part in wanted]
    order = sorted(range(len(exact)), key=lambda at: (given[at] - wanted[at], at))
    for at in order[: total_pence - sum(given)]:
        given[at] += 1
    return tuple(given)
