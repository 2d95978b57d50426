"""What the ranking came to, who recommended and who approved an award, and to whom it goes."""

import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.market.models import Registration
from nearhome.people.models import Organisation
from nearhome.procurement.models import BlockContract, FrameworkSupplier
from nearhome.tendering.models.bids import Bid
from nearhome.tendering.models.cases import Procurement
from nearhome.tendering.models.lots import Lot


class LotResult(models.Model):
    """The ranking of a lot as it was worked out after its quality was locked, with everything that went in.

    `result["ranking"]` lists bids, best first: bid, rank, passed, fails, total, quality, price (marks as text), and
    weekly_pence (the basket's mean price).
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="results")
    inputs = models.JSONField()
    result = models.JSONField()
    worked_out_at = models.DateTimeField()
    worked_out_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["worked_out_at", "id"]


class Award(models.Model):
    """A recommendation to award, and what became of it. Nobody approves their own."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="awards")
    is_direct = models.BooleanField(default=False, help_text="Without competition, on a ground")
    ground = models.CharField(max_length=40, blank=True)
    narrative = models.TextField(blank=True)
    legal_approver = models.CharField(max_length=200, blank=True)
    words = models.TextField(blank=True, help_text="Why these")
    affordability = models.JSONField(default=dict, help_text="Against spot, as it stood when recommended")
    value_pence = models.BigIntegerField(null=True, blank=True, help_text="Whole term")
    recommended_at = models.DateTimeField()
    recommended_by = models.CharField(max_length=200)
    recommended_by_id = models.BigIntegerField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=200, blank=True)
    decided_by_id = models.BigIntegerField(null=True, blank=True)
    is_approved = models.BooleanField(null=True)
    decision_reason = models.TextField(blank=True)
    notice_on = models.DateField(null=True, blank=True, help_text="Award notice published; standstill counts from it")
    standstill_ends_on = models.DateField(null=True, blank=True)
    contracted_on = models.DateField(null=True, blank=True)
    standstill = models.JSONField(default=dict, help_text="The rule that gave the last day, with its source")
    told_at = models.DateTimeField(null=True, blank=True, help_text="Every bidder was told its outcome")

    class Meta:
        ordering = ["recommended_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by_id__isnull=True) | ~Q(decided_by_id=F("recommended_by_id")),
                name="approver_is_not_who_recommended",
            ),
            models.CheckConstraint(
                condition=Q(is_approved__isnull=True) | Q(decided_at__isnull=False), name="award_decided_by_somebody"
            ),
        ]


class AwardLine(models.Model):
    """One winner of one lot: its rank, tier and places, and the contract it became."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="lines")
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, blank=True, related_name="+")
    bid = models.ForeignKey(Bid, models.PROTECT, null=True, blank=True, related_name="award_lines")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="+")
    rank = models.PositiveSmallIntegerField(default=1)
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    places = models.PositiveIntegerField(null=True, blank=True)
    prices = models.JSONField(default=list, help_text="category, min_age, before_age, weekly_pence")
    supplier = models.ForeignKey(FrameworkSupplier, models.PROTECT, null=True, blank=True, related_name="+")
    block = models.ForeignKey(BlockContract, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["lot__number", "rank", "id"]
