import uuid

from django.db import models
from django.db.models import Q

from nearhome.people.models import Organisation, Person
from nearhome.settlement.models.months import Charge, Month


class LineDispute(models.Model):
    """One line that the authority charged for it says is wrong. Never changed: what happens next are its steps."""

    class Ground(models.TextChoices):
        NIGHTS = "nights", "The nights are wrong"
        PRICE = "price", "The price is wrong"
        CHILD = "child", "The child is not ours"
        EMPTY = "empty", "The empty place is not ours to pay for"
        TWICE = "twice", "It was charged already"
        OTHER = "other", "Something else"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="disputes")
    number = models.PositiveSmallIntegerField(help_text="1 for the first dispute of the line")
    month = models.ForeignKey(Month, models.PROTECT, related_name="disputes")
    payer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="Who disputes it")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="Who answers")
    ground = models.CharField(max_length=8, choices=Ground)
    words = models.TextField()
    pence = models.BigIntegerField(help_text="How much of the line is in dispute, with the line's sign")
    holds = models.BooleanField(help_text="Raised before the month was closed, so that its money waits")
    raised_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    answer_by = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["charge", "number"], name="one_dispute_of_a_line_at_a_time"),
            models.CheckConstraint(condition=~Q(words=""), name="a_dispute_says_why"),
        ]


class DisputeStep(models.Model):
    """What one side said next. The last step says how the dispute stands."""

    class Kind(models.TextChoices):
        EXPLAINED = "explained", "Answered: the line stands"
        OFFERED = "offered", "Answered: a credit of part of it is offered"
        REPLIED = "replied", "Still disputed"
        CREDITED = "credited", "Upheld: credited"
        MENDED = "mended", "Upheld: the records were put right"
        ACCEPTED = "accepted", "Agreed after the answer"
        WITHDRAWN = "withdrawn", "Withdrawn"

    ENDS = (Kind.CREDITED, Kind.MENDED, Kind.ACCEPTED, Kind.WITHDRAWN)
    OF_HOST = (Kind.EXPLAINED, Kind.OFFERED, Kind.CREDITED, Kind.MENDED)

    dispute = models.ForeignKey(LineDispute, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    words = models.TextField()
    credit_pence = models.BigIntegerField(default=0, help_text="What is credited, with the line's sign")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answer_by = models.DateField(null=True, help_text="By when the other side answers; none once it has ended")

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["dispute", "number"], name="dispute_steps_in_order")]


class DisputeCredit(models.Model):
    """The credit line that an upheld dispute came to: one, in the month that was open next."""

    dispute = models.OneToOneField(LineDispute, models.PROTECT, related_name="credit")
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="credits")


class HeldLine(models.Model):
    """What one month's transfers leave out for a dispute, or pay after all (the other sign)."""

    month = models.ForeignKey(Month, models.PROTECT, related_name="held_lines")
    dispute = models.ForeignKey(LineDispute, models.PROTECT, related_name="held_lines")
    payer = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    pence = models.BigIntegerField()
    is_release = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["month", "dispute"], name="one_hold_of_a_dispute_in_a_month")]
