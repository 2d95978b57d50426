import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.market.models import KINDS, Home, Place, Registration
from nearhome.people.models import Organisation


class Framework(models.Model):
    """An agreement that placements are called off from, tier by tier, at prices agreed beforehand."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=24, choices=KINDS)
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)


class FrameworkParty(models.Model):
    """An authority that may call off from a framework."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["framework", "organisation"], name="party_once")]


class FrameworkSupplier(models.Model):
    """A registration admitted to a framework, in a tier."""

    framework = models.ForeignKey(Framework, models.CASCADE, related_name="suppliers")
    registration = models.ForeignKey(Registration, models.PROTECT, related_name="framework_places")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    tier = models.PositiveSmallIntegerField()
    suspended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["framework", "registration"], name="supplier_once")]


class RateLine(models.Model):
    """A price a supplier is bound to, by age band and category, for a period. Confidential between providers."""

    supplier = models.ForeignKey(FrameworkSupplier, models.CASCADE, related_name="rates")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    category = models.CharField(max_length=20, default="standard")
    min_age = models.PositiveSmallIntegerField(default=0)
    before_age = models.PositiveSmallIntegerField(default=18)
    weekly_price_pence = models.BigIntegerField()
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(min_age__lt=F("before_age")), name="age_band_not_empty"),
            models.CheckConstraint(condition=Q(weekly_price_pence__gt=0), name="rate_is_a_price"),
        ]


class HomePrice(models.Model):
    """What a home asks by the week when no agreement says otherwise; a new price is a new row."""

    home = models.ForeignKey(Home, models.CASCADE, related_name="prices")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    weekly_price_pence = models.BigIntegerField()
    starts_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["home", "starts_on"], name="one_asking_price_on_a_day"),
            models.CheckConstraint(condition=Q(weekly_price_pence__gt=0), name="asking_price_is_a_price"),
        ]


class BlockContract(models.Model):
    """Places bought together for a term. The host pays the provider; partners owe the host for what they use."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200)
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class BlockParty(models.Model):
    """An authority that may use the block, with its share of what is shared."""

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    weight = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "organisation"], name="block_party_once")]


class BlockPlace(models.Model):
    """One place of a block: from when it is payable, and which authority has first call on it."""

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="block_places")
    place = models.OneToOneField(Place, models.PROTECT, related_name="block_place")
    available_from = models.DateField(null=True, blank=True, help_text="Registered and able to accept children")
    ends_before = models.DateField(null=True, blank=True)
    nominated = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    released_from = models.DateField(null=True, blank=True, help_text="Offered to partners from this day")


class BlockPrice(models.Model):
    """The weekly price of a bed in a block from a date; an uplift is a new row."""

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="prices")
    starts_on = models.DateField()
    weekly_price_pence = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "starts_on"], name="one_block_price_on_a_day")]
