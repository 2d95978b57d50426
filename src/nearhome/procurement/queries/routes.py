"""Reading contracts: the routes by which a place may be bought, and what each allows it to cost."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from nearhome.market.models import Home
from nearhome.market.queries.places import free_places
from nearhome.procurement.calculations.routes import (
    PriceLimit,
    Rate,
    Route,
    is_open_to,
    rate_of,
    rates_in_force,
    usual_rate,
)
from nearhome.procurement.models import BlockPlace, BlockPrice, FrameworkParty, HomePrice, RateLine
from nearhome.procurement.queries.standing import bars_route, holding, suppliers_on, suspended_grounds

STANDARD = "standard"  # the category of a card that has but one, and of whoever says none
Routes = dict[int, tuple[Route, ...]]


def routes_for(
    homes: Iterable[Home],
    authority_id: int,
    on: date,
    *,
    now: datetime,
    age_years: int | None = None,
    free_only: bool = True,
) -> Routes:
    """Every route by which an authority might buy a place in each home on a day; read while acting for it.

    Seven queries, however many homes. Frameworks to which it is no party come with `party` False and no price;
    block contracts of others are not visible to it at all. What a suspension on the day bars is left out
    (`suspended_grounds`). A block without a free bed in the home is left out too, unless `free_only` is False.
    """
    rows = list(homes)
    found: dict[int, list[Route]] = {home.pk: [] for home in rows}
    asking = asking_prices([home.pk for home in rows], on)
    for home in rows:
        if home.provider_id == authority_id:
            found[home.pk].append(Route("own", "", weekly_price_pence=asking.get(home.pk)))
    for home_id, route in _block_routes(rows, authority_id, on, now if free_only else None):
        found[home_id].append(route)
    for home_id, route in _framework_routes(rows, authority_id, on, age_years):
        found[home_id].append(route)
    for home in rows:
        if home.provider_id != authority_id:
            found[home.pk].append(Route("spot", "", weekly_price_pence=asking.get(home.pk)))
    suspended = suspended_grounds({home.registration_id for home in rows}, authority_id, on)
    grounds = {home.pk: suspended.get(home.registration_id, set()) for home in rows}
    return {
        home_id: tuple(one for one in routes if not bars_route(grounds[home_id], one.kind))
        for home_id, routes in found.items()
    }


def open_routes_for(
    homes: Iterable[Home],
    authority_id: int,
    on: date,
    *,
    now: datetime,
    age_years: int | None = None,
    free_only: bool = True,
) -> Routes:
    """Only those of `routes_for` that the authority may use on the day."""
    every = routes_for(homes, authority_id, on, now=now, age_years=age_years, free_only=free_only)
    return {home: tuple(one for one in routes if is_open_to(one, authority_id, on)) for home, routes in every.items()}


def asking_prices(home_ids: Iterable[int], on: date) -> dict[int, int]:
    """What each home asks by the week on a day, in pence; homes that ask nothing are left out."""
    rows = HomePrice.objects.filter(home_id__in=list(home_ids), starts_on__lte=on).order_by("home_id", "starts_on")
    return {row.home_id: row.weekly_price_pence for row in rows}


def price_limit(route: Route, *, home_id: int, age_years: int | None, on: date, category: str = STANDARD) -> PriceLimit:
    """What a place may cost by this route from a day, as the acting provider or a party to the contract reads it.

    By a framework: the line of this category of need for the age; without an age no line is picked, and nothing may cost.
    """
    if route.kind == "framework":
        return _rate_card_limit(route, age_years, on, category)
    if route.kind == "block":
        price = _block_prices([route.contract_id], on).get(route.contract_id)
        return PriceLimit(f"the price of a bed in {route.name}", most_pence=price)
    return PriceLimit("the home's asking price", guide_pence=asking_prices([home_id], on).get(home_id))


def rates_differ(route: Route, one_day: date, other_day: date) -> bool:
    """Whether a framework's rate card says on one day something else than on another, for a child of any age."""
    rates = rates_of([route.contract_id])[route.contract_id]
    return rates_in_force(rates, None, one_day) != rates_in_force(rates, None, other_day)


def has_rates(route: Route, on: date) -> bool:
    """Whether a framework's rate card holds on a day, for a child of any age."""
    return bool(rates_in_force(rates_of([route.contract_id])[route.contract_id], None, on))


def _rate_card_limit(route: Route, age_years: int | None, on: date, category: str) -> PriceLimit:
    rates = rates_of([route.contract_id])[route.contract_id]
    line = None if age_years is None else rate_of(rates, category, age_years, on)
    if line is None:
        return PriceLimit(f"{route.name} has no {category} rate for a child aged {age_years} on this day", most_pence=0)
    words = f"your {category} rate in {route.name} for a child aged {line.min_age} to {line.before_age - 1}"
    return PriceLimit(words, most_pence=line.weekly_price_pence)


def categories_on_cards(registration_ids: Iterable[int], authority_id: int, on: date) -> tuple[str, ...]:
    """The categories of need that rate cards of these establishments name on a day, in frameworks of the authority."""
    rows = RateLine.objects.filter(
        holding(on), holding(on, start="supplier__framework__starts_on", end="supplier__framework__ends_before"),
        supplier__registration_id__in=list(registration_ids),
        supplier__framework__parties__organisation_id=authority_id,
    )  # fmt: skip
    return tuple(sorted(set(rows.values_list("category", flat=True)), key=lambda one: (one != STANDARD, one)))


def _block_routes(
    homes: list[Home], authority_id: int, on: date, free_at: datetime | None
) -> Iterable[tuple[int, Route]]:
    places = list(_block_places(homes, on))
    if free_at:
        free = _free_place_ids({one.place.home_id for one in places}, on, free_at)
        places = [one for one in places if one.place_id in free]
    parties = {one.contract_id: authority_id in _parties(one) for one in places}
    prices = _block_prices({one.contract_id for one in places}, on)
    grouped: dict[tuple[int, Route], list[int]] = defaultdict(list)
    for one in places:
        route = _block_route(one, prices.get(one.contract_id), parties[one.contract_id])
        grouped[one.place.home_id, route].append(one.place_id)
    return [(home_id, replace(route, place_ids=tuple(sorted(ids)))) for (home_id, route), ids in grouped.items()]


def _free_place_ids(home_ids: Iterable[int], on: date, now: datetime) -> set[int]:
    return {place.pk for rows in free_places(home_ids, on, None, now=now).values() for place in rows}


def _block_places(homes: list[Home], on: date) -> Iterable[BlockPlace]:
    """A bed of a block counts once it is payable and while both it and its contract last."""
    return (
        BlockPlace.objects.filter(
            Q(ends_before__isnull=True) | Q(ends_before__gt=on),
            Q(contract__ends_before__isnull=True) | Q(contract__ends_before__gt=on),
            place__home__in=homes,
            available_from__lte=on,
            contract__starts_on__lte=on,
        )
        .select_related("contract", "place")
        .prefetch_related("contract__parties")
        .order_by("contract_id", "place_id")
    )


def _parties(one: BlockPlace) -> set[int]:
    return {party.organisation_id for party in one.contract.parties.all()} | {one.contract.host_id}


def _block_route(one: BlockPlace, price: int | None, party: bool) -> Route:
    return Route(
        "block", one.contract.name, weekly_price_pence=price, nominated_authority_id=one.nominated_id,
        released_from=one.released_from, party=party, contract_id=one.contract_id,
    )  # fmt: skip


def _block_prices(contract_ids: Iterable[int | None], on: date) -> dict[int | None, int]:
    rows = BlockPrice.objects.filter(contract_id__in=list(contract_ids), starts_on__lte=on).order_by("starts_on")
    return {row.contract_id: row.weekly_price_pence for row in rows}


def _framework_routes(
    homes: list[Home], authority_id: int, on: date, age_years: int | None
) -> Iterable[tuple[int, Route]]:
    suppliers = list(_suppliers({home.registration_id for home in homes}, on))
    parties = FrameworkParty.objects.filter(organisation_id=authority_id).values_list("framework_id", flat=True)
    joined, rates = set(parties), rates_of([one.pk for one in suppliers])
    by_registration: dict[int, list[Route]] = defaultdict(list)
    for one in suppliers:
        party = one.framework_id in joined
        price = usual_rate(rates[one.pk], age_years, on) if party else None
        route = Route("framework", one.framework.name, one.tier_now, price, party=party, contract_id=one.pk)
        by_registration[one.registration_id].append(route)
    return [(home.pk, route) for home in homes for route in by_registration[home.registration_id]]


def _suppliers(registration_ids: Iterable[int], on: date) -> Iterable[Any]:
    return (
        suppliers_on(on)
        .filter(
            Q(framework__ends_before__isnull=True) | Q(framework__ends_before__gt=on),
            registration_id__in=list(registration_ids),
            framework__starts_on__lte=on,
        )
        .select_related("framework")
        .order_by("framework__name", "id")
    )


def rates_of(supplier_ids: Iterable[int | None]) -> dict[int | None, list[Rate]]:
    """Every line of the rate cards of suppliers, as calculations read them; of all days."""
    found: dict[int | None, list[Rate]] = defaultdict(list)
    for row in RateLine.objects.filter(supplier_id__in=list(supplier_ids)):
        rate = Rate(row.category, row.min_age, row.before_age, row.weekly_price_pence, row.starts_on, row.ends_before)
        found[row.supplier_id].append(rate)
    return found
