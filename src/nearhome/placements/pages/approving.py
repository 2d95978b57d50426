"""An approver decides on the choice of a home; approved, its place is booked."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.matching.forms import ApprovalForm
from nearhome.matching.queries.approvals import ChoiceShown, choice_shown
from nearhome.people.permissions import SignedInRequest
from nearhome.placements.actions.approving import approve_and_book
from nearhome.referrals.pages.mistakes import add_errors


@login_required
@require_http_methods(["GET", "POST"])
def approve_choice(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The choice with its reasons, its whole-life value and the approver's limit; and the decision."""
    shown = choice_shown(request.user, key, now=timezone.now())
    form = ApprovalForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _decided(request, shown, form):
        return redirect("referrals:referral", shown.decision.referral.key)
    return render(request, "placements/approve_choice.html", {"shown": shown, "form": form})


def _decided(request: SignedInRequest, shown: ChoiceShown, form: ApprovalForm) -> bool:
    """Whether the answer was kept; what stands in the way becomes an error of the form."""
    granted = form.cleaned_data["decision"] == "grant"
    try:
        approve_and_book(
            decision=shown.decision, by=request.user, now=timezone.now(), granted=granted,
            reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except ValidationError as refused:
        add_errors(form, refused)
        return False
    except PermissionDenied as refused:
        # Over the limit is no reason to lose what was typed: say it on the page. Whoever may not decide at all is sent off.
        if not shown.may_refuse:
            raise
        form.add_error(None, str(refused))
        return False
    name = shown.offer.title
    words = f"You approved {name}. Its place is booked." if granted else f"You refused {name}. The search goes on."
    messages.success(request, words)
    return True
