"""A provider's own bids and what became of them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import Link, Tag, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.pages.award_tables import outcome_rows, outcomes_table
from nearhome.tendering.queries.outcomes import outcome_for, outcomes_of


@login_required
@require_http_methods(["GET"])
def outcomes(request: SignedInRequest) -> HttpResponse:
    """Every bid of the provider, newest first."""
    rows = [
        (
            Link(str(one.bid.registration), reverse("tendering:outcome", args=[one.bid.key]), f"for lot {one.bid.lot.number}"),
            one.bid.procurement.name, str(one.bid.lot), str(one.bid.procurement.lead), Tag(one.word, one.colour),
        )
        for one in outcomes_of(request.user)
    ]  # fmt: skip
    table = outcomes_table(rows)
    return table_response(request, table) or render(request, "tendering/outcomes.html", {"table": table})


@login_required
@require_http_methods(["GET"])
def outcome(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One bid: won or not, with places or tier, and until when the standstill lasts. Nothing of others."""
    found = outcome_for(request.user, key)
    return render(request, "tendering/outcome.html", {"outcome": found, "rows": outcome_rows(found)})
