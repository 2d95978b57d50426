"""What happens to a framework while it lives: dated rows, never edits."""

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from nearhome.people.models import Organisation
from nearhome.procurement.models.frameworks import Framework, FrameworkSupplier


class Recorded(models.Model):
    """Who wrote a row, and when."""

    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        abstract = True


class FrameworkTier(Recorded):
    """How long suppliers of a tier have to answer before the next is asked, and how one is chosen; from a day."""

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="tiers")
    tier = models.PositiveSmallIntegerField()
    response_hours = models.PositiveSmallIntegerField()
    emergency_hours = models.PositiveSmallIntegerField()
    selection_rule = models.TextField(help_text="As published: the objective rule by which a supplier is chosen")
    starts_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["framework", "tier", "starts_on"], name="one_rule_of_a_tier_on_a_day"),
            models.CheckConstraint(
                condition=Q(response_hours__gt=0, emergency_hours__gt=0, emergency_hours__lte=F("response_hours")),
                name="emergency_answers_are_not_slower",
            ),
        ]


class FrameworkExtension(Recorded):
    """The end of a framework moved later, with the end it had before."""

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="extensions")
    earlier_end = models.DateField()
    ends_before = models.DateField()
    words = models.TextField()
    exception_words = models.TextField(blank=True, help_text="Why it goes on past the longest term of its law")
    exception_approved_by = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_before__gt=F("earlier_end")), name="extension_is_later"),
            models.CheckConstraint(
                condition=Q(exception_words="", exception_approved_by="")
                | (~Q(exception_words="") & ~Q(exception_approved_by="")),
                name="an_exception_is_approved",
            ),
            models.UniqueConstraint(fields=["framework", "earlier_end"], name="extended_once_from_an_end"),
        ]


class TierMove(Recorded):
    """A supplier stands in another tier from a day."""

    supplier = models.ForeignKey(FrameworkSupplier, models.PROTECT, related_name="tier_moves")
    tier = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    words = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["supplier", "starts_on"], name="one_tier_on_a_day")]


class Suspension(Recorded):
    """Days on which a supplier is not offered placements. Its return is the day the suspension ends before."""

    class Ground(models.TextChoices):
        JUDGEMENT = "judgement", "Its inspection judgement"
        CONDUCT = "conduct", "Its conduct"
        FINANCIAL = "financial", "Its finances"
        OWN_REQUEST = "own_request", "Its own request"

    supplier = models.ForeignKey(FrameworkSupplier, models.PROTECT, related_name="suspensions")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)
    ground = models.CharField(max_length=12, choices=Ground)
    words = models.TextField()
    return_words = models.TextField(blank=True)
    returned_by_name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_before__isnull=True) | Q(ends_before__gte=F("starts_on")), name="suspension_in_order"
            ),
            ExclusionConstraint(
                name="suspended_once_at_a_time",
                expressions=[
                    (
                        Func(F("supplier_id"), F("supplier_id"), Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    (Func(F("starts_on"), F("ends_before"), function="daterange"), RangeOperators.OVERLAPS),
                ],
            ),
        ]


class SupplierTransfer(Recorded):
    """A home passed to another provider: the old admission ends, the new one begins, and who consented."""

    supplier = models.OneToOneField(FrameworkSupplier, models.PROTECT, related_name="passed_on")
    successor = models.OneToOneField(FrameworkSupplier, models.PROTECT, related_name="came_from")
    passes_on = models.DateField()
    keeps_rates = models.BooleanField()
    consent_words = models.TextField(help_text="Who consented for the authorities, when, and on what conditions")


class ReopeningWindow(Recorded):
    """Days on which a framework takes newcomers, lower prices, or both. Published, so everybody may know."""

    class Admits(models.TextChoices):
        NEWCOMERS = "newcomers", "New entrants"
        PRICES = "prices", "Lower prices of those admitted"
        BOTH = "both", "New entrants and lower prices"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="windows")
    opens_on = models.DateField()
    closes_before = models.DateField()
    admits = models.CharField(max_length=10, choices=Admits)
    words = models.TextField(blank=True, help_text="What applicants must show, as published")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_before__gt=F("opens_on")), name="window_in_order"),
            models.UniqueConstraint(fields=["framework", "opens_on", "admits"], name="opened_once_on_a_day"),
        ]


class FrameworkApplication(Recorded):
    """A provider asks to be admitted with a registration, or offers lower prices, while the framework is open again."""

    class Kind(models.TextChoices):
        ADMISSION = "admission", "Admission"
        PRICES = "prices", "Lower prices"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="applications")
    window = models.ForeignKey(ReopeningWindow, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    registration = models.ForeignKey("market.Registration", models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    lines = models.JSONField(help_text="[{category, min_age, before_age, weekly_price_pence}]")
    words = models.TextField(blank=True)


class ApplicationDecision(Recorded):
    """What became of an application: written once."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    application = models.OneToOneField(FrameworkApplication, models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=Outcome)
    starts_on = models.DateField(null=True, blank=True)
    words = models.TextField(blank=True)
