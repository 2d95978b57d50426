"""The regional plan: for all children who wait, for one of them, and what would be if."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from nearhome.design.tables import table_response
from nearhome.matching.actions.planning import make_plan as work_out
from nearhome.matching.forms.asking import WhatIfForm
from nearhome.matching.permissions import can_plan, require_can_see_plans, require_can_see_policy
from nearhome.matching.queries.plan_child import child_in_plan
from nearhome.matching.queries.plan_names import named_for
from nearhome.matching.queries.plan_policy_shown import plan_policy_shown
from nearhome.matching.queries.plan_shown import advice_of, plan_page
from nearhome.matching.queries.regional_plans import latest_plan, plan_with
from nearhome.matching.queries.what_if import answered, choices_of
from nearhome.people.permissions import SignedInRequest
from nearhome.referrals.queries.inviting import referral_of

NOTHING = (
    "No plan has been worked out yet. It looks at every child who waits, of all partners, and every place at once."
)


@login_required
@require_safe
def plan(request: SignedInRequest) -> HttpResponse:
    """The newest plan of the partnership, or how to make the first."""
    newest, now = latest_plan(request.user, now=timezone.now()), timezone.now()
    may = {"may_plan": can_plan(request.user)}
    if newest is None:
        return render(request, "matching/plan.html", {"shown": None, "nothing": NOTHING, **may})
    shown = plan_page(request.user, newest, is_newest=True, now=now)
    download = table_response(request, shown.own, shown.by_authority, shown.missing, shown.kept)
    return download or render(request, "matching/plan.html", {"shown": shown, **may})


@login_required
@require_POST
def make_plan(request: SignedInRequest) -> HttpResponse:
    """Plan again from what is on record now."""
    now = timezone.now()
    try:
        made = work_out(authority=request.user.organisation, by=request.user, now=now)
        words = "The plan is worked out." if made.made_at == now else "Nothing has changed since the last plan."
        messages.success(request, words)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("matching:plan")


@login_required
@require_safe
def plan_child(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One child in the newest plan: the best place alone, the place in the plan, who has the other, what else there is."""
    referral = referral_of(request.user, str(key))
    newest = latest_plan(request.user, now=timezone.now())
    shown = child_in_plan(request.user, referral, newest)
    download = table_response(request, *shown.tables) if shown.tables else None
    return download or render(request, "matching/plan_child.html", {"shown": shown})


@login_required
@require_safe
def what_if(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Ask the plan a question; nothing is kept and nobody is moved by it."""
    require_can_see_plans(request.user)
    kept = plan_with(request.user, key)
    named = named_for(request.user, kept, advice_of(kept))
    children, homes = choices_of(kept, named)
    form = WhatIfForm(request.GET or None, children=children, homes=homes)
    found = None
    if request.GET and form.is_valid():
        try:
            found = answered(kept, form.questions(), named)
        except ValueError as refused:
            form.add_error(None, str(refused))
    download = table_response(request, found.moved, found.by_authority) if found else None
    return download or render(request, "matching/what_if.html", {"plan": kept, "form": form, "found": found})


@login_required
@require_safe
def plan_policy(request: SignedInRequest) -> HttpResponse:
    """The policy by which plans are weighed, in words."""
    require_can_see_policy(request.user)
    shown = plan_policy_shown()
    download = table_response(request, shown.points, shown.limits)
    return download or render(request, "matching/plan_policy.html", {"shown": shown})
