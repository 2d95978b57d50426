"""Months: which there are, how each stands, who owes whom in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Sum
from django.http import Http404

from nearhome.audit.queries import HistoryLine, history_of
from nearhome.partnership.models import Membership, Partnership
from nearhome.people.models import Organisation
from nearhome.placements.calculations.dates import add_months
from nearhome.settlement.calculations.nights import Period
from nearhome.settlement.models import Charge, HeldLine, Month, NetPosition, Problem, Statement, Transfer
from nearhome.settlement.permissions import (
    can_approve,
    can_see_settlement,
    can_settle,
    require_can_read_months,
    require_can_see_settlement,
    require_can_settle,
)
from nearhome.settlement.queries import periods
from nearhome.settlement.queries.transfers import note_on_transfers
from nearhome.settlement.states import MonthState

STATE_COLOURS = {
    MonthState.DRAFT: "yellow", MonthState.CHECKED: "blue", MonthState.APPROVED: "purple",
    MonthState.CLOSING: "orange", MonthState.CLOSED: "green",
}  # fmt: skip

# For who settles; a checked month is approved by somebody else.
WHAT_NEXT = {
    MonthState.DRAFT: "Look at the positions and at what could not be charged, then check the month.",
    MonthState.CHECKED: "You checked this month. An approver or another finance officer approves it.",
    MonthState.APPROVED: "Close the month.",
    MonthState.CLOSING: "Nothing: the month closes by itself, host by host. Look again in a moment.",
}


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month in the list: how it stands, what the person's own authority owes or is owed, what to do."""

    key: UUID
    name: str
    partnership: str
    state: str
    colour: str
    net_pence: int | None
    own_cost_pence: int
    financial_year: str
    to_do: str


@dataclass(frozen=True, slots=True)
class MonthsToWorkOut:
    """Months over, newest first, of a partnership that the person settles; not those checked or closed."""

    partnership_key: UUID
    partnership: str
    months: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PositionLine:
    """One authority's net position, and what it says of its statement."""

    organisation: str
    pence: int
    statement_key: UUID | None
    answer: str
    colour: str
    held_pence: int = 0
    released_pence: int = 0

    @property
    def to_settle_pence(self) -> int:
        return self.pence - self.held_pence + self.released_pence


@dataclass(frozen=True, slots=True)
class HeldHere:
    """A line in dispute that the month's payments leave out, or (minus) pay after all."""

    dispute_key: UUID
    home: str
    payer: str
    host: str
    pence: int
    is_release: bool


@dataclass(frozen=True, slots=True)
class MonthPage:
    """Everything the page of one month shows to one person."""

    month: Month
    name: str
    state: str
    colour: str
    settles: bool
    sees_all: bool
    may_approve: bool
    what_next: str
    positions: tuple[PositionLine, ...]
    transfers: tuple[tuple[str, str, int], ...]
    note_on_transfers: str
    held: tuple[HeldHere, ...]
    problems: tuple[tuple[str, str, str], ...]
    history: tuple[HistoryLine, ...]


def partnership_to_settle(person: Any, key: UUID) -> Partnership:
    """A partnership that the person settles for; another does not exist for them."""
    require_can_see_settlement(person)
    row = Partnership.objects.select_related("finance_lead").filter(key=key).first()
    if row is None or not can_settle(person, row):
        raise Http404
    return row


def partnerships_over(today: date) -> tuple[Partnership, ...]:
    """Partnerships that were in force in the last month that is over."""
    first = periods.last_month_over(today)
    rows = Partnership.objects.filter(_in_force(periods.month_of(first))).select_related("finance_lead")
    return tuple(rows.order_by("id"))


def is_worked_out(partnership: Partnership, starts_on: date) -> bool:
    """Whether the month was worked out at least once; read while acting for a partner."""
    return Month.objects.filter(partnership=partnership, starts_on=starts_on, worked_out_at__isnull=False).exists()


def authorities_of(partnership: Partnership, period: Period) -> tuple[Organisation, ...]:
    """Members and allies on any day of the period, by name."""
    rows = Organisation.objects.filter(
        pk__in=partnership.memberships.filter(_in_force(period)).values("organisation_id"), kind="authority"
    )
    return tuple(rows.order_by("name", "id"))


def members_of(partnership_id: int) -> tuple[int, ...]:
    """Every authority that is or was in the partnership."""
    rows = Partnership.objects.filter(pk=partnership_id)
    return tuple(sorted(set(rows.values_list("memberships__organisation_id", flat=True)) - {None}))


def hosts_with_months(month: Month) -> dict[Organisation, tuple[date, ...]]:
    """Whose charges to work out, for which months: this one and the closed ones before it, each with its members.

    So an authority that joined later is not charged for earlier months, and one that left still gets its corrections.
    """
    closed = Month.objects.filter(
        partnership=month.partnership_id, state=Month.State.CLOSED, starts_on__lt=month.starts_on
    )
    months = [*closed.order_by("starts_on").values_list("starts_on", flat=True), month.starts_on]
    rows = month.partnership.memberships.filter(organisation__kind="authority").select_related("organisation")
    found: dict[Organisation, set[date]] = {}
    for row in rows.order_by("organisation__name", "organisation_id"):
        mine = {first for first in months if _is_member(row, periods.month_of(first))}
        if mine:
            found[row.organisation] = found.get(row.organisation, set()) | mine
    return {host: tuple(sorted(mine)) for host, mine in found.items()}


def _is_member(row: Membership, period: Period) -> bool:
    """The same as `_in_force`, of a row that has been read."""
    return row.starts_on < period.ends_before and (row.ends_before is None or row.ends_before > period.starts_on)


def open_months_before(month: Month) -> tuple[date, ...]:
    """First days of the months before this one that are not closed, oldest first."""
    rows = Month.objects.filter(partnership=month.partnership_id, starts_on__lt=month.starts_on)
    return tuple(rows.exclude(state=Month.State.CLOSED).order_by("starts_on").values_list("starts_on", flat=True))


def disputing(month: Month) -> tuple[str, ...]:
    """Authorities whose dispute of their statement is open."""
    rows = Statement.objects.filter(month=month, disputed_at__isnull=False, agreed_at__isnull=True)
    return tuple(rows.order_by("organisation__name").values_list("organisation__name", flat=True))


def month_row(person: Any, key: UUID) -> Month:
    """A month of a partnership the person's authority is in; any other does not exist for them."""
    require_can_read_months(person)
    people = "checked_by", "approved_by", "closed_by"
    row = Month.objects.select_related("partnership__finance_lead", *people).filter(key=key).first()
    if row is None:
        raise Http404
    return row


def month_to_settle(person: Any, key: UUID) -> Month:
    """The same for who settles it, before anything that was typed is looked at."""
    row = month_row(person, key)
    require_can_settle(person, row.partnership)
    return row


def months_of(person: Any) -> tuple[MonthLine, ...]:
    """The months of every partnership the person's authority is in, newest first."""
    require_can_read_months(person)
    months = list(Month.objects.select_related("partnership").order_by("-starts_on", "partnership__name"))
    own = {"organisation": person.organisation_id, "month__in": months}
    net = dict(NetPosition.objects.filter(**own).values_list("month_id", "pence"))
    costs = dict(_own_costs(person, months))
    unanswered = Statement.objects.filter(has_lines(), **own, agreed_at__isnull=True, disputed_at__isnull=True)
    to_answer = set(unanswered.values_list("month_id", flat=True))
    return tuple(
        MonthLine(
            month.key, periods.in_words(month.starts_on), month.partnership.name, month.get_state_display(),
            STATE_COLOURS[Month.State(month.state)], net.get(month.pk),
            costs.get(month.pk, 0), periods.financial_year(month.starts_on),
            _to_do(person, month, month.pk in to_answer),
        )
        for month in months
    )  # fmt: skip


def _own_costs(person: Any, months: list[Month]) -> Iterable[tuple[int, int]]:
    """What the authority bears of each month: the own cost of its statement."""
    rows = Charge.objects.filter(payer=person.organisation_id, month__in=months).values("month_id")
    return rows.annotate(sum=Sum("pence")).values_list("month_id", "sum")


def months_to_work_out(person: Any, *, today: date) -> tuple[MonthsToWorkOut, ...]:
    """What a finance officer of a finance lead may work out today."""
    partnerships = Partnership.objects.filter(finance_lead=person.organisation_id).order_by("name")
    return tuple(_to_work_out(one, today) for one in partnerships if can_settle(person, one))


def month_page(person: Any, key: UUID) -> MonthPage:
    """The page of a month: all positions for the finance lead, one's own for a member."""
    month = month_row(person, key)
    settles, may_approve = can_settle(person, month.partnership), can_approve(person, month)
    sees_all = settles or person.organisation_id == month.partnership.finance_lead_id
    own = Q() if sees_all else Q(organisation=person.organisation_id)
    own_transfers = Q() if sees_all else Q(payer=person.organisation_id) | Q(payee=person.organisation_id)
    transfers = Transfer.objects.filter(own_transfers, month=month).select_related("payer", "payee").order_by("id")
    problems = Problem.objects.filter(month=month).select_related("host").order_by("host__name", "about", "id")
    return MonthPage(
        month=month,
        name=periods.in_words(month.starts_on),
        state=month.get_state_display(),
        colour=STATE_COLOURS[Month.State(month.state)],
        settles=settles,
        sees_all=sees_all,
        may_approve=may_approve,
        what_next=_what_next(person, month),
        positions=_positions(month, own),
        transfers=tuple((one.payer.name, one.payee.name, one.pence) for one in transfers),
        note_on_transfers=note_on_transfers(month.pk),
        held=_held(month),
        problems=tuple((one.host.name, one.about, one.words) for one in problems),
        history=tuple(reversed(history_of(month.key))),
    )


def _in_force(period: Period) -> Q:
    open_ended = Q(ends_before__isnull=True) | Q(ends_before__gt=period.starts_on)
    return open_ended & Q(starts_on__lt=period.ends_before)


def _to_work_out(partnership: Partnership, today: date) -> MonthsToWorkOut:
    done = set(
        Month.objects.filter(partnership=partnership)
        .exclude(state=Month.State.DRAFT)
        .values_list("starts_on", flat=True)
    )
    first, month = partnership.starts_on.replace(day=1), periods.last_month_over(today)
    found = []
    while month >= first:
        if month not in done:
            found.append((f"{month:%Y-%m}", periods.in_words(month)))
        month = add_months(month, -1)
    return MonthsToWorkOut(partnership.key, partnership.name, tuple(found))


def _positions(month: Month, own: Q) -> tuple[PositionLine, ...]:
    rows = NetPosition.objects.filter(own, month=month).select_related("organisation").order_by("organisation__name")
    statements = {one.organisation_id: one for one in Statement.objects.filter(own, month=month)}
    return tuple(_position(row, statements.get(row.organisation_id)) for row in rows)


def _held(month: Month) -> tuple[HeldHere, ...]:
    """As far as the acting organisation may see: the finance lead all, a member what it is a side of."""
    rows = HeldLine.objects.filter(month=month).select_related("dispute__charge", "payer", "host").order_by("id")
    return tuple(
        HeldHere(
            one.dispute.key, one.dispute.charge.home_name, one.payer.name, one.host.name, one.pence, one.is_release
        )
        for one in rows
    )


def _position(row: NetPosition, statement: Statement | None) -> PositionLine:
    answer, colour = answer_of(statement)
    key = statement.key if statement else None
    return PositionLine(row.organisation.name, row.pence, key, answer, colour, row.held_pence, row.released_pence)


def answer_of(statement: Statement | None) -> tuple[str, str]:
    """What an authority said of its statement, as a tag: words and colour."""
    if statement is None:
        return "No statement", "grey"
    if statement.agreed_at:
        return "Agreed", "green"
    return ("Disputed", "red") if statement.disputed_at else ("Unanswered", "yellow")


def _to_do(person: Any, month: Month, has_statement_to_answer: bool) -> str:
    if month.state != MonthState.CLOSED and (
        can_settle(person, month.partnership) or (month.state == MonthState.CHECKED and can_approve(person, month))
    ):
        return _what_next(person, month)
    if has_statement_to_answer and can_see_settlement(person):
        return "Check your statement and agree or dispute it."
    return "Nothing."


def has_lines() -> Exists:
    """For statements: whether anything on them is paid or owed by their authority."""
    own = Q(payer=OuterRef("organisation")) | Q(host=OuterRef("organisation"))
    return Exists(Charge.objects.filter(own, month=OuterRef("month")))


def _what_next(person: Any, month: Month) -> str:
    may_approve = month.state == MonthState.CHECKED and can_approve(person, month)
    if month.state == MonthState.CLOSED:
        return "The month is closed and never changes. What changes later is posted in a later month."
    if may_approve:
        return "Look at the positions and at what could not be charged, then approve the month or have it sent back."
    if not can_settle(person, month.partnership):
        answers = can_see_settlement(person)
        return "Look at your statement, then agree or dispute it." if answers else "Nothing: finance officers go on."
    return WHAT_NEXT[MonthState(month.state)]
