"""Which payments bring every net position to nought, and with how few can it be done?

Payments join the authorities they run between into groups, and each group's positions sum to nought. A group of k needs
at least k − 1 payments, or it would fall apart into smaller ones. So the fewest payments are the open positions less
the most groups they fall into (T. Verhoeff, “Settling Multiple Debts Efficiently”, Informatics in Education 3, 2004,
who shows that finding them is NP-hard: for many positions nobody knows a quick way).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from nearhome.placements.calculations.pence import pounds

MOST_POSITIONS: Final = 22  # 46 MB and well under a second for 22, twice that for each more: every set is looked at
PERHAPS_MORE_THAN_NEEDED: Final = (
    f"More than {MOST_POSITIONS} positions are open once those that cancel exactly are paired. For so many, Nearhome does"
    " not search for the fewest payments: these settle every position, but fewer might do."
)
NetPositions = Mapping[str, int] | Iterable[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment that settles net positions."""

    paid_by: str
    paid_to: str
    pence: int


def net_transfers(net_positions: NetPositions) -> tuple[Transfer, ...]:
    """The fewest payments that bring every net position, in pence, to nought. Nobody both pays and is paid.

    First pairs that cancel exactly, then the most groups that sum to nought; in each the largest debtor pays the largest
    creditor, again and again. Ties are taken by name, so the order given does not matter. Where more than MOST_POSITIONS
    are open after the pairs, they are taken as one group and the payments may not be the fewest: `are_surely_fewest`
    tells. Raises ValueError where positions do not sum to nought.
    """
    left = _open(net_positions)
    if sum(left.values()):
        raise ValueError(f"Net positions must sum to £0.00, not {pounds(sum(left.values()))}.")
    transfers = _without_pairs(left)
    for group in _groups(left):
        while group:
            transfers.append(_paid(group, _exact_pair(group) or _largest_pair(group)))
    return tuple(transfers)


def are_surely_fewest(net_positions: NetPositions) -> bool:
    """Whether no payments fewer than those of `net_transfers` settle the same."""
    left = _open(net_positions)
    _without_pairs(left)
    return len(left) <= MOST_POSITIONS


def _open(net_positions: NetPositions) -> dict[str, int]:
    return {name: pence for name, pence in dict(net_positions).items() if pence}


def _without_pairs(left: dict[str, int]) -> list[Transfer]:
    """Take those that cancel exactly off what is left: some fewest payments always have them as groups of two."""
    transfers = []
    while pair := _exact_pair(left):
        transfers.append(_paid(left, pair))
    return transfers


def _paid(left: dict[str, int], pair: tuple[str, str]) -> Transfer:
    """As much as the debtor owes and the creditor is owed; whoever is at nought then leaves."""
    debtor, creditor = pair
    pence = min(-left[debtor], left[creditor])
    for name, more in ((debtor, pence), (creditor, -pence)):
        left[name] += more
        if not left[name]:
            del left[name]
    return Transfer(debtor, creditor, pence)


def _exact_pair(left: Mapping[str, int]) -> tuple[str, str] | None:
    owed = {pence: name for name, pence in sorted(left.items(), reverse=True) if pence > 0}
    debtors = (name for name, pence in sorted(left.items()) if pence < 0 and -pence in owed)
    debtor = next(debtors, None)
    return None if debtor is None else (debtor, owed[-left[debtor]])


def _largest_pair(left: Mapping[str, int]) -> tuple[str, str]:
    ordered = sorted(left.items(), key=lambda item: (item[1], item[0]))
    return ordered[0][0], ordered[-1][0]


def _groups(left: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """The most groups that each sum to nought. Of several ways to have as many, the names decide.

    The group of the first name is what the others leave over, so only sets of the others are looked at.
    """
    if not 0 < len(left) <= MOST_POSITIONS:
        yield from [dict(left)] if left else []
        return
    first, *others = sorted(left)
    is_group, most = _groups_within([left[name] for name in others])
    group, rest = [first], len(most) - 1
    while rest:
        if is_group[rest]:
            yield {name: left[name] for name in group}
            group = []
        inside = int(most[rest]) - int(is_group[rest])
        gone = next(bit for bit in range(len(others)) if rest >> bit & 1 and most[rest ^ 1 << bit] == inside)
        group.append(others[gone])
        rest ^= 1 << gone
    yield {name: left[name] for name in group}


def _groups_within(pence: Sequence[int]) -> tuple[NDArray[np.bool_], NDArray[np.uint8]]:
    """Of every set of positions (bit i is the i-th): does it sum to nought, and how many such groups hold apart in it?

    The most of a set is the most of it without any one of its positions, and one more where it sums to nought itself.
    So sets are worked out by size, all of one size at once.
    """
    exact = np.int64 if sum(map(abs, pence)) < 2**63 else object
    sums = np.zeros(1, dtype=exact)
    for each in pence:
        sums = np.concatenate((sums, sums + each))
    is_group = np.asarray(sums == 0, dtype=np.bool_)
    is_group[0] = False
    sizes = np.bitwise_count(np.arange(len(sums), dtype=np.uint32))
    by_size = np.argsort(sizes, kind="stable").astype(np.uint32)
    most = np.zeros(len(sums), dtype=np.uint8)
    for sets in np.split(by_size, np.cumsum(np.bincount(sizes))[:-1]):
        inside = np.zeros(len(sets), dtype=np.uint8)
        for bit in range(len(pence)):
            np.maximum(inside, most[sets & ~np.uint32(1 << bit)], out=inside)  # a set without the bit reads itself: 0
        most[sets] = inside + is_group[sets]
    return is_group, most
