from django.apps import AppConfig


class MatchingConfig(AppConfig):
    name = "nearhome.matching"
    label = "matching"
