"""What providers give: their profile once, questions, and bids that stay sealed until the deadline."""

import uuid

from django.db import models
from django.db.models import Q

from nearhome.market.models import Registration
from nearhome.people.models import Organisation
from nearhome.privacy.sealed import SealedTextField
from nearhome.tendering.models.cases import Procurement
from nearhome.tendering.models.lots import Lot


class ProviderProfile(models.Model):
    """What every tender asks of a provider, saved once and confirmed anew for each bid."""

    provider = models.OneToOneField(Organisation, models.PROTECT, related_name="+")
    answers = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=200)


class Clarification(models.Model):
    """A question about the tender and its answer, which every bidder reads. Who asked is kept elsewhere."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="clarifications")
    asked_at = models.DateTimeField()
    question = models.TextField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["asked_at", "id"]


class ClarificationAsker(models.Model):
    """Which provider asked: for that provider and the buyers alone. Written before the question itself."""

    clarification_key = models.UUIDField(unique=True)
    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")


class Bid(models.Model):
    """One bid of one registered establishment for one lot. Until the deadline only its provider sees that it exists."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="bids")
    lot = models.ForeignKey(Lot, models.PROTECT, related_name="bids")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="+")
    profile = models.JSONField(default=dict, help_text="The profile as it was confirmed for this bid")
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "registration"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_bid_of_an_establishment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.registration} for lot {self.lot.number}"


class BidAnswers(models.Model):
    """The quality envelope: answers by criterion, sealed in the database and opened at the deadline."""

    bid = models.OneToOneField(Bid, models.CASCADE, related_name="quality")
    answers = SealedTextField(help_text="JSON: places offered, and the words of the answer by number of the criterion")


class BidPrices(models.Model):
    """The price envelope: nobody but the bidder opens it before the lot's quality is locked."""

    bid = models.OneToOneField(Bid, models.CASCADE, related_name="price")
    prices = SealedTextField(help_text="JSON: number of the band to pence a week, and the open-book lines")


class Disqualification(models.Model):
    """A bid that is out, with the ground and the reason; also one withdrawn after the deadline."""

    bid = models.OneToOneField(Bid, models.PROTECT, related_name="disqualification")
    ground = models.CharField(max_length=40)
    reason = models.TextField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)
