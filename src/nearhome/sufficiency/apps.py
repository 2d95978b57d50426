from django.apps import AppConfig


class SufficiencyConfig(AppConfig):
    name = "nearhome.sufficiency"
    label = "sufficiency"
