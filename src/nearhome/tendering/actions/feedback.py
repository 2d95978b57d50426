"""Feedback letters: made from moderated scores, made anew until they are sent, never after."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from nearhome.audit.record import record
from nearhome.tendering.actions.moving import lock_procurement, require_state
from nearhome.tendering.models import FeedbackLetter, Procurement
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.queries.feedback import composed_letters
from nearhome.tendering.queries.panel import buyers_of
from nearhome.tendering.states import ProcurementState

_DECIDED = (ProcurementState.APPROVED, ProcurementState.CONTRACTED, ProcurementState.ABANDONED)


@transaction.atomic
def make_letters(*, procurement: Procurement, by: Any, now: datetime) -> list[FeedbackLetter]:
    """A draft letter for every bid of every lot with results; those not sent are made anew. The same again changes nothing.

    Raises ValidationError where no lot has results.
    """
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    made, changed = _made(locked, by, now)
    if not made:
        raise ValidationError("No lot has results yet, so there is nothing to write. Work out the results first.")
    if changed:
        words = "Feedback letters were drafted from the moderated scores."
        record("letters.made", words, about=locked, by=by, at=now, thread=locked.key, seen_by=buyers_of(locked))
    return made


def _made(locked: Procurement, by: Any, now: datetime) -> tuple[list[FeedbackLetter], bool]:
    """Every letter, sent ones as they are; whether any is new or other than it was."""
    there = {row.bid_id: row for row in FeedbackLetter.objects.filter(bid__procurement=locked)}
    found, changed = [], False
    for one in composed_letters(locked):
        row = there.get(one.bid.pk) or FeedbackLetter(bid=one.bid)
        if row.sent_at is None and row.digest != one.digest:
            row.words, row.digest, row.made_at, row.made_by = one.words, one.digest, now, str(by)
            row.save()
            changed = True
        found.append(row)
    return found, changed


@transaction.atomic
def send_letters(*, procurement: Procurement, by: Any, now: datetime) -> list[FeedbackLetter]:
    """Let every bidder read its letter, made anew with the award as decided. Letters that were sent stay as they are.

    Raises ValidationError before the award is approved or the procurement abandoned.
    """
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    require_state(locked, *_DECIDED)
    made, _ = _made(locked, by, now)
    if not made:
        raise ValidationError("No lot has results, so there is no letter to send.")
    sent = [row for row in made if row.sent_at is None]
    for row in sent:
        row.sent_at, row.sent_by = now, str(by)
        row.save(update_fields=["sent_at", "sent_by"])
    if sent:
        providers = tuple({row.bid.provider_id for row in sent})
        words = "Feedback letters were sent."
        record(
            "letters.sent",
            words,
            about=locked,
            by=by,
            at=now,
            thread=locked.key,
            seen_by=(*buyers_of(locked), *providers),
        )
    return made
