"""Do groups of children fare differently when homes are found for them? The newest report, and working one out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from nearhome.design.tables import table_response
from nearhome.matching.actions.fairness import work_out_fairness
from nearhome.matching.forms.fairness import FairnessForm
from nearhome.matching.queries.fairness import usual_window
from nearhome.people.permissions import SignedInRequest
from nearhome.sufficiency.calculations.figures import Analysis, Breakdown
from nearhome.sufficiency.permissions import can_analyse, require_can_analyse
from nearhome.sufficiency.queries import analyses as kept_analyses
from nearhome.sufficiency.queries.forecasting import days_on_record
from nearhome.sufficiency.queries.showing import key_figures, shown_tables


@login_required
@require_safe
def fairness(request: SignedInRequest) -> HttpResponse:
    """The newest report: what differs, or how to make the first."""
    kept = kept_analyses.latest_of(request.user, "fairness")
    found = kept_analyses.figures_of(kept) if kept else None
    days, may_analyse = days_on_record(request.user.organisation), can_analyse(request.user)
    tables = shown_tables([*found.sections[0].breakdowns[:1], *_proxies(found)]) if found else []
    shown = {
        "kept": kept, "analysis": found, "days": days, "may_analyse": may_analyse, "tables": tables,
        "form": FairnessForm(initial=usual_window(days)) if days and may_analyse else None,
        "figures": key_figures(found.sections[0].indicators) if found else [],
        "limits": found.sections[0].limits if found else (),
        "loaded_since": kept_analyses.loaded_since(kept) if kept else False,
    }  # fmt: skip
    return table_response(request, *(one.table for one in tables)) or render(request, "matching/fairness.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def work_out(request: SignedInRequest) -> HttpResponse:
    """Say when the placements began; what is worked out is kept and shown."""
    require_can_analyse(request.user)
    days = days_on_record(request.user.organisation)
    form = FairnessForm(request.POST if request.method == "POST" else None, initial=usual_window(days) if days else {})
    if request.method == "POST" and form.is_valid():
        try:
            kept = work_out_fairness(
                authority=request.user.organisation, **form.cleaned_data, by=request.user, now=timezone.now()
            )
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "Worked out and kept.")
            return redirect("sufficiency:analysis", kept.key)
    return render(request, "matching/work_out_fairness.html", {"form": form, "days": days})


def _proxies(found: Analysis) -> tuple[Breakdown, ...]:
    return tuple(table for section in found.sections[1:] for table in section.breakdowns)
