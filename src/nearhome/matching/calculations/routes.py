"""By which contract would a place be bought, and where does that route stand in the policy's order?"""

from collections.abc import Iterable
from dataclasses import dataclass

from nearhome.matching.calculations.candidates import FOSTER, Candidate, ContractRoute, Search
from nearhome.matching.calculations.policy import Policy
from nearhome.matching.calculations.rules_of_place import available_routes, is_released

_LAST = 10**12
ROUTE_WORDS = {
    "own_foster": "Own foster carers",
    "own_home": "Own home",
    "block": "Block contract, already paid for",
    "framework": "Framework",
    "spot": "Spot purchase",
}


@dataclass(frozen=True, slots=True)
class RouteUsed:
    """The route a place would be bought by: 'own_foster', 'own_home', 'block', 'framework' or 'spot'."""

    kind: str
    name: str
    tier: int | None
    words: str


def route_kind(home: Candidate, route: ContractRoute) -> str:
    """The policy's name for a route: an authority's own carers and own homes are told apart."""
    if route.kind == "own":
        return "own_foster" if home.kind == FOSTER else "own_home"
    return route.kind


def best_route(search: Search, home: Candidate, policy: Policy) -> tuple[RouteUsed, int | None]:
    """The first available route in the policy's order, and its price in pence per week.

    Then lower tier, lower price, name. Raises ValueError if no route is available: such a home is not possible.
    """
    usable = sorted(available_routes(search, home), key=lambda route: _order(home, route, policy))
    if not usable:
        raise ValueError(f"home {home.home_ref} has no route the searching authority can use")
    route, kind = usable[0], route_kind(home, usable[0])
    tier = f" tier {route.tier}" if route.tier is not None else ""
    name = f" ({route.name})" if route.name else ""
    return RouteUsed(kind, route.name, route.tier, f"{ROUTE_WORDS[kind]}{tier}{name}"), price_of(home, route)


def route_place(used: RouteUsed, policy: Policy) -> tuple[int, int]:
    """Where a route stands: its place in the policy's order, then its tier. Lower is earlier."""
    return policy.route_order.index(used.kind), _or_last(used.tier)


def routes_not_available(search: Search, home: Candidate) -> tuple[str, ...]:
    """Each route that cannot be used for this search, with the reason in words."""
    return tuple(words for route in home.routes if (words := _why_not(search, route)))


def price_of(home: Candidate, route: ContractRoute) -> int | None:
    """The route's weekly price, or the home's own where the route has none. Pence."""
    return home.weekly_price_pence if route.weekly_price_pence is None else route.weekly_price_pence


def usual_prices(priced: Iterable[tuple[str, int]], policy: Policy) -> dict[str, int]:
    """The lower middle of the weekly prices of each kind of home, where there are enough of them to compare.

    `priced` are (kind of home, pence per week) of this search's possible homes.
    """
    by_kind: dict[str, list[int]] = {}
    for kind, price in sorted(priced):
        by_kind.setdefault(kind, []).append(price)
    enough = policy.scale("comparable_homes_needed")
    return {kind: prices[(len(prices) - 1) // 2] for kind, prices in by_kind.items() if len(prices) >= enough}


def _order(home: Candidate, route: ContractRoute, policy: Policy) -> tuple[int, int, int, str]:
    place = policy.route_order.index(route_kind(home, route))
    return place, _or_last(route.tier), _or_last(price_of(home, route)), route.name


def _or_last(number: int | None) -> int:
    return _LAST if number is None else number


def _why_not(search: Search, route: ContractRoute) -> str:
    if not route.party:
        return f"{route.name}: your authority is not a party to it"
    if not is_released(route, search):
        return f"{route.name}: kept for authority {route.nominated_authority} and not released"
    return ""
