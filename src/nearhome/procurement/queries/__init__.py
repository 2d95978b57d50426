from nearhome.procurement.queries.routes import (
    Routes,
    asking_prices,
    categories_on_cards,
    has_rates,
    open_routes_for,
    price_limit,
    rates_differ,
    routes_for,
)
from nearhome.procurement.queries.waiting import waiting_for

__all__ = [
    "Routes",
    "asking_prices",
    "categories_on_cards",
    "has_rates",
    "open_routes_for",
    "price_limit",
    "rates_differ",
    "routes_for",
    "waiting_for",
]
