"""What an authority bought, from which contracts, and how each home was chosen."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nearhome.design.tables import table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.procurement.queries.call_offs import call_offs_page


@login_required
@require_safe
def call_offs(request: SignedInRequest) -> HttpResponse:
    """Every placement bought, newest first, and how often by which method."""
    shown = call_offs_page(request.user)
    download = table_response(request, shown.bought, shown.by_method)
    return download or render(request, "procurement/call_offs.html", {"shown": shown})
