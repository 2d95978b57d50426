"""Homes that are alike in all that a rule or criterion looks at: it is asked about one of each, and holds for all.

This is how most twins of rules and criteria are made: no second wording of the rule, only the facts it depends on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nearhome.matching.calculations.candidates import Candidate

Facts = tuple[str, ...]

# Rule or criterion, and its version -> the facts of a home it looks at. A new version has to be looked at again here.
RULES_ALIKE: dict[tuple[str, str], Facts] = {
    ("R02", "1"): ("registration.suspended",),
    ("S01", "1"): ("kind", "registration.status"),
    ("S02", "1"): ("kind", "registration.status"),
    ("R03", "1"): ("registration.judgement",),
    ("F01", "1"): ("min_age", "max_age"),
    ("F02", "1"): ("sexes",),
    ("F03", "1"): ("kind",),
    ("F04", "1"): ("conflicts_with_resident",),
    ("F09", "1"): ("pets",),
    ("F10", "1"): ("conflicts_with_expected",),
    ("F12", "1"): ("newcomer_over", "newcomer_under"),
    ("S05", "1"): ("kind", "fostered_children", "all_siblings", "exemption"),
    ("S05", "2"): ("kind", "fostered_children", "all_siblings", "exemption"),
    ("D02", "1"): ("relation",),
    ("D03", "1"): ("relation",),
}
CRITERIA_ALIKE: dict[tuple[str, str], Facts] = {
    ("kind_of_home", "1"): ("kind",),
    ("siblings_together", "1"): ("free_places", "siblings_there"),
    ("in_area", "1"): ("relation",),
    ("cultural_needs", "1"): ("meets_cultural_needs", "meets_parts"),
    ("stability", "1"): ("kind", "relation", "free_places"),
    ("stability", "2"): ("kind", "relation", "free_places"),
    ("step_across", "1"): ("kind", "step_across"),
}
AREA: Facts = ("authority_code",)
ALL_FACTS: tuple[Facts, ...] = tuple(dict.fromkeys((*RULES_ALIKE.values(), *CRITERIA_ALIKE.values(), AREA)))


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """One home of each sort, and for each row the number of its sort."""

    one_of_each: tuple[Candidate, ...]
    sort: NDArray[np.int64]


def alike_in(homes: Sequence[Candidate], facts: Facts) -> Alike:
    """The homes sorted by these facts."""
    keys = list(map(attrgetter(*facts), homes))
    first_row: dict[Any, int] = {}
    for row, key in enumerate(keys):
        first_row.setdefault(key, row)
    number = {key: number for number, key in enumerate(first_row)}
    sort = np.fromiter(map(number.__getitem__, keys), dtype=np.int64, count=len(keys))
    return Alike(tuple(homes[row] for row in first_row.values()), sort)
