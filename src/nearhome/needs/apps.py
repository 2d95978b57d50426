from django.apps import AppConfig


class NeedsConfig(AppConfig):
    name = "nearhome.needs"
    label = "needs"
