"""Prices, once quality is locked: each in figures and words; one that looks abnormally low is asked about and decided."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.fields import GovukForm
from nearhome.design.tables import Column, Link, Table, Tag, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.low_prices import ask_about_price, decide_low_price, record_price_answer
from nearhome.tendering.forms.evaluation import AskPriceForm, PriceAnswerForm, PriceDecisionForm
from nearhome.tendering.permissions.cases import can_lead, require_can_lead
from nearhome.tendering.permissions.evaluation import can_chair
from nearhome.tendering.queries.panel import lot_for
from nearhome.tendering.queries.progress import lot_progress
from nearhome.tendering.queries.results import OpenedPrice, opened_prices, sum_in_words
from nearhome.tendering.queries.scoring import bid_for


@login_required
@require_http_methods(["GET"])
def lot_prices(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Every bid's prices, cheapest first; nothing before quality is locked."""
    lot = lot_for(request.user, key, number)
    progress = lot_progress(lot)
    bands = list(lot.bands.all())
    opened = opened_prices(lot) if progress.locked else []
    columns = [Column("Establishment"), Column("Provider"), *(Column(band.label, "money") for band in bands), Column("Mean a week", "money"), Column("In words"), Column("Look")]  # fmt: skip
    rows = [_row(one) for one in opened]
    empty = "Prices stay closed until quality is locked." if not progress.locked else "There is no bid."
    table = Table("Prices a week", columns, rows, when_empty=empty, is_wide=len(bands) > 2, hides_title=True)
    may = can_lead(request.user, lot.procurement) or can_chair(request.user, lot.procurement)
    to_ask = [one for one in opened if one.low and one.query is None]
    shown = {
        "procurement": lot.procurement, "lot": lot, "table": table, "progress": progress, "may_work_out": may, "to_ask": to_ask,
    }  # fmt: skip
    return table_response(request, table) or render(request, "tendering/lot_prices.html", shown)


def _row(one: OpenedPrice) -> tuple[object, ...]:
    words = "" if one.weekly_pence is None else sum_in_words(one.weekly_pence)
    return (
        Link(one.bid.registration.name, reverse("tendering:low_price", args=[one.bid.key])), one.bid.provider.name,
        *one.bands, one.weekly_pence, words, _look(one),
    )  # fmt: skip


def _look(one: OpenedPrice) -> object:
    if one.query and one.query.decided_at:
        return Tag("Accepted", "green") if one.query.is_accepted else Tag("Rejected", "red")
    if one.query:
        return Tag("Answered" if one.query.answered_at else "Asked", "blue")
    if one.fails:
        return Tag("Out", "grey")
    return Tag("Abnormally low?", "orange") if one.low else ""


@login_required
@require_http_methods(["GET", "POST"])
def low_price(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One bid's price: why it looks low, what the bidder was asked and answered, and what is decided."""
    bid = bid_for(request.user, key)
    if not lot_progress(bid.lot).locked:
        raise Http404("Prices stay closed until quality is locked")
    one = next(price for price in opened_prices(bid.lot) if price.bid.pk == bid.pk)
    posted = request.POST if request.method == "POST" else None
    if posted is not None:
        require_can_lead(request.user, bid.procurement)
    form = _form(one)(posted)
    if posted is not None and form.is_valid():
        try:
            said = _save(request, one, form)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, said)
            return redirect("tendering:low_price", key)
    shown = {
        "procurement": bid.procurement, "lot": bid.lot, "price": one, "form": form,
        "may_lead": can_lead(request.user, bid.procurement),
        "words": "" if one.weekly_pence is None else sum_in_words(one.weekly_pence),
    }  # fmt: skip
    return render(request, "tendering/low_price.html", shown)


def _form(one: OpenedPrice) -> type[GovukForm]:
    """What comes next: ask, record the answer, decide."""
    if one.query is None:
        return AskPriceForm
    return PriceAnswerForm if one.query.answered_at is None else PriceDecisionForm


def _save(request: SignedInRequest, one: OpenedPrice, form: GovukForm) -> str:
    typed, by, now = form.cleaned_data, request.user, timezone.now()
    if isinstance(form, AskPriceForm):
        ask_about_price(bid=one.bid, question=typed["question"], by=by, now=now)
        return "What the bidder is asked is on record."
    if isinstance(form, PriceAnswerForm):
        record_price_answer(bid=one.bid, answer=typed["answer"], by=by, now=now)
        return "The bidder’s answer is on record."
    decide_low_price(bid=one.bid, is_accepted=typed["is_accepted"], reason=typed["reason"], by=by, now=now)
    return "The decision is on record. Work out the results again if they were worked out before."
