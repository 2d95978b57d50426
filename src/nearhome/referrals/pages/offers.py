"""The provider's offer: made and, if need be, withdrawn."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from nearhome.design.wording import moment
from nearhome.referrals.actions.offering import OfferTerms, make_offer, withdraw_offer
from nearhome.referrals.forms.offering import OfferForm, ReasonForm
from nearhome.referrals.queries import offering


@login_required
def offer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Offer a named place at a price."""
    now = timezone.now()
    invitation = offering.invitation_of(request.user, str(key))
    choices = offering.offer_choices(request.user, invitation, now=now)
    first = {"starts_on": choices.starts_on}
    form = OfferForm(
        request.POST if request.method == "POST" else None, initial=first, places=choices.places, on=choices.starts_on
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = make_offer(invitation=invitation, terms=_terms(invitation, form), by=request.user, now=now)
            held = f"{made.place.label} is held until {moment(made.expires_at)}."
            messages.success(request, f"Your offer was sent. {held}")
            return redirect("referrals:invitation", key)
        except ValidationError as refused:
            form.add_refusal(refused)
    return render(request, "referrals/offer.html", {"invitation": invitation, "choices": choices, "form": form})


@login_required
def withdraw(request: HttpRequest, key: UUID) -> HttpResponse:
    """Withdraw an offer."""
    withdrawn = offering.offer_of(request.user, str(key))
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_offer(offer=withdrawn, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())
            messages.success(request, f"Your offer was withdrawn. {withdrawn.place.label} is no longer held.")
            return redirect("referrals:invitation", withdrawn.invitation.key)
        except ValidationError as refused:
            form.add_error(None, refused)
    return render(request, "referrals/offer_withdraw.html", {"offer": withdrawn, "form": form})


def _terms(invitation: Any, form: OfferForm) -> OfferTerms:
    given = form.cleaned_data
    return OfferTerms(
        place=offering.place_offered(invitation, given["place"]),
        starts_on=given["starts_on"],
        core_pence=given["core_pence"],
        additional_support_pence=given["additional_support_pence"] or 0,
        education_pence=given["education_pence"] or 0,
        therapy_pence=given["therapy_pence"] or 0,
        transport_pence=given["transport_pence"] or 0,
        other_pence=given["other_pence"] or 0,
        price_reason=given["price_reason"],
        how_needs_are_met=given["how_needs_are_met"],
    )
