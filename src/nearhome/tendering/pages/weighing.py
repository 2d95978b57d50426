"""Writing an options appraisal: its question, options, criteria, scores and recommendation, one page each."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.people.permissions import SignedInRequest
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.tendering.actions import weighing
from nearhome.tendering.forms.options import CriteriaForm, OptionForm, QuestionForm, RecommendForm, ScoresForm
from nearhome.tendering.pages.sent_forms import done, version_sent
from nearhome.tendering.queries import options as kept
from nearhome.tendering.queries.cases import procurement_to_lead

OPTION_FIELDS = tuple(weighing.OptionTerms.__dataclass_fields__)


def _draft(request: SignedInRequest, key: UUID) -> tuple[Any, Any]:
    """The procurement and the version being worked on. Raises Http404 if there is none."""
    one = procurement_to_lead(request.user, key)
    draft = kept.draft_of(one)
    if draft is None:
        raise Http404("No version is being worked on")
    return one, draft


def _posted(request: SignedInRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _answer(
    request: SignedInRequest, one: Any, form: Any, title: str, do: Callable[[int], Any], **more: Any
) -> HttpResponse:
    """Do what a sent form asks and go back to the appraisal; else show the form, with the version it now stands on."""
    if request.method == "POST" and done(form, lambda: do(version_sent(request))):
        messages.success(request, "Saved.")
        return redirect("tendering:options", one.key)
    draft = kept.draft_of(one)
    shown = {"one": one, "form": form, "title": title, "change": draft.change if draft else 0} | more
    return render(request, "tendering/options_form.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def question(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The question that the options answer."""
    one, draft = _draft(request, key)
    form = QuestionForm(_posted(request), initial={"question": draft.question})

    def do(change: int) -> None:
        asked = form.cleaned_data["question"]
        weighing.ask_question(appraisal=draft, question=asked, change=change, by=request.user, now=timezone.now())

    return _answer(request, one, form, "The question", do)


@login_required
@require_http_methods(["GET", "POST"])
def new_option(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Add an option."""
    one, draft = _draft(request, key)
    form = OptionForm(_posted(request))

    def do(change: int) -> None:
        weighing.save_option(appraisal=draft, terms=form.terms(), change=change, by=request.user, now=timezone.now())

    return _answer(request, one, form, "Add an option", do)


@login_required
@require_http_methods(["GET", "POST"])
def option(request: SignedInRequest, key: UUID, option: UUID) -> HttpResponse:
    """Change an option."""
    one, _ = _draft(request, key)
    draft, row = kept.option_in_draft(one, option)
    form = OptionForm(_posted(request), initial={name: getattr(row, name) for name in OPTION_FIELDS})

    def do(change: int) -> None:
        weighing.save_option(
            appraisal=draft, terms=form.terms(), change=change, by=request.user, now=timezone.now(), key=option
        )

    return _answer(request, one, form, f"Change “{row.name}”", do, option=row)


@login_required
@require_POST
def remove_option(request: SignedInRequest, key: UUID, option: UUID) -> HttpResponse:
    """Take an option out of the draft, with its scores."""
    one, draft = _draft(request, key)
    try:
        weighing.remove_option(
            appraisal=draft, key=option, change=version_sent(request), by=request.user, now=timezone.now()
        )
    except ChangedMeanwhile as conflict:
        messages.error(request, str(conflict))
    else:
        messages.success(request, "The option was removed.")
    return redirect("tendering:options", one.key)


@login_required
@require_http_methods(["GET", "POST"])
def criteria(request: SignedInRequest, key: UUID) -> HttpResponse:
    """All criteria and their weights."""
    one, draft = _draft(request, key)
    rows = [(row.pk, row.name, row.words, row.weight) for row in draft.criteria.all()]
    form = CriteriaForm(_posted(request), criteria=rows)

    def do(change: int) -> None:
        weighing.set_criteria(
            appraisal=draft, criteria=form.criteria(), change=change, by=request.user, now=timezone.now()
        )

    about = "A weight says how much the difference between the worst and the best option in that criterion matters. They sum to 100."
    return _answer(request, one, form, "Criteria and weights", do, about=about)


@login_required
@require_http_methods(["GET", "POST"])
def scores(request: SignedInRequest, key: UUID, option: UUID) -> HttpResponse:
    """Score one option in every criterion."""
    one, _ = _draft(request, key)
    draft, row = kept.option_in_draft(one, option)
    asked = [(each.pk, each.name, each.words) for each in draft.criteria.all()]
    given = {each.criterion_id: (each.points, each.evidence) for each in row.scores.all()}
    form = ScoresForm(_posted(request), criteria=asked, given=given)

    def do(change: int) -> None:
        weighing.save_scores(
            appraisal=draft, key=option, scores=form.scores(), change=change, by=request.user, now=timezone.now()
        )

    about = "" if asked else "Set the criteria first: there is nothing to score in yet."
    return _answer(request, one, form, f"Score “{row.name}”", do, about=about)


@login_required
@require_http_methods(["GET", "POST"])
def recommend(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Recommend one option, and say why each is or is not."""
    one, draft = _draft(request, key)
    content = kept.content_of(draft)
    form = RecommendForm(_posted(request), options=content["options"])

    def do(change: int) -> None:
        weighing.recommend_option(
            appraisal=draft, key=form.chosen(), reasons=form.reasons(), change=change, by=request.user, now=timezone.now()
        )  # fmt: skip

    about = kept.result_of(content).get("order", "The options cannot be ranked yet: scores are missing.")
    return _answer(request, one, form, "Recommend an option", do, about=about)
