"""Block contracts: which places, for whom, at what price."""

import uuid

from django.db import models

from nearhome.market.models import Place
from nearhome.people.models import Organisation


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
