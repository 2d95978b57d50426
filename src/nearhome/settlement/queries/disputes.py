"""Disputes as both sides and the finance lead read them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import Http404

from nearhome.audit.queries import HistoryLine, history_of
from nearhome.settlement.calculations.disputes.crediting import most_in_dispute
from nearhome.settlement.models import Charge, DisputeCredit, DisputeStep, LineDispute
from nearhome.settlement.permissions import require_can_see_settlement
from nearhome.settlement.permissions.disputes import can_answer_dispute, can_reply_to_answer, require_can_dispute_line
from nearhome.settlement.queries import periods
from nearhome.settlement.queries.dispute_states import LineState, state_of
from nearhome.settlement.queries.holds import with_last_step
from nearhome.settlement.queries.statements import StatementLine, lines_of

GROUNDS, Kind = LineDispute.Ground.choices, DisputeStep.Kind


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """One dispute in a list. `held_pence`: what payments of closed and open months leave out of it now."""

    key: UUID
    month: str
    home: str
    child_ref: str
    payer: str
    host: str
    pence: int
    held_pence: int
    state: LineState
    is_late: bool
    waits_for_you: bool


@dataclass(frozen=True, slots=True)
class NewDispute:
    """What the page of a new dispute shows: the line, and how much of it may be disputed, with its sign."""

    charge: Charge
    line: StatementLine
    month: str
    most_pence: int
    holds: bool


@dataclass(frozen=True, slots=True)
class StepLine:
    """What one side said."""

    organisation: str
    person: str
    what: str
    words: str
    credit_pence: int
    at: datetime


@dataclass(frozen=True, slots=True)
class DisputePage:
    """One dispute, everything said in it, and whose turn it is."""

    dispute: LineDispute
    line: StatementLine
    month: str
    ground: str
    state: LineState
    is_late: bool
    held_pence: int
    steps: tuple[StepLine, ...]
    may_answer: bool
    may_reply: bool
    may_withdraw: bool
    is_answered: bool
    offered_pence: int
    what_next: str
    history: tuple[HistoryLine, ...]


def disputes_of(person: Any, *, today: date) -> tuple[DisputeLine, ...]:
    """Every dispute that the person's authority is a side of or settles, newest first."""
    require_can_see_settlement(person)
    return tuple(_lines(_rows().order_by("-raised_at", "-id"), person, today))


def dispute_row(person: Any, key: UUID) -> LineDispute:
    """A dispute of the person's authority, or one that it settles; another does not exist for them."""
    require_can_see_settlement(person)
    row = _rows().filter(key=key).first()
    if row is None:
        raise Http404
    return row


def new_dispute(person: Any, key: UUID) -> NewDispute:
    """The line to dispute. Raises Http404 for a line of others, PermissionDenied for one that is not the person's to dispute."""
    require_can_see_settlement(person)
    row = _charges().filter(key=key).first()
    if row is None:
        raise Http404
    require_can_dispute_line(person, row)
    credited = DisputeCredit.objects.filter(dispute__charge=row).aggregate(sum=Sum("charge__pence"))["sum"] or 0
    most = most_in_dispute(row.pence, -credited)
    return NewDispute(row, lines_of([row])[0], periods.in_words(row.month.starts_on), most, row.month.closed_at is None)


def dispute_page(person: Any, key: UUID, *, today: date) -> DisputePage:
    """The page of one dispute."""
    row = dispute_row(person, key)
    state = state_of(row)
    last = row.last_kind  # type: ignore[attr-defined]
    answers = can_answer_dispute(person, row) and state.waits_for == row.host_id
    replies = can_reply_to_answer(person, row) and state.is_open
    return DisputePage(
        dispute=row,
        line=lines_of([_charges().get(pk=row.charge_id)])[0],
        month=periods.in_words(row.month.starts_on),
        ground=row.get_ground_display(),
        state=state,
        is_late=_is_late(state, today),
        held_pence=row.held_now,  # type: ignore[attr-defined]
        steps=tuple(_steps(row)),
        may_answer=answers,
        may_reply=replies and state.waits_for == row.payer_id,
        may_withdraw=replies and state.waits_for == row.host_id,
        is_answered=last in (Kind.EXPLAINED, Kind.OFFERED),
        offered_pence=row.credit_pence if last == Kind.OFFERED else 0,  # type: ignore[attr-defined]
        what_next=_what_next(row, last),
        history=tuple(reversed(history_of(row.month.key, about=(f"linedispute {row.key}",)))),
    )


def _rows() -> QuerySet[LineDispute]:
    rows = LineDispute.objects.select_related(
        "month__partnership__finance_lead", "payer", "host", "charge", "raised_by"
    )
    return with_last_step(rows).annotate(held_now=Coalesce(Sum("held_lines__pence"), 0))


def _charges() -> QuerySet[Charge]:
    rows = Charge.objects.select_related("month__partnership__finance_lead", "payer", "host", "provider", "place")
    return rows.annotate(own_ref=F("booking__child__return_ref"))


def _lines(rows: Iterable[Any], person: Any, today: date) -> Iterator[DisputeLine]:
    for row in rows:
        state = state_of(row)
        yield DisputeLine(
            row.key, periods.in_words(row.month.starts_on), row.charge.home_name, row.charge.child_ref, row.payer.name,
            row.host.name, row.pence, row.held_now, state, _is_late(state, today),
            state.waits_for == person.organisation_id,
        )  # fmt: skip


def _steps(row: LineDispute) -> Iterator[StepLine]:
    yield StepLine(row.payer.name, row.raised_by.name, "Disputed", row.words, 0, row.raised_at)
    for step in row.steps.select_related("by").order_by("number"):
        side = row.host if step.kind in DisputeStep.OF_HOST else row.payer
        yield StepLine(side.name, step.by.name, step.get_kind_display(), step.words, step.credit_pence, step.at)


def _is_late(state: LineState, today: date) -> bool:
    return state.answer_by is not None and state.answer_by < today


def _what_next(row: LineDispute, last: str | None) -> str:
    host, payer = row.host.name, row.payer.name
    if last in (None, Kind.REPLIED):
        return f"{host} answers: it explains the line, credits it, or puts its records right."
    if last in (Kind.EXPLAINED, Kind.OFFERED):
        return f"{payer} accepts the answer, says what is still wrong, or withdraws."
    gives_credit = bool(row.credit_pence)  # type: ignore[attr-defined]
    if gives_credit and not DisputeCredit.objects.filter(dispute=row).exists():
        return "The credit is posted when the next open month is worked out. What is held is paid with the same month."
    if last == Kind.MENDED:
        return "The difference is posted when the next open month is worked out, and what is held is paid with it."
    return "Nothing. The dispute has ended, and what was held of it is paid with the first month then open."
