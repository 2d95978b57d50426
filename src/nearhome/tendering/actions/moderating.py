"""The panel's agreed scores, and the lock after which prices may be opened."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.design.wording import plural
from nearhome.tendering.actions.scoring import lock_lot, require_on_scale, require_words
from nearhome.tendering.models import AwardCriterion, Bid, Consensus, Lot, QualityLock, ScoringClosed
from nearhome.tendering.permissions.evaluation import require_chairs
from nearhome.tendering.queries.panel import buyers_of
from nearhome.tendering.queries.progress import answers_without_agreement


@transaction.atomic
def agree_score(*, bid: Bid, criterion: AwardCriterion, score: int, reason: str, by: Any, now: datetime) -> Consensus:
    """The chair records what the panel agreed on for one answer, and why. The newest counts; the same again adds nothing.

    Raises ValidationError before scoring is closed and once quality is locked.
    """
    procurement = lock_lot(bid.lot)
    require_chairs(by, bid.lot)
    require_on_scale(score, criterion)
    reason = require_words(reason, "why the panel agreed on this score; the bidder reads it")
    if not ScoringClosed.objects.filter(lot=bid.lot).exists():
        raise ValidationError("Close individual scoring first: until then members score alone.")
    before = Consensus.objects.filter(bid=bid, criterion=criterion).order_by("-at", "-pk").first()
    if before and (before.score, before.reason) == (score, reason):
        return before
    if QualityLock.objects.filter(lot=bid.lot).exists():
        raise ValidationError("Quality of this lot is locked, so agreed scores do not change any more.")
    row = Consensus.objects.create(bid=bid, criterion=criterion, score=score, reason=reason, at=now, by_name=str(by))
    words = f"An answer of lot {bid.lot.number} was moderated{' again' if before else ''}."
    record(
        "score.agreed", words, about=procurement, by=by, at=now, thread=procurement.key, seen_by=buyers_of(procurement)
    )
    return row


@transaction.atomic
def lock_quality(*, lot: Lot, by: Any, now: datetime) -> QualityLock:
    """Nothing of quality changes any more, and prices can be read. The same again changes nothing.

    Raises ValidationError while an answer has no agreed score.
    """
    procurement = lock_lot(lot)
    require_chairs(by, lot)
    before = QualityLock.objects.filter(lot=lot).first()
    if before:
        return before
    if not ScoringClosed.objects.filter(lot=lot).exists():
        raise ValidationError("Close individual scoring and moderate first.")
    missing = answers_without_agreement(lot)
    if missing:
        raise ValidationError(
            f"{plural(missing, 'answer has', 'answers have')} no agreed score yet. Moderate all of them first."
        )
    row = QualityLock.objects.create(lot=lot, at=now, by_name=str(by))
    words = f"Quality of lot {lot.number} was locked. Its prices can be read from now on."
    record(
        "quality.locked",
        words,
        about=procurement,
        by=by,
        at=now,
        thread=procurement.key,
        seen_by=buyers_of(procurement),
    )
    return row
