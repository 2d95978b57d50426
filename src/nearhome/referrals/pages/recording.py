"""Begin a referral, see how far it has come, check it, hand it in, take it back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.wording import LONDON
from nearhome.people.permissions import SignedInRequest
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.referrals.actions.children import NewChild, record_child
from nearhome.referrals.actions.correcting import take_back_to_draft
from nearhome.referrals.actions.recording import start_referral, submit_referral, withdraw_referral
from nearhome.referrals.forms.recording import CorrectForm, NewChildForm, WithdrawForm
from nearhome.referrals.forms.steps import STEP_OF_FIELD
from nearhome.referrals.pages.answers import count_of_tasks, question_href, summary_sections, task_sections
from nearhome.referrals.pages.mistakes import add_errors, version_sent
from nearhome.referrals.permissions import (
    can_change_referral,
    can_withdraw_or_record,
    require_can_record_referrals,
    require_can_work_on,
)
from nearhome.referrals.queries.recording import child_for, child_shown, children_found, draft_of, referral_for
from nearhome.referrals.queries.standing import homes_told


@login_required
@require_http_methods(["GET"])
def start(request: SignedInRequest) -> HttpResponse:
    """Find the child by reference."""
    asked = request.GET.get("child", "").strip()
    found = children_found(request.user, asked, today=timezone.localdate(timezone=LONDON))
    return render(request, "referrals/start.html", {"asked": asked, "found": found})


@login_required
@require_POST
def start_for_child(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Begin a referral for a child the authority knows."""
    child = child_for(request.user, key)
    try:
        referral = start_referral(child=child, by=request.user, now=timezone.now())
    except ValidationError as mistake:
        messages.error(request, " ".join(mistake.messages))
        return redirect("referrals:start")
    return redirect("referrals:tasks", referral.key)


@login_required
@require_http_methods(["GET", "POST"])
def new_child(request: SignedInRequest) -> HttpResponse:
    """Record a child who is in no return yet, and begin their referral."""
    require_can_record_referrals(request.user)
    form = NewChildForm(request.POST or None, today=timezone.localdate(timezone=LONDON))
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            child = record_child(child=NewChild(**form.cleaned_data), by=request.user, now=now)
            referral = start_referral(child=child, by=request.user, now=now)
            return redirect("referrals:tasks", referral.key)
        except ValidationError as mistake:
            add_errors(form, mistake)
    return render(request, "referrals/new_child.html", {"form": form})


@login_required
@require_http_methods(["GET"])
def tasks(request: SignedInRequest, key: UUID) -> HttpResponse:
    """How far the draft has come, and every question of it."""
    referral = referral_for(request.user, key)
    if not can_change_referral(request.user, referral):
        return redirect("referrals:referral", key)
    now = timezone.now()
    draft = draft_of(referral, now=now)
    shown = {"referral": referral, "sections": task_sections(key, draft), "counts": count_of_tasks(draft)}
    child = child_shown(referral.child, today=timezone.localdate(now, LONDON))
    return render(request, "referrals/tasks.html", shown | {"child": child, "problems": draft.problems})


@login_required
@require_http_methods(["GET", "POST"])
def check(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Every answer on one page; POST hands the referral in, once however often it is sent."""
    referral = referral_for(request.user, key)
    require_can_work_on(request.user, referral)
    now, errors = timezone.now(), []
    if request.method == "POST":
        try:
            submit_referral(referral=referral, by=request.user, now=now, version=version_sent(request))
            return redirect("referrals:referral", key)
        except ValidationError as mistake:
            errors = mistake.messages
        except ChangedMeanwhile as conflict:
            referral, errors = referral_for(request.user, key), [str(conflict)]
    if not can_change_referral(request.user, referral):
        return redirect("referrals:referral", key)
    draft = draft_of(referral, now=now)
    missing = [(one, question_href(key, STEP_OF_FIELD[one.field], "check")) for one in draft.problems]
    shown = {"referral": referral, "sections": summary_sections(key, draft, can_change=True), "missing": missing}
    child = child_shown(referral.child, today=timezone.localdate(now, LONDON))
    return render(request, "referrals/check.html", shown | {"child": child, "errors": errors})


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Stop a referral, with a reason."""
    referral = referral_for(request.user, key)
    if not can_withdraw_or_record(request.user, referral):
        raise PermissionDenied("Only a placement officer of the child's own authority can withdraw a referral.")
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_referral(referral=referral, why=form.cleaned_data["why"], by=request.user, now=timezone.now())
            messages.success(request, f"Referral {referral.ref} is withdrawn.")
            return redirect("referrals:referral", key)
        except ValidationError as mistake:
            add_errors(form, mistake)
    return render(request, "referrals/withdraw.html", {"referral": referral, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Take a submitted referral back to draft, with a reason."""
    referral = referral_for(request.user, key)
    require_can_work_on(request.user, referral)
    form = CorrectForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            why, version = form.cleaned_data["why"], version_sent(request)
            take_back_to_draft(referral=referral, why=why, by=request.user, now=timezone.now(), version=version)
            messages.success(request, f"Referral {referral.ref} is a draft again. Correct it, then submit it again.")
            return redirect("referrals:tasks", key)
        except ChangedMeanwhile as conflict:
            form.add_error(None, str(conflict))
            referral = referral_for(request.user, key)
        except ValidationError as mistake:
            add_errors(form, mistake)
    shown = {"referral": referral, "form": form, "homes_told": homes_told(referral)}
    return render(request, "referrals/correct.html", shown)
