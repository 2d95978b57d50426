"""Uplift rounds: a rule for prices, its preview line by line, the vote, and what was applied."""

import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from nearhome.people.models import Organisation
from nearhome.procurement.models.blocks import BlockContract, BlockPrice
from nearhome.procurement.models.framework_life import Recorded
from nearhome.procurement.models.frameworks import Framework, RateLine
from nearhome.procurement.states.uplifts import CHOICES, UpliftState


def _percent() -> "models.DecimalField[Any, Any]":
    return models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)


class UpliftRound(models.Model):
    """One round for one framework or one block."""

    class Rule(models.TextChoices):
        NONE = "none", "No change"
        FIXED = "fixed", "A fixed percentage"
        ADDITION = "addition", "A fixed amount"
        LOWER_OF = "lower_of", "The lower of the index and a cap"
        COLLAR = "collar", "The index, between a floor and a cap"
        NEGOTIATED = "negotiated", "A price agreed for each line"

    class AppliesTo(models.TextChoices):
        NEW = "new", "New placements only"
        ALL = "all", "All placements"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(Framework, models.PROTECT, null=True, blank=True, related_name="uplifts")
    block = models.ForeignKey(BlockContract, models.PROTECT, null=True, blank=True, related_name="uplifts")
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=10, choices=Rule)
    percent = _percent()
    addition_pence = models.BigIntegerField(null=True, blank=True)
    index_name = models.CharField(max_length=60, blank=True)
    index_month = models.DateField(null=True, blank=True, help_text="First day of the month it is for")
    index_percent = _percent()
    index_source = models.CharField(max_length=300, blank=True)
    cap_percent = _percent()
    floor_percent = _percent()
    applies_to = models.CharField(max_length=4, choices=AppliesTo)
    effective_on = models.DateField()
    words = models.TextField(help_text="Why: what providers showed of their costs")
    agreed = models.JSONField(default=dict, help_text="Negotiated: row of the price → pence a week")
    state = models.CharField(max_length=10, choices=CHOICES, default=UpliftState.PROPOSED.value)
    version = models.PositiveIntegerField(default=1)
    proposed_at = models.DateTimeField()
    proposed_by_id = models.BigIntegerField()
    proposed_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(framework__isnull=True, block__isnull=False)
                | Q(framework__isnull=False, block__isnull=True),
                name="uplift_of_one_contract",
            )
        ]


class UpliftMove(Recorded):
    """State is a row: who moved the round, when and why."""

    round = models.ForeignKey(UpliftRound, models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10, choices=CHOICES)
    by_person_id = models.BigIntegerField()
    why = models.TextField(blank=True)


class UpliftLine(models.Model):
    """One price in the preview of a round, before and after. A new preview has rows of its own."""

    round = models.ForeignKey(UpliftRound, models.PROTECT, related_name="lines")
    preview = models.PositiveSmallIntegerField()
    rate = models.ForeignKey(RateLine, models.PROTECT, null=True, blank=True, related_name="+")
    block_price = models.ForeignKey(BlockPrice, models.PROTECT, null=True, blank=True, related_name="+")
    before_pence = models.BigIntegerField()
    after_pence = models.BigIntegerField()
    kept_why = models.CharField(max_length=300, blank=True, help_text="Why it stays as it is; empty if it changes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "preview", "rate"], name="each_rate_once_in_a_preview"),
            models.UniqueConstraint(
                fields=["round", "preview", "block_price"], name="each_block_price_once_in_a_preview"
            ),
            models.CheckConstraint(condition=Q(after_pence__gt=0), name="uplifted_price_is_a_price"),
        ]


class UpliftCost(models.Model):
    """What a preview costs one authority in the first year, and what that was worked out from: counted or typed.

    A new preview has rows of its own, so what was voted on stays as it was.
    """

    round = models.ForeignKey(UpliftRound, models.PROTECT, related_name="costs")
    preview = models.PositiveSmallIntegerField()
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    placements = models.PositiveIntegerField(
        null=True, blank=True, help_text="Those it reaches; empty if weeks were typed"
    )
    nights = models.PositiveIntegerField(help_text="In the first year: counted, or seven for each week typed")
    nights_on_record = models.PositiveIntegerField(
        null=True, blank=True, help_text="Beside typed weeks: bought in the twelve months before in new placements"
    )
    more_pence = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "preview", "authority"], name="each_authority_once_in_a_preview"),
            models.CheckConstraint(
                condition=Q(placements__isnull=True) | Q(nights_on_record__isnull=True), name="counted_or_typed"
            ),
        ]


class UpliftVote(Recorded):
    """The outcome of the vote, with its minutes; `ballot_key` names the ballot where it was held as one."""

    round = models.OneToOneField(UpliftRound, models.PROTECT, related_name="vote")
    ballot_key = models.UUIDField(null=True, blank=True)
    carried = models.BooleanField()
    votes_for = models.PositiveSmallIntegerField()
    votes_against = models.PositiveSmallIntegerField()
    abstained = models.PositiveSmallIntegerField(default=0)
    voted_on = models.DateField()
    minutes = models.TextField()
