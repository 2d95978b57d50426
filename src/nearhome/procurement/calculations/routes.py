"""By which contract may an authority buy a place, and what is the most it may cost there?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

KINDS = ("own", "block", "framework", "spot")
KIND_WORDS = {
    "own": "the authority's own home",
    "block": "block contract",
    "framework": "framework",
    "spot": "spot purchase",
}


@dataclass(frozen=True, slots=True)
class Route:
    """A way to buy a place in a home: one of KINDS.

    `party` says whether the asking authority may use the contract. `contract_id` is the row of the block contract or
    of the framework supplier. `place_ids` are the free places of a block; empty elsewhere, where any place will do.
    A block place nominated to another authority may be used from `released_from`. Price: pence per week, None if none
    is agreed.
    """

    kind: str
    name: str
    tier: int | None = None
    weekly_price_pence: int | None = None
    nominated_authority_id: int | None = None
    released_from: date | None = None
    party: bool = True
    contract_id: int | None = None
    place_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Rate:
    """One line of a rate card: pence per week for ages [min_age, before_age) on days [starts_on, ends_before)."""

    category: str
    min_age: int
    before_age: int
    weekly_price_pence: int
    starts_on: date
    ends_before: date | None = None


@dataclass(frozen=True, slots=True)
class PriceLimit:
    """`most_pence` may not be exceeded; above `guide_pence` a reason is owed. Pence per week, None if there is none."""

    words: str
    most_pence: int | None = None
    guide_pence: int | None = None


def rates_in_force(rates: Iterable[Rate], age_years: int | None, on: date) -> tuple[Rate, ...]:
    """The lines of a rate card that hold for a child of this age (any age if None) on a day, dearest first."""
    matching = (
        rate
        for rate in rates
        if rate.starts_on <= on
        and (rate.ends_before is None or on < rate.ends_before)
        and (age_years is None or rate.min_age <= age_years < rate.before_age)
    )
    return tuple(sorted(matching, key=lambda rate: -rate.weekly_price_pence))


def rate_of(rates: Iterable[Rate], category: str, age_years: int, on: date) -> Rate | None:
    """The one line of a card that holds for a category of need and an age on a day; None if the card has none.

    Of lines that overlap the latest to begin holds, then the cheapest.
    """
    holding = [one for one in rates_in_force(rates, age_years, on) if one.category == category]
    return min(holding, key=lambda one: (-one.starts_on.toordinal(), one.weekly_price_pence), default=None)


def usual_rate(rates: Iterable[Rate], age_years: int | None, on: date) -> int | None:
    """What the rate card asks by the week for an ordinary placement: the standard line, else the cheapest."""
    found = rates_in_force(rates, age_years, on)
    standard = [rate for rate in found if rate.category == "standard"] or list(found)
    return min((rate.weekly_price_pence for rate in standard), default=None)


def is_open_to(route: Route, authority_id: int, on: date) -> bool:
    """May this authority use the route on a day: a party, and the place nobody else's or let go by then?"""
    if not route.party:
        return False
    if route.nominated_authority_id in (None, authority_id):
        return True
    return route.released_from is not None and route.released_from <= on


def route_for_place(routes: Iterable[Route], place_id: int) -> Route:
    """The route by which a named place would be bought: own, then its block, then the lowest tier, then spot.

    `routes` are those open to the authority. Raises ValueError if none covers the place.
    """
    usable = [route for route in routes if not route.place_ids or place_id in route.place_ids]
    if not usable:
        raise ValueError("No contract covers this place")
    return min(usable, key=lambda route: (KINDS.index(route.kind), route.tier or 0, route.name))


def price_problem(limit: PriceLimit, weekly_price_pence: int, *, has_reason: bool) -> str:
    """What is wrong with a price, with the mend, in a sentence; empty when it may be offered."""
    if limit.most_pence is not None and weekly_price_pence > limit.most_pence:
        return (
            f"The total of {_pounds(weekly_price_pence)} a week is above the most you may ask,"
            f" {_pounds(limit.most_pence)} a week ({limit.words}). Lower it by"
            f" {_pounds(weekly_price_pence - limit.most_pence)} or more."
        )
    if limit.guide_pence is not None and weekly_price_pence > limit.guide_pence and not has_reason:
        return (
            f"The total of {_pounds(weekly_price_pence)} a week is above {_pounds(limit.guide_pence)} a week"
            f" ({limit.words}). Lower it, or give a reason."
        )
    return ""


def _pounds(pence: int) -> str:
    return f"£{pence // 100:,}.{pence % 100:02d}"
