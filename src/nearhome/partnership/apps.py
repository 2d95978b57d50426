from django.apps import AppConfig


class PartnershipConfig(AppConfig):
    name = "nearhome.partnership"
    label = "partnership"
