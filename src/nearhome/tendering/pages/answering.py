"""The buyers' side of an open tender: questions and answers, and the bids once they are open."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.clarifying import answer_question, tell_bidders
from nearhome.tendering.actions.publishing import open_bids as open_them
from nearhome.tendering.actions.submitting import disqualify_bid
from nearhome.tendering.forms.bidding import ProfileForm
from nearhome.tendering.forms.running import AnswerBidderForm, OutForm, TellForm
from nearhome.tendering.pages.sending import asking, done, posted
from nearhome.tendering.permissions.cases import can_lead
from nearhome.tendering.queries import bids as opened
from nearhome.tendering.queries import clarifications as asked
from nearhome.tendering.queries import tenders


@login_required
@require_http_methods(["GET"])
def clarifications(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Every question with its answer; who asked is shown to buyers alone."""
    tender = tenders.tender_for(request.user, key)
    rows, askers = asked.questions_and_answers(tender), asked.askers_of(tender)
    may_lead = can_lead(request.user, tender)
    table = Table(
        "Questions and answers",
        [Column("Question"), Column("Asked", "moment"), Column("Asked by"), Column("Answer"), Column("Answered", "moment")],
        [
            (one.question, one.asked_at, askers.get(one.key, "Told by the buyers"), one.answer or "Not answered yet", one.answered_at)
            for one in rows
        ],
        when_empty="Nobody has asked anything yet.", hides_title=True,
    )  # fmt: skip
    shown = {
        "tender": tender, "table": table, "open": [one for one in rows if one.answered_at is None], "may_lead": may_lead,
        "takes_answers": tender.state == "published",
    }  # fmt: skip
    return table_response(request, table) or render(request, "tendering/clarifications.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def answer_clarification(request: SignedInRequest, key: UUID, question_key: UUID) -> HttpResponse:
    """Answer one question so that everybody reads it."""
    tender = tenders.led_tender_for(request.user, key)
    row = asked.clarification_for(tender, question_key)
    form = AnswerBidderForm(posted(request), initial={"question": row.question})

    def save() -> None:
        answer_question(clarification=row, by=request.user, now=timezone.now(), **form.cleaned_data)

    back = reverse("tendering:clarifications", args=[key])
    if request.method == "POST" and form.is_valid() and done(form, save):
        messages.success(request, "The answer is published to everybody who reads the tender.")
        return redirect(back)
    told = asked.gives_away(row, row.question)
    words = f"Asked by {asked.asker_of(row)}, which no other bidder learns."
    if told:
        words += f" Its words may tell who asked: {', '.join(told)}."
    return asking(request, tender, form, "Answer a question", back, words=words, button="Publish the answer")


@login_required
@require_http_methods(["GET", "POST"])
def tell(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Tell all bidders something nobody asked."""
    tender = tenders.led_tender_for(request.user, key)
    form = TellForm(posted(request))
    back = reverse("tendering:clarifications", args=[key])
    if (
        request.method == "POST"
        and form.is_valid()
        and done(
            form, lambda: tell_bidders(procurement=tender, by=request.user, now=timezone.now(), **form.cleaned_data)
        )
    ):
        messages.success(request, "Everybody who reads the tender reads it now.")
        return redirect(back)
    words = "For instance the correction of an answer. It stands among the questions and answers."
    return asking(request, tender, form, "Tell all bidders something", back, words=words, button="Publish it")


@login_required
@require_http_methods(["GET"])
def bids(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Before the deadline that bids are sealed, and no more; after it the list."""
    tender, now = tenders.tender_for(request.user, key), timezone.now()
    shown: dict[str, Any] = {"tender": tender, "may_lead": can_lead(request.user, tender)}
    if opened.is_sealed(tender, now):
        return render(request, "tendering/bids_sealed.html", shown)
    table = _bids_table(tender)
    return table_response(request, table) or render(request, "tendering/bids.html", {**shown, "table": table})


def _bids_table(tender: Any) -> Table:
    rows = [
        (
            Link(str(one.bid.registration), reverse("tendering:opened_bid", args=[tender.key, one.bid.key])),
            str(one.bid.provider), one.bid.lot.number, one.places, one.bid.submitted_at,
            opened.GROUNDS.get(one.out.ground, one.out.ground) if one.out else "Stands",
        )
        for one in opened.opened_bids(tender)
    ]  # fmt: skip
    columns = [
        Column("Establishment"), Column("Provider"), Column("Lot", "number"), Column("Places offered", "number"),
        Column("Submitted", "moment"), Column("How it stands"),
    ]  # fmt: skip
    return Table("Bids", columns, rows, when_empty="No bid was submitted by the deadline.", hides_title=True)


@login_required
@require_POST
def open_bids(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Close the tender and let evaluation begin."""
    tender = tenders.led_tender_for(request.user, key)
    try:
        open_them(procurement=tender, by=request.user, now=timezone.now())
        messages.success(
            request, "The bids are open and evaluation can begin. Prices stay sealed until quality is locked."
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("tendering:bids", key)


@login_required
@require_http_methods(["GET"])
def opened_bid(request: SignedInRequest, key: UUID, bid_key: UUID) -> HttpResponse:
    """What one bid says, without its price."""
    tender = tenders.tender_for(request.user, key)
    one = opened.opened_bid_for(request.user, key, bid_key)
    details = ProfileForm().shown(one.bid.profile)
    shown = {
        "tender": tender,
        "one": one,
        "details": details,
        "may_lead": can_lead(request.user, tender),
        "grounds": opened.GROUNDS,
    }
    return render(request, "tendering/opened_bid.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def disqualify(request: SignedInRequest, key: UUID, bid_key: UUID) -> HttpResponse:
    """Put a bid out, with ground and reason."""
    tender = tenders.led_tender_for(request.user, key)
    one = opened.opened_bid_for(request.user, key, bid_key)
    form = OutForm(posted(request))
    back = reverse("tendering:opened_bid", args=[key, bid_key])
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: disqualify_bid(bid=one.bid, by=request.user, now=timezone.now(), **form.cleaned_data))
    ):
        messages.success(request, "The bid is out. Its provider reads the ground and the reason.")
        return redirect(back)
    words = f"{one.bid.registration}, lot {one.bid.lot.number}. What is recorded here stands: it is not taken back."
    return asking(request, tender, form, "Put this bid out", back, words=words, button="Record it")
