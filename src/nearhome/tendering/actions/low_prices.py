"""A price that looks abnormally low: the bidder is asked, its answer is kept, somebody decides. It is never rejected unasked."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.tendering.actions.scoring import lock_lot, require_words
from nearhome.tendering.models import Bid, Disqualification, LowPriceQuery, Procurement, QualityLock
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.queries.panel import buyers_of

GROUND = "abnormally_low"


def _begin(bid: Bid, by: Any) -> Procurement:
    procurement = lock_lot(bid.lot)
    require_can_lead(by, procurement)
    if not QualityLock.objects.filter(lot=bid.lot).exists():
        raise ValidationError("Prices are not open yet, so none can be looked into.")
    return procurement


@transaction.atomic
def ask_about_price(*, bid: Bid, question: str, by: Any, now: datetime) -> LowPriceQuery:
    """Put on record what the bidder is asked about its price. A bid is asked once; the same again changes nothing."""
    procurement = _begin(bid, by)
    question = require_words(question, "what the bidder is asked")
    before = LowPriceQuery.objects.filter(bid=bid).first()
    if before:
        if before.question == question:
            return before
        raise ValidationError("This bidder was asked about its price already. Record its answer.")
    row = LowPriceQuery.objects.create(bid=bid, question=question, asked_at=now, asked_by=str(by))
    words = f"A bidder for lot {bid.lot.number} was asked about its price."
    record(
        "price.asked", words, about=procurement, by=by, at=now, thread=procurement.key, seen_by=buyers_of(procurement)
    )
    return row


@transaction.atomic
def record_price_answer(*, bid: Bid, answer: str, by: Any, now: datetime) -> LowPriceQuery:
    """Keep what the bidder answered. Raises ValidationError once the price is decided."""
    procurement = _begin(bid, by)
    row = _asked(bid)
    if row.decided_at is not None:
        raise ValidationError("This price is decided already, so its answer does not change.")
    row.answer = require_words(answer, "what the bidder answered, or that it did not answer in time")
    row.answered_at, row.answered_by = now, str(by)
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    words = f"A bidder for lot {bid.lot.number} answered about its price."
    record(
        "price.answered",
        words,
        about=procurement,
        by=by,
        at=now,
        thread=procurement.key,
        seen_by=buyers_of(procurement),
    )
    return row


@transaction.atomic
def decide_low_price(*, bid: Bid, is_accepted: bool, reason: str, by: Any, now: datetime) -> LowPriceQuery:
    """Accept the price, or disqualify the bid for it, with the reason. The same again changes nothing.

    Raises ValidationError before an answer is on record.
    """
    procurement = _begin(bid, by)
    row = _asked(bid)
    reason = require_words(reason, "why the price is accepted or not")
    if row.decided_at is not None:
        if (row.is_accepted, row.decision_reason) == (is_accepted, reason):
            return row
        raise ValidationError("This price is decided already.")
    if row.answered_at is None:
        raise ValidationError("Record the bidder’s answer first: no bid is rejected for its price unheard.")
    row.is_accepted, row.decision_reason, row.decided_at, row.decided_by = is_accepted, reason, now, str(by)
    row.save(update_fields=["is_accepted", "decision_reason", "decided_at", "decided_by"])
    if not is_accepted and not Disqualification.objects.filter(bid=bid).exists():
        Disqualification.objects.create(bid=bid, ground=GROUND, reason=reason, at=now, by_name=str(by))
    words = f"A low price of lot {bid.lot.number} was {'accepted' if is_accepted else 'rejected, and its bid is out'}."
    record(
        "price.decided", words, about=procurement, by=by, at=now, thread=procurement.key, seen_by=buyers_of(procurement)
    )
    return row


def _asked(bid: Bid) -> LowPriceQuery:
    row = LowPriceQuery.objects.select_for_update().filter(bid=bid).first()
    if row is None:
        raise ValidationError("This bidder has not been asked about its price yet.")
    return row
