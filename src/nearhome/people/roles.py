"""What a person may be, in words. One person may hold several roles in their one organisation."""

from django.db import models


class Role(models.TextChoices):
    PLACEMENT_OFFICER = "placement_officer", "Placement officer"
    APPROVER = "approver", "Approver"
    COMMISSIONER = "commissioner", "Commissioner"
    FINANCE_OFFICER = "finance_officer", "Finance officer"
    ANALYST = "analyst", "Analyst"
    ADMINISTRATOR = "administrator", "Administrator"
    PROVIDER = "provider", "Provider"
