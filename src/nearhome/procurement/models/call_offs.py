"""Placements called off from contracts, steps passed over, and waivers. None of these rows says who the child is."""

import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.market.models import Registration
from nearhome.people.models import Organisation
from nearhome.procurement.models.blocks import BlockContract
from nearhome.procurement.models.frameworks import FrameworkSupplier, RateLine


class CallOffSkip(models.Model):
    """One step of the order of asking was passed over in one search, and why."""

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    thread = models.UUIDField(help_text="The search: the key of its referral")
    step = models.CharField(max_length=20, help_text="own, block, framework-2 …")
    reason = models.TextField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "step"], name="passed_over_once")]


class CallOffWaiver(models.Model):
    """Leave to buy outside a contract, or from it without the competition it asks for. Granted by somebody else."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    thread = models.UUIDField()
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    why_owed = models.TextField()
    ground = models.CharField(max_length=30)
    narrative = models.TextField()
    value_pence = models.BigIntegerField(help_text="Whole life of this placement")
    bought_before_pence = models.BigIntegerField(help_text="From the same provider on waivers in the year before")
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    asked_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    is_granted = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=F("asked_by_id")),
                name="a_waiver_is_granted_by_somebody_else",
            ),
            models.UniqueConstraint(fields=["thread"], condition=Q(decided_at__isnull=True), name="one_waiver_waits"),
        ]


class CallOff(models.Model):
    """A placement bought: by which route, how the home was chosen, at what price against which rate."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    thread = models.UUIDField()
    booking_key = models.UUIDField(unique=True)
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="+")
    route = models.CharField(max_length=10)
    method = models.CharField(max_length=20)
    method_words = models.TextField()
    supplier = models.ForeignKey(FrameworkSupplier, models.PROTECT, null=True, blank=True, related_name="call_offs")
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    rate_line = models.ForeignKey(RateLine, models.PROTECT, null=True, blank=True, related_name="call_offs")
    category = models.CharField(max_length=20, blank=True, help_text="Of need, as said when the home was asked")
    age_years = models.PositiveSmallIntegerField(null=True, blank=True, help_text="On the first day, for the age band")
    block = models.ForeignKey(BlockContract, models.PROTECT, null=True, blank=True, related_name="call_offs")
    waiver = models.ForeignKey(CallOffWaiver, models.PROTECT, null=True, blank=True, related_name="call_offs")
    passed_over = models.JSONField(default=list, help_text="Steps before this one: step, words, reason")
    starts_on = models.DateField()
    expected_ends_on = models.DateField(null=True, blank=True)
    weekly_price_pence = models.BigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(weekly_price_pence__gt=0), name="call_off_has_a_price")]
