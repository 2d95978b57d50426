import uuid
from typing import Any

from django.db import models

from nearhome.people.models import Organisation


def usual_ladder() -> list[dict[str, Any]]:
    """Three levels to start from. Only that it ends with the directors is from a real decision; the days are ours."""
    return [
        {"name": "Operational leads", "working_days": 5},
        {"name": "Heads of service", "working_days": 10},
        {"name": "Directors of Children’s Services", "working_days": 10},
    ]


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
    """A dated version of what the partners agreed: shared beds, votes, escalation. A change is a new version."""

    class EmptyBearer(models.TextChoices):
        NOMINATED = "nominated", "The authority the place is nominated to, otherwise the host"
        HOST = "host", "The host"
        SHARES = "shares", "All parties by their contribution"

    class VotesBy(models.TextChoices):
        EACH = "each", "One vote for each member"
        CONTRIBUTION = "contribution", "By contribution"

    class MajorityNeeded(models.TextChoices):
        SIMPLE = "simple", "More than half"
        TWO_THIRDS = "two_thirds", "At least two thirds"
        THREE_QUARTERS = "three_quarters", "At least three quarters"
        UNANIMOUS = "unanimous", "All who vote for or against"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="agreements")
    version = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    empty_bearer = models.CharField(max_length=10, choices=EmptyBearer, default=EmptyBearer.NOMINATED)
    grace_nights = models.PositiveSmallIntegerField(default=0)
    first_refusal_days = models.PositiveSmallIntegerField(default=5)
    words = models.TextField(blank=True, help_text="What was agreed, in the words of the agreement")
    votes_by = models.CharField(max_length=12, choices=VotesBy, default=VotesBy.EACH)
    quorum_percent = models.PositiveSmallIntegerField(default=50)
    majority = models.CharField(max_length=16, choices=MajorityNeeded, default=MajorityNeeded.SIMPLE)
    abstentions_make_quorum = models.BooleanField(default=True)
    escalation = models.JSONField(default=usual_ladder, help_text="Levels in order: name, working_days")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "version"], name="one_agreement_version"),
            models.CheckConstraint(condition=models.Q(quorum_percent__lte=100), name="a_quorum_is_a_percentage"),
        ]


class TaskLead(models.Model):
    """Which authority leads one task of a partnership, from a date. The partnership's lead does until somebody is named."""

    class Task(models.TextChoices):
        PROCUREMENT = "procurement", "Procurement"
        FINANCE = "finance", "Finance"
        LEGAL = "legal", "Legal"

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="task_leads")
    task = models.CharField(max_length=12, choices=Task)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    starts_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "task", "starts_on"], name="one_lead_for_a_task_from_a_day")
        ]


class AgreementAcceptance(models.Model):
    """One party said yes to one version of the agreement. Written once."""

    agreement = models.ForeignKey(PartnershipAgreement, models.PROTECT, related_name="acceptances")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "organisation"], name="a_version_is_accepted_once")]
