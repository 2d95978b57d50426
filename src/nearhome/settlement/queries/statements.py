"""One authority's statement for a month: every line with its reason, its sums, its net position."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.http import Http404

from nearhome.audit.queries import HistoryLine, history_of
from nearhome.settlement.calculations import statement as calculated
from nearhome.settlement.calculations.charges import CREDIT
from nearhome.settlement.calculations.disputes.holding import Position
from nearhome.settlement.calculations.moved_nights import LATE
from nearhome.settlement.calculations.nights import Period
from nearhome.settlement.calculations.statement import settle
from nearhome.settlement.calculations.transfers import Transfer
from nearhome.settlement.models import Charge, NetPosition, Statement
from nearhome.settlement.permissions import can_answer, require_can_read_months, require_can_see_settlement
from nearhome.settlement.queries import periods, refs
from nearhome.settlement.queries.dispute_states import LineState, states_in
from nearhome.settlement.queries.invoice_matching import element_of
from nearhome.settlement.queries.months import answer_of
from nearhome.settlement.queries.pair_accounts import Partner, partners_of, position_of
from nearhome.settlement.queries.posted import charge_from
from nearhome.settlement.queries.transfers import transfers_of

NO_STATES: Mapping[int, LineState] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line as people read it. `ends_before` is the day after the last night."""

    child_ref: str
    home: str
    place: str
    starts_on: date
    ends_before: date
    nights: int
    weekly_price_pence: int
    payer: str
    host: str
    provider: str
    pence: int
    reason: str
    is_correction: bool
    own_ref: str = ""  # what the child's own authority calls the child; empty for anybody else
    key: UUID | None = None
    dispute: LineState | None = None
    is_credit: bool = False
    element: str = ""  # as an invoice names it


@dataclass(frozen=True, slots=True)
class Sums:
    """Own cost = paid to providers + the lead's own work − recharged to others + recharged by others, in pence."""

    paid_to_providers: int
    lead_work: int
    recharged_to_others: int
    recharged_by_others: int
    own_cost: int
    net: int
    corrections: int


@dataclass(frozen=True, slots=True)
class StatementPage:
    """Everything the page of one statement shows."""

    statement: Statement
    authority: str
    month: str
    month_state: str
    answer: str
    colour: str
    may_answer: bool
    sums: Sums
    from_others: tuple[StatementLine, ...]
    to_others: tuple[StatementLine, ...]
    settling: Position
    partners: tuple[Partner, ...]
    history: tuple[HistoryLine, ...]


@dataclass(frozen=True, slots=True)
class StatementForPdf:
    """What the document is made from."""

    statement: calculated.Statement
    period: Period
    names: dict[str, str]
    made_on: date
    transfers: tuple[Transfer, ...]
    children: dict[str, str]
    position: Position


def statement_row(person: Any, key: UUID) -> Statement:
    """The authority's own statement, or any that its finance lead settles; another does not exist for them."""
    require_can_read_months(person)
    rows = Statement.objects.select_related("month__partnership__finance_lead", "organisation", "agreed_by")
    row = rows.filter(key=key).first()
    if row is None:
        raise Http404
    return row


def statement_to_answer(person: Any, key: UUID) -> Statement:
    """The same for finance officers, who alone answer statements; approvers only read them."""
    require_can_see_settlement(person)
    return statement_row(person, key)


def statement_page(person: Any, key: UUID) -> StatementPage:
    """Sums and the lines between authorities; the authority's own lines come by `own_lines`."""
    row = statement_row(person, key)
    answer, colour = answer_of(row)
    states = states_in(row.month_id)
    own, between = row.organisation_id, list(lines_with_others(row))
    return StatementPage(
        statement=row,
        authority=row.organisation.name,
        month=periods.in_words(row.month.starts_on),
        month_state=row.month.get_state_display(),
        answer=answer,
        colour=colour,
        may_answer=can_answer(person, row),
        sums=_sums(row),
        from_others=lines_of((one for one in between if one.payer_id == own), states),
        to_others=lines_of((one for one in between if one.host_id == own), states),
        settling=position_of(row),
        partners=partners_of(row, between),
        history=tuple(reversed(history_of(row.month.key))),
    )


def lines_with_others(row: Statement) -> QuerySet[Charge]:
    """What the authority and others charge one another."""
    return _charges(row).exclude(payer=F("host"))


def whole_statement(row: Statement) -> tuple[StatementLine, ...]:
    """Every line of the statement, each with how its dispute stands."""
    return lines_of(_charges(row), states_in(row.month_id))


def lines_between(row: Statement, other_id: int) -> tuple[StatementLine, ...]:
    """What the statement's authority and another charge one another."""
    own = row.organisation_id
    pair = Q(payer=own, host=other_id) | Q(payer=other_id, host=own)
    return lines_of(_charges(row).filter(pair), states_in(row.month_id))


def own_lines(row: Statement) -> QuerySet[Charge]:
    """What the authority pays providers for its own children and its own empty places, in order."""
    return _charges(row).filter(payer=row.organisation_id, host=row.organisation_id)


def lines_borne(row: Statement) -> tuple[StatementLine, ...]:
    """Every line whose cost is the authority's own: their sum is its own cost."""
    return lines_of(_charges(row).filter(payer=row.organisation_id))


def lines_of(rows: Iterable[Charge], states: Mapping[int, LineState] = NO_STATES) -> tuple[StatementLine, ...]:
    """Rows as people read them, with how each one's dispute stands."""
    return tuple(
        StatementLine(
            row.child_ref, row.home_name, row.place.label if row.place else "", row.starts_on, row.ends_before, row.nights,
            row.weekly_price_pence, row.payer.name, row.host.name, row.provider.name, row.pence, row.reason,
            row.kind in (*LATE, CREDIT), getattr(row, "own_ref", None) or "", row.key, states.get(row.pk),
            row.kind == CREDIT, element_of(row),
        )
        for row in rows
    )  # fmt: skip


def statement_for_pdf(row: Statement, *, made_on: date) -> StatementForPdf:
    """The statement as calculated from every line posted, with the payments that settle it."""
    rows = list(_charges(row))
    ref = refs.organisation(row.organisation_id)
    settled = settle([charge_from(one) for one in rows], [ref])
    positions = NetPosition.objects.filter(month=row.month_id).select_related("organisation").order_by("id")
    settling = [
        Position(refs.organisation(one.organisation_id), one.pence, one.held_pence, one.released_pence)
        for one in positions
    ]
    named = [organisation for one in rows for organisation in (one.payer, one.host, one.provider)]
    names = {refs.organisation(one.pk): one.name for one in [*named, *(one.organisation for one in positions)]}
    return StatementForPdf(
        statement=next(one for one in settled.statements if one.authority == ref),
        period=periods.month_of(row.month.starts_on),
        names=names | {ref: row.organisation.name},
        made_on=made_on,
        transfers=transfers_of(row.month_id),
        children={refs.booking(one.booking_id): _child(one) for one in rows if one.booking_id},
        position=next((one for one in settling if one.authority == ref), Position(ref, 0, 0, 0)),
    )


def _child(row: Charge) -> str:
    own_ref = getattr(row, "own_ref", None)
    return f"{row.child_ref} ({own_ref})" if own_ref else row.child_ref


def _charges(row: Statement) -> QuerySet[Charge]:
    """The lines, each with the child's own reference where the child is the acting authority's own.

    Row security hides every other child, so the join finds nothing for them, whoever's statement it is.
    """
    one = row.organisation_id
    return (
        Charge.objects.filter(Q(payer=one) | Q(host=one), month=row.month_id)
        .annotate(own_ref=F("booking__child__return_ref"))
        .select_related("payer", "host", "provider", "place")
        .order_by("home_name", "place__label", "starts_on", "id")
    )


def _sums(row: Statement) -> Sums:
    own = row.organisation_id
    borne, paid = Q(payer=own), Q(host=own)
    found = Charge.objects.filter(borne | paid, month=row.month_id).aggregate(
        own_cost=Sum("pence", filter=borne),
        by_others=Sum("pence", filter=borne & ~Q(host=own)),
        to_others=Sum("pence", filter=paid & ~Q(payer=F("host"))),
        paid=Sum("pence", filter=paid & Q(lead_cost__isnull=True)),
        lead_work=Sum("pence", filter=paid & Q(lead_cost__isnull=False)),
        corrections=Sum("pence", filter=borne & Q(about_month__lt=row.month.starts_on)),
    )
    to_others, by_others = found["to_others"] or 0, found["by_others"] or 0
    paid_out, lead_work, own_cost, corrections = (
        found[name] or 0 for name in ("paid", "lead_work", "own_cost", "corrections")
    )
    return Sums(paid_out, lead_work, to_others, by_others, own_cost, to_others - by_others, corrections)
