"""What a block commits to: by year and authority, beside spot, and a printed total held against it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.procurement.exporters.commitment_words import check_in_words, spot_in_words
from nearhome.procurement.forms.block_places import AssumptionsForm
from nearhome.procurement.pages import block_tables as tables
from nearhome.procurement.permissions import can_host
from nearhome.procurement.queries.block_commitment import Assumed, commitment_of, usual_indexation_bp, words_of_total
from nearhome.procurement.queries.block_records import latest_terms
from nearhome.procurement.queries.blocks import block_for

ASKED = ("occupancy", "indexation", "stated")


@login_required
@require_http_methods(["GET"])
def commitment(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The block added up. The assumptions stand in the address, so that a figure can be sent on with them."""
    contract = block_for(request.user, key)
    if request.user.organisation_id == contract.provider_id != contract.host_id:
        raise PermissionDenied("What a block commits to is worked out for its authorities.")
    usual = usual_indexation_bp(latest_terms(contract))
    asked = any(name in request.GET for name in ASKED)
    form = AssumptionsForm(request.GET if asked else None, initial={"occupancy": 10_000, "indexation": usual})
    assumed = Assumed(indexation_bp=usual)
    if asked and form.is_valid():
        typed = form.cleaned_data
        assumed = Assumed(typed["occupancy"], typed["indexation"], (typed["stated"],) if typed["stated"] else ())
    shown = {"contract": contract, "form": form, "may_change": can_host(request.user, contract.host_id), "missing": ""}
    try:
        found = commitment_of(contract, assumed, timezone.localdate())
    except ValidationError as mistake:
        if not assumed.stated:
            return render(request, "procurement/block_commitment.html", shown | {"missing": mistake.messages[0]})
        form.add_error("stated", mistake)
        found = commitment_of(contract, Assumed(assumed.occupancy_bp, assumed.indexation_bp), timezone.localdate())
    worked = found.worked
    years = tables.years_table(worked, "By financial year")
    contract_years = tables.years_table(worked, "By contract year", by_contract=True)
    computed = tables.computed_table(worked)
    shown |= {
        "total": worked.commitment, "figures": tables.total_figures(worked, found.case.occupancy), "words": words_of_total(worked), "years": years, "contract_years": contract_years,
        "chart": tables.years_chart(worked), "computed": computed, "checks": [check_in_words(one) for one in worked.checks],
        "spot_words": spot_in_words(found.case, worked), "case": found.case,
    }  # fmt: skip
    return table_response(request, years, contract_years, computed) or render(
        request, "procurement/block_commitment.html", shown
    )
