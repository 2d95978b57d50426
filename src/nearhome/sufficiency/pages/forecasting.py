"""How many children there will be: the newest forecast, and working one out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.sufficiency.actions.forecasting import work_out_forecast
from nearhome.sufficiency.forms.forecasting import ForecastForm, usual_period
from nearhome.sufficiency.permissions import can_analyse, require_can_analyse
from nearhome.sufficiency.queries import analyses as kept_analyses
from nearhome.sufficiency.queries.forecasting import days_on_record
from nearhome.sufficiency.queries.scenarios import scenarios_of
from nearhome.sufficiency.queries.showing import key_figures, shown_tables


@login_required
@require_http_methods(["GET"])
def forecast(request: SignedInRequest) -> HttpResponse:
    """The newest forecast, or how to make the first."""
    kept = kept_analyses.latest_of(request.user, "forecast")
    found = kept_analyses.figures_of(kept) if kept else None
    days = days_on_record(request.user.organisation)
    may_analyse = can_analyse(request.user)
    form = ForecastForm(initial=usual_period(days), scenarios=list(scenarios_of(request.user))) if days else None
    tables = shown_tables(found.sections[0].breakdowns[:1]) if found else []
    shown = {
        "kept": kept, "analysis": found, "days": days, "may_analyse": may_analyse, "form": form,
        "figures": key_figures(found.sections[0].indicators) if found else [],
        "tables": tables,
        "loaded_since": kept_analyses.loaded_since(kept) if kept else False,
    }  # fmt: skip
    return table_response(request, *(one.table for one in tables)) or render(
        request, "sufficiency/forecast.html", shown
    )


@login_required
@require_http_methods(["GET", "POST"])
def work_out_forecast_page(request: SignedInRequest) -> HttpResponse:
    """Say what to forecast; what is worked out is kept and shown."""
    require_can_analyse(request.user)
    days = days_on_record(request.user.organisation)
    posted = request.POST if request.method == "POST" else None
    scenarios = list(scenarios_of(request.user))
    form = ForecastForm(posted, initial=usual_period(days) if days else {}, scenarios=scenarios)
    if posted is not None and form.is_valid():
        try:
            kept = work_out_forecast(
                authority=request.user.organisation, question=form.question(), by=request.user, now=timezone.now()
            )
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "Worked out and kept.")
            return redirect("sufficiency:analysis", kept.key)
    return render(request, "sufficiency/work_out_forecast.html", {"form": form, "days": days})
