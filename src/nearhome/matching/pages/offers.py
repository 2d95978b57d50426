"""Decide: offers side by side, and choosing one with reasons."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from nearhome.matching.actions.deciding import select_offer
from nearhome.matching.forms.choosing import ChoiceForm
from nearhome.matching.permissions import require_can_choose
from nearhome.matching.queries.offers import choosing, offers_page
from nearhome.people.permissions import SignedInRequest
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.referrals.pages.mistakes import add_errors, version_sent


@login_required
@require_safe
def offers(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Every offer for one child, side by side."""
    shown = offers_page(request.user, key, now=timezone.now())
    return render(request, "matching/offers.html", {"shown": shown})


@login_required
@require_http_methods(["GET", "POST"])
def choose(request: SignedInRequest, key: UUID, offer_key: UUID) -> HttpResponse:
    """Choose one offer, and say why it and not the others."""
    now = timezone.now()
    facts = choosing(request.user, key, offer_key, now=now)
    require_can_choose(request.user, facts.referral)
    form = ChoiceForm(request.POST if request.method == "POST" else None, facts=facts)
    version = facts.referral.version
    if request.method == "POST":
        version = version_sent(request)
        if form.is_valid() and _chosen(request, form, version):
            messages.success(request, f"You chose {facts.chosen.title}. An approver has been asked to approve it.")
            return redirect("matching:offers", key)
    shown = {"facts": facts, "form": form, "version": facts.referral.version}
    return render(request, "matching/choose.html", shown)


def _chosen(request: SignedInRequest, form: ChoiceForm, version: int) -> bool:
    """Whether the choice was kept; what stands in the way becomes an error of the form."""
    facts = form.facts
    present, facts.referral.version = facts.referral.version, version
    try:
        select_offer(
            referral=facts.referral, offer=facts.chosen.offer, choice=form.choice(), by=request.user, now=timezone.now()
        )
    except ChangedMeanwhile as conflict:
        form.add_error(None, str(conflict))
    except ValidationError as refused:
        add_errors(form, refused)
    else:
        return True
    facts.referral.version = present
    return False
