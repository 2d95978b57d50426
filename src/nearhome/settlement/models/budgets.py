"""What an authority means to spend on each of its service lines, and what it holds blocks against."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from nearhome.people.models import Organisation
from nearhome.procurement.models import BlockContract


class ServiceLine(models.Model):
    """A line of an authority's budget, by the authority's own name for it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["authority", "name"], name="one_service_line_of_a_name")]

    def __str__(self) -> str:
        return self.name


class LineRule(models.Model):
    """From a month on, what goes to a line; empty means any. A change is a new row."""

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="rules")
    starts_on = models.DateField()
    contract = models.ForeignKey(BlockContract, models.PROTECT, null=True, related_name="+")
    route = models.CharField(max_length=10, blank=True)
    home_kind = models.CharField(max_length=24, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [models.CheckConstraint(condition=Q(starts_on__day=1), name="line_rule_begins_a_month")]


class Budget(models.Model):
    """One version of a line's budget for a financial year, with what it is in each month, April first."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="budgets")
    year = models.PositiveSmallIntegerField(help_text="The year in whose April it begins")
    version = models.PositiveSmallIntegerField()
    pence = models.BigIntegerField()
    phasing = models.CharField(max_length=5)
    months_pence = ArrayField(models.BigIntegerField(), size=12)
    reason = models.TextField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["year", "version"]
        constraints = [
            models.UniqueConstraint(fields=["line", "year", "version"], name="one_budget_version"),
            models.CheckConstraint(condition=Q(pence__gte=0), name="budget_not_below_nought"),
        ]


class BudgetPart(models.Model):
    """What of a budget is meant for one kind of provision: weeks at a weekly price, or money without nights."""

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    budget = models.ForeignKey(Budget, models.PROTECT, related_name="parts")
    kind = models.CharField(max_length=12)
    weeks = models.DecimalField(max_digits=8, decimal_places=2)
    weekly_price_pence = models.BigIntegerField()
    pence = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["budget", "kind"], name="one_budget_part_of_a_kind")]


class ExpectedPlacements(models.Model):
    """Placements that nobody has booked but a finance officer counts on: an assumption, with its reason, until withdrawn."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    line = models.ForeignKey(ServiceLine, models.PROTECT, related_name="expected")
    kind = models.CharField(max_length=12)
    children = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_before = models.DateField()
    weekly_price_pence = models.BigIntegerField()
    reason = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__lt=F("ends_before")), name="expected_placements_last"),
            models.CheckConstraint(
                condition=Q(children__gt=0, weekly_price_pence__gt=0), name="expected_placements_cost_something"
            ),
        ]


class SpotBenchmark(models.Model):
    """What an authority holds a block against, from a month on, and where the figure comes from."""

    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    contract = models.ForeignKey(BlockContract, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    weekly_price_pence = models.BigIntegerField()
    source = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(weekly_price_pence__gt=0), name="spot_benchmark_is_a_price"),
            models.CheckConstraint(condition=Q(starts_on__day=1), name="spot_benchmark_begins_a_month"),
        ]
