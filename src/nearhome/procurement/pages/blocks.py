"""Block contracts: the list, one of them with its beds, places and fees, and a new one."""

from datetime import timedelta
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.audit.queries import as_entries, history_of
from nearhome.design import wording
from nearhome.design.tables import table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.procurement.actions.block_beginning import WantedBlock, begin_block
from nearhome.procurement.actions.block_terms import WantedFee, WantedTerms
from nearhome.procurement.forms.blocks import NewBlockForm, example_for
from nearhome.procurement.pages import block_tables as tables
from nearhome.procurement.pages.block_form_page import sent
from nearhome.procurement.permissions import can_host, require_commissioning
from nearhome.procurement.queries import block_records as records
from nearhome.procurement.queries import blocks as kept
from nearhome.procurement.queries.block_changes import adjustments_of, endings_of, state_of
from nearhome.procurement.queries.block_commitment import what_is_missing
from nearhome.procurement.queries.block_page import capacity_rows, terms_shown, what_next
from nearhome.procurement.queries.block_places import places_shown


@login_required
@require_http_methods(["GET"])
def blocks(request: SignedInRequest) -> HttpResponse:
    """Every block the person may see."""
    table = tables.blocks_table(kept.blocks_of(request.user), request.user)
    shown = {"table": table, "may_begin": can_host(request.user, request.user.organisation_id)}
    return table_response(request, table) or render(request, "procurement/blocks.html", shown)


@login_required
@require_http_methods(["GET"])
def block(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One block: what comes next, its beds by date, its places, its fees and its changes."""
    person, today = request.user, timezone.localdate()
    contract = kept.block_for(person, key)
    may_change, places, rows = (
        can_host(person, contract.host_id),
        places_shown(contract, today),
        capacity_rows(contract, today),
    )
    fees = records.fees_of(contract)
    shown_tables = {
        "capacity": tables.capacity_table(rows),
        "places": tables.places_table(places, contract, may_change=may_change, today=today),
        "turns": tables.turns_table(places),
        "fees": tables.fees_table(fees),
        "nominations": tables.nominations_table(records.nominations_of(contract)),
        "adjustments": tables.adjustments_table([(one, state_of(one, today)) for one in adjustments_of(contract)]),
    }
    shown = {
        "contract": contract, "may_change": may_change, "tables": shown_tables, "chart": tables.capacity_chart(rows),
        "terms": terms_shown(contract), "beds": kept.beds_today(contract, places, today), "today": today,
        "next": what_next(person, contract, places, today), "endings": endings_of(contract),
        "is_authority": person.organisation_id != contract.provider_id, "missing": what_is_missing(contract),
        "billed": records.billed_price_on(contract, today), "has_variable_fee": any(fee.variable_pence for fee in fees),
        "history_lines": as_entries(reversed(history_of(contract.key))),
    }  # fmt: skip
    return table_response(request, *shown_tables.values()) or render(request, "procurement/block.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def new_block(request: SignedInRequest) -> HttpResponse:
    """Begin a block, from scratch or with the figures of decision 21/00094 filled in."""
    host, today = require_commissioning(request.user), timezone.localdate()
    initial = example_for(today) if "example" in request.GET else {"starts_on": today + timedelta(days=1)}
    form = NewBlockForm(
        sent(request),
        initial=initial,
        providers=kept.providers_with_homes(),
        partners=kept.partners_of(request.user, today),
    )
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            wanted = WantedBlock(
                typed["name"], form.chosen_provider(), typed["starts_on"],
                kept.end_of_term(typed["starts_on"], typed["term_months"]), form.parties(host),
                WantedTerms(typed["regime"]), form.steps(), WantedFee(typed["weekly_pence"]),
            )  # fmt: skip
            made = begin_block(wanted=wanted, by=request.user, now=timezone.now())
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            return redirect("procurement:block", made.key)
    return render(request, "procurement/new_block.html", {"form": form, "first_day": wording.date(today)})
