import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.partnership.models.partnerships import Partnership
from nearhome.partnership.states import CHOICES, DecisionState
from nearhome.people.models import Organisation, Person


class DecisionRules(models.Model):
    """When a decision of one authority is key, how long its notice stands, how long it may be called in."""

    authority = models.OneToOneField(Organisation, models.PROTECT, related_name="decision_rules")
    value_pence = models.BigIntegerField(default=100_000_000)
    divisions = models.PositiveSmallIntegerField(default=2)
    notice_clear_days = models.PositiveSmallIntegerField(default=28)
    call_in_working_days = models.PositiveSmallIntegerField(default=5)
    source = models.CharField(max_length=300, blank=True, help_text="Where the authority's constitution says so")
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=200)


class DecisionRecord(models.Model):
    """One decision of an authority: proposed, noticed, decided by somebody else, perhaps called in, carried out."""

    class Equality(models.TextChoices):
        NONE = "none", "No adverse impact found"
        SOME = "some", "Some adverse impact, with what is done about it"
        FULL = "full", "A full assessment is needed"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    partnership = models.ForeignKey(Partnership, models.PROTECT, null=True, related_name="+")
    about_key = models.UUIDField(null=True, db_index=True, help_text="What it decides on, such as a procurement's key")
    reference = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    proposed = models.JSONField(default=list, help_text="Recommendations in order, as texts")
    reasons = models.TextField(blank=True)
    options = models.JSONField(default=list, help_text="name, description, reason (why rejected), recommended")
    value_pence = models.BigIntegerField(null=True)
    divisions = models.PositiveSmallIntegerField(null=True)
    all_divisions = models.BooleanField(default=False)
    decider = models.CharField(max_length=200, blank=True, help_text="Role in words")
    delegations = models.JSONField(default=list, help_text="to, what, consulting")
    financial = models.TextField(blank=True)
    legal = models.TextField(blank=True)
    equality = models.CharField(max_length=8, choices=Equality, blank=True)
    equality_words = models.TextField(blank=True)
    data_protection_needed = models.BooleanField(null=True)
    data_protection_done = models.BooleanField(default=False)
    data_protection_words = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=CHOICES, default=DecisionState.DRAFT.value)
    version = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    writers = models.JSONField(default=list, help_text="Numbers of the people who wrote on it, kept by the database")
    rules = models.JSONField(default=dict, help_text="The authority's rules when the notice was published")
    is_key = models.BooleanField(null=True)
    key_reasons = models.JSONField(default=list)
    proposed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    notice_on = models.DateField(null=True)
    not_before_on = models.DateField(null=True)
    is_urgent = models.BooleanField(default=False)
    urgent_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_on = models.DateField(null=True)
    decision_words = models.TextField(blank=True)
    call_in_until = models.DateField(null=True)
    implemented_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["authority", "reference"], name="a_decision_has_its_own_reference"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | (~Q(decided_by=F("made_by")) & Q(proposed_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="a_decision_is_taken_by_somebody_else",
            ),
            models.CheckConstraint(condition=Q(is_urgent=False) | ~Q(urgent_reason=""), name="urgency_has_its_reason"),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(is_urgent=True) | Q(decided_on__gte=F("not_before_on")),
                name="a_decision_waits_for_its_notice",
            ),
            models.CheckConstraint(
                condition=Q(implemented_on__isnull=True) | Q(implemented_on__gt=F("call_in_until")),
                name="a_decision_waits_for_its_call_in",
            ),
            models.CheckConstraint(
                condition=Q(value_pence__isnull=True) | Q(value_pence__gte=0), name="a_decision_costs_nothing_or_more"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class DecisionMove(models.Model):
    """A decision changed its state: who, when, why. Written once."""

    decision = models.ForeignKey(DecisionRecord, models.PROTECT, related_name="moves")
    from_state = models.CharField(max_length=12, choices=CHOICES)
    to_state = models.CharField(max_length=12, choices=CHOICES)
    by_name = models.CharField(max_length=200)
    by_person_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    why = models.TextField(blank=True)


class DecisionRisk(models.Model):
    """A risk of one decision, what is done about it, who owns it and when it is looked at again."""

    decision = models.ForeignKey(DecisionRecord, models.PROTECT, related_name="risks")
    number = models.PositiveSmallIntegerField()
    risk = models.TextField()
    mitigation = models.TextField()
    owner = models.CharField(max_length=200)
    likelihood = models.PositiveSmallIntegerField()
    impact = models.PositiveSmallIntegerField()
    review_on = models.DateField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.CharField(max_length=200, blank=True)
    review_words = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "number"], name="risks_are_numbered"),
            models.CheckConstraint(
                condition=Q(likelihood__range=(1, 5), impact__range=(1, 5)), name="a_risk_is_scored_from_1_to_5"
            ),
        ]
