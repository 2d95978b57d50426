import uuid

from django.db import models
from django.db.models import Q

from nearhome.market.models import Home, Occupancy, Place
from nearhome.needs.models import Child
from nearhome.people.models import Organisation, Person
from nearhome.privacy.sealed import SealedTextField
from nearhome.referrals.states import CHOICES, ReferralState


class Referral(models.Model):
    """A child needs a home: what is asked for, by whom, and how far it has come."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ref = models.CharField(max_length=20, unique=True, help_text="What people say on the telephone, such as R-7K3M-2")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    child = models.ForeignKey(Child, models.PROTECT, related_name="referrals")
    created_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=CHOICES, default=ReferralState.DRAFT)
    version = models.PositiveIntegerField(default=1, help_text="Rises on every change: two people cannot both win")
    needed_on = models.DateField(null=True, blank=True)
    is_emergency = models.BooleanField(default=False)
    answers = models.JSONField(default=dict, help_text="The needs profile, in the terms of the placements standard")
    own_words = SealedTextField(null=True, blank=True, help_text="The child's own words, as the child said them")
    conditions = SealedTextField(null=True, blank=True, help_text="JSON: conditions of bail or of a court")
    expected_weeks = models.PositiveSmallIntegerField(null=True, blank=True)
    sibling_group = models.UUIDField(null=True, blank=True, help_text="Referrals to place together share it")

    class Meta:
        indexes = [models.Index(fields=["authority", "state"])]

    def __str__(self) -> str:
        return self.ref


class ReferralMove(models.Model):
    """State is a row: who moved the referral, when and why."""

    referral = models.ForeignKey(Referral, models.PROTECT, related_name="moves")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20, choices=CHOICES)
    by_name = models.CharField(max_length=200)
    by_person_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    why = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]


class ImportantPlace(models.Model):
    """A place that matters to the child: to be near, or to stay away from. The address is sealed."""

    KINDS = [
        ("home", "Family home"),
        ("school", "School or college"),
        ("family", "Family or someone who matters"),
        ("friends", "Friends or clubs"),
        ("worship", "Place of worship"),
        ("health", "Health or therapy"),
        ("avoid", "Somewhere to stay away from"),
    ]
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="important_places")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=KINDS)
    label = SealedTextField()
    postcode = SealedTextField()
    easting = models.IntegerField()
    northing = models.IntegerField()
    area_code = models.CharField(max_length=3, blank=True)
    keep_away_miles = models.PositiveSmallIntegerField(null=True, blank=True)
    is_condition = models.BooleanField(default=False, help_text="To avoid by a condition of bail or of a court")


class SearchPermission(models.Model):
    """Leave to look outside, asked for and given or refused by somebody else."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="search_permissions")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True, help_text="Deadline when an emergency search went ahead")
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    granted = models.BooleanField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral"], condition=Q(granted__isnull=True), name="one_open_permission_request"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("asked_by")),
                name="permission_from_somebody_else",
            ),
        ]


class Invitation(models.Model):
    """A provider is asked whether one of its homes could take the child."""

    class Answer(models.TextChoices):
        NONE = "", "No answer yet"
        OFFERED = "offered", "Offer made"
        DECLINED = "declined", "Declined"
        LAPSED = "lapsed", "Lapsed"
        WITHDRAWN = "withdrawn", "Withdrawn"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    referral = models.ForeignKey(Referral, models.PROTECT, related_name="invitations")
    referral_ref = models.CharField(max_length=20)
    thread = models.UUIDField(help_text="The referral's key, so that history can be found without reading it")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    home = models.ForeignKey(Home, models.PROTECT, related_name="+")
    ranking_position = models.PositiveSmallIntegerField(null=True)
    rate_category = models.CharField(max_length=20, default="standard", help_text="Of need: which line of a rate card")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    respond_by = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, choices=Answer, default=Answer.NONE, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    decline_code = models.CharField(max_length=30, blank=True)
    decline_words = models.TextField(blank=True)
    replaced_at = models.DateTimeField(
        null=True, blank=True, help_text="When the home was asked afresh, after this had come to nothing"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "home"], condition=Q(replaced_at__isnull=True), name="a_home_is_invited_once"
            )
        ]
        indexes = [models.Index(fields=["provider", "answer"])]


class Release(models.Model):
    """Information let go: what, to whom, when, on what basis. The recipient reads this row and nothing behind it."""

    class Stage(models.TextChoices):
        ANONYMOUS = "anonymous", "Anonymous need"
        DETAIL = "detail", "Pseudonymous detail"
        IDENTITY = "identity", "Identity"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="releases")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    recipient = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    stage = models.CharField(max_length=10, choices=Stage)
    content = SealedTextField(help_text="JSON: exactly what was released")
    basis = models.CharField(max_length=300)
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recalled_at = models.DateTimeField(null=True, blank=True)
    recall_reason = models.CharField(max_length=300, blank=True)


class Question(models.Model):
    """A question from a provider, and its answer."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="questions")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    text = models.TextField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)


class Offer(models.Model):
    """A named place from a day at a price, held until it expires."""

    class Outcome(models.TextChoices):
        OPEN = "", "Waiting for a decision"
        SELECTED = "selected", "Selected"
        NOT_SELECTED = "not_selected", "Not selected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        EXPIRED = "expired", "Expired"

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    invitation = models.OneToOneField(Invitation, models.PROTECT, related_name="offer")
    authority = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    provider = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    home = models.ForeignKey(Home, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    hold = models.OneToOneField(Occupancy, models.PROTECT, null=True, related_name="+")
    route = models.CharField(max_length=10)
    route_name = models.CharField(max_length=200, blank=True)
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    starts_on = models.DateField()
    core_pence = models.BigIntegerField()
    additional_support_pence = models.BigIntegerField(default=0)
    education_pence = models.BigIntegerField(default=0)
    therapy_pence = models.BigIntegerField(default=0)
    transport_pence = models.BigIntegerField(default=0)
    other_pence = models.BigIntegerField(default=0)
    weekly_price_pence = models.BigIntegerField(help_text="The total: the sum of the elements")
    how_needs_are_met = models.TextField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome, default=Outcome.OPEN, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    feedback = models.TextField(blank=True, help_text="What the provider is told")

    ELEMENTS = (
        "core_pence", "additional_support_pence", "education_pence", "therapy_pence", "transport_pence", "other_pence",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    weekly_price_pence=models.F("core_pence")
                    + models.F("additional_support_pence")
                    + models.F("education_pence")
                    + models.F("therapy_pence")
                    + models.F("transport_pence")
                    + models.F("other_pence")
                ),
                name="offer_total_is_the_sum_of_its_elements",
            ),
            models.CheckConstraint(condition=Q(weekly_price_pence__gt=0), name="offer_has_a_price"),
        ]

    @property
    def elements(self) -> dict[str, int]:
        """Pence per week by the name of the field: what its placement costs, element by element."""
        return {name: getattr(self, name) for name in self.ELEMENTS}
