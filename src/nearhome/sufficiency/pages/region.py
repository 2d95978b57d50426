"""The partners' figures side by side; sharing one's own, and stopping it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.sufficiency.actions.picturing import share_picture, withdraw_picture
from nearhome.sufficiency.permissions import can_analyse
from nearhome.sufficiency.queries import analyses as kept_analyses
from nearhome.sufficiency.queries import region as shared_figures
from nearhome.sufficiency.queries.showing import shown_tables


@login_required
@require_http_methods(["GET"])
def region(request: SignedInRequest) -> HttpResponse:
    """Every partner's shared figures, and what the person's own authority shares."""
    tables = shown_tables(shared_figures.regional_tables(shared_figures.shared_pictures(request.user)))
    shown = {
        "tables": tables, "figures": [], "mine": shared_figures.shared_by(request.user),
        "may_analyse": can_analyse(request.user),
    }  # fmt: skip
    return table_response(request, *(each.table for each in tables)) or render(
        request, "sufficiency/region.html", shown
    )


@login_required
@require_POST
def share(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Let the partners see these figures, small numbers hidden."""
    kept = kept_analyses.analysis_for(request.user, key)
    try:
        share_picture(kept=kept, by=request.user, now=timezone.now())
    except ValidationError as mistake:
        messages.error(request, " ".join(mistake.messages))
        return redirect("sufficiency:analysis", key)
    messages.success(request, "Shared with your partners. Small numbers are hidden, and no single child is in it.")
    return redirect("sufficiency:region")


@login_required
@require_POST
def withdraw(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Partners no longer see these figures."""
    withdraw_picture(shared=shared_figures.shared_picture_for(request.user, key), by=request.user, now=timezone.now())
    messages.success(request, "Your partners no longer see these figures.")
    return redirect("sufficiency:region")
