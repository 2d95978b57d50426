"""What is asked for: lots with places by date, how bids are judged, which prices are asked."""

from django.db import models
from django.db.models import F, Q

from nearhome.market.models import KINDS
from nearhome.people.models import Organisation
from nearhome.tendering.models.cases import Procurement


class Lot(models.Model):
    """One part of a procurement that is bid for and awarded by itself. Fixed once the tender is published."""

    procurement = models.ForeignKey(Procurement, models.CASCADE, related_name="lots")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=24, choices=KINDS, blank=True, default="", help_text="Empty: the kind that the procurement buys"
    )
    needs = models.TextField(blank=True, help_text="Whose needs are to be met, in words that identify no child")
    area = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    min_age = models.PositiveSmallIntegerField(default=0)
    before_age = models.PositiveSmallIntegerField(default=18)
    wishes = models.TextField(blank=True, help_text="Of the place and its surroundings")
    most_places = models.PositiveIntegerField(null=True, blank=True, help_text="Empty: as many as are admitted")
    most_suppliers = models.PositiveSmallIntegerField(null=True, blank=True)
    step_across = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", help_text="The lot a child may step across to"
    )
    price_formula = models.CharField(max_length=20, default="lowest_ratio")
    least_quality = models.DecimalField(
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        help_text="Per cent of the quality marks below which a bid fails",
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["procurement", "number"], name="lot_numbered_once"),
            models.CheckConstraint(condition=Q(min_age__lt=F("before_age")), name="lot_ages_not_empty"),
        ]

    def __str__(self) -> str:
        return f"Lot {self.number}: {self.name}"

    @property
    def kind_bought(self) -> str:
        """The kind of place that this lot buys."""
        return self.kind or self.procurement.kind

    @property
    def kind_words(self) -> str:
        """The same in words."""
        return dict(KINDS)[self.kind_bought]


class LotPlaces(models.Model):
    """How many places in all are wanted by a day."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="places_wanted")
    by_on = models.DateField()
    in_all = models.PositiveIntegerField()

    class Meta:
        ordering = ["by_on"]
        constraints = [models.UniqueConstraint(fields=["lot", "by_on"], name="lot_places_once_on_a_day")]


class LotBenchmark(models.Model):
    """What the same would cost bought singly. For the buyers alone: bidders do not learn it."""

    lot = models.OneToOneField(Lot, models.CASCADE, related_name="benchmark")
    spot_weekly_pence = models.BigIntegerField()
    source = models.CharField(max_length=300)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(spot_weekly_pence__gt=0), name="benchmark_is_a_price")]


class PriceBand(models.Model):
    """One price that a bid must give: for ages and a category of need, with the weeks it is expected to be bought for."""

    lot = models.ForeignKey(Lot, models.CASCADE, related_name="bands")
    position = models.PositiveSmallIntegerField()
    label = models.CharField(max_length=120)
    category = models.CharField(max_length=20, default="standard")
    min_age = models.PositiveSmallIntegerField(default=0)
    before_age = models.PositiveSmallIntegerField(default=18)
    forecast_weeks = models.DecimalField(max_digits=10, decimal_places=2, default=1)
    most_weekly_pence = models.BigIntegerField(null=True, blank=True, help_text="Published cap; a bid above it fails")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["lot", "position"], name="band_once"),
            models.CheckConstraint(condition=Q(min_age__lt=F("before_age")), name="band_ages_not_empty"),
            models.CheckConstraint(condition=Q(forecast_weeks__gte=0), name="band_weeks_not_negative"),
        ]


class AwardCriterion(models.Model):
    """One node of the tree by which bids are judged. The weights of the children of every node sum to 100."""

    class Kind(models.TextChoices):
        SECTION = "section", "Section"
        QUESTION = "question", "Question, scored"
        PASS = "pass", "Question, pass or fail"
        PRICE = "price", "Price"

    procurement = models.ForeignKey(Procurement, models.CASCADE, related_name="criteria")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    title = models.CharField(max_length=200)
    words = models.TextField(blank=True, help_text="The question as bidders read it")
    weight = models.DecimalField(max_digits=6, decimal_places=3, default=0, help_text="Per cent of its parent")
    least_score = models.PositiveSmallIntegerField(null=True, blank=True, help_text="A lower consensus fails the bid")
    most_words = models.PositiveIntegerField(default=750)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(weight__gte=0) & Q(weight__lte=100), name="weight_in_per_cent")
        ]

    def __str__(self) -> str:
        return self.title
