"""A cohort of the authority's children, chosen by the filters in the address and followed month by month."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.sufficiency.forms.cohort import CohortForm
from nearhome.sufficiency.queries.cohorts import cohort_followed, shipped_choice
from nearhome.sufficiency.queries.showing import key_figures, shown_section

DOWNLOAD = {"download", "table"}  # what a download adds to the address


@login_required
@require_http_methods(["GET"])
def cohort(request: SignedInRequest) -> HttpResponse:
    """The children of the filters; without any, the cohort that comes with the software."""
    shipped = shipped_choice(request.user)
    is_chosen = bool(set(request.GET) - DOWNLOAD)
    form = CohortForm(request.GET if is_chosen else None, initial=shipped)
    section = None
    if not is_chosen or form.is_valid():
        try:
            section = cohort_followed(request.user, form.cleaned_data if is_chosen else shipped)
        except ValidationError as mistake:
            form.add_error(None, mistake)
    tables = shown_section(section) if section else []
    shown = {
        "form": form, "section": section, "tables": tables, "is_chosen": is_chosen, "has_returns": bool(shipped["on"]),
        "figures": key_figures(section.indicators) if section else [],
    }  # fmt: skip
    return table_response(request, *(each.table for each in tables)) or render(
        request, "sufficiency/cohort.html", shown
    )
