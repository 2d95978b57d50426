"""The evaluation of a tender at a glance: the panel, each lot's progress, and what comes next."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import Column, Link, Table, Tag, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.permissions.cases import can_lead
from nearhome.tendering.queries.evaluation import steps_for
from nearhome.tendering.queries.panel import evaluated_for
from nearhome.tendering.queries.progress import LotProgress, MemberProgress, is_open, progress_of

COLOURS = {"Ranked": "green", "Quality locked": "turquoise", "Being moderated": "blue", "Being scored": "yellow"}
COLUMNS = ("Lot", "Stands", "Bids", "Answers", "Without a score", "Without an agreed score")


@login_required
@require_http_methods(["GET"])
def evaluation(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Where every lot stands and what the person does next."""
    procurement, now = evaluated_for(request.user, key), timezone.now()
    opened = is_open(procurement, now)
    lots = progress_of(procurement) if opened else []
    tables = [_lots_table(procurement.key, lots), *(_members_table(procurement.key, lot) for lot in lots if lot.bids)]
    shown = {
        "procurement": procurement, "opened": opened, "steps": steps_for(request.user, procurement, lots, now),
        "lots": tables[0], "members": tables[1:], "may_lead": can_lead(request.user, procurement),
        "has_results": any(lot.result for lot in lots),
    }  # fmt: skip
    return table_response(request, *tables) or render(request, "tendering/evaluation.html", shown)


def _lots_table(key: UUID, lots: list[LotProgress]) -> Table:
    rows = [
        (
            Link(str(lot.lot), _lot_href(key, lot)), Tag(lot.stage, COLOURS.get(lot.stage, "grey")), lot.bids, lot.answers,
            lot.unscored, lot.to_agree if lot.closed else None,
        )
        for lot in lots
    ]  # fmt: skip
    columns = [Column(COLUMNS[0]), Column(COLUMNS[1]), *(Column(name, "number") for name in COLUMNS[2:])]
    return Table("Lots", columns, rows, when_empty="Nothing can be scored yet.", hides_title=True)


def _lot_href(key: UUID, lot: LotProgress) -> str:
    page = "lot_result" if lot.result else "moderation" if lot.closed else "scores"
    return reverse(f"tendering:{page}", args=[key, lot.lot.number])


def _members_table(key: UUID, lot: LotProgress) -> Table:
    rows = [
        (
            one.member.person.name,
            one.member.person.organisation.name,
            _seat(one),
            Link(
                _interest(one),
                reverse("tendering:interest_of", args=[key, lot.lot.number, one.member.pk]),
                one.member.person.name,
            ),
            one.scored,
            lot.answers,
        )
        for one in lot.members
    ]
    columns = [
        Column("Member"), Column("Of"), Column("Seat"), Column("Interest"), Column("Scored", "number"),
        Column("Answers", "number"),
    ]  # fmt: skip
    return Table(f"Who has scored lot {lot.lot.number}", columns, rows, when_empty="Nobody is on the panel yet.")


def _seat(one: MemberProgress) -> str:
    if one.member.left_at:
        return "Left"
    return "Chair" if one.member.is_chair else "Member"


def _interest(one: MemberProgress) -> str:
    return {None: "Not declared", True: "Has one: does not score", False: "None"}[one.has_interest]
