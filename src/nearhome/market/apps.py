from django.apps import AppConfig


class MarketConfig(AppConfig):
    name = "nearhome.market"
    label = "market"
