import uuid

from django.db import models
from django.db.models import Q

from nearhome.market.models import Place
from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation, Person
from nearhome.placements.models import Booking
from nearhome.procurement.models import BlockContract
from nearhome.settlement.states import MonthState


class Month(models.Model):
    """One month of one partnership, from draft to closed; a closed month is never changed."""

    State = MonthState

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="months")
    starts_on = models.DateField()
    state = models.CharField(max_length=8, choices=MonthState, default=MonthState.DRAFT)
    worked_out_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "starts_on"], name="one_month_per_partnership"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("checked_by")),
                name="a_month_is_approved_by_somebody_else",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "closing", "closed"))
                | Q(approved_by__isnull=False, checked_by__isnull=False),
                name="a_month_is_checked_and_approved_before_it_closes",
            ),
        ]


class Charge(models.Model):
    """Nights that became money: who pays, for which place, why. Late facts come as differences in a later month."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    month = models.ForeignKey(Month, models.PROTECT, related_name="charges")
    about_month = models.DateField(help_text="First day of the month the nights belong to")
    payer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="Who pays the provider")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    contract = models.ForeignKey(BlockContract, models.PROTECT, null=True, related_name="+")
    booking = models.ForeignKey(Booking, models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    lead_cost = models.ForeignKey("settlement.LeadCost", models.PROTECT, null=True, related_name="+")
    child_ref = models.CharField(max_length=30, blank=True)
    home_name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=12)
    element = models.CharField(max_length=40, blank=True, help_text="Which part of what is due, where it has parts")
    starts_on = models.DateField()
    ends_before = models.DateField()
    nights = models.IntegerField()
    weekly_price_pence = models.BigIntegerField()
    pence = models.BigIntegerField()
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["month", "payer"]), models.Index(fields=["month", "host"])]


class Posting(models.Model):
    """One side of a balanced entry; the database refuses an entry that does not sum to zero."""

    entry = models.UUIDField()
    month = models.ForeignKey(Month, models.PROTECT, related_name="postings")
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="postings")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    account = models.CharField(max_length=20)
    pence = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["entry"]), models.Index(fields=["month", "organisation"])]


class Problem(models.Model):
    """What looks chargeable but could not be charged when the month was last worked out, and the mend."""

    month = models.ForeignKey(Month, models.PROTECT, related_name="problems")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    about = models.CharField(max_length=300)
    words = models.TextField()


class NetPosition(models.Model):
    """What one authority is owed by (plus) or owes to (minus) its partners for a month. They sum to zero.

    So do what is held of them and what is released; the transfers settle what is left.
    """

    month = models.ForeignKey(Month, models.PROTECT, related_name="net_positions")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    pence = models.BigIntegerField()
    held_pence = models.BigIntegerField(default=0, help_text="Part of it that is in dispute and not transferred")
    released_pence = models.BigIntegerField(default=0, help_text="Held in earlier months and transferred with this one")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "organisation"], name="one_net_position")]


class Transfer(models.Model):
    """One payment that, with the others, brings every net position of the month to zero."""

    month = models.ForeignKey(Month, models.PROTECT, related_name="transfers")
    payer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    payee = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    pence = models.BigIntegerField()


class Statement(models.Model):
    """What one authority is shown for a month, and what it said: agreed, or disputed and why."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    month = models.ForeignKey(Month, models.PROTECT, related_name="statements")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    disputed_at = models.DateTimeField(null=True, blank=True)
    dispute = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "organisation"], name="one_statement_each")]
