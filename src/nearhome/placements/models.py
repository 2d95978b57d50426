import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.market.models import Home, Occupancy, Place
from nearhome.matching.models import Decision
from nearhome.needs.models import Child
from nearhome.people.models import Organisation, Person
from nearhome.privacy.sealed import SealedTextField
from nearhome.procurement.models import BlockContract, UpliftRound
from nearhome.referrals.models import Referral


class Booking(models.Model):
    """A child's place in a home. Whether it is upcoming, lived in or over follows from its dated facts."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    occupancy = models.OneToOneField(Occupancy, models.PROTECT, related_name="booking")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    host = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", help_text="Who pays the block's provider"
    )
    child = models.ForeignKey(Child, models.PROTECT, related_name="bookings")
    child_ref = models.CharField(max_length=30, help_text="Pseudonym that partners and statements use")
    referral = models.ForeignKey(Referral, models.PROTECT, null=True, related_name="bookings")
    thread = models.UUIDField(null=True)
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, related_name="booking")
    home = models.ForeignKey(Home, models.PROTECT, related_name="bookings")
    place = models.ForeignKey(Place, models.PROTECT, related_name="bookings")
    route = models.CharField(max_length=10)
    block_contract = models.ForeignKey(BlockContract, models.PROTECT, null=True, related_name="bookings")
    is_emergency = models.BooleanField(default=False)
    starts_on = models.DateField(help_text="Agreed first day")
    expected_ends_on = models.DateField(null=True, blank=True)
    booked_at = models.DateTimeField()
    arrived_on = models.DateField(null=True, blank=True)
    departed_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=6, blank=True, help_text="REASON_PLACE_CHANGE or REC, as the ending needs")
    end_words = models.TextField(blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(departed_on__isnull=True) | Q(arrived_on__isnull=False, departed_on__gte=F("arrived_on")),
                name="departure_follows_arrival",
            ),
        ]
        indexes = [models.Index(fields=["authority", "departed_on"]), models.Index(fields=["host", "departed_on"])]

    own_ref = ""  # what the child's authority calls the child: set where a booking is read for that authority alone

    @property
    def called(self) -> str:
        """The child on a page: by both references for its own authority, by the pseudonym for everybody else."""
        return f"{self.own_ref}, {self.child_ref}" if self.own_ref else self.child_ref


class BookingPrice(models.Model):
    """What a booking costs by the week from a day; a change is a new row."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="prices")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    core_pence = models.BigIntegerField()
    additional_support_pence = models.BigIntegerField(default=0)
    education_pence = models.BigIntegerField(default=0)
    therapy_pence = models.BigIntegerField(default=0)
    transport_pence = models.BigIntegerField(default=0)
    other_pence = models.BigIntegerField(default=0)
    uplift = models.ForeignKey(
        UpliftRound, models.PROTECT, null=True, related_name="+", help_text="The round that wrote it"
    )

    ELEMENTS = (
        "core_pence", "additional_support_pence", "education_pence", "therapy_pence", "transport_pence", "other_pence",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["booking", "starts_on"], name="one_booking_price_on_a_day"),
            models.UniqueConstraint(fields=["booking", "uplift"], name="an_uplift_reaches_a_booking_once"),
        ]

    @property
    def weekly_price_pence(self) -> int:
        """All elements together, pence per week."""
        return sum(getattr(self, name) for name in self.ELEMENTS)


class Agreement(models.Model):
    """One version of an Individual Placement Agreement, exactly as issued; terms and document are sealed."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="agreements")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    form = models.CharField(max_length=9, choices=[("full", "Full"), ("emergency", "Emergency short form")])
    terms = SealedTextField(help_text="JSON of AgreementTerms")
    document = SealedTextField(help_text="The PDF, in base 64")
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    complete_by = models.DateField(null=True, blank=True, help_text="When the full form must replace the short one")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["booking", "version"], name="one_agreement_version_per_booking")]
        ordering = ["booking", "version"]


class Signature(models.Model):
    """One side's signature of exactly one version: the digest says which."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="signatures")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    side = models.CharField(max_length=9, choices=[("authority", "Authority"), ("provider", "Provider")])
    signed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    signed_name = models.CharField(max_length=200)
    signed_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "side"], name="each_side_signs_once")]


class OutOfArea(models.Model):
    """A placement outside the child's own authority: who must approve, who must be told, and whether it was done."""

    booking = models.OneToOneField(Booking, models.PROTECT, related_name="out_of_area")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    relation = models.CharField(max_length=14, choices=[("adjoining", "Adjoining"), ("at_a_distance", "At a distance")])
    area_code = models.CharField(max_length=3)
    decision_maker = models.CharField(max_length=100)
    rule = models.CharField(max_length=10)
    approved_by_name = models.CharField(max_length=200, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    area_told_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")


class ClockEvent(models.Model):
    """Something a statutory clock was waiting for, done on a day."""

    booking = models.ForeignKey(Booking, models.PROTECT, related_name="clock_events")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    rule = models.CharField(max_length=10)
    done_on = models.DateField()
    done_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    note = models.TextField(blank=True)
