"""Is a placement in the authority's own area, next door, or at a distance?"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from enum import StrEnum


class Relation(StrEnum):
    """Where one authority lies seen from another; decides who must approve and who is told."""

    IN_AREA = "in_area"
    ADJOINING = "adjoining"
    AT_A_DISTANCE = "at_a_distance"


def relation_between(
    responsible: str,
    area: str,
    pairs: AbstractSet[frozenset[str]],
    extra_pairs: Iterable[tuple[str, str]] = (),
) -> Relation:
    """Which of the three legal cases is a placement of `responsible` in the area of `area`?

    `pairs` are the adjoining authorities, `extra_pairs` those an authority adds as its own policy (an island, a
    pair facing each other across an estuary). "At a distance" means neither in the area nor in an adjoining one:
    adjacency, not miles. Source: SI 2010/959 regulation 11 as amended by SI 2013/3239 (D01 to D03, verified).
    """
    if responsible == area:
        return Relation.IN_AREA
    pair = frozenset((responsible, area))
    if pair in pairs or any(pair == frozenset(extra) for extra in extra_pairs):
        return Relation.ADJOINING
    return Relation.AT_A_DISTANCE
