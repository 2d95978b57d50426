"""One procurement: what is bought, under which law, by whom together, and how far it has come."""

import uuid

from django.db import models

from nearhome.market.models import KINDS
from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation
from nearhome.sufficiency.models import Requirement
from nearhome.tendering.states import CHOICES, ProcurementState


class Procurement(models.Model):
    """The way from a requirement to a contract, led by one authority for itself or for several."""

    class Buys(models.TextChoices):
        FRAMEWORK = "framework", "A framework that placements are called off from"
        BLOCK = "block", "A block of places"

    class Instrument(models.TextChoices):
        CLOSED = "closed_framework", "Closed framework"
        OPEN = "open_framework", "Open framework"
        FLEXIBLE = "flexible_framework", "Light-touch framework that reopens"
        MARKET = "dynamic_market", "Dynamic market"
        LIST = "provider_list", "Qualified provider list"
        BLOCK = "block_contract", "Block contract"

    class Regime(models.TextChoices):
        PA23 = "PA23", "Procurement Act 2023"
        PCR2015 = "PCR2015", "Public Contracts Regulations 2015"
        PSR2023 = "PSR2023", "Provider Selection Regime 2023"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ref = models.CharField(max_length=20, unique=True, help_text="What people say on the telephone, such as T-7K3M-2")
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, blank=True, related_name="+")
    requirement = models.ForeignKey(Requirement, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True, help_text="What is bought and why, in words that may be published")
    kind = models.CharField(max_length=24, choices=KINDS)
    buys = models.CharField(max_length=10, choices=Buys)
    instrument = models.CharField(max_length=20, choices=Instrument)
    regime = models.CharField(max_length=8, choices=Regime, default=Regime.PA23)
    light_touch = models.BooleanField(default=True)
    estimated_value_pence = models.BigIntegerField(null=True, blank=True, help_text="Whole term, with VAT")
    term_starts_on = models.DateField(null=True, blank=True)
    term_months = models.PositiveSmallIntegerField(null=True, blank=True)
    extension_months = models.PositiveSmallIntegerField(default=0)
    commenced_on = models.DateField(
        null=True, blank=True, help_text="Tendered or advertised before it was kept here; empty: not yet"
    )
    lead_weight = models.PositiveIntegerField(default=1, help_text="The lead's share of what is shared")
    state = models.CharField(max_length=12, choices=CHOICES, default=ProcurementState.PREPARING)
    version = models.PositiveIntegerField(default=1, help_text="Rises on every change: two people cannot both win")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    published_at = models.DateTimeField(null=True, blank=True)
    questions_until_at = models.DateTimeField(null=True, blank=True)
    deadline_at = models.DateTimeField(null=True, blank=True, help_text="Bids are sealed until this moment")

    stays_sealed = models.BooleanField(
        default=False, editable=False, help_text="Given up before its deadline: its bids are never opened"
    )

    def __str__(self) -> str:
        return self.name


class ProcurementParty(models.Model):
    """Another authority that buys with the lead, and its share of what is shared."""

    procurement = models.ForeignKey(Procurement, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    weight = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["procurement", "organisation"], name="buys_once")]


class ProcurementMove(models.Model):
    """State is a row: who moved the procurement, when and why."""

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12, choices=CHOICES)
    by_name = models.CharField(max_length=200)
    by_person_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]
