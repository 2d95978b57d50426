from django.contrib.postgres.fields import ArrayField
from django.db import models


class Event(models.Model):
    """Something a person did, in words. No foreign keys: the record outlives what it is about."""

    at = models.DateTimeField()
    name = models.CharField(max_length=80, help_text="noun.verb in the past tense, such as referral.submitted")
    words = models.TextField(help_text="One sentence that a colleague understands")
    by_person_id = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=200)
    by_organisation = models.CharField(max_length=200, blank=True)
    organisation_id = models.BigIntegerField(null=True, help_text="For whom the person acted")
    seen_by = ArrayField(models.BigIntegerField(), default=list, help_text="Other organisations that may read this")
    about = models.CharField(max_length=120, help_text="Kind and key of the thing, such as referral 3f…")
    thread = models.UUIDField(null=True, help_text="The journey this belongs to: the key of its referral")
    details = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["thread", "at"]), models.Index(fields=["about", "at"])]
        ordering = ["at", "id"]


class RowChange(models.Model):
    """What the database saw change, written by trigger; sealed columns appear only as ciphertext."""

    at = models.DateTimeField()
    table_name = models.TextField()
    row_id = models.TextField(null=True)
    operation = models.CharField(max_length=6)
    person_id = models.BigIntegerField(null=True)
    organisation_id = models.BigIntegerField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        indexes = [models.Index(fields=["table_name", "row_id"])]
