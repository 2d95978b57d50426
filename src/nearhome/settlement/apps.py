from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "nearhome.settlement"
    label = "settlement"
