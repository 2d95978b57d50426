"""Approve or refuse the choice of a home; approved, its place is booked in the same moment."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from nearhome.matching.queries.approvals import choice_shown
from nearhome.placements.actions.approving import approve_and_book
from nearhome.placements.actions.booking import book_emergency
from nearhome.placements.forms import ApprovalForm
from nearhome.placements.pages.answering import answered, person_of
from nearhome.placements.queries.placements import booked_by
from nearhome.referrals.permissions import can_record_referrals


@login_required
def approve_choice(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was chosen and why, what was passed over, what it costs in all: approve it, or say why not."""
    person, now = person_of(request), timezone.now()
    shown = choice_shown(person, key, now=now)
    may_decide = shown.is_open and (not shown.why_not or shown.may_refuse)
    form = ApprovalForm(request.POST or None, may_approve=not shown.why_not)

    def act(said: dict[str, Any]) -> Any:
        return approve_and_book(decision=shown.decision, by=person, now=now, **said)

    if request.method == "POST" and answered(form, act):
        granted = form.cleaned_data["granted"]
        messages.success(request, "Approved. The place is booked." if granted else "Refused. The search goes on.")
        return redirect("placements:approve_choice", key)
    may_book = shown.is_open and shown.decision.referral.is_emergency and can_record_referrals(person)
    page = {
        "may_book": may_book,
        "shown": shown,
        "form": form,
        "may_decide": may_decide,
        "booking_key": booked_by(shown.decision),
    }
    return render(request, "placements/approve_choice.html", page)


@login_required
@require_POST
def book_now(request: HttpRequest, key: UUID) -> HttpResponse:
    """In an emergency the place is booked before the approval."""
    person, now = person_of(request), timezone.now()
    shown = choice_shown(person, key, now=now)
    try:
        booking = book_emergency(decision=shown.decision, by=person, now=now)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("placements:approve_choice", key)
    messages.success(request, "The place is booked. The choice still waits for approval.")
    return redirect("placements:placement", booking.key)
