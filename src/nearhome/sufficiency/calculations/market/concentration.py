"""Is a market in few hands?"""

from collections.abc import Iterable
from typing import Final

# Merger guidance of the Office of Fair Trading and the Competition Commission (2010), paragraph 5.3.5: above 1,000
# concentrated, above 2,000 highly concentrated.
CONCENTRATED: Final = 1_000
HIGHLY_CONCENTRATED: Final = 2_000


def hhi(sizes: Iterable[float]) -> float | None:
    """How concentrated is a market of these sizes? The Herfindahl-Hirschman index, from 10,000/n to 10,000.

    The sum of the squared shares in per cent: 10,000 is one owner with everything, 10,000/n is n owners of one size.
    None when there is nothing to share. Raises ValueError if a size is negative.
    """
    known = tuple(sizes)
    if any(size < 0 for size in known):
        raise ValueError("A size is negative; places and children are counted from 0")
    whole = sum(known)
    return sum((100 * size / whole) ** 2 for size in known) if whole else None


def reading(index: float | None) -> str:
    """How such an index is usually read; a word of competition authorities, not a finding about these owners."""
    if index is None:
        return "Nothing to say"
    if index > HIGHLY_CONCENTRATED:
        return "Highly concentrated"
    return "Concentrated" if index > CONCENTRATED else "Not concentrated"
