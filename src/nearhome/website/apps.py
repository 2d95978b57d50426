from django.apps import AppConfig


class WebsiteConfig(AppConfig):
    name = "nearhome.website"
    label = "website"
