"""What one search asks of every home, worked out once for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nearhome.geography.calculations.distance import KILOMETRES_PER_MILE, Point, straight_line_miles
from nearhome.matching.calculations.at_once.columns import Columns
from nearhome.matching.calculations.at_once.exactly import Mask, Numbers, added
from nearhome.matching.calculations.at_once.route_columns import RoutesFound, routes_found
from nearhome.matching.calculations.candidates import Search, places_needed
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.rules_of_fit import essential_skills, helpful_skills
from nearhome.matching.calculations.rules_of_place import point_of

_HALF_WAY = 0.5 - 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The search, the policy, and for every home: miles to the nearest place of each kind, and needs met.

    `miles` has a column only for kinds of place with a grid reference; not a number where the home has none.
    """

    search: Search
    policy: Policy
    columns: Columns
    places: int
    essential: tuple[str, ...]
    helpful: tuple[str, ...]
    essential_met: Numbers
    miles: Mapping[str, Numbers]
    routes: RoutesFound


def asked_of(search: Search, columns: Columns, policy: Policy) -> Asked:
    """All that the rules and criteria need of this search."""
    essential = essential_skills(search)
    return Asked(
        search=search,
        policy=policy,
        columns=columns,
        places=places_needed(search),
        essential=essential,
        helpful=helpful_skills(search),
        essential_met=count_of(columns.skills, essential, len(columns)),
        miles=_miles_by_kind(search, columns),
        routes=routes_found(search, columns.routes, policy),
    )


def count_of(columns: Mapping[str, Mask], codes: tuple[str, ...], rows: int) -> Numbers:
    """How many of these codes each home has."""
    return added((columns[code].astype(np.float64) for code in codes if code in columns), rows)


def miles_from(point: Point, columns: Columns) -> Numbers:
    """`straight_line_miles` from one point to every home; not a number where a home's place is not known.

    Where the tenth might fall either way, the one function that decides is asked.
    """
    apart = np.hypot(columns.facts["east"] - point.easting, columns.facts["north"] - point.northing)
    tenths = apart / 1000 / KILOMETRES_PER_MILE * 10
    nearest = np.rint(tenths)
    miles: Numbers = nearest / 10
    for row in np.flatnonzero(np.abs(tenths - nearest) > _HALF_WAY).tolist():
        at = columns.homes[row].point
        if at is not None:
            miles[row] = float(straight_line_miles(at, point))
    return miles


def _miles_by_kind(search: Search, columns: Columns) -> dict[str, Numbers]:
    nearest: dict[str, Numbers] = {}
    for place in search.profile.important_places:
        point = point_of(place)
        if point is not None and place.kind != "avoid":
            miles = miles_from(point, columns)
            nearest[place.kind] = np.minimum(nearest[place.kind], miles) if place.kind in nearest else miles
    return nearest
