"""What surrounds a tender: talks with the market, its timetable, and every time its deadline was moved."""

import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.tendering.models.cases import Procurement


class MarketEngagement(models.Model):
    """Who was spoken to before the tender, and what was learnt; published with it or kept by the buyers."""

    class How(models.TextChoices):
        EVENT = "event", "A market event"
        MEETING = "meeting", "A meeting with one provider"
        SURVEY = "survey", "A survey or questionnaire"
        VISIT = "visit", "A visit"
        CALL = "call", "A telephone call"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="engagements")
    on = models.DateField()
    how = models.CharField(max_length=8, choices=How)
    who = models.CharField(max_length=300)
    learnt = models.TextField()
    is_published = models.BooleanField(default=False)
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["on", "id"]


class TenderTimetable(models.Model):
    """A timetable as it was worked out, with what was asked; the newest counts."""

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="timetables")
    asked = models.JSONField(help_text="From which day, and how long each part takes")
    steps = models.JSONField(help_text="Key, words and day of each step, in order")
    warnings = models.JSONField(default=list)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["saved_at", "id"]


class DeadlineExtension(models.Model):
    """The deadline was moved later, and why. Everybody who sees the tender sees it."""

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="extensions")
    was_at = models.DateTimeField()
    to_at = models.DateTimeField()
    reason = models.TextField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=Q(to_at__gt=F("was_at")), name="deadline_moves_later")]
