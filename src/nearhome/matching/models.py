import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation, Person
from nearhome.privacy.sealed import SealedTextField
from nearhome.referrals.models import Offer, Referral


class SavedRanking(models.Model):
    """A ranking as it stood: its inputs, its rules and policy, its result. It can be replayed years later."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="rankings")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    policy_version = models.CharField(max_length=40)
    inputs = models.JSONField()
    result = models.JSONField()


class Decision(models.Model):
    """One offer chosen by a person, with reasons, and approved by another."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="decisions")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="decisions")
    ranking = models.ForeignKey(SavedRanking, models.PROTECT, null=True, related_name="+")
    reasons = SealedTextField()
    passed_over = models.JSONField(default=list, help_text="Each better-ranked home and why it was not chosen")
    matching_tests = models.JSONField(default=dict, help_text="The five statutory tests, each answered with a reason")
    wishes_answered = SealedTextField(blank=True, default="")
    whole_life_pence = models.BigIntegerField()
    whole_life_working = models.TextField()
    decided_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True)
    approval_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(granted__isnull=True), name="one_decision_waits_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("decided_by")),
                name="a_choice_is_approved_by_somebody_else",
            ),
        ]


class SharedSearch(models.Model):
    """What one authority tells its partners about a child who waits, so that all can be planned for together.

    No name, need or address: a token, an age and a sex, when a home is needed, and how good each home would be.
    It is withdrawn when the search ends or is told afresh; what was told stays, as the past from which later
    arrivals are sampled.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="+")
    child_token = models.UUIDField(help_text="Stands for the child; only the child's own authority knows whom")
    facts = models.JSONField(help_text="When, how urgent, age, sex, company, and the worth of each possible home")
    digest = models.CharField(max_length=64)
    shared_at = models.DateTimeField()
    shared_by = models.CharField(max_length=200)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(withdrawn_at__isnull=True), name="a_search_is_shared_once"
            )
        ]
        indexes = [models.Index(fields=["authority", "shared_at"])]


class RegionalPlan(models.Model):
    """Advice for all children who wait in a partnership, as it was worked out, with everything it was worked out from."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="+")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+", help_text="Who asked for it")
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    made_for = models.DateField()
    policy_version = models.CharField(max_length=40)
    digest = models.CharField(max_length=64, help_text="Of what it was worked out from: the same facts, the same plan")
    inputs = models.JSONField()
    result = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["partnership", "made_at"])]
