"""The list of referrals, and one referral with what to do next."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import Column, Link, Table, Tag, table_response
from nearhome.design.wording import LONDON
from nearhome.people.permissions import SignedInRequest
from nearhome.referrals.pages.answers import summary_sections
from nearhome.referrals.permissions import (
    can_change_referral,
    can_decide_permission,
    can_record_referrals,
    can_withdraw_or_record,
)
from nearhome.referrals.queries.recording import (
    ReferralLine,
    child_shown,
    correction_of,
    draft_of,
    history_shown,
    permission_of,
    referral_for,
    referrals_by_state,
    referrals_listed,
)
from nearhome.referrals.queries.standing import homes_told
from nearhome.referrals.states import WORDS, ReferralState

COLOURS = {
    ReferralState.DRAFT: "grey",
    ReferralState.AWAITING_PERMISSION: "yellow",
    ReferralState.SEARCHING: "blue",
    ReferralState.SELECTED: "purple",
    ReferralState.APPROVED: "teal",
    ReferralState.PLACED: "green",
    ReferralState.CLOSED: "grey",
    ReferralState.WITHDRAWN: "grey",
}
SHOWN_ON_A_PAGE = 50
RECORDED_BY = Column("Recorded by")
COLUMNS = (
    Column("Referral"),
    Column("Child"),
    Column("State"),
    Column("Needed on", "date"),
    Column("Emergency"),
    Column("Approve by"),
    RECORDED_BY,
    Column("Recorded", "date"),
)
# A home that is agreed is cancelled as a placement first.
WITHDRAWABLE = (
    ReferralState.DRAFT,
    ReferralState.AWAITING_PERMISSION,
    ReferralState.SEARCHING,
    ReferralState.SELECTED,
)
# Until a home is chosen; and only while no home reads it.
CORRECTABLE = (ReferralState.AWAITING_PERMISSION, ReferralState.SEARCHING)


@login_required
@require_http_methods(["GET"])
def listing(request: SignedInRequest) -> HttpResponse:
    """The authority's referrals, by state, with a search by reference; also as CSV and Excel."""
    state, search = request.GET.get("state", ""), request.GET.get("search", "")
    lines = referrals_listed(request.user, state=state, search=search, now=timezone.now())
    download = table_response(request, _table(lines, is_narrowed=False))
    if download:
        return download
    page = Paginator(lines, SHOWN_ON_A_PAGE).get_page(request.GET.get("page"))
    table = _to_read(_table(list(page), is_narrowed=bool(state or search)))
    states = [(one, WORDS[one], count) for one, count in referrals_by_state(request.user)]
    shown = {"table": table, "page": page, "states": states, "state": state, "search": search}
    return render(request, "referrals/list.html", shown | {"can_record": can_record_referrals(request.user)})


@login_required
@require_http_methods(["GET"])
def referral(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One referral: where it is, what to do next, what it says, who allowed it, what happened."""
    row, now = referral_for(request.user, key), timezone.now()
    permission, can_change = permission_of(row), can_change_referral(request.user, row)
    state = ReferralState(row.state)
    told = homes_told(row) if state == ReferralState.SEARCHING else 0
    return render(
        request,
        "referrals/referral.html",
        {
            "referral": row,
            "child": child_shown(row.child, today=timezone.localdate(now, LONDON)),
            "state": {"words": WORDS[state], "colour": COLOURS[state], "code": state.value},
            "permission": permission,
            "is_overdue": is_overdue(permission, now),
            "can_change": can_change,
            "can_withdraw": can_withdraw_or_record(request.user, row) and state in WITHDRAWABLE,
            "can_decide": permission is not None
            and permission.granted is None
            and can_decide_permission(request.user, permission),
            "homes_told": told,
            "can_correct": can_withdraw_or_record(request.user, row) and state in CORRECTABLE and not told,
            "must_withdraw_first": can_withdraw_or_record(request.user, row) and told > 0,
            "correction": correction_of(row),
            "links": _links(row),
            "sections": summary_sections(key, draft_of(row, now=now), can_change=can_change),
            "history_lines": history_shown(row),
        },
    )


def is_overdue(permission: Any, now: Any) -> bool:
    """Whether an emergency search should have been decided by now."""
    return bool(permission and permission.granted is None and permission.due_at and permission.due_at < now)


def _table(lines: Sequence[ReferralLine], *, is_narrowed: bool) -> Table:
    none = (
        "No referral matches. Show all of them, or check the reference."
        if is_narrowed
        else "No referral has been recorded yet. Start one when a child needs a home."
    )
    return Table("Referrals", COLUMNS, tuple(_cells(one) for one in lines), when_empty=none, hides_title=True)


def _to_read(table: Table) -> Table:
    """Without who recorded it, so that references, states and dates keep to one line; the downloads name them."""
    left_out = COLUMNS.index(RECORDED_BY)
    rows = [(*row[:left_out], *row[left_out + 1 :]) for row in table.rows]
    return replace(table, columns=(*COLUMNS[:left_out], *COLUMNS[left_out + 1 :]), rows=rows)


def _cells(one: ReferralLine) -> tuple[Any, ...]:
    link = Link(one.ref, reverse("referrals:referral", args=[one.key]))
    due: Any = one.approval_due_at
    if one.is_overdue:
        due = Tag("Overdue", "red")
    state = Tag(WORDS[one.state], COLOURS[one.state])
    emergency = Tag("Emergency", "red") if one.is_emergency else "No"
    return link, one.child_ref, state, one.needed_on, emergency, due, one.created_by, one.created_at


# (words, address, the states in which it is the thing to do)
_SEARCH = (ReferralState.SEARCHING, ReferralState.SELECTED)
_CHOSEN = (ReferralState.APPROVED, ReferralState.PLACED, ReferralState.CLOSED)
NEXT_PLACES = (
    ("See which homes could take the child", "matching:homes", (ReferralState.SEARCHING,)),
    ("Compare the offers and choose", "matching:offers", (ReferralState.SEARCHING,)),
    ("See the offers and the choice that waits for approval", "matching:offers", (ReferralState.SELECTED,)),
    ("See the placement", "placements:for_referral", _CHOSEN),
    ("Invitations, and what each home was told", "referrals:told", (*_SEARCH, *_CHOSEN)),
)


def _links(row: Any) -> list[dict[str, str]]:
    """Where the work goes on, as far as those pages exist."""
    links = []
    for words, name, states in NEXT_PLACES:
        if row.state not in states:
            continue
        try:
            links.append({"text": words, "href": reverse(name, args=[row.key])})
        except NoReverseMatch:
            continue
    return links
