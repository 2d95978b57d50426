"""Requirements: the list, a new one from a forecast, and one of them with its reasons."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.people.roles import Role
from nearhome.sufficiency.actions.requiring import save_requirement
from nearhome.sufficiency.forms.requiring import RequirementForm
from nearhome.sufficiency.importers.surroundings import authority_names
from nearhome.sufficiency.permissions import can_analyse, require_can_analyse
from nearhome.sufficiency.queries import requirements as saved
from nearhome.sufficiency.queries.analyses import analysis_for
from nearhome.sufficiency.queries.showing import shown_tables


@login_required
@require_http_methods(["GET"])
def requirements(request: SignedInRequest) -> HttpResponse:
    """Every requirement of the authority, newest first."""
    rows = [
        (
            Link(saved.REQUIRED[row.kind], reverse("sufficiency:requirement", args=[row.key]), row.sentence),
            row.sentence, row.forecast.title, row.saved_at, row.saved_by,
        )
        for row in saved.requirements_of(request.user)
    ]  # fmt: skip
    columns = [Column("Kind"), Column("Requirement"), Column("Rests on"), Column("Saved", "moment"), Column("By")]
    table = Table("Requirements", columns, rows, when_empty="No requirement has been written yet.", hides_title=True)
    shown = {
        "table": table,
        "may_analyse": can_analyse(request.user),
        "latest": saved.forecasts_of(request.user).first(),
    }
    return table_response(request, table) or render(request, "sufficiency/requirements.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def new_requirement(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Say what is to be asked for; what the forecast supports is worked out and saved."""
    require_can_analyse(request.user)
    kept = analysis_for(request.user, key)
    if kept.kind != kept.Kind.FORECAST:
        raise Http404("A requirement is written from a forecast")
    posted = request.POST if request.method == "POST" else None
    form = RequirementForm(posted, forecast_months=kept.asked["months"])
    if posted is not None and form.is_valid():
        try:
            row = save_requirement(forecast=kept, wanted=form.wanted_requirement(), by=request.user, now=timezone.now())
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "The requirement is saved.")
            return redirect("sufficiency:requirement", row.key)
    shown = {"kept": kept, "form": form, "area": saved.area_of(kept)[1]}
    return render(request, "sufficiency/new_requirement.html", shown)


@login_required
@require_http_methods(["GET"])
def requirement(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One requirement: its sentence, its steps, why, and what the forecast supports."""
    row = saved.requirement_for(request.user, key)
    steps = Table(
        "Places by month",
        [Column("By month", "number"), Column("Places", "number"), Column("In all", "number")],
        [(step["by_month"], step["places"], step["in_all"]) for step in row.steps],
        when_empty="The forecast supports no places, so none are asked for.",
    )
    tables = shown_tables(saved.requirement_tables(row))
    shown = {
        "row": row, "kind": saved.REQUIRED[row.kind], "area": authority_names().get(row.area_code, row.area_code),
        "steps": steps, "tables": tables, "figures": [], "rests_on": saved.rests_on(row),
        "history_lines": saved.history_shown(row), "plans_say": saved.what_plans_say(row),
        "may_begin": request.user.has_role(Role.COMMISSIONER),
    }  # fmt: skip
    found = table_response(request, steps, *(each.table for each in tables))
    return found or render(request, "sufficiency/requirement.html", shown)
