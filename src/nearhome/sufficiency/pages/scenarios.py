"""Scenarios: the list, a new one, changing one, removing one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.sufficiency.actions.scenarios import remove_scenario, save_scenario
from nearhome.sufficiency.forms.scenarios import ScenarioForm, change_forms
from nearhome.sufficiency.permissions import can_analyse, require_can_analyse
from nearhome.sufficiency.queries import scenarios as saved


@login_required
@require_http_methods(["GET"])
def scenarios(request: SignedInRequest) -> HttpResponse:
    """Every scenario of the authority, in words."""
    may_analyse = can_analyse(request.user)
    rows = []
    for one in saved.scenarios_of(request.user):
        name = Link(one.name, reverse("sufficiency:scenario", args=[one.key])) if may_analyse else one.name
        rows.append((name, "; ".join(saved.changes_in_words(one.changes)), one.saved_at, one.saved_by))
    columns = [Column("Name"), Column("What changes"), Column("Saved", "moment"), Column("By")]
    table = Table("Scenarios", columns, rows, when_empty="No scenario has been saved yet.", hides_title=True)
    shown = {"table": table, "may_analyse": may_analyse}
    return table_response(request, table) or render(request, "sufficiency/scenarios.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def new_scenario(request: SignedInRequest) -> HttpResponse:
    """A name and its changes; one of the same name is replaced."""
    require_can_analyse(request.user)
    return _edited(request, None)


@login_required
@require_http_methods(["GET", "POST"])
def scenario(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Change one."""
    require_can_analyse(request.user)
    return _edited(request, saved.scenario_for(request.user, key))


@login_required
@require_http_methods(["GET", "POST"])
def remove(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Remove one, after asking."""
    require_can_analyse(request.user)
    found = saved.scenario_for(request.user, key)
    if request.method == "POST":
        remove_scenario(scenario=found, by=request.user, now=timezone.now())
        messages.success(request, f"“{found.name}” was removed. Forecasts that used it keep their copy of it.")
        return redirect("sufficiency:scenarios")
    changes = saved.changes_in_words(found.changes)
    return render(request, "sufficiency/remove_scenario.html", {"scenario": found, "changes": changes})


def _edited(request: SignedInRequest, kept: Any) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = ScenarioForm(posted, initial={"name": kept.name} if kept else {})
    changes = change_forms(posted, kept.changes if kept else ())
    wrong = [each for each in (form, *changes) if not each.is_valid()]  # all are asked, so that each shows its errors
    if posted is not None and not wrong:
        found = [each.change() for each in changes]
        try:
            made = save_scenario(
                authority=request.user.organisation, name=form.cleaned_data["name"],
                changes=[each for each in found if each], by=request.user, now=timezone.now(), kept=kept,
            )  # fmt: skip
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, f"“{made.name}” is saved. Tick it when you work out a forecast.")
            return redirect("sufficiency:scenarios")
    shown: dict[str, Any] = {"form": form, "changes": changes, "kept": kept}
    return render(request, "sufficiency/scenario.html", shown)
