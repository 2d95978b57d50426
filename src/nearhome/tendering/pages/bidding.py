"""A provider writes a bid: a list of tasks, one question a page, then check, submit and receipt."""

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

from nearhome.design.tables import Column, Link, Table, Tag, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions import bidding as acts
from nearhome.tendering.actions import submitting
from nearhome.tendering.forms.bidding import (
    BidAnswerForm,
    ConfirmDetailsForm,
    PlacesOfferedForm,
    PricesForm,
    ProfileForm,
)
from nearhome.tendering.pages.sending import done, posted
from nearhome.tendering.queries import bidding
from nearhome.tendering.queries.bids import GROUNDS, disqualification_of
from nearhome.tendering.queries.prices import OPEN_BOOK
from nearhome.tendering.queries.publishing import extensions_of
from nearhome.tendering.queries.tenders import questions_of

STANDS = {
    "draft": ("Not submitted", "yellow"),
    "submitted": ("Submitted", "green"),
    "withdrawn": ("Withdrawn", "grey"),
    "missed": ("Not submitted by the deadline", "red"),
    "out": ("Out", "red"),
    "abandoned": ("Tender abandoned", "grey"),
}


@login_required
@require_http_methods(["GET"])
def my_bids(request: SignedInRequest) -> HttpResponse:
    """Every bid of the organisation, and how it stands."""
    now = timezone.now()
    rows = [
        (
            Link(str(one.registration), reverse("tendering:bid", args=[one.key]), one.procurement.name), one.procurement.name,
            one.lot.number, Tag(*STANDS[bidding.how_it_stands(one, now)]), one.procurement.deadline_at,
        )
        for one in bidding.own_bids(request.user)
    ]  # fmt: skip
    columns = [
        Column("Establishment"),
        Column("Tender"),
        Column("Lot", "number"),
        Column("How it stands"),
        Column("Bids due", "moment"),
    ]
    table = Table("Your bids", columns, rows, when_empty="You have not begun a bid yet.", hides_title=True)
    return table_response(request, table) or render(request, "tendering/my_bids.html", {"table": table})


@login_required
@require_http_methods(["GET"])
def bid(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One bid: what is done, what is left, until when; after the deadline what it said."""
    one, now = bidding.own_bid(request.user, key), timezone.now()
    stands = bidding.how_it_stands(one, now)
    shown = {
        "bid": one, "tender": one.procurement, "stands": stands, "tag": STANDS[stands], "tasks": _tasks(one, now),
        "is_open": bidding.takes_bids(one.procurement, now), "extensions": extensions_of(one.procurement),
        "out": disqualification_of(one), "grounds": GROUNDS,
    }  # fmt: skip
    return render(request, "tendering/bid.html", shown)


def _tasks(one: Any, now: Any) -> list[dict[str, str]]:
    missing = bidding.what_is_missing(one, now)
    questions = questions_of(one.procurement)
    parts = [
        ("details", "Your organisation’s details", reverse("tendering:bid_details", args=[one.key])),
        ("places", "Places you offer", reverse("tendering:bid_places", args=[one.key])),
        *(
            (f"question-{number}", f"Question {number}: {asked.title}", reverse("tendering:bid_question", args=[one.key, number]))
            for number, asked in enumerate(questions, start=1)
        ),
        ("prices", "Prices", reverse("tendering:bid_prices", args=[one.key])),
    ]  # fmt: skip
    return [
        {"text": words, "href": href, "status": "To do" if part in missing else "Completed", "colour": "blue" if part in missing else ""}
        for part, words, href in parts
    ]  # fmt: skip


def _draft(request: SignedInRequest, key: UUID) -> Any:
    """The bid, if it can be changed at this moment; None with a message if not."""
    one = bidding.own_bid(request.user, key)
    stands = bidding.how_it_stands(one, timezone.now())
    if stands == "draft":
        return one
    words = "Take the bid back first to change it." if stands == "submitted" else f"This bid cannot be changed: {STANDS[stands][0].lower()}."  # fmt: skip
    messages.error(request, words)
    return None


def _part(request: SignedInRequest, one: Any, template: str, **shown: Any) -> HttpResponse:
    return render(request, f"tendering/{template}.html", {"bid": one, "tender": one.procurement, **shown})


@login_required
@require_http_methods(["GET", "POST"])
def bid_details(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The profile as it stands, to be confirmed for this bid."""
    one = _draft(request, key)
    if one is None:
        return redirect("tendering:bid", key)
    profile, form = bidding.profile_of(request.user), ConfirmDetailsForm(posted(request))
    if (
        request.method == "POST"
        and form.is_valid()
        and done(form, lambda: acts.confirm_details(bid=one, by=request.user, now=timezone.now()))
    ):
        return redirect("tendering:bid_places", key)
    details = ProfileForm().shown(profile.answers) if profile else []
    return _part(request, one, "bid_details", form=form, profile=profile, details=details)


@login_required
@require_http_methods(["GET", "POST"])
def bid_places(request: SignedInRequest, key: UUID) -> HttpResponse:
    """How many places the establishment offers."""
    one = _draft(request, key)
    if one is None:
        return redirect("tendering:bid", key)
    form = PlacesOfferedForm(posted(request), initial={"places": bidding.envelopes_of(one).places})
    if request.method == "POST" and form.is_valid():
        places = form.cleaned_data["places"]
        if done(form, lambda: acts.offer_places(bid=one, places=places, by=request.user, now=timezone.now())):
            return redirect("tendering:bid_question", key, 1)
    return _part(request, one, "bid_places", form=form, places=list(one.lot.places_wanted.all()))


@login_required
@require_http_methods(["GET", "POST"])
def bid_question(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """One question on a page, with its words counted."""
    one = _draft(request, key)
    if one is None:
        return redirect("tendering:bid", key)
    questions = questions_of(one.procurement)
    if not 1 <= number <= len(questions):
        raise Http404("No such question")
    asked = questions[number - 1]
    kept = bidding.envelopes_of(one).answers.get(str(asked.pk), "")
    later = request.POST.get("next") == "later"
    first = {"text": kept, "seen": bidding.version_of(kept)}
    form = BidAnswerForm(posted(request), initial=first, most_words=asked.most_words, is_unfinished=later)

    def save() -> None:
        typed = form.cleaned_data
        acts.save_answer(
            bid=one, question=asked, text=typed["text"], seen=typed["seen"], by=request.user, now=timezone.now()
        )

    if request.method == "POST" and form.is_valid() and done(form, save):
        wrong = bidding.answer_problem(asked, form.cleaned_data["text"])
        if later:
            messages.success(request, "Your answer is kept. The bid is not submitted.")
            return redirect("tendering:bid", key)
        if not wrong:
            is_last = number == len(questions)
            return (
                redirect("tendering:bid_prices", key)
                if is_last
                else redirect("tendering:bid_question", key, number + 1)
            )
        form = form.again(bidding.version_of(form.cleaned_data["text"]), wrong)
    return _part(request, one, "bid_question", form=form, asked=asked, number=number, of=len(questions), kept=kept)


@login_required
@require_http_methods(["GET", "POST"])
def bid_prices(request: SignedInRequest, key: UUID) -> HttpResponse:
    """A price for each band, in an envelope of its own."""
    one = _draft(request, key)
    if one is None:
        return redirect("tendering:bid", key)
    asked, kept = bidding.prices_asked(one), bidding.envelopes_of(one).prices
    later = request.POST.get("next") == "later"
    first = PricesForm.first_values(kept) | {"seen": bidding.version_of(acts.prices_kept(kept))}
    form = PricesForm(posted(request), initial=first, asked=asked, is_unfinished=later)

    def save() -> None:
        acts.save_prices(
            bid=one, prices=form.prices(), seen=form.cleaned_data["seen"], by=request.user, now=timezone.now()
        )

    if request.method == "POST" and form.is_valid() and done(form, save):
        if later:
            messages.success(request, "Your prices are kept. The bid is not submitted.")
        return redirect("tendering:bid" if later else "tendering:bid_check", key)
    return _part(request, one, "bid_prices", form=form, asked=asked, lines=list(OPEN_BOOK))


@login_required
@require_http_methods(["GET", "POST"])
def bid_check(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Everything the bid says, on one page; then submit it."""
    one, now = bidding.own_bid(request.user, key), timezone.now()
    if request.method == "POST":
        try:
            submitting.submit_bid(bid=one, by=request.user, now=now)
            return redirect("tendering:bid_receipt", key)
        except ValidationError as refused:
            return _part(request, one, "bid_check", **_said(one, now), refused=refused.messages)
    return _part(request, one, "bid_check", **_said(one, now), refused=[])


def _said(one: Any, now: Any) -> dict[str, Any]:
    held = bidding.envelopes_of(one)
    prices = [(asked.label, held.prices.get(asked.band)) for asked in bidding.prices_asked(one)]
    return {
        "held": held, "missing": bidding.what_is_missing(one, now), "stands": bidding.how_it_stands(one, now),
        "answers": [(asked, held.answers.get(str(asked.pk), "")) for asked in questions_of(one.procurement)],
        "prices": prices, "details": ProfileForm().shown(one.profile) if one.profile else [], "lines": OPEN_BOOK,
        "unusual": bidding.unusual_in(one),
    }  # fmt: skip


@login_required
@require_http_methods(["GET"])
def bid_receipt(request: SignedInRequest, key: UUID) -> HttpResponse:
    """What was received and when, to the second."""
    one = bidding.own_bid(request.user, key)
    if one.submitted_at is None:
        messages.error(request, "There is no receipt: this bid is not submitted.")
        return redirect("tendering:bid", key)
    shown = {
        "fingerprint": bidding.fingerprint(one),
        "received": bidding.received_at(one),
        "is_open": bidding.takes_bids(one.procurement, timezone.now()),
    }
    return _part(request, one, "bid_receipt", **shown)


@login_required
@require_POST
def take_back(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Make a submitted bid a draft again."""
    one = bidding.own_bid(request.user, key)
    try:
        submitting.take_back_bid(bid=one, by=request.user, now=timezone.now())
        messages.success(request, "The bid is a draft again. Submit it before the deadline, or it does not count.")
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("tendering:bid", key)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw_bid(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Withdraw a bid before the deadline."""
    one = bidding.own_bid(request.user, key)
    if request.method == "POST":
        try:
            submitting.withdraw_bid(bid=one, by=request.user, now=timezone.now())
            messages.success(request, "The bid is withdrawn. The buyers never learn of it.")
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
        return redirect("tendering:bid", key)
    return _part(request, one, "bid_withdraw", is_open=bidding.takes_bids(one.procurement, timezone.now()))
