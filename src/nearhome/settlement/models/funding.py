import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from nearhome.people.models import Organisation, Person
from nearhome.placements.models import Booking
from nearhome.settlement.models.months import Month

ELEMENTS = [
    ("accommodation", "Accommodation and care"),
    ("extra staffing", "Extra staffing"),
    ("education", "Education"),
    ("therapy", "Therapy"),
    ("transport", "Transport"),
    ("other", "Other"),
    ("one-off", "One-off amounts and credits"),
]
FUNDERS = [
    ("social care", "Social care"),
    ("education", "Education"),
    ("health", "Health"),
    ("grant", "Grant for unaccompanied children"),
]
# What lines of other kinds are called, so no amount may be.
RESERVED = [
    "", "accommodation", "extra staffing", "education", "therapy", "transport", "other", "variable", "guarantee",
    "lead_cost", "gain_share", "credit", "correction", "all",
]  # fmt: skip


class BookingAmount(models.Model):
    """An amount on one day of a stay besides its weekly price; below nought a credit. Taken back, never edited."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="amounts")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=30)
    on = models.DateField()
    pence = models.BigIntegerField()
    why = models.TextField()
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(pence=0), name="booking_amount_is_some_money"),
            models.CheckConstraint(condition=~Q(name__in=RESERVED), name="booking_amount_has_its_own_name"),
            models.UniqueConstraint(
                "booking", Lower("name"), "on", "pence", condition=Q(withdrawn_at__isnull=True),
                name="one_booking_amount_of_a_name_and_day",
            ),
        ]  # fmt: skip


class FundingSplit(models.Model):
    """From a day, which budgets of the payer pay an element of a stay. The newest row of an element and a day counts."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="+")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    element = models.CharField(max_length=20, blank=True, choices=ELEMENTS, help_text="Empty: each without its own")
    starts_on = models.DateField()
    why = models.TextField()
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["authority", "booking"])]
        ordering = ["starts_on", "id"]


class FundingShare(models.Model):
    """One budget's part of a split; the database refuses a split whose parts do not sum to 10,000."""

    split = models.ForeignKey(FundingSplit, models.PROTECT, related_name="shares")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    funder = models.CharField(max_length=12, choices=FUNDERS)
    basis_points = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["split", "funder"], name="one_funding_share_each"),
            models.CheckConstraint(condition=Q(basis_points__gt=0), name="funding_share_is_above_nought"),
        ]
        ordering = ["id"]


class LedgerCode(models.Model):
    """The authority's own code for what one budget pays of an element, from a month on."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    element = models.CharField(max_length=20, blank=True, choices=ELEMENTS, help_text="Empty: each without its own")
    funder = models.CharField(max_length=12, choices=FUNDERS)
    code = models.CharField(max_length=40)
    starts_on = models.DateField()
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(starts_on__day=1), name="ledger_code_begins_a_month"),
            models.CheckConstraint(condition=~Q(code=""), name="ledger_code_is_not_empty"),
        ]
        ordering = ["starts_on", "id"]


class BudgetEntry(models.Model):
    """What one budget of the payer bears of posted charges. Only ever added to: a change comes as a difference."""

    month = models.ForeignKey(Month, models.PROTECT, related_name="budget_entries")
    about_month = models.DateField(help_text="First day of the month the nights belong to")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    booking = models.ForeignKey(Booking, models.PROTECT, null=True, related_name="+")
    child_ref = models.CharField(max_length=30, blank=True)
    element = models.CharField(max_length=40, blank=True, help_text="As on the charge; empty: accommodation")
    funder = models.CharField(max_length=12, choices=FUNDERS)
    ledger_code = models.CharField(max_length=40, blank=True, help_text="Empty: no code was set")
    pence = models.BigIntegerField()
    words = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["authority", "about_month"]),
            models.Index(fields=["month", "authority"]),
            models.Index(fields=["booking"]),
        ]
