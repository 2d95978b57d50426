"""An approver gives or refuses leave to search."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.wording import LONDON
from nearhome.people.permissions import SignedInRequest
from nearhome.referrals.actions.permission import decide_permission
from nearhome.referrals.forms.recording import DecisionForm
from nearhome.referrals.pages.answers import summary_sections
from nearhome.referrals.pages.mistakes import add_errors
from nearhome.referrals.pages.referral import is_overdue
from nearhome.referrals.permissions import can_decide_permission, can_decide_permissions
from nearhome.referrals.queries.recording import child_shown, draft_of, history_shown, permission_of, referral_for


@login_required
@require_http_methods(["GET", "POST"])
def permission(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The referral as it stands, who asked, by when to decide, and the decision."""
    referral = referral_for(request.user, key)
    if not can_decide_permissions(request.user):
        raise PermissionDenied("Only an approver of the child's own authority can decide whether to search.")
    asked = permission_of(referral)
    if asked is None:
        raise Http404("Permission was never asked for")
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        is_granted = form.cleaned_data["decision"] == "grant"
        try:
            decide_permission(
                permission=asked, granted=is_granted, reason=form.cleaned_data["reason"], by=request.user,
                now=timezone.now(),
            )  # fmt: skip
            done = "given" if is_granted else "refused"
            messages.success(request, f"Permission to search for referral {referral.ref} is {done}.")
            return redirect("referrals:referral", key)
        except ValidationError as mistake:
            add_errors(form, mistake)
    now = timezone.now()
    shown = {"referral": referral, "permission": asked, "form": form, "is_overdue": is_overdue(asked, now)}
    more = {
        "child": child_shown(referral.child, today=timezone.localdate(now, LONDON)),
        "can_decide": asked.granted is None and can_decide_permission(request.user, asked),
        "sections": summary_sections(key, draft_of(referral, now=now), can_change=False),
        "history_lines": history_shown(referral),
    }
    return render(request, "referrals/permission.html", shown | more)
