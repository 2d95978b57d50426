"""Homes asked and what they are told (the authority); reading and answering invitations (the provider)."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from nearhome.design.fields import GovukForm
from nearhome.design.tables import table_response
from nearhome.design.wording import plural
from nearhome.people.permissions import SignedInRequest
from nearhome.referrals.actions.inviting import answer_provider, recall_release, release_detail
from nearhome.referrals.actions.offering import ask_question, decline_invitation, open_invitation
from nearhome.referrals.actions.stopping import withdraw_invitations
from nearhome.referrals.forms.offering import (
    AnswerForm,
    DeclineForm,
    QuestionToAuthorityForm,
    ReasonForm,
    ShareDetailForm,
    StopAskingForm,
)
from nearhome.referrals.pages.mistakes import add_errors
from nearhome.referrals.queries import inviting, offering


@login_required
def told(request: HttpRequest, key: UUID) -> HttpResponse:
    """Homes asked, and who has been told what."""
    shown = inviting.told(request.user, str(key), now=timezone.now())
    download = table_response(request, shown.invitations, shown.releases)
    return download or render(request, "referrals/invitations_told.html", {"shown": shown})


@login_required
def withdraw_all(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Stop asking every home, for instance so that the referral can be corrected."""
    referral = inviting.referral_of(request.user, str(key))
    form = StopAskingForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            told = withdraw_invitations(referral=referral, reason=reason, by=request.user, now=timezone.now())
            messages.success(request, f"{plural(told, 'home')} can no longer read this referral.")
            return redirect("referrals:referral", key)
        except ValidationError as refused:
            add_errors(form, refused)
    return render(request, "referrals/invitations_withdraw.html", {"referral": referral, "form": form})


@login_required
def sent_invitation(request: HttpRequest, key: UUID) -> HttpResponse:
    """One invitation, for the authority: its answer, its questions, what it was told."""
    shown = inviting.sent_invitation(request.user, str(key), now=timezone.now())
    download = table_response(request, shown.releases)

    page = {"shown": shown, "share_form": ShareDetailForm()}
    return download or render(request, "referrals/invitation_sent.html", page)


@login_required
@require_POST
def share_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a shortlisted home read the needs in full."""
    shown = inviting.sent_invitation(request.user, str(key), now=timezone.now())
    form = ShareDetailForm(request.POST)
    with_wishes = form.is_valid() and form.cleaned_data["with_wishes"]
    try:
        release_detail(invitation=shown.invitation, by=request.user, now=timezone.now(), with_wishes=with_wishes)
        messages.success(request, f"{shown.invitation.home.name} can now read the child's needs in full.")
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("referrals:sent_invitation", key)


@login_required
def answer(request: HttpRequest, key: UUID) -> HttpResponse:
    """Answer a provider's question."""
    question = inviting.question_of(request.user, str(key))
    form = AnswerForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            text = form.cleaned_data["text"]
            answer_provider(question=question, text=text, by=request.user, now=timezone.now())
            messages.success(request, "Your answer was sent.")
            return redirect("referrals:sent_invitation", question.invitation.key)
        except ValidationError as refused:
            form.add_error(None, refused)
    return render(request, "referrals/invitation_answer.html", {"question": question, "form": form})


@login_required
def recall(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take back something that was shared."""
    release = inviting.release_of(request.user, str(key))
    form = ReasonForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            recall_release(release=release, by=request.user, now=timezone.now(), reason=form.cleaned_data["reason"])
            messages.success(request, f"{release.invitation.home.name} can no longer read it here.")
            return redirect("referrals:told", release.invitation.referral.key)
        except ValidationError as refused:
            form.add_error(None, refused)
    return render(request, "referrals/invitation_recall.html", {"release": release, "form": form})


@login_required
def invitations(request: HttpRequest) -> HttpResponse:
    """The provider's invitations, those that wait first."""
    table = offering.invitations_of(request.user, now=timezone.now())
    return table_response(request, table) or render(request, "referrals/invitations.html", {"table": table})


@login_required
def invitation(request: HttpRequest, key: UUID) -> HttpResponse:
    """One invitation, for the provider: what was released, and nothing behind it."""
    return _invitation_page(request, key, QuestionToAuthorityForm())


@login_required
@require_POST
def ask(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask the authority a question."""
    asked_about = offering.invitation_of(request.user, str(key))
    form = QuestionToAuthorityForm(request.POST)
    if form.is_valid():
        try:
            ask_question(invitation=asked_about, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
            messages.success(request, "Your question was sent. The answer will appear here.")
            return redirect("referrals:invitation", key)
        except ValidationError as refused:
            form.add_error(None, refused)
    return _invitation_page(request, key, form)


@login_required
def decline(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say no to an invitation, and why."""
    declined = offering.invitation_of(request.user, str(key))
    form = DeclineForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            return _declined(request, declined, form)
        except ValidationError as refused:
            form.add_error(None, refused)
    return render(request, "referrals/invitation_decline.html", {"invitation": declined, "form": form})


def _declined(request: HttpRequest, declined: Any, form: DeclineForm) -> HttpResponseRedirect:
    given = form.cleaned_data
    decline_invitation(
        invitation=declined, code=given["code"], words=given["words"], by=request.user, now=timezone.now()
    )
    messages.success(request, "You declined. Thank you for saying why.")
    return redirect("referrals:invitation", declined.key)


def _invitation_page(request: HttpRequest, key: UUID, form: GovukForm) -> HttpResponse:
    now = timezone.now()
    open_invitation(invitation=offering.invitation_of(request.user, str(key)), by=request.user, now=now)
    shown = offering.invitation_page(request.user, str(key), now=now)
    return render(request, "referrals/invitation.html", {"shown": shown, "form": form})


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, even when nothing was filled in; None while the page is only shown."""
    return request.POST if request.method == "POST" else None
