"""One question of a referral on one page; everything that can be saved is saved."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.wording import LONDON
from nearhome.people.permissions import SignedInRequest
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.referrals.actions.places import NewPlace, add_important_place, remove_important_place
from nearhome.referrals.actions.recording import answer_question
from nearhome.referrals.actions.together import keep_apart, place_together, stop_keeping_apart
from nearhome.referrals.forms.questions import QuestionForm
from nearhome.referrals.forms.recording import SiblingsForm
from nearhome.referrals.forms.steps import STEP_FOR, Step, step_after
from nearhome.referrals.pages.answers import entries_of, question_href, saved_in_words
from nearhome.referrals.pages.mistakes import add_errors, version_sent
from nearhome.referrals.permissions import can_change_referral, require_can_work_on
from nearhome.referrals.queries.recording import draft_of, referral_for


@login_required
@require_http_methods(["GET", "POST"])
def question(request: SignedInRequest, key: UUID, slug: str) -> HttpResponse:
    """A page of questions, or of entries that can be added to and taken away."""
    step = STEP_FOR.get(slug)
    if step is None:
        raise Http404("No such question")
    referral = referral_for(request.user, key)
    require_can_work_on(request.user, referral)
    if not can_change_referral(request.user, referral):
        return redirect("referrals:referral", key)
    return _entries(request, step, referral) if step.is_list else _questions(request, step, referral)


def _questions(request: SignedInRequest, step: Step, referral: Any) -> HttpResponse:
    now = timezone.now()
    today, draft = timezone.localdate(now, LONDON), draft_of(referral, now=now)
    assert step.form is not None
    first = step.form.initial_from(draft.saved) | {"other_refs": ", ".join(draft.together)}
    form = step.form(request.POST if request.method == "POST" else None, initial=first, today=today)
    if request.method == "GET":
        return _show(request, step, referral, form)
    is_complete = form.is_valid()
    try:
        _save(form, referral, request.user, now, version_sent(request))
    except ChangedMeanwhile as conflict:
        form.add_error(None, str(conflict))
        return _show_both(request, step, referral.key, form)
    except ValidationError as mistake:
        add_errors(form, mistake)
        is_complete = False
    return _go_on(request, step, referral) if is_complete else _show(request, step, referral, form)


def _save(form: QuestionForm, referral: Any, by: Any, now: datetime, version: int) -> None:
    """Keep what is right, even if something else on the page is not: a draft is never lost."""
    answers = form.answers()
    if answers:
        answer_question(referral=referral, answers=answers, by=by, now=now, version=version)
    if isinstance(form, SiblingsForm) and not form.errors:
        place_together(referral=referral, other_refs=form.other_referrals(), by=by, now=now)


def _show(request: SignedInRequest, step: Step, referral: Any, form: Any, **more: Any) -> HttpResponse:
    shown = {"step": step, "referral": referral, "form": form, "came_from": request.GET.get("from", "")}
    return render(request, "referrals/question.html", shown | more)


def _show_both(request: SignedInRequest, step: Step, key: UUID, form: Any) -> HttpResponse:
    """After a conflict: what is saved now beside what was typed, on a page that can be sent again."""
    referral = referral_for(request.user, key)
    saved = saved_in_words(step, draft_of(referral, now=timezone.now()))
    return _show(request, step, referral, form, saved_now=saved)


def _go_on(request: SignedInRequest, step: Step, referral: Any) -> HttpResponse:
    if request.GET.get("from") == "check":
        return redirect("referrals:check", referral.key)
    following = step_after(step)
    return redirect(question_href(referral.key, following)) if following else redirect("referrals:tasks", referral.key)


def _entries(request: SignedInRequest, step: Step, referral: Any) -> HttpResponse:
    now = timezone.now()
    assert step.entry_form is not None
    if "remove" in request.POST:
        return _removed(request, step, referral, now)
    form = step.entry_form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not form.has_changed():
        return _go_on(request, step, referral)
    if request.method == "POST" and form.is_valid():
        try:
            ADDS[step.slug](referral, form.cleaned_data, request.user, now, version_sent(request))
            is_last = request.POST.get("then") != "another"
            return _go_on(request, step, referral) if is_last else redirect(request.get_full_path())
        except ChangedMeanwhile as conflict:
            form.add_error(None, str(conflict))
            referral = referral_for(request.user, referral.key)
        except ValidationError as mistake:
            add_errors(form, mistake)
    return _show(request, step, referral, form, entries=entries_of(step, draft_of(referral, now=now)))


def _removed(request: SignedInRequest, step: Step, referral: Any, now: datetime) -> HttpResponse:
    which = request.POST["remove"]
    if which.isascii() and which.isdigit() and len(which) < 16:
        try:
            REMOVES[step.slug](referral, int(which), request.user, now, version_sent(request))
        except (ChangedMeanwhile, ValidationError) as refused:
            messages.error(request, " ".join(getattr(refused, "messages", [str(refused)])))
    return redirect(request.get_full_path())


Given = dict[str, Any]


def _add_wish(referral: Any, given: Given, by: Any, now: datetime, version: int) -> None:
    wishes = draft_of(referral, now=now).wishes
    if given not in wishes:
        answer_question(referral=referral, answers={"wishes": [*wishes, given]}, by=by, now=now, version=version)


def _add_condition(referral: Any, given: Given, by: Any, now: datetime, version: int) -> None:
    said = draft_of(referral, now=now).conditions
    if given not in said:
        answer_question(referral=referral, answers={"conditions": [*said, given]}, by=by, now=now, version=version)


def _add_near(referral: Any, given: Given, by: Any, now: datetime, version: int) -> None:
    add_important_place(referral=referral, place=NewPlace(**given), by=by, now=now)


def _add_avoid(referral: Any, given: Given, by: Any, now: datetime, version: int) -> None:
    add_important_place(referral=referral, place=NewPlace(kind="avoid", **given), by=by, now=now)


def _add_apart(referral: Any, given: Given, by: Any, now: datetime, version: int) -> None:
    keep_apart(referral=referral, **given, by=by, now=now)


def _remove_wish(referral: Any, which: int, by: Any, now: datetime, version: int) -> None:
    wishes = draft_of(referral, now=now).wishes
    if version == referral.version:  # otherwise the numbers mean other wishes by now: the page is only shown again
        left = [wish for number, wish in enumerate(wishes) if number != which]
        answer_question(referral=referral, answers={"wishes": left}, by=by, now=now, version=version)


def _remove_condition(referral: Any, which: int, by: Any, now: datetime, version: int) -> None:
    said = draft_of(referral, now=now).conditions
    if version == referral.version:
        left = [one for number, one in enumerate(said) if number != which]
        answer_question(referral=referral, answers={"conditions": left}, by=by, now=now, version=version)


def _remove_place(referral: Any, which: int, by: Any, now: datetime, version: int) -> None:
    remove_important_place(referral=referral, place_id=which, by=by, now=now)


def _remove_apart(referral: Any, which: int, by: Any, now: datetime, version: int) -> None:
    stop_keeping_apart(referral=referral, pair_id=which, by=by, now=now)


ADDS: dict[str, Callable[[Any, Given, Any, datetime, int], None]] = {
    "wishes": _add_wish,
    "near": _add_near,
    "avoid": _add_avoid,
    "apart": _add_apart,
    "conditions": _add_condition,
}
REMOVES: dict[str, Callable[[Any, int, Any, datetime, int], None]] = {
    "wishes": _remove_wish,
    "near": _remove_place,
    "avoid": _remove_place,
    "apart": _remove_apart,
    "conditions": _remove_condition,
}
