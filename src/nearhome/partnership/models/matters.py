import uuid

from django.db import models
from django.db.models import Q

from nearhome.partnership.models.partnerships import Partnership
from nearhome.people.models import Organisation


class Matter(models.Model):
    """Something partners disagree on, on its way up the levels of the agreement until somebody settles it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="matters")
    about_key = models.UUIDField(null=True, db_index=True)
    subject = models.CharField(max_length=200)
    words = models.TextField()
    levels = models.JSONField(help_text="As the agreement had them when it was raised: name, working_days")
    level = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField()
    raised_for = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    raised_by = models.CharField(max_length=200)
    raised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.CharField(max_length=200, blank=True)
    resolution = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True) | ~Q(resolution=""), name="a_matter_is_resolved_in_words"
            )
        ]

    def __str__(self) -> str:
        return self.subject


class MatterStep(models.Model):
    """A matter reached a level, or was resolved there: when, by whom, why. Written once."""

    matter = models.ForeignKey(Matter, models.PROTECT, related_name="steps")
    level_name = models.CharField(max_length=120)
    what = models.CharField(max_length=10, choices=[("reached", "Reached"), ("resolved", "Resolved")])
    due_on = models.DateField(null=True)
    words = models.TextField(blank=True)
    by_name = models.CharField(max_length=200)
    by_person_id = models.BigIntegerField(null=True)
    by_organisation = models.CharField(max_length=200)
    at = models.DateTimeField()
