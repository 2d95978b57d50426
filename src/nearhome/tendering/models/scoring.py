"""Who scores, who may not, what each said, what they agreed, and when quality was locked. Written once, never changed."""

from django.db import models
from django.db.models import F, Q

from nearhome.people.models import Person
from nearhome.tendering.models.bids import Bid
from nearhome.tendering.models.cases import Procurement
from nearhome.tendering.models.lots import AwardCriterion, Lot

MOST_SCORE = 5


class PanelMember(models.Model):
    """Somebody who evaluates; the chair also moderates. Whoever leaves stays on record with what they scored."""

    procurement = models.ForeignKey(Procurement, models.PROTECT, related_name="panel")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_chair = models.BooleanField(default=False)
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)
    left_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procurement", "person"], name="on_the_panel_once"),
            models.UniqueConstraint(
                fields=["procurement"], condition=Q(is_chair=True, left_at__isnull=True), name="one_chair"
            ),
        ]


class ConflictDeclaration(models.Model):
    """Whether a member has an interest in a lot. Without one that says no, nobody scores there. The last to come in counts.

    Nobody takes an interest of their own back: somebody else, the chair or the lead, clears it and says why.
    """

    lot = models.ForeignKey(Lot, models.PROTECT, related_name="declarations")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    has_conflict = models.BooleanField()
    words = models.TextField(blank=True)
    at = models.DateTimeField()
    cleared_by = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who says, with the reason, that a declared interest is none; empty: their own words",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(cleared_by__isnull=True)
                | (Q(has_conflict=False) & ~Q(words="") & ~Q(cleared_by=F("person"))),
                name="interest_cleared_by_another_with_a_reason",
            )
        ]


class Score(models.Model):
    """What one member gave one answer, with why. Immutable."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="scores")
    criterion = models.ForeignKey(AwardCriterion, models.PROTECT, related_name="scores")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(help_text="0 to 5; a pass-or-fail question: 0 or 5")
    rationale = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bid", "criterion", "person"], name="scored_once"),
            models.CheckConstraint(condition=Q(score__lte=MOST_SCORE), name="score_on_the_scale"),
        ]


class ScoringClosed(models.Model):
    """Individual scoring of a lot is over; from now on members see one another's scores, and the panel moderates."""

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="scoring_closed")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=300, blank=True, help_text="Why some scores are missing, if any are")


class Consensus(models.Model):
    """The score that the panel agreed on for one answer, with reasons; the newest counts until quality is locked."""

    bid = models.ForeignKey(Bid, models.PROTECT, related_name="consensus")
    criterion = models.ForeignKey(AwardCriterion, models.PROTECT, related_name="consensus")
    score = models.PositiveSmallIntegerField()
    reason = models.TextField(help_text="What the feedback letter says")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["at", "id"]
        constraints = [models.CheckConstraint(condition=Q(score__lte=MOST_SCORE), name="consensus_on_the_scale")]


class QualityLock(models.Model):
    """Every answer of every bid of the lot has its consensus: nothing of it changes any more, and prices may be opened."""

    lot = models.OneToOneField(Lot, models.PROTECT, related_name="quality_lock")
    at = models.DateTimeField()
    by_name = models.CharField(max_length=200)
