"""Disputed lines: the list, a new one, and one of them with what both sides say."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from nearhome.design.tables import table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.settlement import actions
from nearhome.settlement.forms import AnswerDisputeForm, DisputeLineForm, ReplyForm
from nearhome.settlement.forms.disputes import StepForm
from nearhome.settlement.pages.dispute_tables import disputes_tables
from nearhome.settlement.permissions.disputes import require_can_answer_dispute, require_can_reply_to_answer
from nearhome.settlement.queries import disputes as queries


@login_required
@require_safe
def disputes(request: SignedInRequest) -> HttpResponse:
    """Every dispute of the person's authority, open ones first."""
    found = queries.disputes_of(request.user, today=timezone.localdate())
    shown = disputes_tables(found)
    context = {"tables": shown, "yours": [one for one in found if one.waits_for_you]}
    return table_response(request, *shown) or render(request, "settlement/disputes.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute_line(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Say what is wrong with one line."""
    new = queries.new_dispute(request.user, key)
    posted = request.POST if request.method == "POST" else None
    form = DisputeLineForm(posted, grounds=queries.GROUNDS, most_pence=new.most_pence)
    if posted is not None and form.is_valid():
        try:
            row = actions.dispute_line(
                charge=new.charge, complaint=form.complaint(), by=request.user, now=timezone.now()
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            held = (
                "Its money is held until the dispute has ended."
                if row.holds
                else "It was paid before, so it is not held."
            )
            messages.success(request, f"The line is in dispute. {held}")
            return redirect("settlement:disputed_line", row.key)
    return render(request, "settlement/dispute_line.html", {"new": new, "form": form})


@login_required
@require_safe
def disputed_line(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One dispute: the line, what both sides said, and whose turn it is."""
    return _page(request, key)


@login_required
@require_POST
def answer(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The host answers."""
    require_can_answer_dispute(request.user, queries.dispute_row(request.user, key))
    return _step(request, key, AnswerDisputeForm(request.POST), actions.answer_dispute)


@login_required
@require_POST
def reply(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The authority that disputes accepts, replies or withdraws."""
    require_can_reply_to_answer(request.user, queries.dispute_row(request.user, key))
    return _step(request, key, ReplyForm(request.POST), actions.reply_to_answer)


def _step(request: SignedInRequest, key: UUID, form: StepForm, act: Callable[..., Any]) -> HttpResponse:
    row = queries.dispute_row(request.user, key)
    if not form.is_valid():
        return _page(request, key, form)
    try:
        act(dispute=row, answer=form.answer(row.pence), by=request.user, now=timezone.now())
    except (ValidationError, ChangedMeanwhile) as refused:
        form.add_error(None, " ".join(getattr(refused, "messages", [str(refused)])))
        return _page(request, key, form)
    messages.success(request, "Your answer has been recorded. The other side sees it.")
    return redirect("settlement:disputed_line", key)


def _page(request: SignedInRequest, key: UUID, form: StepForm | None = None) -> HttpResponse:
    page = queries.dispute_page(request.user, key, today=timezone.localdate())
    seen = len(page.steps) - 1
    if form is not None:
        form.data = {**form.data.dict(), "seen": seen}  # type: ignore[attr-defined]
    elif page.may_answer:
        form = AnswerDisputeForm(initial={"seen": seen})
    elif page.may_reply or page.may_withdraw:
        form = ReplyForm(initial={"seen": seen}, is_answered=page.is_answered)
    return render(request, "settlement/disputed_line.html", {"page": page, "form": form})
