import uuid

from django.db import models
from django.db.models import Q

from nearhome.needs.models import Child
from nearhome.people.models import Organisation, Person
from nearhome.placements.models import Booking


class PricePath(models.Model):
    """The way agreed for a child, stage by stage, with the price of each agreed before it begins."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    child = models.OneToOneField(Child, models.PROTECT, related_name="price_path")
    agreed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()


class PathStage(models.Model):
    """One stage: where the child is to live, with whom, from which day; later the booking it became."""

    class Kind(models.TextChoices):
        RESIDENTIAL = "residential", "Residential"
        TRANSITION = "transition", "Transition"
        FOSTER = "foster", "Foster"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    path = models.ForeignKey(PricePath, models.PROTECT, related_name="stages")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=11, choices=Kind)
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    planned_on = models.DateField(help_text="First day as planned")
    booking = models.OneToOneField(Booking, models.PROTECT, null=True, related_name="path_stage")
    tied_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    tied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path", "number"], name="one_path_stage_of_a_number"),
            models.CheckConstraint(
                condition=Q(booking__isnull=True, tied_at__isnull=True, tied_by__isnull=True)
                | Q(booking__isnull=False, tied_at__isnull=False, tied_by__isnull=False),
                name="path_stage_is_tied_whole",
            ),
        ]
        ordering = ["path", "number"]


class StagePrice(models.Model):
    """What a stage costs by the week from a day; the database refuses one from a day that is not still to come."""

    stage = models.ForeignKey(PathStage, models.PROTECT, related_name="prices")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    core_pence = models.BigIntegerField()
    additional_support_pence = models.BigIntegerField(default=0)
    education_pence = models.BigIntegerField(default=0)
    therapy_pence = models.BigIntegerField(default=0)
    transport_pence = models.BigIntegerField(default=0)
    other_pence = models.BigIntegerField(default=0)
    why = models.TextField()
    agreed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stage", "starts_on"], name="one_stage_price_on_a_day")]
        ordering = ["stage", "starts_on"]

    @property
    def weekly_price_pence(self) -> int:
        """All elements together, pence per week."""
        return (
            self.core_pence + self.additional_support_pence + self.education_pence
            + self.therapy_pence + self.transport_pence + self.other_pence
        )  # fmt: skip
