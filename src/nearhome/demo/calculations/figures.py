"""The published figures as records, and what follows from them."""

from collections.abc import Mapping
from dataclasses import dataclass

HOMES_GROWTH = 4009 / 2880  # Ofsted, all homes in England, 31 March 2025 over 31 March 2023
PLACES_GROWTH = 14259 / 10818  # the same for places
PORT_OF_ENTRY = "886"  # Kent: most unaccompanied children arrive here and are transferred on
FOUNDERS = ("886", "938", "851", "887")
SUPPRESSED_GUESS = 8  # stands for a number DfE suppressed because it is small


@dataclass(frozen=True, slots=True)
class AuthorityFigures:
    """One authority's published numbers; None where suppressed. Children unless the name says otherwise."""

    dfe_code: str
    name: str
    stock: int
    started: int
    ceased: int
    unaccompanied: int
    foster: int
    homes: int
    supported: int | None
    inside: int
    over_20_miles: int
    hosted: int
    own: int | None
    private: int | None
    voluntary: int | None
    residential_pounds: int
    fostering_pounds: int
    pct_missing: float
    sdq_mean: float
    pct_three_placements: float
    pct_far_outside: float
    homes_la: int
    homes_private: int
    homes_voluntary: int
    places_la: int
    places_private: int
    places_voluntary: int
    pct_long_term_stable: float


@dataclass(frozen=True, slots=True)
class Figures:
    """All published figures: every South East authority, and numbers by population, measure and group."""

    authorities: Mapping[str, AuthorityFigures]
    shares: Mapping[tuple[str, str], Mapping[str, float]]
    outside_hosts: Mapping[str, float]

    def of_region(self, region: str) -> tuple[AuthorityFigures, ...]:
        """The authorities of `founders` or `south-east`. Raises ValueError for another name."""
        if region == "south-east":
            return tuple(self.authorities.values())
        if region == "founders":
            return tuple(self.authorities[code] for code in FOUNDERS)
        raise ValueError(f"There is no made-up region called {region!r}; use founders or south-east.")


@dataclass(frozen=True, slots=True)
class Cohorts:
    """Children by what the year did to them: before and after, only after, only before, came and went."""

    stayed: int
    arrived: int
    left: int
    passed: int


def unaccompanied_flow(figures: Figures) -> dict[str, tuple[int, int]]:
    """How many unaccompanied children start and cease in a year, by authority?

    Only the South East's totals are published. Elsewhere than the port of entry we take 0.62 starts and 0.715 ends
    for each child in care (our assumption); the port of entry has the rest.
    """
    flow = {
        code: (round(0.62 * one.unaccompanied), round(0.715 * one.unaccompanied))
        for code, one in figures.authorities.items()
        if code != PORT_OF_ENTRY
    }
    started = figures.shares["starts", "unaccompanied"]["yes"] - sum(start for start, _ in flow.values())
    ceased = figures.shares["ceased", "unaccompanied"]["yes"] - sum(end for _, end in flow.values())
    return flow | {PORT_OF_ENTRY: (int(started), int(ceased))}


def cohorts(one: AuthorityFigures, flow: tuple[int, int], unaccompanied: bool) -> Cohorts:
    """How many children stayed, arrived, left and passed through, so that stock, starts and ends are as published?

    The share of the year's starts still in care at its end is ours: 0.65; unaccompanied 0.75, at the port of entry 0.11.
    """
    port = one.dfe_code == PORT_OF_ENTRY
    if unaccompanied:
        stock, started, ceased = one.unaccompanied, *flow
        arrived = round(started * (0.113 if port else 0.75))
    else:
        stock, started, ceased = one.stock - one.unaccompanied, one.started - flow[0], one.ceased - flow[1]
        arrived = round(started * 0.65)
    passed = started - arrived
    return Cohorts(stock - arrived, arrived, max(0, ceased - passed), passed)
