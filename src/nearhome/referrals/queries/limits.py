"""What a place may cost by a route that a provider was told of, without knowing how old the child is."""

from collections.abc import Iterable
from datetime import date

from nearhome.design import wording
from nearhome.procurement.calculations.routes import PriceLimit, Route
from nearhome.procurement.queries import has_rates, price_limit, rates_differ
from nearhome.referrals.calculations.released import PricedRoute, priced_route
from nearhome.referrals.models import Invitation


def limit_on(priced: PricedRoute, *, home_id: int, needed_on: date, on: date) -> tuple[PriceLimit, bool]:
    """The limit for a start on a day, and whether the rate card says something else then than on the day needed.

    A limit that depends on the child's age is the one released; a rate card without any rate on the day gives 0.
    """
    if priced.limit is None:
        return price_limit(priced.route, home_id=home_id, age_years=None, on=on), False
    if not has_rates(priced.route, on):
        return PriceLimit(f"{priced.route.name} has no rate on {wording.date(on)}", most_pence=0), True
    return priced.limit, rates_differ(priced.route, needed_on, on)


def routes_as_told(
    routes: Iterable[Route], invitation: Invitation, age_years: int, needed_on: date
) -> tuple[PricedRoute, ...]:
    """Each route with its limit for this child and category of need, worked out by the authority: the provider is not told the age."""
    home_id, category = invitation.home_id, invitation.rate_category
    limits = [
        (one, price_limit(one, home_id=home_id, age_years=age_years, on=needed_on, category=category)) for one in routes
    ]
    return tuple(priced_route(one, limit, needed_on, category=category) for one, limit in limits)
