"""The options appraisal of a procurement: what it says, completing it, a new version, and the versions kept."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.tables import table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.tendering.actions.options import begin_appraisal, complete_appraisal, revise_appraisal
from nearhome.tendering.exporters.options_pdf import options_pdf
from nearhome.tendering.forms.options import BeginForm, ReviseForm
from nearhome.tendering.pages import options_tables
from nearhome.tendering.pages.sent_forms import done, version_sent
from nearhome.tendering.permissions.cases import can_lead
from nearhome.tendering.queries import options as kept
from nearhome.tendering.queries.cases import procurement_for, procurement_to_lead


@login_required
@require_GET
def options(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The version being worked on, else the newest completed one, with everything it comes to."""
    one = procurement_for(request.user, key)
    may_lead = can_lead(request.user, one) and one.state == "preparing"
    draft, completed = kept.draft_of(one), kept.completed_of(one)
    shown = {
        "one": one,
        "may_lead": may_lead,
        "completed": completed,
        "draft": draft,
        "examples": kept.examples().values(),
    }
    if draft is None and not completed:
        return render(request, "tendering/options_none.html", shown)
    content = kept.content_of(draft) if draft else completed[0].content
    result = kept.result_of(content) if draft else completed[0].result
    addresses = _addresses(one, content) if draft and may_lead else None
    page = _appraisal_shown(content, result, addresses)
    shown |= page | {"problems": kept.problems_in(content) if draft else []}
    return table_response(request, *page["all_tables"]) or render(request, "tendering/options.html", shown)


def _addresses(one: Any, content: Any) -> dict[str, str]:
    return {
        option["key"]: reverse("tendering:option", kwargs={"key": one.key, "option": option["key"]})
        for option in content["options"]
    }


def _appraisal_shown(content: Any, result: Any, addresses: dict[str, str] | None = None) -> dict[str, Any]:
    """What the page of a draft and that of a completed version both show."""
    tables = options_tables.tables_of(content, result)
    chart = options_tables.marks_chart(result) if result else None
    return {
        "content": content,
        "result": result,
        "tables": tables,
        "chart": chart,
        "all_tables": list(tables.values()),
        "each": options_tables.options_shown(content, addresses or {}),
    }


@login_required
@require_POST
def begin(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Begin it, empty or from the example that was chosen."""
    one, form = procurement_to_lead(request.user, key), BeginForm(request.POST)
    example = form.cleaned_data["example"] if form.is_valid() else ""
    return _do(
        request, key, lambda: begin_appraisal(procurement=one, example=example, by=request.user, now=timezone.now())
    )


@login_required
@require_POST
def complete(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Freeze the version as it was looked at."""
    one, change = procurement_to_lead(request.user, key), version_sent(request)
    draft = kept.draft_of(one)
    if draft is None:
        messages.error(request, "There is no version to complete. Begin a new one to change what is complete.")
        return redirect("tendering:options", key)
    return _do(
        request,
        key,
        lambda: complete_appraisal(appraisal=draft, change=change, by=request.user, now=timezone.now()),
        "The options appraisal is complete. It stays as it is; a later change is a new version.",
    )


def _do(request: SignedInRequest, key: UUID, do: Callable[[], Any], words: str = "") -> HttpResponse:
    try:
        do()
    except ValidationError as mistake:
        for message in mistake.messages:
            messages.error(request, message)
    except ChangedMeanwhile as conflict:
        messages.error(request, str(conflict))
    else:
        if words:
            messages.success(request, words)
    return redirect("tendering:options", key)


@login_required
@require_http_methods(["GET", "POST"])
def revise(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Begin a new version, with the reason."""
    one = procurement_to_lead(request.user, key)
    posted = request.POST if request.method == "POST" else None
    form = ReviseForm(posted)

    def revise_it() -> None:
        revise_appraisal(procurement=one, why=form.cleaned_data["why"], by=request.user, now=timezone.now())

    if posted is not None and done(form, revise_it):
        return redirect("tendering:options", key)
    return render(request, "tendering/options_revise.html", {"one": one, "form": form})


@login_required
@require_GET
def version(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """A completed version, as it was completed."""
    one = procurement_for(request.user, key)
    row = kept.completed_version(one, number)
    page = _appraisal_shown(row.content, row.result)
    shown = {"one": one, "row": row} | page
    return table_response(request, *page["all_tables"]) or render(request, "tendering/options_version.html", shown)


@login_required
@require_GET
def document(request: SignedInRequest, key: UUID, number: int) -> HttpResponse:
    """A completed version as a tagged PDF, for publication."""
    one = procurement_for(request.user, key)
    row = kept.completed_version(one, number)
    body = options_pdf(
        row.content, row.result, name=one.name, ref=one.ref, lead=str(one.lead), completed_on=london_date(row.at)
    )
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{slugify(f"options {one.ref} version {number}")}.pdf"'
    return response
