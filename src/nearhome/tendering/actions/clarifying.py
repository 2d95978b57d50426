"""Questions about a tender and their answers, which everybody reads; who asked is kept apart."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from nearhome.audit.record import record
from nearhome.design.wording import moment
from nearhome.tendering.actions.moving import lock_procurement, require_state
from nearhome.tendering.actions.preparing import buyers_besides
from nearhome.tendering.models import Clarification, ClarificationAsker, Procurement
from nearhome.tendering.permissions.bidding import require_can_bid
from nearhome.tendering.permissions.cases import require_can_lead
from nearhome.tendering.queries.bidding import is_open_in_the_database
from nearhome.tendering.queries.clarifications import gives_away
from nearhome.tendering.states import ProcurementState

MOST_OPEN_QUESTIONS = 50
_LOCK = 9027


@transaction.atomic
def ask_question(*, procurement: Procurement, question: str, by: Any, now: datetime) -> Clarification:
    """Ask the buyers, until questions end. The same question sent twice is asked once."""
    provider = require_can_bid(by)
    text = question.strip()
    ends_at = procurement.questions_until_at or procurement.deadline_at
    if procurement.state != ProcurementState.PUBLISHED or ends_at is None:
        raise ValidationError("This tender takes no questions now.")
    if now >= ends_at or not is_open_in_the_database(procurement):
        raise ValidationError(f"Questions ended on {moment(ends_at)}.")
    if not text:
        raise ValidationError("Enter your question.")
    with connection.cursor() as cursor:  # one question of a provider at a time, so that a double click asks once
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, provider.pk])
    own = ClarificationAsker.objects.filter(procurement=procurement, provider=provider)
    asked = Clarification.objects.filter(procurement=procurement, key__in=own.values("clarification_key"))
    same = asked.filter(question=text).first()
    if same:
        return same
    if asked.filter(answered_at__isnull=True).count() >= MOST_OPEN_QUESTIONS:
        raise ValidationError(
            f"{MOST_OPEN_QUESTIONS} of your questions wait for an answer: ask again when some have one."
        )
    row = Clarification(procurement=procurement, asked_at=now, question=text)
    # Who asked is written first: only then may its asker read the question.
    ClarificationAsker.objects.create(clarification_key=row.key, procurement=procurement, provider=provider)
    row.save()
    record("clarification.asked", "A question about a tender was asked.", about=row, by=by, at=now, thread=row.key)
    return row


@transaction.atomic
def answer_question(
    *, clarification: Clarification, question: str, answer: str, by: Any, now: datetime, tells_who: bool = False
) -> None:
    """Answer a question so that everybody reads it; `question` is its wording as it is published.

    Raises ValidationError when the words give away who asked, unless `tells_who` says that this was looked at.
    """
    procurement = clarification.procurement
    require_can_lead(by, procurement)
    require_state(lock_procurement(procurement), ProcurementState.PUBLISHED)
    locked = Clarification.objects.select_for_update().get(pk=clarification.pk)
    said, reply = question.strip(), answer.strip()
    if locked.answered_at is not None:
        if (locked.question, locked.answer) == (said, reply):
            return  # a double click
        raise ValidationError("This question was answered meanwhile. To correct an answer, tell all bidders.")
    if not (said and reply):
        raise ValidationError("Enter the question as it will be published, and its answer.")
    found = gives_away(locked, said, reply)
    if found and not tells_who:
        raise ValidationError(
            f"The words may tell who asked: {', '.join(found)}. Reword them, or tick the box if they tell nothing."
        )
    locked.question, locked.answer, locked.answered_at, locked.answered_by = said, reply, now, str(by)
    locked.save(update_fields=["question", "answer", "answered_at", "answered_by"])
    words = "A bidder’s question was answered; everybody reads it."
    record("clarification.answered", words, about=locked, by=by, at=now, thread=procurement.key, seen_by=buyers_besides(procurement))  # fmt: skip


@transaction.atomic
def tell_bidders(*, procurement: Procurement, about: str, words: str, by: Any, now: datetime) -> Clarification:
    """Tell every bidder something nobody asked, such as the correction of an answer."""
    require_can_lead(by, procurement)
    locked = lock_procurement(procurement)
    require_state(locked, ProcurementState.PUBLISHED)
    if locked.deadline_at is None or now >= locked.deadline_at:
        raise ValidationError("The deadline has passed: what bidders read is closed.")
    if not (about.strip() and words.strip()):
        raise ValidationError("Enter what it is about, and what bidders should know.")
    same = locked.clarifications.filter(question=about.strip(), answer=words.strip()).first()
    if same:
        return same
    row = Clarification.objects.create(procurement=locked, asked_at=now, question=about.strip())
    row.answer, row.answered_at, row.answered_by = words.strip(), now, str(by)
    row.save(update_fields=["answer", "answered_at", "answered_by"])
    told = "All bidders were told something."
    record("clarification.told", told, about=row, by=by, at=now, thread=locked.key, seen_by=buyers_besides(locked))
    return row
