import uuid

from django.db import models

from nearhome.people.models import Organisation, Person


class InvoiceToken(models.Model):
    """What a provider's own software sends invoices with, for the person who made it. Only its digest is kept."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    label = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
