"""What was decided for each lot, what each bidder was told, what an extension changed, why a procurement was given up.

All of it is written once and never changed.
"""

from django.db import models

from nearhome.people.models import Organisation
from nearhome.procurement.models import Framework
from nearhome.tendering.models.awards import Award, LotResult
from nearhome.tendering.models.bids import Bid
from nearhome.tendering.models.cases import Procurement
from nearhome.tendering.models.lots import Lot


class LotDecision(models.Model):
    """What an award does with one lot: by which rule it goes to whom, or why to nobody; and whether it is affordable."""

    award = models.ForeignKey(Award, models.PROTECT, related_name="lot_decisions")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="+")
    result = models.ForeignKey(LotResult, models.PROTECT, null=True, blank=True, related_name="+")
    is_awarded = models.BooleanField()
    ground = models.CharField(max_length=40, blank=True, help_text="Why it is not awarded")
    reason = models.TextField(blank=True)
    right_reserved = models.BooleanField(default=False, help_text="The tender reserved the right not to award")
    rule = models.JSONField(
        default=dict, help_text="The published rule: sizes of tiers, or how places go down the ranking"
    )
    places_wanted = models.PositiveIntegerField(null=True, blank=True)
    places_unfilled = models.PositiveIntegerField(null=True, blank=True)
    shown = models.JSONField(default=dict, help_text="Every bid with its rank, and what it gets and why; affordability")

    class Meta:
        ordering = ["lot__number"]
        constraints = [models.UniqueConstraint(fields=["award", "lot"], name="a_lot_is_decided_once")]


class BidOutcome(models.Model):
    """What a bidder was told about its own bid. The newest counts."""

    class Outcome(models.TextChoices):
        WON = "won", "Successful"
        NOT_WON = "not_won", "Not successful"
        NOT_AWARDED = "not_awarded", "The lot was not awarded"
        OUT = "out", "Not considered"
        ABANDONED = "abandoned", "The procurement was abandoned"

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="outcomes")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome)
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    places = models.PositiveIntegerField(null=True, blank=True)
    words = models.TextField(blank=True)
    told_at = models.DateTimeField()
    told_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["told_at", "id"]


class AwardExtension(models.Model):
    """A direct award that lets a framework go on: the end it had, the end it gets, and what was added up."""

    award = models.OneToOneField(Award, models.PROTECT, related_name="extension")
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="+")
    ended_before = models.DateField()
    ends_before = models.DateField()
    cumulative_pence = models.BigIntegerField(help_text="Of direct awards and extensions of the same, with this one")


class Abandonment(models.Model):
    """Why a procurement was given up, and whether a termination notice is due."""

    procurement = models.OneToOneField(Procurement, models.PROTECT, related_name="abandonment")
    ground = models.CharField(max_length=40)
    reason = models.TextField()
    needs_notice = models.BooleanField(help_text="UK12, as soon as possible")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)
