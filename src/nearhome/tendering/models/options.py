"""The options appraisal: ways to buy, weighed by criteria, one recommended; a completed version never changes."""

import uuid

from django.db import models
from django.db.models import Q

from nearhome.tendering.models.cases import Procurement


class OptionsAppraisal(models.Model):
    """One version of the appraisal of a procurement. It is a draft until a `CompletedAppraisal` freezes it."""

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="appraisals")
    number = models.PositiveSmallIntegerField()
    question = models.CharField(max_length=300)
    source = models.TextField(blank=True, help_text="Where its words and scores come from, if from an example")
    change = models.PositiveIntegerField(default=1, help_text="Rises on every change: two people cannot both win")
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=200)
    why = models.CharField(max_length=500, blank=True, help_text="Why there is a new version")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["procurement", "number"], name="appraisal_numbered_once")]


class AppraisalOption(models.Model):
    """One way to buy, or not to: its law, cost and risk, and why it was or was not recommended."""

    class Kind(models.TextChoices):
        SPOT = "spot", "Do nothing new: buy placement by placement"
        FRAMEWORK = "framework", "A new framework"
        LIST = "list", "A qualified provider list or dynamic market"
        BLOCK = "block", "A block contract"
        REGIONAL = "regional", "Join a regional arrangement"
        OWN = "own", "Own provision"
        OTHER = "other", "Something else"

    class Lawful(models.TextChoices):
        UNASKED = "unasked", "No legal view yet"
        LAWFUL = "lawful", "Lawful"
        DOUBTFUL = "doubtful", "Doubtful"
        UNLAWFUL = "unlawful", "Not lawful: ruled out"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appraisal = models.ForeignKey(OptionsAppraisal, models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120)
    words = models.TextField(blank=True)
    lawful = models.CharField(max_length=8, choices=Lawful, default=Lawful.UNASKED)
    legal_view = models.TextField(blank=True)
    cost_pence = models.BigIntegerField(null=True, blank=True, help_text="Whole term; empty means not known")
    cost_words = models.TextField(blank=True, help_text="How the cost was worked out, or why it is not known")
    risk = models.TextField(blank=True)
    is_recommended = models.BooleanField(default=False)
    reason = models.TextField(blank=True, help_text="Why it is recommended, or why it was rejected")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "name"], name="option_named_once"),
            models.UniqueConstraint(
                fields=["appraisal"], condition=Q(is_recommended=True), name="one_option_recommended"
            ),
            models.CheckConstraint(
                condition=Q(cost_pence__isnull=True) | Q(cost_pence__gte=0), name="option_cost_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(is_recommended=False) | ~Q(lawful="unlawful"), name="nothing_unlawful_recommended"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AppraisalCriterion(models.Model):
    """What options are judged by, with its weight in per cent."""

    appraisal = models.ForeignKey(OptionsAppraisal, models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    words = models.CharField(max_length=500, blank=True)
    weight = models.DecimalField(max_digits=5, decimal_places=2)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            # Deferred, so that two criteria may exchange names in one save.
            models.UniqueConstraint(
                fields=["appraisal", "name"],
                name="appraisal_criterion_named_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(weight__gt=0) & Q(weight__lte=100), name="appraisal_weight_in_per_cent"),
        ]


class OptionScore(models.Model):
    """0 to 5 for one option in one criterion, with the evidence."""

    option = models.ForeignKey(AppraisalOption, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(AppraisalCriterion, models.CASCADE, related_name="scores")
    points = models.PositiveSmallIntegerField()
    evidence = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["option", "criterion"], name="option_scored_once"),
            models.CheckConstraint(condition=Q(points__lte=5), name="option_score_on_the_scale"),
        ]


class CompletedAppraisal(models.Model):
    """A version as it was completed: every word, score and result, as plain data. Written once."""

    appraisal = models.OneToOneField(OptionsAppraisal, models.PROTECT, related_name="completed")
    content = models.JSONField()
    result = models.JSONField()
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)
