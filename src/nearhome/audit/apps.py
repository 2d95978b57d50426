from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "nearhome.audit"
    label = "audit"
