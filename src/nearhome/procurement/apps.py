from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    name = "nearhome.procurement"
    label = "procurement"
