from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "nearhome.privacy"
    label = "privacy"
