"""The authority's need on a day: the newest picture, and working one out."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.people.permissions import SignedInRequest
from nearhome.sufficiency.actions.picturing import work_out_picture
from nearhome.sufficiency.forms.picturing import PictureForm
from nearhome.sufficiency.permissions import can_analyse, require_can_analyse
from nearhome.sufficiency.queries import analyses as kept_analyses
from nearhome.sufficiency.queries.records import last_day_on_record
from nearhome.sufficiency.queries.showing import first_to_look_at, key_figures

# What else there is, for people who look for it here: words, the address's name, what it is about.
MORE = (
    ("Forecast", "sufficiency:forecast", "how many children there will be, with scenarios and cost"),
    ("Requirements", "sufficiency:requirements", "what should be asked for, as far as a forecast supports it"),
    ("Prices compared", "sufficiency:prices", "what placements cost, and what others pay for the same children"),
    (
        "A group of children followed",
        "sufficiency:cohort",
        "children of 10 to 16 with complex needs, or any you choose",
    ),
    ("Fairness", "matching:fairness", "whether groups of children fare differently when homes are found for them"),
    ("The partners’ figures", "sufficiency:region", "what partners share, side by side, small numbers hidden"),
    ("Kept analyses", "sufficiency:analyses", "everything that was worked out, to be read or run again"),
)


@login_required
@require_http_methods(["GET"])
def picture(request: SignedInRequest) -> HttpResponse:
    """The newest picture of need, or how to make the first."""
    kept = kept_analyses.latest_of(request.user, "picture")
    shown = kept_analyses.figures_of(kept) if kept else None
    last = last_day_on_record(request.user.organisation)
    return render(
        request,
        "sufficiency/picture.html",
        {
            "kept": kept,
            "analysis": shown,
            "figures": key_figures(first_to_look_at(shown)) if shown else [],
            "loaded_since": kept_analyses.loaded_since(kept) if kept else False,
            "may_analyse": can_analyse(request.user),
            "last_day": last,
            "form": PictureForm(initial={"on": last}) if last else None,
            "more": MORE,
        },
    )


@login_required
@require_http_methods(["GET", "POST"])
def work_out(request: SignedInRequest) -> HttpResponse:
    """Choose the day; what is worked out is kept and shown."""
    require_can_analyse(request.user)
    form = PictureForm(request.POST or None, initial={"on": last_day_on_record(request.user.organisation)})
    if request.method == "POST" and form.is_valid():
        try:
            kept = work_out_picture(
                authority=request.user.organisation, on=form.cleaned_data["on"], by=request.user, now=timezone.now()
            )
        except ValidationError as mistake:
            form.add_error("on", mistake)
        else:
            messages.success(request, "Worked out and kept.")
            return redirect("sufficiency:analysis", kept.key)
    return render(request, "sufficiency/work_out.html", {"form": form})
