import uuid

from django.db import models

from nearhome.people.models import Organisation


class Partnership(models.Model):
    """Authorities that act together. Never the same thing as a region: membership is per authority and dated."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=200, unique=True)
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    finance_lead = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One authority in one partnership, from a date: a full member, or an ally that may place but does not vote."""

    class Standing(models.TextChoices):
        MEMBER = "member", "Member"
        ALLY = "ally", "Ally"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    standing = models.CharField(max_length=8, choices=Standing)
    contribution_weight = models.PositiveIntegerField(default=1)
    starts_on = models.DateField()
    ends_before = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "organisation", "starts_on"], name="join_once_on_a_day")
        ]


class PartnershipAgreement(models.Model):
    """A dated version of what the partners agreed about shared beds. A change is a new version."""

    class EmptyBearer(models.TextChoices):
        NOMINATED = "nominated", "The authority the place is nominated to, otherwise the host"
        HOST = "host", "The host"
        SHARES = "shares", "All parties by their contribution"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="agreements")
    version = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    empty_bearer = models.CharField(max_length=10, choices=EmptyBearer, default=EmptyBearer.NOMINATED)
    grace_nights = models.PositiveSmallIntegerField(default=0)
    first_refusal_days = models.PositiveSmallIntegerField(default=5)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partnership", "version"], name="one_agreement_version")]
