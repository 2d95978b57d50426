"""What follows from scores and prices: a low price looked into, and the letter that each bidder gets."""

import uuid

from django.db import models
from django.db.models import Q

from nearhome.tendering.models.bids import Bid


class LowPriceQuery(models.Model):
    """A price that looked abnormally low: what the bidder was asked, what it answered, what was decided. For the buyers."""

    bid = models.OneToOneField(Bid, models.PROTECT, related_name="low_price_query")
    question = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When the answer was put on record")
    answered_by = models.CharField(max_length=200, blank=True, help_text="Who put it on record")
    is_accepted = models.BooleanField(null=True)
    decision_reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_accepted__isnull=True) | Q(decided_at__isnull=False, answered_at__isnull=False),
                name="low_price_decided_after_the_answer",
            )
        ]


class FeedbackLetter(models.Model):
    """What one bidder is told of its bid. Made anew until it is sent, never after; the bidder reads it once it is sent."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bid = models.OneToOneField(Bid, models.PROTECT, related_name="feedback_letter")
    words = models.JSONField(help_text="The letter as it is shown")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the words, so that a changed letter is seen")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.CharField(max_length=200, blank=True)
