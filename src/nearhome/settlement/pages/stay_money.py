"""What a stay costs besides its weekly price, and which budgets of its payer pay."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.settlement.actions.amounts import record_amount, withdraw_amount
from nearhome.settlement.actions.splitting import split_funding
from nearhome.settlement.forms.funding import AmountForm, SplitForm
from nearhome.settlement.permissions.funding import require_can_set_funding
from nearhome.settlement.queries import stay_money as queries

SAVED = "It counts when the month is worked out next; months posted before follow as differences."


@login_required
@require_GET
def stay_money(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One stay: posted so far by element and budget, who pays, amounts besides the price."""
    return _page(request, key, None, None)


@login_required
@require_POST
def split(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Say which budgets pay an element from a day."""
    require_can_set_funding(request.user)
    stay, form = queries.paid_stay(request.user, key), SplitForm(request.POST, auto_id="split-%s")
    if form.is_valid():
        typed = form.cleaned_data
        try:
            split_funding(
                stay=stay, element=typed["element"], starts_on=typed["split_from"], shares=form.shares(),
                why=typed["why"], by=request.user, now=timezone.now(),
            )  # fmt: skip
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, f"The split is recorded. {SAVED}")
            return redirect("settlement:stay_money", key)
    return _page(request, key, form, None)


@login_required
@require_POST
def amount(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Record an amount on one day, or a credit."""
    require_can_set_funding(request.user)
    stay, form = queries.paid_stay(request.user, key), AmountForm(request.POST, auto_id="amount-%s")
    if stay.booking is None:
        raise Http404
    if form.is_valid():
        typed = form.cleaned_data
        try:
            record_amount(
                booking=stay.booking, name=typed["name"], on=typed["on"], pence=form.pence, why=typed["amount_why"],
                by=request.user, now=timezone.now(),
            )  # fmt: skip
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, f"The amount is recorded. {SAVED}")
            return redirect("settlement:stay_money", key)
    return _page(request, key, None, form)


@login_required
@require_POST
def withdraw(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Take back an amount recorded by mistake."""
    row = queries.amount_row(request.user, key)
    withdraw_amount(amount=row, by=request.user, now=timezone.now())
    messages.success(request, f"The amount is withdrawn. {SAVED}")
    return redirect("settlement:stay_money", row.booking.key)


def _page(request: SignedInRequest, key: UUID, split: SplitForm | None, amount: AmountForm | None) -> HttpResponse:
    page = queries.stay_money(request.user, key)
    tables = posted_table(page), splits_table(page), amounts_table(page)
    shown = {
        "page": page, "tables": tables, "splitting": split or SplitForm(auto_id="split-%s"),
        "recording": amount or AmountForm(auto_id="amount-%s"),
    }  # fmt: skip
    return table_response(request, *tables) or render(request, "settlement/stay_money.html", shown)


def posted_table(page: queries.StayMoney) -> Table:
    """What the authority's budgets bore so far."""
    columns = Column("Part of the price"), Column("Budget"), Column("Posted so far", "money")
    totals = ("In all", "", sum(one[2] for one in page.posted)) if page.posted else None
    empty = "Nothing is posted for this stay yet. It is when a month is worked out."
    return Table("Posted so far", columns, page.posted, totals=totals, when_empty=empty)


def splits_table(page: queries.StayMoney) -> Table:
    """Who pays each element from which day."""
    columns = (
        Column("Part of the price"), Column("From", "date"), *(Column(words, "share") for _, words in queries.FUNDER_CHOICES),
        Column("Why"), Column("Recorded by"),
    )  # fmt: skip
    rows = [
        (one.element, one.starts_on, *(dict(one.shares).get(funder, 0) / 10_000 for funder in queries.FUNDERS), one.why,
         one.recorded_by)
        for one in page.splits
    ]  # fmt: skip
    return Table("Who pays", columns, rows, when_empty="Social care pays for everything.", slug="splits")


def amounts_table(page: queries.StayMoney) -> Table:
    """Amounts besides the weekly price; below nought a credit."""
    columns = (
        Column("What for"), Column("Day", "date"), Column("Amount", "money"), Column("Why"), Column("Recorded by"),
        Column("Stands"),
    )  # fmt: skip
    rows = [
        (one.name, one.on, one.pence, one.why, one.recorded_by.name, "Withdrawn" if one.withdrawn_at else "Yes")
        for one in page.amounts
    ]
    return Table("One-off amounts and credits", columns, rows, when_empty="No amount is recorded.", slug="amounts")


def stay_link(key: UUID, text: str) -> Link:
    """A link to the page of a stay's money."""
    return Link(text, reverse("settlement:stay_money", args=[key]))
