"""Moderation: every answer with its individual scores, one at a time with what is agreed, and the lock."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import Column, Link, Table, Tag, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.moderating import agree_score, lock_quality
from nearhome.tendering.forms.evaluation import AgreementForm
from nearhome.tendering.permissions.evaluation import can_chair
from nearhome.tendering.queries.interests import interests_after_judging
from nearhome.tendering.queries.moderating import Moderated, answer_to_moderate, answers_to_moderate, why_not
from nearhome.tendering.queries.panel import lot_for
from nearhome.tendering.queries.progress import lot_progress


def _href(one: Moderated) -> str:
    return reverse("tendering:moderate", args=[one.bid.key, one.question.pk])


@login_required
@require_http_methods(["GET"])
def moderation(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """Every answer of a lot with individual scores side by side, how far apart they are, and what was agreed."""
    lot = lot_for(request.user, key, number)
    progress = lot_progress(lot)
    answers = answers_to_moderate(lot) if progress.closed else []
    names = sorted({score.person.name for one in answers for score in one.scores})
    rows = [_row(one, names) for one in answers]
    columns = [
        Column("Question"), Column("Establishment"), *(Column(name, "number") for name in names), Column("Apart", "number"),
        Column("Look"), Column("Agreed", "number"),
    ]  # fmt: skip
    empty = "Individual scoring is not closed yet: until then members score alone."
    table = Table("Answers", columns, rows, when_empty=empty, is_wide=len(names) > 3, hides_title=True)
    waiting = [one for one in answers if one.agreed is None]
    refused = why_not(request.user, lot)
    shown = {
        "procurement": lot.procurement, "lot": lot, "table": table, "progress": progress, "left": len(waiting),
        "next": _href(waiting[0]) if waiting else "", "refused": refused, "chairs": can_chair(request.user, lot.procurement),
        "late": interests_after_judging(lot) if progress.closed else (),
    }  # fmt: skip
    return table_response(request, table) or render(request, "tendering/moderation.html", shown)


def _row(one: Moderated, names: list[str]) -> tuple[object, ...]:
    given = {score.person.name: score.score for score in one.scores}
    look = Tag("Far apart", "orange") if one.is_far_apart else ""
    return (
        Link(one.question.title, _href(one), one.bid.registration.name), one.bid.registration.name,
        *(given.get(name) for name in names), one.apart, look, one.agreed.score if one.agreed else None,
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def moderate(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """One answer: what each member gave and why; the chair records what is agreed and why."""
    page = answer_to_moderate(request.user, key, number)
    answer = page.answer
    posted = request.POST if request.method == "POST" else None
    started = {"score": str(answer.agreed.score), "reason": answer.agreed.reason} if answer.agreed else {}
    form = AgreementForm(posted, initial=started, is_pass=answer.question.kind == "pass")
    if posted is not None and page.refused:
        raise PermissionDenied(page.refused)
    if posted is not None and form.is_valid():
        typed = form.cleaned_data
        try:
            agree_score(bid=answer.bid, criterion=answer.question, score=typed["score"], reason=typed["reason"], by=request.user, now=timezone.now())  # fmt: skip
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, "The agreed score is kept.")
            lot = answer.bid.lot
            return (
                redirect(_href(page.next))
                if page.next
                else redirect("tendering:moderation", lot.procurement.key, lot.number)
            )
    shown = {
        "procurement": answer.bid.procurement, "lot": answer.bid.lot, "answer": answer, "page": page, "form": form,
        "next": _href(page.next) if page.next else "",
    }  # fmt: skip
    return render(request, "tendering/moderate.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def locking(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """The chair locks quality, so that prices can be opened."""
    lot = lot_for(request.user, key, number)
    if not can_chair(request.user, lot.procurement):
        raise PermissionDenied("Only the chair of the panel locks quality.")
    progress = lot_progress(lot)
    if request.method == "POST":
        try:
            lock_quality(lot=lot, by=request.user, now=timezone.now())
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect("tendering:moderation", key, number)
        messages.success(request, f"Quality of lot {lot.number} is locked. Its prices are open.")
        return redirect("tendering:lot_prices", key, number)
    return render(
        request, "tendering/lock_quality.html", {"procurement": lot.procurement, "lot": lot, "progress": progress}
    )
