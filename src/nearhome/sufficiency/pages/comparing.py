"""Prices of placements compared: the newest comparison, and sending files for another."""

from collections.abc import Sequence

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import Column, Table, table_response
from nearhome.needs.calculations.problems import Problem
from nearhome.people.permissions import SignedInRequest
from nearhome.sufficiency.actions.comparing import PricesCompared, compare_prices
from nearhome.sufficiency.forms.comparing import PricesForm
from nearhome.sufficiency.permissions import can_analyse, require_can_analyse
from nearhome.sufficiency.queries import analyses as kept_analyses
from nearhome.sufficiency.queries.showing import key_figures

SHOWN = 100


@login_required
@require_http_methods(["GET", "POST"])
def prices(request: SignedInRequest) -> HttpResponse:
    """The newest comparison; files that are sent are compared and kept."""
    if request.method == "POST":
        return _sent(request)
    kept_analyses.analyses_of(request.user)  # refuses who may not read
    return _shown(request, PricesForm())


def _sent(request: SignedInRequest) -> HttpResponse:
    require_can_analyse(request.user)
    form = PricesForm(request.POST, request.FILES)
    if not form.is_valid():
        return _shown(request, form)
    try:
        found = compare_prices(
            files=form.contents(), authority=request.user.organisation, on=form.cleaned_data["on"], by=request.user,
            now=timezone.now(),
        )  # fmt: skip
    except ValidationError as mistake:
        form.add_error(None, mistake)
        return _shown(request, form)
    if found.kept is None:
        form.add_error("costs", "No placement could be read from these files, so nothing was kept. See what to mend")
        return _shown(request, form, found.problems)
    _say(request, found)
    return redirect("sufficiency:analysis", found.kept.key)


def _say(request: SignedInRequest, found: PricesCompared) -> None:
    refused = sum(one.refuses_row for one in found.problems)
    messages.success(request, "The prices were compared and kept.")
    if refused:
        words = "What was read from the files"
        messages.warning(request, f"Some rows were left out ({refused:,} problems). Look at “{words}” below.")


def _shown(request: SignedInRequest, form: PricesForm, problems: Sequence[Problem] = ()) -> HttpResponse:
    kept = kept_analyses.latest_of(request.user, "benchmark")
    figures = kept_analyses.figures_of(kept) if kept else None
    table = _problems(problems) if problems else None
    shown = {
        "kept": kept, "analysis": figures, "figures": key_figures(figures.sections[0].indicators)[:6] if figures else [],
        "form": form, "table": table, "may_analyse": can_analyse(request.user), "number_of_problems": len(problems),
    }  # fmt: skip
    return (table_response(request, table) if table else None) or render(request, "sufficiency/prices.html", shown)


def _problems(problems: Sequence[Problem]) -> Table:
    """Nothing was kept, so nobody's child is named: the file and the row say where to look."""
    columns = [Column("File"), Column("Row", "number"), Column("Field"), Column("What to mend")]
    rows = [(one.file, one.row or None, one.field, one.message) for one in problems[:SHOWN]]
    return Table("What was wrong with the files", columns, rows)
