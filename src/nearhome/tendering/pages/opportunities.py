"""A provider looks for tenders: which are open, what each asks for, and what was asked about it."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.design.wording import date as said
from nearhome.design.wording import nice_list
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.bidding import start_bid as begin
from nearhome.tendering.actions.clarifying import ask_question
from nearhome.tendering.actions.profiling import save_profile
from nearhome.tendering.forms.bidding import ProfileForm, QuestionForm
from nearhome.tendering.forms.shaping import FORMULAS
from nearhome.tendering.pages.sending import asking, done, posted
from nearhome.tendering.queries import bidding, tenders
from nearhome.tendering.queries.cases import KINDS_BOUGHT
from nearhome.tendering.queries.clarifications import own_questions, shown_to_bidders
from nearhome.tendering.queries.publishing import extensions_of


@login_required
@require_http_methods(["GET"])
def opportunities(request: SignedInRequest) -> HttpResponse:
    """Tenders that are open now, and those that were."""
    now = timezone.now()
    rows = list(bidding.opportunities_for(request.user))
    is_open = [one for one in rows if bidding.takes_bids(one, now)]
    closed = [one for one in reversed(rows) if not bidding.takes_bids(one, now)]
    tables = (
        _table("Open now", is_open, request, "No tender is open now."),
        _table("Closed", closed, request, "No tender has closed yet."),
    )
    shown = {"open": tables[0], "closed": tables[1], "profile": bidding.profile_of(request.user)}
    return table_response(request, *tables) or render(request, "tendering/opportunities.html", shown)


def _table(title: str, rows: Sequence[Any], request: SignedInRequest, empty: str) -> Table:
    columns = [
        Column("Tender"),
        Column("Buyer"),
        Column("Where and how many"),
        Column("For you"),
        Column("Bids due", "moment"),
    ]
    kinds = {lot.kind_bought for one in rows for lot in one.lots.all()}
    mine = {kind: [str(each) for each in bidding.registrations_for(request.user, kind)] for kind in kinds}
    cells = [
        (
            Link(one.name, reverse("tendering:opportunity", args=[one.key])), str(one.lead), _in_short(one),
            _for_whom(mine, one), one.deadline_at,
        )
        for one in rows
    ]  # fmt: skip
    return Table(title, columns, cells, when_empty=empty)


def _in_short(tender: Any) -> str:
    """Each lot's area and places, so that a small provider sees at once whether it is for them."""
    return "; ".join(f"{lot.area or 'any area'}: {places_in_words(lot)}" for lot in tender.lots.all())


def places_in_words(lot: Any) -> str:
    """ "5 places by 1 April 2028, 10 by …"."""
    steps = [f"{one.in_all} by {said(one.by_on)}" for one in lot.places_wanted.all()]
    return f"places: {', '.join(steps)}" if steps else "places as they are needed"


def _for_whom(mine: Mapping[str, Sequence[str]], tender: Any) -> str:
    """Which establishments may bid, for one lot or another."""
    kinds = dict.fromkeys(lot.kind_bought for lot in tender.lots.all())
    names = sorted(name for kind in kinds for name in mine[kind])
    if not names:
        return f"No: it buys {nice_list([_many(kind) for kind in kinds])}"
    return nice_list(names) if len(names) <= 3 else f"{names[0]} and {len(names) - 1} more"


def _many(kind: str) -> str:
    words = dict(KINDS_BOUGHT)[kind].lower()
    return words if kind == "supported_accommodation" else f"{words}s"


@login_required
@require_http_methods(["GET"])
def opportunity(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One tender in full: lots, prices asked, criteria, questions and answers, and the way to bid."""
    tender = bidding.opportunity_for(request.user, key)
    is_open = bidding.takes_bids(tender, timezone.now())
    rows = tenders.lots_of(tender)
    mine = {kind: bidding.registrations_for(request.user, kind) for kind in {lot.kind_bought for lot in rows}}
    bids = {(one.lot_id, one.registration_id): one for one in bidding.own_bids(request.user) if not one.withdrawn_at}
    lots = [_lot_shown(lot, [(one, bids.get((lot.pk, one.pk))) for one in mine[lot.kind_bought]]) for lot in rows]
    criteria, talk = _criteria(tender), _questions(request, tender)
    asks_until = tender.questions_until_at
    shown = {
        "tender": tender, "is_open": is_open, "lots": lots, "kinds": list(dict.fromkeys(lot.kind_words for lot in rows)), "criteria": criteria, "questions": talk,
        "extensions": extensions_of(tender), "engagements": [one for one in tenders.engagements_of(tender) if one.is_published],
        "may_ask": is_open and (asks_until is None or timezone.now() < asks_until),
    }  # fmt: skip
    tables = [criteria, talk, *(one["bands"] for one in lots), *(one["places"] for one in lots)]
    return table_response(request, *tables) or render(request, "tendering/opportunity.html", shown)


def _lot_shown(lot: Any, mine: Sequence[Any]) -> dict[str, Any]:
    """A lot with the person's establishments, each with its bid if one was begun."""
    bands = Table(
        f"Prices asked for lot {lot.number}",
        [Column("Price for"), Column("Category"), Column("Ages"), Column("Weeks forecast", "number"), Column("Most a week", "money")],
        [
            (one.label, tenders.CATEGORIES.get(one.category, one.category), f"{one.min_age} to {one.before_age - 1}", tenders.plain(one.forecast_weeks), one.most_weekly_pence)
            for one in lot.bands.all()
        ],
    )  # fmt: skip
    places = Table(
        f"Places of lot {lot.number}", [Column("By", "date"), Column("Places in all", "number")],
        [(one.by_on, one.in_all) for one in lot.places_wanted.all()], when_empty="Places as they are needed.",
    )  # fmt: skip
    return {
        "lot": lot,
        "mine": mine,
        "bands": bands,
        "places": places,
        "formula": dict(FORMULAS).get(lot.price_formula, ""),
    }


def _criteria(tender: Any) -> Table:
    rows = [(one.path, one.kind, one.share, one.least_score) for one in tenders.tree_shown(tender)]
    columns = [
        Column("Criterion"),
        Column("Kind"),
        Column("Per cent of the whole", "number"),
        Column("Least score", "number"),
    ]
    return Table("How bids are judged", columns, rows)


def _questions(request: SignedInRequest, tender: Any) -> Table:
    mine = own_questions(request.user, tender)
    rows = [
        (one.question, one.answer or "Not answered yet", one.answered_at, "Yes" if one.key in mine else "")
        for one in shown_to_bidders(request.user, tender)
    ]
    columns = [Column("Question"), Column("Answer"), Column("Answered", "moment"), Column("Asked by you")]
    return Table("Questions and answers", columns, rows, when_empty="Nothing has been asked and answered yet.")


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Ask the buyers something."""
    tender = bidding.opportunity_for(request.user, key)
    form = QuestionForm(posted(request))
    back = reverse("tendering:opportunity", args=[key])
    if (
        request.method == "POST"
        and form.is_valid()
        and done(
            form, lambda: ask_question(procurement=tender, by=request.user, now=timezone.now(), **form.cleaned_data)
        )
    ):
        messages.success(request, "Your question was sent. Everybody reads it once it is answered, not who asked.")
        return redirect(back)
    return asking(request, tender, form, "Ask a question", back, button="Send the question")


@login_required
@require_POST
def start_bid(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Begin a bid of an establishment for a lot, or go to the one that was begun."""
    tender = bidding.opportunity_for(request.user, key)
    try:
        lot = tenders.lot_of(tender, int(request.POST.get("lot", "")))
        registered = UUID(request.POST.get("registration", ""))
    except ValueError:
        raise Http404("No such lot or establishment") from None
    registration = bidding.registration_for(request.user, lot.kind_bought, registered)
    try:
        bid = begin(lot=lot, registration=registration, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("tendering:opportunity", key)
    return redirect("tendering:bid", bid.key)


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: SignedInRequest) -> HttpResponse:
    """What every tender asks of the organisation, saved once."""
    kept = bidding.profile_of(request.user)
    first = ProfileForm.first_values(kept.answers) if kept else {"legal_name": str(request.user.organisation)}
    form = ProfileForm(posted(request), initial=first)
    seen = kept.saved_at.isoformat() if kept else ""

    def save() -> None:
        save_profile(answers=form.answers(), by=request.user, now=timezone.now(), seen=request.POST.get("seen", ""))

    if request.method == "POST" and form.is_valid() and done(form, save):
        messages.success(request, "Your profile is saved. You confirm it for each bid with one tick.")
        return redirect("tendering:opportunities")
    return render(request, "tendering/profile.html", {"form": form, "kept": kept, "seen": seen})
