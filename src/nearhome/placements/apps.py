from django.apps import AppConfig


class PlacementsConfig(AppConfig):
    name = "nearhome.placements"
    label = "placements"
