"""A line is disputed, answered, replied to, and in the end credited, put right, agreed or withdrawn.

While it is open its money is left out of the payments of months that are not closed: both sides of it, so nothing is
lost. What comes of it is a step of its own, never a change of the line.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum

from nearhome.audit.record import record
from nearhome.calendars.bank_holidays import bank_holidays
from nearhome.calendars.calculations.working_days import london_date
from nearhome.design import wording
from nearhome.partnership.models import Partnership
from nearhome.privacy.acting import acting_for
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.settlement.actions.holding import settle_open_months
from nearhome.settlement.actions.moving import lock_open_months, one_at_a_time
from nearhome.settlement.calculations.charges import CREDIT
from nearhome.settlement.calculations.disputes.crediting import is_part_of, most_in_dispute
from nearhome.settlement.calculations.disputes.dates import answer_by
from nearhome.settlement.models import Charge, DisputeCredit, DisputeStep, LineDispute
from nearhome.settlement.permissions.disputes import (
    require_can_answer_dispute,
    require_can_dispute_line,
    require_can_reply_to_answer,
)
from nearhome.settlement.queries import periods

Kind = DisputeStep.Kind


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a line: ground, reason in words, and how many pence of it (with its sign; None: all)."""

    ground: str
    words: str
    pence: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A step: its kind, why, the credit offered, and how many steps its writer had seen."""

    kind: str
    words: str
    seen: int
    credit_pence: int = 0


@transaction.atomic
def dispute_line(*, charge: Charge, complaint: Complaint, by: Any, now: datetime) -> LineDispute:
    """Say that a line is wrong. Harmless when said twice. Raises ValidationError for a line that is in dispute."""
    require_can_dispute_line(by, charge)
    partnership = charge.month.partnership
    one_at_a_time(partnership)
    before = list(LineDispute.objects.filter(charge=charge).order_by("number"))
    if before and not _has_ended(before[-1]):
        if before[-1].words == complaint.words.strip():
            return before[-1]
        raise ValidationError("This line is in dispute already. Add what you have to say to that dispute.")
    pence = _disputed(charge, complaint)
    with acting_for(partnership.finance_lead_id):
        open_months = {month.pk for month in lock_open_months(partnership)}
    dispute = LineDispute.objects.create(
        charge=charge, number=len(before) + 1, month=charge.month, payer=charge.payer, host=charge.host,
        ground=complaint.ground, words=complaint.words.strip(), pence=pence, holds=charge.month_id in open_months,
        raised_by=by, raised_at=now, answer_by=_answer_by(now),
    )  # fmt: skip
    _settle_again(partnership, by, now)
    waits = "" if dispute.holds else " It was paid before, so it is not held."
    _record(
        dispute,
        "dispute.raised",
        f"{dispute.payer} disputed {wording.money(pence)} of {_line(dispute)}.{waits}",
        by,
        now,
    )
    return dispute


@transaction.atomic
def answer_dispute(*, dispute: LineDispute, answer: Answer, by: Any, now: datetime) -> DisputeStep:
    """The host explains, offers a part, credits all, or says that the records are right now. Raises ChangedMeanwhile."""
    require_can_answer_dispute(by, dispute)
    kind, credit = _of_host(dispute, answer)
    return _step(dispute, Answer(kind, answer.words, answer.seen, credit), by, now)


@transaction.atomic
def reply_to_answer(*, dispute: LineDispute, answer: Answer, by: Any, now: datetime) -> DisputeStep:
    """Who disputes accepts the answer with what it offers, says what is still wrong, or withdraws."""
    require_can_reply_to_answer(by, dispute)
    if answer.kind not in (Kind.ACCEPTED, Kind.REPLIED, Kind.WITHDRAWN):
        raise ValidationError("Accept the answer, say what is still wrong, or withdraw the dispute.")
    return _step(dispute, answer, by, now)


def _disputed(charge: Charge, complaint: Complaint) -> int:
    if not complaint.words.strip():
        raise ValidationError("Say what is wrong with the line.")
    if complaint.ground not in LineDispute.Ground.values:
        raise ValidationError("Select what is wrong with the line.")
    credited = DisputeCredit.objects.filter(dispute__charge=charge).aggregate(sum=Sum("charge__pence"))["sum"] or 0
    most = most_in_dispute(charge.pence, -credited)
    pence = most if complaint.pence is None else complaint.pence
    if charge.kind == CREDIT or most == 0:
        raise ValidationError("This line has nothing left to dispute: it is a credit, or was credited in full.")
    if not is_part_of(pence, most):
        raise ValidationError(f"The amount in dispute must be more than £0.00 and at most {wording.money(abs(most))}.")
    return pence


def _of_host(dispute: LineDispute, answer: Answer) -> tuple[str, int]:
    """The step that the host's answer is: a credit of all is upheld at once, one of a part is offered."""
    if answer.kind in (Kind.EXPLAINED, Kind.MENDED):
        return answer.kind, 0
    if answer.kind != Kind.CREDITED:
        raise ValidationError("Explain the line, credit it, or say that the records have been put right.")
    if not is_part_of(answer.credit_pence, dispute.pence):
        most = wording.money(abs(dispute.pence))
        raise ValidationError(f"The credit must be more than £0.00 and at most {most}, which is in dispute.")
    return (Kind.CREDITED if answer.credit_pence == dispute.pence else Kind.OFFERED), answer.credit_pence


def _step(dispute: LineDispute, answer: Answer, by: Any, now: datetime) -> DisputeStep:
    partnership = dispute.month.partnership
    one_at_a_time(partnership)
    steps = list(dispute.steps.order_by("number"))
    last = steps[-1] if steps else None
    if last and (last.kind, last.words, last.by_id) == (answer.kind, answer.words.strip(), by.pk):
        return last
    if len(steps) != answer.seen:
        raise ChangedMeanwhile("This dispute")
    credit = _checked(last, answer)
    ends = answer.kind in DisputeStep.ENDS
    step = DisputeStep.objects.create(
        dispute=dispute, number=len(steps) + 1, kind=answer.kind, words=answer.words.strip(), credit_pence=credit, by=by,
        at=now, answer_by=None if ends else _answer_by(now),
    )  # fmt: skip
    if ends:
        _settle_again(partnership, by, now)
    _record(dispute, f"dispute.{answer.kind}", _sentence(dispute, step), by, now)
    return step


def _checked(last: DisputeStep | None, answer: Answer) -> int:
    """The step's credit, where the step may come now."""
    if last and last.kind in DisputeStep.ENDS:
        raise ValidationError("This dispute has ended. Dispute the line again if it is still wrong.")
    if not answer.words.strip() and answer.kind != Kind.ACCEPTED:
        raise ValidationError("Say why, so that the other side can follow it.")
    answered = last is not None and last.kind in DisputeStep.OF_HOST
    if answer.kind in DisputeStep.OF_HOST and answered:
        raise ValidationError("You have answered. The authority that disputes the line replies next.")
    if answer.kind in (Kind.ACCEPTED, Kind.REPLIED) and not answered:
        raise ValidationError("The dispute has not been answered yet. You can wait for the answer, or withdraw.")
    return last.credit_pence if last and answer.kind == Kind.ACCEPTED else answer.credit_pence


def _settle_again(partnership: Partnership, by: Any, now: datetime) -> None:
    """Payments of months not closed leave out what is in dispute now, and pay what no longer is."""
    with acting_for(partnership.finance_lead_id, person_id=by.pk):
        settle_open_months(lock_open_months(partnership), now=now)


def _has_ended(dispute: LineDispute) -> bool:
    return dispute.steps.filter(kind__in=DisputeStep.ENDS).exists()


def _answer_by(now: datetime) -> date:
    today = london_date(now)
    return answer_by(today, bank_holidays(today, today))


def _line(dispute: LineDispute) -> str:
    return f"a line of {dispute.host} for {periods.in_words(dispute.month.starts_on)}"


def _sentence(dispute: LineDispute, step: DisputeStep) -> str:
    host, payer, credit = dispute.host, dispute.payer, wording.money(step.credit_pence)
    given = f", with a credit of {credit}" if step.credit_pence else ""
    return {
        Kind.EXPLAINED: f"{host} answered {payer}’s dispute: the line stands.",
        Kind.OFFERED: f"{host} answered {payer}’s dispute and offers a credit of {credit}.",
        Kind.CREDITED: f"{host} upheld {payer}’s dispute and credits {credit} in the next month worked out.",
        Kind.MENDED: f"{host} upheld {payer}’s dispute and put its records right.",
        Kind.REPLIED: f"{payer} replied: the line is still disputed.",
        Kind.ACCEPTED: f"{payer} agreed to {host}’s answer{given}.",
        Kind.WITHDRAWN: f"{payer} withdrew its dispute.",
    }[Kind(step.kind)]


def _record(dispute: LineDispute, name: str, words: str, by: Any, now: datetime) -> None:
    month = dispute.month
    seen_by = (dispute.payer_id, dispute.host_id, month.partnership.finance_lead_id)
    record(name, words, about=dispute, by=by, at=now, thread=month.key, seen_by=seen_by)
