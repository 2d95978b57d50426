"""Scoring: one's list of answers, one answer at a time, and the end of individual scoring."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.scoring import close_scoring, give_score
from nearhome.tendering.forms.evaluation import ClosingForm, ScoreForm
from nearhome.tendering.permissions.evaluation import can_chair, interest_in, sits
from nearhome.tendering.queries.panel import lot_for
from nearhome.tendering.queries.progress import is_open, lot_progress, missing_scores
from nearhome.tendering.queries.scoring import Answer, By, answer_to_score, answers_to_score


def _by(request: SignedInRequest) -> By:
    return "question" if request.GET.get("by") == "question" else "bid"


def score_href(answer: Answer, by: By) -> str:
    """Where one answer is scored, going on in the same order."""
    href = reverse("tendering:score", args=[answer.bid.key, answer.question.pk])
    return f"{href}?by=question" if by == "question" else href


@login_required
@require_http_methods(["GET"])
def scores(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """A member's own answers of a lot, bid by bid or question by question, with what they have scored."""
    lot, by = lot_for(request.user, key, number), _by(request)
    if not sits(request.user, lot.procurement):
        raise PermissionDenied("Only a member of the panel scores.")
    interest = interest_in(request.user, lot)
    opened = is_open(lot.procurement, timezone.now())
    answers = answers_to_score(request.user, lot, by) if opened and interest is False else []
    rows = [
        (
            Link(one.bid.registration.name, score_href(one, by), one.question.title), one.bid.provider.name, one.question.title,
            one.score.score if one.score else None, one.score.at if one.score else None,
        )
        for one in answers
    ]  # fmt: skip
    columns = [
        Column("Establishment"),
        Column("Provider"),
        Column("Question"),
        Column("Your score", "number"),
        Column("Given", "moment"),
    ]
    table = Table("Answers to score", columns, rows, when_empty="There is nothing to score.", hides_title=True)
    waiting = [one for one in answers if one.score is None]
    shown = {
        "procurement": lot.procurement, "lot": lot, "table": table, "by": by, "interest": interest, "opened": opened,
        "left": len(waiting), "next": score_href(waiting[0], by) if waiting else "", "is_closed": hasattr(lot, "scoring_closed"),
    }  # fmt: skip
    return table_response(request, table) or render(request, "tendering/scores.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def score(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """One answer of one bid: read it, score it with why; then the next that is not scored."""
    by = _by(request)
    page = answer_to_score(request.user, key, number, by)
    answer = page.answer
    posted = request.POST if request.method == "POST" else None
    form = ScoreForm(posted, is_pass=answer.question.kind == "pass")
    if posted is not None and form.is_valid():
        try:
            give_score(
                bid=answer.bid, criterion=answer.question, score=form.cleaned_data["score"],
                rationale=form.cleaned_data["rationale"], by=request.user, now=timezone.now(),
            )  # fmt: skip
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The score is kept.")
            lot = answer.bid.lot
            here = reverse("tendering:scores", args=[lot.procurement.key, lot.number])
            return redirect(score_href(page.next, by) if page.next else here)
    shown = {
        "procurement": answer.bid.procurement, "lot": answer.bid.lot, "answer": answer, "words": page.words, "form": form,
        "left": page.left, "refused": page.refused, "by": by, "next": score_href(page.next, by) if page.next else "",
    }  # fmt: skip
    return render(request, "tendering/score.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def closing(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """The chair ends individual scoring of a lot."""
    lot = lot_for(request.user, key, number)
    if not can_chair(request.user, lot.procurement):
        raise PermissionDenied("Only the chair of the panel closes scoring.")
    progress, missing = lot_progress(lot), missing_scores(lot)
    posted = request.POST if request.method == "POST" else None
    form = ClosingForm(posted, missing=missing)
    if posted is not None and form.is_valid():
        try:
            close_scoring(lot=lot, reason=form.cleaned_data.get("reason", ""), by=request.user, now=timezone.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, f"Individual scoring of lot {lot.number} is closed. Moderate the answers next.")
            return redirect("tendering:moderation", key, number)
    shown = {"procurement": lot.procurement, "lot": lot, "form": form, "progress": progress, "missing": missing}
    return render(request, "tendering/close_scoring.html", shown)
