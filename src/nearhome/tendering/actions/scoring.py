"""Individual scores, written once, and the end of individual scoring."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from nearhome.audit.record import record
from nearhome.tendering.actions.moving import require_state
from nearhome.tendering.models import MOST_SCORE, AwardCriterion, Bid, Lot, Procurement, Score, ScoringClosed
from nearhome.tendering.permissions.evaluation import require_chairs, require_no_interest
from nearhome.tendering.queries.panel import buyers_of
from nearhome.tendering.queries.progress import missing_scores, unscored_answers
from nearhome.tendering.states import ProcurementState

_LOCK = 907  # one step of one lot at a time: nothing is scored while its scoring is being closed
LONGEST = 4000


def lock_lot(lot: Lot) -> Procurement:
    """Keep others from moving this lot until the transaction ends; its procurement as it is now, if bids are judged.

    Raises ValidationError in another state. A member of a buying authority cannot lock the lead's row, so this locks a number.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, lot.pk])
    procurement = Procurement.objects.select_related("lead").get(pk=lot.procurement_id)
    require_state(procurement, ProcurementState.PUBLISHED, ProcurementState.EVALUATING)
    return procurement


def require_on_scale(score: int, criterion: AwardCriterion) -> None:
    """Raise ValidationError for a score that the question does not take."""
    if criterion.kind == AwardCriterion.Kind.PASS and score not in (0, MOST_SCORE):
        raise ValidationError("This question is passed or failed. Choose one of the two.")
    if criterion.kind not in (AwardCriterion.Kind.PASS, AwardCriterion.Kind.QUESTION):
        raise ValidationError("Only a question is scored. Open one from the list of answers.")
    if not 0 <= score <= MOST_SCORE:
        raise ValidationError(f"A score is a whole number from 0 to {MOST_SCORE}.")


def require_words(words: str, what: str) -> str:
    """The words without spaces around them. Raises ValidationError if there are none, or far too many."""
    words = words.strip()
    if not words:
        raise ValidationError(f"Say {what}. A score that is not explained can undo an award.")
    if len(words) > LONGEST:
        raise ValidationError(f"Use at most {LONGEST:,} characters; there are {len(words):,}.")
    return words


@transaction.atomic
def give_score(*, bid: Bid, criterion: AwardCriterion, score: int, rationale: str, by: Any, now: datetime) -> Score:
    """One member's score of one answer, with why; it is never changed. The same again is taken once.

    Raises PermissionDenied without a declaration of no interest, and ValidationError with the mend.
    """
    procurement = lock_lot(bid.lot)
    require_no_interest(by, bid.lot)
    require_on_scale(score, criterion)
    rationale = require_words(rationale, "why you give this score")
    before = Score.objects.filter(bid=bid, criterion=criterion, person=by).first()
    if before:
        if (before.score, before.rationale) == (score, rationale):
            return before
        raise ValidationError(
            "You scored this answer already, and a score is not changed. Say at moderation what you would change."
        )
    if ScoringClosed.objects.filter(lot=bid.lot).exists():
        raise ValidationError("Individual scoring of this lot is closed, so no score was taken.")
    if getattr(bid, "disqualification", None) is not None or bid.withdrawn_at is not None:
        raise ValidationError("This bid is out, so it is not scored.")
    row = Score.objects.create(bid=bid, criterion=criterion, person=by, score=score, rationale=rationale, at=now)
    words = f"{by} scored an answer of lot {bid.lot.number}."
    record(
        "score.given", words, about=procurement, by=by, at=now, thread=procurement.key, seen_by=buyers_of(procurement)
    )
    return row


@transaction.atomic
def close_scoring(*, lot: Lot, reason: str = "", by: Any, now: datetime) -> ScoringClosed:
    """The chair ends individual scoring; from now on members read one another. The same again changes nothing.

    Raises ValidationError where an answer has no score at all, or some are missing and no reason is given.
    """
    procurement = lock_lot(lot)
    require_chairs(by, lot)
    before = ScoringClosed.objects.filter(lot=lot).first()
    if before:
        return before
    nobody = unscored_answers(lot)
    if nobody:
        raise ValidationError(
            f"Nobody has scored {nobody} of the answers. Each needs at least one score before scoring is closed."
        )
    reason = reason.strip()
    if missing_scores(lot) and not reason:
        raise ValidationError("Some scores are missing. Say why scoring is closed without them.")
    row = ScoringClosed.objects.create(lot=lot, at=now, by_name=str(by), reason=reason[:300])
    words = f"Individual scoring of lot {lot.number} was closed."
    record(
        "scoring.closed",
        words,
        about=procurement,
        by=by,
        at=now,
        thread=procurement.key,
        seen_by=buyers_of(procurement),
    )
    return row
