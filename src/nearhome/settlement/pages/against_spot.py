"""Is the partnership cheaper than spot: all blocks, one of them, and what it is held against."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.settlement.actions.budgeting import HeldAgainst, set_benchmark
from nearhome.settlement.forms.budgets import BenchmarkForm
from nearhome.settlement.pages import spot_tables as tables
from nearhome.settlement.pages.spot_words import block_answer, break_even_words, whole_answer
from nearhome.settlement.permissions.budgets import can_set_benchmarks, require_can_set_benchmarks
from nearhome.settlement.queries import against_spot as queries
from nearhome.settlement.queries.service_lines import contract_row, year_of


@login_required
@require_http_methods(["GET"])
def against_spot(request: SignedInRequest) -> HttpResponse:
    """All blocks together, the answer first."""
    every = queries.blocks_against_spot(request.user)
    blocks, whom = tables.blocks_table(every), tables.whom_table(every.authorities)
    shown = {
        "answer": whole_answer(every), "blocks": blocks, "whom": whom, "is_open": queries.some_month_open(),
        "is_host": any(one.is_host for one in every.blocks),
    }  # fmt: skip
    return table_response(request, blocks, whom) or render(request, "settlement/against_spot.html", shown)


@login_required
@require_http_methods(["GET"])
def block_against_spot(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One block: the answer, month by month, for whom, and what it is held against."""
    one = queries.block_against_spot(request.user, key)
    months, whom, held = tables.months_table(one), tables.whom_table(one.compared.authorities), tables.held_table(one)
    shown: dict[str, Any] = {
        "one": one, "answer": block_answer(one), "break_even": break_even_words(one), "months": months, "whom": whom, "held": held,
        "chart": tables.months_chart(one), "lacks": tables.has_nothing_to_hold_against(one),
        "may_set": can_set_benchmarks(request.user),
    }  # fmt: skip
    return table_response(request, months, whom, held) or render(request, "settlement/block_against_spot.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def hold_against(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Say what a child's week costs by spot purchase, and where the figure comes from."""
    require_can_set_benchmarks(request.user)
    contract = contract_row(request.user, key)
    form = BenchmarkForm(request.POST or None, year=year_of(timezone.localdate()))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        held = HeldAgainst(typed["starts_on"], typed["weekly_price"], typed["source"])
        try:
            set_benchmark(contract=contract, held=held, by=request.user, now=timezone.now())
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "The spot price has been recorded.")
            return redirect("settlement:block_against_spot", contract.key)
    is_host = contract.host_id == request.user.organisation_id
    return render(request, "settlement/hold_against.html", {"form": form, "contract": contract, "is_host": is_host})
