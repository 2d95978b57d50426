"""Frameworks: who may call off, who is admitted in which tier, at which rates."""

import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.market.models import KINDS, Registration
from nearhome.people.models import Organisation


class Framework(models.Model):
    """An agreement that placements are called off from, tier by tier, at prices agreed beforehand."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, choices=KINDS)
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)


class FrameworkParty(models.Model):
    """An authority that may call off from a framework."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["framework", "organisation"], name="party_once")]


class FrameworkSupplier(models.Model):
    """A registration admitted to a framework, in a tier."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="suppliers")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="framework_places")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField()
    suspended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["framework", "registration"], name="supplier_once")]


class RateLine(models.Model):
    """A price a supplier is bound to, by age band and category, for a period. Confidential between providers."""

    supplier = models.ForeignKey(FrameworkSupplier, models.CASCADE, related_name="rates")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    category = models.CharField(max_length=20, default="standard")
    min_age = models.PositiveSmallIntegerField(default=0)
    before_age = models.PositiveSmallIntegerField(default=18)
    weekly_price_pence = models.BigIntegerField()
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(min_age__lt=F("before_age")), name="age_band_not_empty"),
            models.CheckConstraint(condition=Q(weekly_price_pence__gt=0), name="rate_is_a_price"),
        ]
