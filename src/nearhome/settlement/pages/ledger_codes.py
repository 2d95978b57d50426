"""Ledger codes, and a month's budget shares by code for the year's end."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.settlement.actions.splitting import set_ledger_code
from nearhome.settlement.forms.funding import LedgerCodeForm
from nearhome.settlement.queries import ledger_codes as queries

NO_CODE = "No code set"


@login_required
@require_http_methods(["GET", "POST"])
def ledger_codes(request: SignedInRequest) -> HttpResponse:
    """The authority's codes and the months posted; posting adds a code."""
    today = timezone.localdate()
    form = LedgerCodeForm(
        request.POST if request.method == "POST" else None, year=today.year if today.month >= 4 else today.year - 1
    )
    tables = _codes(request), _months(request)
    if request.method == "POST" and form.is_valid():
        try:
            set_ledger_code(**form.cleaned_data, by=request.user, now=timezone.now())
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "The ledger code is recorded. Months posted before move to it as differences.")
            return redirect("settlement:ledger_codes")
    shown = {"form": form, "tables": tables}
    return table_response(request, *tables) or render(request, "settlement/ledger_codes.html", shown)


@login_required
@require_GET
def month_shares(request: SignedInRequest, key: UUID) -> HttpResponse:
    """What the authority's budgets bore in one month, by ledger code and entry by entry."""
    page = queries.month_shares(request.user, key)
    sums = Table(
        "By ledger code",
        (Column("Ledger code"), Column("Budget"), Column("Part of the price"), Column("Amount", "money")),
        [(code or NO_CODE, *rest) for code, *rest in page.sums], totals=("In all", "", "", page.pence),
    )  # fmt: skip
    entries = Table(
        "Every entry",
        (Column("Child"), Column("About", "text"), Column("Part of the price"), Column("Budget"), Column("Ledger code"),
         Column("Amount", "money"), Column("Why")),
        [(child or "No child", f"{about:%B %Y}", element, funder, code or NO_CODE, pence, why)
         for child, about, element, funder, code, pence, why in page.entries],
        is_wide=True,
    )  # fmt: skip
    shown = {"page": page, "tables": (sums, entries)}
    return table_response(request, sums, entries) or render(request, "settlement/month_shares.html", shown)


def _codes(request: SignedInRequest) -> Table:
    columns = (
        Column("Part of the price"), Column("Budget"), Column("Ledger code"), Column("From", "date"), Column("Recorded by"),
    )  # fmt: skip
    rows = [
        (one.element, one.funder, one.code, one.starts_on, one.recorded_by) for one in queries.codes_of(request.user)
    ]
    return Table("Ledger codes", columns, rows, when_empty="No ledger code is set yet.")


def _months(request: SignedInRequest) -> Table:
    columns = Column("Month"), Column("Financial year"), Column("Posted to your budgets", "money")
    rows = [
        (Link(name, reverse("settlement:month_shares", args=[key])), year, pence)
        for key, name, year, pence in queries.months_shared(request.user)
    ]
    return Table("Months", columns, rows, when_empty="No month is posted yet.")
