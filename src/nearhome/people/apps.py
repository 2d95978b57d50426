from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "nearhome.people"
    label = "people"
