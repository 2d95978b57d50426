"""What would change the order: other weights tried out, and the kept ranking made again."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from nearhome.design.tables import table_response
from nearhome.matching.queries.replaying import replay_page
from nearhome.matching.queries.weighing import weights_page
from nearhome.people.permissions import SignedInRequest


@login_required
@require_safe
def weights(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One slider for each weight and the order they give. Nothing is kept."""
    shown = weights_page(request.user, key, request.GET.dict())
    tables = [shown.order, shown.decides.ranges if shown.decides else None]
    download = table_response(request, *[table for table in tables if table]) if shown.saved else None
    return download or render(request, "matching/weights.html", {"shown": shown})


@login_required
@require_safe
def replay(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The kept ranking made again: the same, or where it differs."""
    return render(request, "matching/replay.html", {"shown": replay_page(request.user, key)})
