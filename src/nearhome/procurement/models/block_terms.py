"""What a block's contract says, as dated versions: never edited, only followed by another."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from nearhome.people.models import Organisation
from nearhome.procurement.models.blocks import BlockContract

REGIMES = [("PA23", "Procurement Act 2023, light touch"), ("PCR2015", "Public Contracts Regulations 2015")]
INDEXATIONS = [
    ("none", "No rise within the term"),
    ("fixed", "A fixed rate on each anniversary"),
    ("capped_cpi", "CPI on each anniversary, up to a cap"),
]


class BlockTerms(models.Model):
    """One version of the terms; the highest version stands."""

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="terms")
    version = models.PositiveSmallIntegerField()
    regime = models.CharField(max_length=8, choices=REGIMES)
    reference = models.CharField(max_length=60, blank=True, help_text="The authority's own reference of the contract")
    mobilisation_months = models.PositiveSmallIntegerField(default=18)
    indexation = models.CharField(max_length=10, choices=INDEXATIONS, default="none")
    indexation_bp = models.PositiveSmallIntegerField(default=0, help_text="The fixed rate or the cap, in basis points")
    notice_days = models.PositiveSmallIntegerField(default=182, help_text="Notice of an early end")
    first_refusal_days = models.PositiveSmallIntegerField(
        default=5, help_text="Empty so long, a place goes to partners"
    )
    extension_months = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    break_dates = ArrayField(models.DateField(), default=list, blank=True)
    adjustment_dates = ArrayField(models.DateField(), default=list, blank=True)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "version"], name="one_block_terms_version"),
            models.CheckConstraint(condition=Q(mobilisation_months__lte=18), name="block_mobilises_within_18_months"),
            models.CheckConstraint(condition=Q(indexation_bp__lte=5000), name="block_indexation_within_half"),
        ]


class BlockCapacity(models.Model):
    """Contracted beds in all from a day. Of two rows for one day the later stands."""

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="capacities")
    starts_on = models.DateField()
    beds = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=300)
    adjustment = models.ForeignKey(
        "BlockAdjustment",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="None: as first contracted",
    )
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=200)


class BlockFee(models.Model):
    """From a day: pence by the week for each available bed and each occupied one, and the share guaranteed."""

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="fees")
    starts_on = models.DateField()
    fixed_pence = models.BigIntegerField()
    variable_pence = models.BigIntegerField(default=0)
    guaranteed_bp = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "starts_on"], name="one_block_fee_on_a_day"),
            models.CheckConstraint(
                condition=Q(fixed_pence__gte=0, variable_pence__gte=0, guaranteed_bp__lte=10000)
                & (Q(fixed_pence__gt=0) | Q(variable_pence__gt=0)),
                name="block_fee_is_a_fee",
            ),
        ]


class BlockNomination(models.Model):
    """An authority's first call on so many beds of the block from a day, until its next row."""

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="nominations")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    places = models.PositiveSmallIntegerField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "authority", "starts_on"], name="one_block_nomination_on_a_day")
        ]


class BlockBenchmark(models.Model):
    """What such a placement costs bought by itself. The buyers' own: the provider never sees it."""

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="benchmarks")
    starts_on = models.DateField()
    weekly_pence = models.BigIntegerField()
    source = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "starts_on"], name="one_block_benchmark_on_a_day"),
            models.CheckConstraint(condition=Q(weekly_pence__gt=0), name="block_benchmark_is_a_price"),
        ]


class BlockReadiness(models.Model):
    """A place registered and able to accept a child: payment starts with the later of the two, never before."""

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="readinesses")
    block_place = models.ForeignKey("BlockPlace", models.CASCADE, related_name="readinesses")
    registered_on = models.DateField()
    accepts_from = models.DateField()
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=200)


class BlockRelease(models.Model):
    """From a day a place is offered to the partners, or kept again for the authority it is nominated to."""

    contract = models.ForeignKey(BlockContract, models.CASCADE, related_name="releases")
    block_place = models.ForeignKey("BlockPlace", models.CASCADE, related_name="releases")
    starts_on = models.DateField()
    is_released = models.BooleanField()
    reason = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=200)
