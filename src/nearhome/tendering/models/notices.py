"""Notices as they were published, and what happened from which they count where no other record says it."""

import uuid

from django.db import models
from django.db.models import Q

from nearhome.people.models import Organisation
from nearhome.tendering.models.cases import Procurement


class Notice(models.Model):
    """A notice that was published, with what it said. Written once: a correction is a new one that supersedes it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    procurement = models.ForeignKey(Procurement, models.PROTECT, null=True, blank=True, related_name="notices")
    code = models.CharField(max_length=12)
    about = models.CharField(max_length=80, blank=True, help_text="Tells it apart from others of its code")
    due_on = models.DateField(null=True, blank=True)
    rule_id = models.CharField(max_length=20, blank=True)
    published_on = models.DateField()
    reference = models.CharField(max_length=60, help_text="As the place of publication numbers it")
    ocid = models.CharField(
        max_length=90, blank=True, help_text="The process number that the place of publication gave"
    )
    payload = models.JSONField(default=dict, help_text="The release as it stood, for the export")
    supersedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")
    why = models.CharField(max_length=300, blank=True, help_text="Why it replaces another")
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["published_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["procurement", "code", "about"],
                condition=Q(supersedes__isnull=True, procurement__isnull=False),
                name="first_notice_recorded_once",
            ),
            models.UniqueConstraint(
                fields=["authority", "code", "about"],
                condition=Q(supersedes__isnull=True, procurement__isnull=True),
                name="first_notice_of_authority_recorded_once",
            ),
            models.CheckConstraint(condition=Q(supersedes__isnull=True) | ~Q(why=""), name="a_correction_says_why"),
        ]


class NoticeFact(models.Model):
    """Something a notice counts from or depends on: a payment, a change, an end, or that there was engagement."""

    class Kind(models.TextChoices):
        ENGAGEMENT = "engagement", "Preliminary market engagement was carried out"
        USER_CHOICE = "user_choice", "Awarded directly on the ground of user choice"
        PAYMENT = "payment", "Payment over £30,000 with VAT was made"
        CHANGE = "change", "The contract is changed"
        SMALL_CHANGE = "small_change", "The contract is changed by no more than 10 per cent of value or term"
        PERFORMANCE = "performance", "Breach, or failure to improve performance"
        ENDED = "ended", "The contract ended"
        MARKET_ESTABLISHED = "market_established", "The dynamic market was established"
        MARKET_CHANGED = "market_changed", "The dynamic market was modified"
        MARKET_CEASED = "market_ceased", "The dynamic market ceased"
        LARGE_SPENDER = "large_spender", "Over £100 million is expected to be spent in the coming year"
        SMALL_SPENDER = "small_spender", "No more than £100 million is expected to be spent in the coming year"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    procurement = models.ForeignKey(Procurement, models.PROTECT, null=True, blank=True, related_name="notice_facts")
    kind = models.CharField(max_length=20, choices=Kind)
    on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["procurement", "kind", "on"],
                condition=Q(taken_back_at__isnull=True, procurement__isnull=False),
                name="notice_fact_once_on_a_day",
            ),
            models.UniqueConstraint(
                fields=["authority", "kind", "on"],
                condition=Q(taken_back_at__isnull=True, procurement__isnull=True),
                name="notice_fact_of_authority_once_on_a_day",
            ),
        ]
