from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "nearhome.design"
    label = "design"
    verbose_name = "Page design"
