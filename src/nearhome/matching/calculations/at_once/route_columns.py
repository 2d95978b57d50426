"""The contract routes of all homes as columns: which may be used in a search, and which comes first in each home."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nearhome.matching.calculations.at_once.exactly import Mask, Numbers
from nearhome.matching.calculations.candidates import Candidate, ContractRoute, Search
from nearhome.matching.calculations.policy import ROUTES, Policy
from nearhome.matching.calculations.routes import price_of, route_kind

Integers = NDArray[np.int64]
_LAST = 10**12


@dataclass(frozen=True, slots=True, eq=False)
class RouteColumns:
    """One row a route, home by home, in a home by tier, price and name; `first` where each home that has any begins.

    `nominated` numbers the authorities in `authorities`, -1 for nobody's; a day is an ordinal; a price is in pence.
    """

    homes: int
    home: Integers
    first: Integers
    kind: Integers
    tier: Integers
    price: Numbers
    party: Mask
    nominated: Integers
    released_from: Numbers
    authorities: dict[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class RoutesFound:
    """For each home: how many routes, to how many we are party, how many may be used; and of the one used, its place
    in the policy's order, its tier and its price in pence (not a number: not known, or no route); `block` and `own` say
    whether a block bed, or one of the authority's own, may be used."""

    routes: Integers
    party: Integers
    usable: Integers
    place: Integers
    tier: Integers
    price: Numbers
    block: Mask
    own: Mask


def route_columns(homes: Sequence[Candidate]) -> RouteColumns:
    """All routes of the homes. Raises ValueError for a kind of route that no policy knows."""
    rows = [(row, home, route) for row, home in enumerate(homes) for route in _in_order(home)]
    authorities: dict[str, int] = {}
    for _, _, route in rows:
        if route.nominated_authority is not None:
            authorities.setdefault(route.nominated_authority, len(authorities))
    home = np.array([row for row, _, _ in rows], dtype=np.int64)
    return RouteColumns(
        homes=len(homes),
        home=home,
        first=np.flatnonzero(np.diff(home, prepend=-1)),
        kind=np.array([ROUTES.index(route_kind(home, route)) for _, home, route in rows], dtype=np.int64),
        tier=np.array([_or_last(route.tier) for _, _, route in rows], dtype=np.int64),
        price=np.array([price_of(home, route) for _, home, route in rows], dtype=np.float64),
        party=np.array([route.party for _, _, route in rows], dtype=np.bool_),
        nominated=np.array([_whose(route, authorities) for _, _, route in rows], dtype=np.int64),
        released_from=np.array([_released(route) for _, _, route in rows], dtype=np.float64),
        authorities=authorities,
    )


def routes_found(search: Search, columns: RouteColumns, policy: Policy) -> RoutesFound:
    """Which routes each home has for this search, and the first by the policy's order (as `routes.best_route`)."""
    ours = columns.authorities.get(search.searching_authority, -1)
    released = (columns.nominated == -1) | (columns.nominated == ours)
    released |= columns.released_from <= search.starts_on.toordinal()
    usable = columns.party & released
    place, tier, price = _best(columns, usable, policy)
    return RoutesFound(
        routes=np.bincount(columns.home, minlength=columns.homes),
        party=np.bincount(columns.home[columns.party], minlength=columns.homes),
        usable=np.bincount(columns.home[usable], minlength=columns.homes),
        place=place,
        tier=tier,
        price=price,
        block=_any(columns, usable & (columns.kind == ROUTES.index("block"))),
        own=_any(columns, usable & np.isin(columns.kind, [ROUTES.index("own_foster"), ROUTES.index("own_home")])),
    )


def _any(columns: RouteColumns, those: Mask) -> Mask:
    found = np.zeros(columns.homes, dtype=np.bool_)
    found[columns.home[those]] = True
    return found


def _best(columns: RouteColumns, usable: Mask, policy: Policy) -> tuple[Integers, Integers, Numbers]:
    place, tier = np.full(columns.homes, len(ROUTES)), np.full(columns.homes, _LAST)
    price: Numbers = np.full(columns.homes, np.nan)
    if not usable.any():
        return place, tier, price
    total = len(columns.home)
    position = np.array([policy.route_order.index(kind) for kind in ROUTES])[columns.kind]
    key = np.where(usable, position * total + np.arange(total), len(ROUTES) * total)
    best = np.minimum.reduceat(key, columns.first)
    best = best[best < len(ROUTES) * total] % total
    home = columns.home[best]
    place[home], tier[home], price[home] = position[best], columns.tier[best], columns.price[best]
    return place, tier, price


def _in_order(home: Candidate) -> Sequence[ContractRoute]:
    if len(home.routes) < 2:
        return home.routes
    return sorted(home.routes, key=lambda one: (_or_last(one.tier), _or_last(price_of(home, one)), one.name))


def _whose(route: ContractRoute, authorities: dict[str, int]) -> int:
    return -1 if route.nominated_authority is None else authorities[route.nominated_authority]


def _or_last(number: int | None) -> int:
    return _LAST if number is None else number


def _released(route: ContractRoute) -> int | None:
    return None if route.released_from is None else route.released_from.toordinal()
