"""After a fix: which problems of the reading before are mended, which stand, which are new?"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

# A problem is known again by its child, table file, field and rule; rows move when files are made again.
Known = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Recheck:
    """Problems (file, child, field, rule) in order, each as often as it is there."""

    mended: tuple[Known, ...]
    standing: tuple[Known, ...]
    new: tuple[Known, ...]


def recheck(before: Iterable[Known], now: Iterable[Known]) -> Recheck:
    """Compare the problems of two readings of the same return. A problem that is there twice counts twice."""
    old, fresh = Counter(before), Counter(now)
    return Recheck(_listed(old - fresh), _listed(old & fresh), _listed(fresh - old))


def _listed(problems: Counter[Known]) -> tuple[Known, ...]:
    return tuple(sorted(problems.elements()))
