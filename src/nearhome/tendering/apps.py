from django.apps import AppConfig


class TenderingConfig(AppConfig):
    name = "nearhome.tendering"
    label = "tendering"
