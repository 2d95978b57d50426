"""Changing a running block, and ending it early: asked by one, agreed by others."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models

from nearhome.procurement.models.blocks import BlockContract, BlockPlace

TRIGGERS = [
    ("occupancy", "Occupancy has been too low, or too high, for weeks"),
    ("need", "The need has changed"),
    ("performance", "The provider’s performance"),
]
GROUNDS_OF_ENDING = [
    ("notice", "By notice, as the contract allows"),
    ("break", "On a break date of the contract"),
    ("agreed", "By agreement with the provider"),
    ("breach", "The provider broke the contract"),
    ("registration", "The registration was cancelled or suspended"),
]


class BlockAdjustment(models.Model):
    """A request to change the contracted beds from a day, with its evidence and how its regime allows it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="adjustments")
    starts_on = models.DateField()
    beds = models.PositiveSmallIntegerField()
    beds_before = models.PositiveSmallIntegerField()
    trigger = models.CharField(max_length=12, choices=TRIGGERS)
    evidence = models.TextField()
    occupancy_bp = models.PositiveSmallIntegerField(null=True, blank=True)
    weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    leaving = ArrayField(models.BigIntegerField(), default=list, blank=True, help_text="Block places that leave")
    ground = models.CharField(max_length=16, blank=True, help_text="Regulation 72, for a contract under PCR 2015")
    change_bp = models.PositiveIntegerField(null=True, blank=True, help_text="Of the original value; None: not priced")
    change_pence = models.BigIntegerField(null=True, blank=True, help_text="Of the term, up or down; None: not priced")
    regime_words = models.CharField(max_length=400)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    asked_by_person_id = models.BigIntegerField()


class BlockAdjustmentAnswer(models.Model):
    """What one side said to it: the provider first, then an approver of the host."""

    SIDES = [("provider", "Provider"), ("host", "Host")]

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="+")
    adjustment = models.ForeignKey(BlockAdjustment, models.CASCADE, related_name="answers")
    side = models.CharField(max_length=8, choices=SIDES)
    agrees = models.BooleanField()
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    by_person_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["adjustment", "side"], name="one_answer_of_a_side")]


class BlockEnding(models.Model):
    """A proposal to end the block early: its ground, the notice, and the plan for every place."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="endings")
    ground = models.CharField(max_length=12, choices=GROUNDS_OF_ENDING)
    reasons = models.TextField()
    notice_on = models.DateField()
    ends_before = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    asked_by_person_id = models.BigIntegerField()


class BlockEndingPlace(models.Model):
    """What becomes of one place when the block ends. It never names a child."""

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="+")
    ending = models.ForeignKey(BlockEnding, models.CASCADE, related_name="places")
    block_place = models.ForeignKey(BlockPlace, models.CASCADE, related_name="+")
    plan = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ending", "block_place"], name="one_plan_for_a_place")]


class BlockEndingDecision(models.Model):
    """An approver's yes or no, never of the person who asked."""

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="+")
    ending = models.OneToOneField(BlockEnding, models.CASCADE, related_name="decision")
    agrees = models.BooleanField()
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=200)
    by_person_id = models.BigIntegerField()
