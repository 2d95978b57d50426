import uuid

from django.db import models
from django.db.models import F, Q

from nearhome.partnership.models.partnerships import Partnership, PartnershipAgreement
from nearhome.people.models import Organisation


class Ballot(models.Model):
    """A question put to the members, with the voting rule of the agreement as it was when the ballot was opened."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="ballots")
    agreement = models.ForeignKey(PartnershipAgreement, models.PROTECT, related_name="+")
    about_key = models.UUIDField(null=True, db_index=True, help_text="What it is about, such as an uplift round's key")
    subject = models.CharField(max_length=200)
    words = models.TextField()
    quorum_percent = models.PositiveSmallIntegerField()
    majority = models.CharField(max_length=16, choices=PartnershipAgreement.MajorityNeeded)
    votes_by = models.CharField(max_length=12, choices=PartnershipAgreement.VotesBy)
    abstentions_make_quorum = models.BooleanField()
    opened_for = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    opened_by = models.CharField(max_length=200)
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    is_carried = models.BooleanField(null=True)
    outcome = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opened_at")), name="a_ballot_is_open_for_a_while"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("closes_at"), is_carried__isnull=False),
                name="a_ballot_is_counted_once_it_is_over",
            ),
            # A second click opens no second ballot.
            models.UniqueConstraint(
                fields=["partnership", "subject", "closes_at"], name="a_question_is_put_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class BallotVoter(models.Model):
    """A member entitled to vote in a ballot, and the weight of its vote. Written once, when the ballot is opened."""

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="voters")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    weight = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "organisation"], name="a_member_votes_once")]


class Vote(models.Model):
    """How one member votes. It may change until the ballot closes; the history of the row keeps what it was."""

    class Choice(models.TextChoices):
        FOR = "for", "For"
        AGAINST = "against", "Against"
        ABSTAIN = "abstain", "Abstain"

    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="votes")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice)
    words = models.TextField(blank=True)
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ballot", "organisation"], name="one_vote_for_a_member")]
