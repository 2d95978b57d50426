"""Which homes? The ranked list, and looking again."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from nearhome.design.tables import table_response
from nearhome.matching.actions.ranking import rank_homes_for
from nearhome.matching.permissions import require_can_see_policy
from nearhome.matching.queries.policy import policy_shown
from nearhome.matching.queries.rankings import homes_page
from nearhome.people.permissions import SignedInRequest
from nearhome.referrals.queries.inviting import referral_of


@login_required
@require_safe
def homes(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The ranked homes, the map, those that are not possible; also as CSV and Excel."""
    asked = request.GET
    shown = homes_page(request.user, key, kind=asked.get("kind", ""), number=asked.get("page", "1"), now=timezone.now())
    tables = [table for table in (shown.ranked_table, shown.refused_table, shown.by_rule) if table]
    download = table_response(request, *tables) if tables else None
    return download or render(request, "matching/homes.html", {"shown": shown})


@login_required
@require_POST
def rank(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Look for homes, or look again."""
    referral, now = referral_of(request.user, str(key)), timezone.now()
    try:
        saved = rank_homes_for(referral=referral, by=request.user, now=now)
        words = "Nothing has changed since homes were last looked for." if saved.made_at < now else "Homes were ranked."
        messages.success(request, words)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("matching:homes", key)


@login_required
@require_safe
def policy(request: SignedInRequest) -> HttpResponse:
    """The policy by which homes are ranked, in words."""
    require_can_see_policy(request.user)
    shown = policy_shown()
    download = table_response(request, shown.weights, shown.need_fit, shown.miles, shown.rules)
    return download or render(request, "matching/policy.html", {"shown": shown})
