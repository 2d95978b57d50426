"""Uplift rounds: propose, preview, vote, approve, apply."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from nearhome.design import wording
from nearhome.design.tables import Column, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.procurement.actions.uplift_prices import apply_uplift
from nearhome.procurement.actions.uplift_votes import decide_uplift, record_vote
from nearhome.procurement.actions.uplifts import preview_uplift, propose_uplift, withdraw_uplift
from nearhome.procurement.forms.uplifts import ApproveForm, PreviewForm, ProposeForm, VoteForm, WhyForm
from nearhome.procurement.pages.answering import answered, asked, form_page, posted
from nearhome.procurement.pages.frameworks import BOTH, GET, crumbs, way_to
from nearhome.procurement.permissions import require_approves, require_leads
from nearhome.procurement.queries import uplifts as read
from nearhome.procurement.queries.frameworks import framework_to_lead
from nearhome.procurement.queries.later_placements import is_counted, nights_on_record
from nearhome.procurement.queries.uplift_ballots import quorum_words
from nearhome.procurement.queries.uplifts import NIGHTS_A_WEEK

COUNTED_LEAD = (
    "No weeks are typed. The placements that stand are counted, with their weeks in the first year and what each costs"
    " more, in the records of each authority. You see the sums for an authority, never its children."
)
TYPED_LEAD = (
    "Enter how many weeks a year each authority buys. The cost takes the mean increase of all lines for each week."
)
NEXT = {
    "proposed": "Work out every price it would give, and what it would cost whom.",
    "previewed": "Put the preview to the vote, then record how it ended.",
    "voted": "An approver who had no hand in it approves or refuses.",
    "approved": "Apply it: the new prices are written as they were previewed.",
    "applied": "Nothing more: the new prices are in the contract. Placements that a round for all covers follow within the hour.",
    "rejected": "Nothing more: prices stay as they are.",
    "withdrawn": "Nothing more: prices stay as they are.",
}


@login_required
@GET
def uplift(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One round: its rule, every price it changes, its cost, how far it has come."""
    page = read.round_shown(request.user, key)
    lines, costs = _lines(page), _costs(page)
    download = table_response(request, lines, costs)
    shown = {
        "page": page, "row": page.row, "facts": _facts(page), "lines": lines, "costs": costs,
        "crumbs": _way(page.contract, "Uplift"), "next": NEXT[page.row.state],
    }  # fmt: skip
    return download or render(request, "procurement/uplift.html", shown)


def _way(contract: Any, *parts: str) -> list[dict[str, str]]:
    if hasattr(contract, "lead_id"):
        return way_to(contract, *parts)
    return crumbs((str(contract), ""), *((one, "") for one in parts))


def _percent(value: Any) -> str:
    return f"{value.normalize():f} %" if value is not None else ""


def _facts(page: Any) -> list[tuple[str, Any]]:
    row, vote = page.row, page.vote
    index = (
        f"{row.index_name}, {row.index_month:%B %Y}: {_percent(row.index_percent)} ({row.index_source})"
        if row.index_month
        else ""
    )
    found = [
        ("Rule", row.get_rule_display()),
        ("Index", index),
        ("Floor", _percent(row.floor_percent)),
        ("Cap", _percent(row.cap_percent)),
        ("It comes to", _percent(page.percent) or wording.weekly(row.addition_pence)),
        ("For", row.get_applies_to_display()),
        ("From", wording.date(row.effective_on)),
        ("Why", row.words),
        ("Proposed by", f"{row.proposed_by}, {wording.moment(row.proposed_at)}"),
        ("Approved by", page.approved_by),
        ("To be carried", quorum_words(page.contract)),
    ]
    if vote:
        said = "Carried" if vote.carried else "Not carried"
        counted = f"{vote.votes_for} for, {vote.votes_against} against, {vote.abstained} abstained"
        found += [("Vote", f"{said} on {wording.date(vote.voted_on)}: {counted}"), ("Minutes", vote.minutes)]
    return [(name, value) for name, value in found if value]


def _lines(page: Any) -> Table:
    columns = [
        Column("Registration"), Column("For"), Column("Now", "money"), Column("Then", "money"), Column("More", "money"),
        Column("If it stays, why"),
    ]  # fmt: skip
    rows = [
        (whose, what, one.before_pence, one.after_pence, one.after_pence - one.before_pence, one.kept_why)
        for whose, what, one in page.lines
    ]
    return Table("Prices a week", columns, rows, when_empty="Not previewed yet.", slug="prices")


def _costs(page: Any) -> Table:
    return _counted(page) if page.is_counted else _typed(page)


def _counted(page: Any) -> Table:
    columns = [
        Column("Authority"), Column("Placements reached", "number"), Column("Weeks in the first year", "number"),
        Column("More in the first year", "money"),
    ]  # fmt: skip
    rows = [(str(one.authority), one.placements, _weeks(one.nights), one.more_pence) for one in page.costs]
    totals = ("All", page.placements, _weeks(page.nights), page.total_more_pence)
    empty = "No placement that stands would be reached: only the prices of placements still to be made would change."
    rows = rows if page.placements else []
    return Table("What it costs", columns, rows, totals=totals if rows else None, when_empty=empty, slug="costs")


def _typed(page: Any) -> Table:
    columns = [Column("Authority"), Column("Weeks a year, typed", "number"), Column("More in a year", "money")]
    rows = [[str(one.authority), _weeks(one.nights), one.more_pence] for one in page.costs]
    totals = ["All", _weeks(page.nights), page.total_more_pence]
    on_record = [one.nights_on_record for one in page.costs]
    if any(nights is not None for nights in on_record):
        columns.insert(2, Column("Weeks of the year before, on record", "number"))
        for row, nights in zip([*rows, totals], [*on_record, sum(nights or 0 for nights in on_record)], strict=True):
            row.insert(2, _weeks(nights or 0))
    empty = "Not previewed yet."
    return Table("What it costs", columns, rows, totals=totals if rows else None, when_empty=empty, slug="costs")


def _weeks(nights: int) -> Decimal | int:
    """To one decimal; whole weeks without it."""
    weeks = (Decimal(nights) / NIGHTS_A_WEEK).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return int(weeks) if weeks == int(weeks) else weeks


@login_required
@BOTH
def propose(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Propose a round for a framework."""
    return _propose(request, framework_to_lead(request.user, key))


@login_required
@BOTH
def propose_for_block(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Propose a round for a block."""
    row = read.block_to_lead(request.user, key)
    require_leads(request.user, row.host_id)
    return _propose(request, row)


def _propose(request: SignedInRequest, contract: Any) -> HttpResponse:
    form = ProposeForm(posted(request))

    def act() -> Any:
        return propose_uplift(contract=contract, proposal=form.proposal(), by=request.user, now=timezone.now())

    made = answered(request, form, act, "The round is proposed. Preview its prices next.")
    if made is not None:
        return redirect("procurement:uplift", made.key)
    return form_page(
        request, form, title="Propose an uplift", caption=str(contract), crumbs=_way(contract, "Propose an uplift"),
        button="Propose it",
        lead="Nothing changes yet: the prices are previewed, voted on and approved by somebody else before they apply.",
    )  # fmt: skip


def _lead(request: SignedInRequest, key: UUID) -> Any:
    row = read.round_for(request.user, key)
    require_leads(request.user, row.lead_id)
    return row


@login_required
@BOTH
def preview(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Work out every price and the cost."""
    row = _lead(request, key)
    counted, today = is_counted(row), timezone.localdate(timezone.now(), wording.LONDON)
    buyers = [] if counted else [(one.pk, one.name) for one in read.buyers_of(read.contract_of(row))]
    form = PreviewForm(
        posted(request), buyers=buyers, weeks=read.weeks_typed(row), lines=read.lines_to_agree(row),
        on_record=nights_on_record(row, by=request.user, today=today),
    )  # fmt: skip

    def act() -> Any:
        return preview_uplift(
            uplift=row,
            weeks=form.weeks(),
            agreed=form.agreed(),
            version=row.version,
            by=request.user,
            now=timezone.now(),
        )

    return asked(
        request, form, act, "The prices are worked out.", back=("procurement:uplift", key), title="Preview the uplift",
        caption=str(read.contract_of(row)), crumbs=_way(read.contract_of(row), "Preview"), button="Work out the prices",
        lead=COUNTED_LEAD if counted else TYPED_LEAD,
    )  # fmt: skip


@login_required
@BOTH
def vote(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Record how the vote ended."""
    row = _lead(request, key)
    form = VoteForm(posted(request))

    def act() -> Any:
        return record_vote(uplift=row, outcome=form.outcome(), version=row.version, by=request.user, now=timezone.now())

    return asked(
        request, form, act, "The vote is on record.", back=("procurement:uplift", key), title="Record the vote",
        caption=str(read.contract_of(row)), crumbs=_way(read.contract_of(row), "Record the vote"), button="Record it",
        lead="Authorities that may call off vote. The preview they voted on is the one that applies.",
    )  # fmt: skip


@login_required
@BOTH
def approve(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Approve or refuse what was carried."""
    row = read.round_for(request.user, key)
    require_approves(request.user, row.lead_id)
    form = ApproveForm(posted(request))

    def act() -> Any:
        typed = form.cleaned_data
        return decide_uplift(
            uplift=row,
            approved=typed["approved"],
            why=typed["why"],
            version=row.version,
            by=request.user,
            now=timezone.now(),
        )

    page = read.round_shown(request.user, key)
    costs = f"{wording.plural(page.changed, 'price')} would change, at {wording.money(page.total_more_pence)} more in a year."
    return asked(
        request, form, act, "Your decision is on record.", back=("procurement:uplift", key), title="Approve the uplift",
        caption=str(page.contract), crumbs=_way(page.contract, "Approve"), button="Save my decision", lead=costs,
    )  # fmt: skip


@login_required
@require_POST
def apply(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Write the new prices."""
    row = _lead(request, key)
    try:
        apply_uplift(uplift=row, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _applied(row))
    return redirect("procurement:uplift", key)


def _applied(row: Any) -> str:
    if row.block_id:
        return "The new price of the beds is on record."
    follow = "Placements that stand follow within the hour." if is_counted(row) else "Agreed placements keep theirs."
    return f"The new prices are in the rate cards. {follow}"


@login_required
@BOTH
def withdraw(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Give the round up."""
    row = _lead(request, key)
    form = WhyForm(posted(request))

    def act() -> Any:
        return withdraw_uplift(uplift=row, why=form.cleaned_data["why"], by=request.user, now=timezone.now())

    return asked(
        request, form, act, "The round is withdrawn.", back=("procurement:uplift", key), title="Withdraw the uplift",
        caption=str(read.contract_of(row)), crumbs=_way(read.contract_of(row), "Withdraw"), button="Withdraw it",
        lead="Prices stay as they are. The round and its preview stay on record.",
    )  # fmt: skip
