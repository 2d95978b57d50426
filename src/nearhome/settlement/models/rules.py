import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.partnership.models import Partnership
from nearhome.people.models import Organisation, Person
from nearhome.placements.models import Booking
from nearhome.procurement.models import BlockContract

BEARERS = [
    ("nominated", "The authority the place is nominated to, otherwise the host"),
    ("host", "The host"),
    ("shares", "All parties by their shares"),
]


class Proposal(models.Model):
    """Terms that one person proposes and another person of the same authority agrees. The terms are never edited."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveSmallIntegerField()
    starts_on = models.DateField(help_text="In force from this night")
    why = models.TextField(help_text="Why the terms are proposed")
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    is_agreed = models.BooleanField(null=True, help_text="Null while nobody answered")
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    answer_words = models.TextField(blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(is_agreed__isnull=True) | Q(is_agreed=False) | ~Q(answered_by=F("proposed_by")),
                name="%(class)s_agreed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(is_agreed__isnull=True, answered_at__isnull=True, answered_by__isnull=True)
                | Q(is_agreed__isnull=False, answered_at__isnull=False, answered_by__isnull=False),
                name="%(class)s_answer_is_whole",
            ),
        ]


class ContractRules(Proposal):
    """What the parties of one block agreed about its beds, from a day. A change is a new version."""

    contract = models.ForeignKey(BlockContract, models.PROTECT, related_name="rules")
    host = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    template = models.CharField(max_length=20, blank=True, help_text="The template it was started from")
    empty_bearer = models.CharField(max_length=10, choices=BEARERS)
    grace_nights = models.PositiveSmallIntegerField(default=0)
    released_after = models.PositiveSmallIntegerField(null=True)
    released_bearer = models.CharField(max_length=10, choices=BEARERS, default="shares")
    absences = models.JSONField(default=list, help_text="[kind, nights in full, then basis points]")
    guarantee_basis_points = models.PositiveSmallIntegerField(null=True)
    variable_weekly_pence = models.BigIntegerField(default=0)
    gain_benchmark_pence = models.BigIntegerField(null=True, help_text="A child's week bought singly")
    gain_basis_points = models.PositiveSmallIntegerField(default=0)
    gain_most_pence = models.BigIntegerField(null=True)
    first_refusal_days = models.PositiveSmallIntegerField(default=0)

    class Meta(Proposal.Meta):
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(fields=["contract", "version"], name="one_version_of_rules"),
        ]
        ordering = ["contract", "version"]


class ContractRulesShare(models.Model):
    """The weight of one party in what these rules share."""

    rules = models.ForeignKey(ContractRules, models.PROTECT, related_name="shares")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    weight = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rules", "organisation"], name="one_share_of_rules")]


class RulesConsent(models.Model):
    """A party other than the host accepts one version of the rules. Until then its months say that it has not."""

    rules = models.ForeignKey(ContractRules, models.PROTECT, related_name="consents")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rules", "organisation"], name="one_consent_to_rules")]


class LeadCost(Proposal):
    """What the lead's work for a partnership costs by the year, from a day until the next version."""

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="lead_costs")
    lead = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    yearly_pence = models.BigIntegerField()

    class Meta(Proposal.Meta):
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(fields=["partnership", "version"], name="one_version_of_lead_cost"),
            models.CheckConstraint(condition=Q(yearly_pence__gte=0), name="lead_cost_is_no_credit"),
        ]
        ordering = ["partnership", "version"]


class LeadCostShare(models.Model):
    """The weight of one partner in the lead's costs."""

    lead_cost = models.ForeignKey(LeadCost, models.PROTECT, related_name="shares")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    weight = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead_cost", "organisation"], name="one_share_of_lead_cost")]


class StayAbsence(models.Model):
    """Nights on which a child who keeps a block's place sleeps elsewhere, as its authority says."""

    class Kind(models.TextChoices):
        MISSING = "missing", "Missing"
        HOSPITAL = "hospital", "In hospital"
        HOLIDAY = "holiday", "On holiday or with family"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="absences")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    starts_on = models.DateField(help_text="First night away")
    ends_before = models.DateField(null=True, help_text="The night of return")
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_before__isnull=True) | Q(ends_before__gt=F("starts_on")), name="absence_has_a_night"
            )
        ]


class BookingFunder(models.Model):
    """From a day another authority pays for a child's nights, once it accepts. A mend is a newer row for the same day."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    booking = models.ForeignKey(Booking, models.PROTECT, related_name="funders")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    funder = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    child_ref = models.CharField(max_length=30)
    home_name = models.CharField(max_length=200)
    starts_on = models.DateField()
    why = models.TextField()
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    accepted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
