"""Frameworks: who may call off, who is admitted in which tier, at which rates."""

import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.market.models import KINDS, Registration
from nearhome.people.models import Organisation


class Framework(models.Model):
    """An agreement that placements are called off from, tier by tier, at prices agreed beforehand."""

    class Regime(models.TextChoices):
        PA23 = "PA23", "Procurement Act 2023"
        PCR2015 = "PCR2015", "Public Contracts Regulations 2015"
        PSR2023 = "PSR2023", "Provider Selection Regime 2023"

    class Form(models.TextChoices):
        CLOSED = "closed", "Closed framework"
        OPEN = "open", "Open framework"
        FLEXIBLE = "flexible", "Light-touch framework that reopens"
        MARKET = "market", "Dynamic market"
        PCR_FRAMEWORK = "pcr_framework", "Framework of the 2015 Regulations"
        PCR_DPS = "pcr_dps", "Dynamic purchasing system of the 2015 Regulations"
        LIST = "list", "Approved or qualified list"

    class BirthdayRule(models.TextChoices):
        BIRTHDAY = "birthday", "The price of the next band applies from the birthday"
        REVIEW = "review", "The price of the next band applies from the first review after the birthday"
        NEVER = "never", "The band at the start of the placement applies to the end"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, choices=KINDS)
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    regime = models.CharField(max_length=8, choices=Regime, default=Regime.PA23)
    light_touch = models.BooleanField(default=True)
    form = models.CharField(max_length=16, choices=Form, default=Form.FLEXIBLE)
    reference = models.CharField(max_length=100, blank=True, help_text="Of the notice or the decision")
    term_justification = models.TextField(blank=True, help_text="Why it lasts longer than its law usually allows")
    extension_months = models.PositiveSmallIntegerField(default=0, help_text="By how much in all it may be extended")
    price_firm_until = models.DateField(null=True, blank=True, help_text="No uplift takes effect before this day")
    birthday_rule = models.CharField(max_length=8, choices=BirthdayRule, default=BirthdayRule.BIRTHDAY)
    vote_quorum_percent = models.PositiveSmallIntegerField(
        default=50, help_text="Of those who may vote on an uplift, how many must take part"
    )
    estimated_value_pence = models.BigIntegerField(null=True, blank=True, help_text="Whole term, with VAT")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(vote_quorum_percent__gte=1, vote_quorum_percent__lte=100), name="quorum_is_a_share"
            )
        ]

    def __str__(self) -> str:
        return self.name


class FrameworkParty(models.Model):
    """An authority that may call off from a framework."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["framework", "organisation"], name="party_once")]


class FrameworkSupplier(models.Model):
    """A registration admitted to a framework, in a tier. `tier` is the one it was admitted to: see TierMove."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="suppliers")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="framework_places")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField()
    admitted_from = models.DateField(null=True, blank=True, help_text="None: from the start of the framework")
    ends_before = models.DateField(null=True, blank=True, help_text="Passed to another provider, or left")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["framework", "registration"], condition=Q(ends_before__isnull=True), name="supplier_once"
            )
        ]


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
            models.UniqueConstraint(
                fields=["supplier", "category", "min_age", "before_age", "starts_on"],
                name="one_rate_of_a_band_on_a_day",
            ),
        ]
