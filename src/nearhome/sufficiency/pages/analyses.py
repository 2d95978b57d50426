"""Kept analyses: the list, one of them, one of its parts, its files, and working it out again."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Column, Link, Table, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.sufficiency.actions.picturing import work_out_again
from nearhome.sufficiency.permissions import can_analyse
from nearhome.sufficiency.queries import analyses as kept_analyses
from nearhome.sufficiency.queries.files import CONTENT_TYPES, file_of
from nearhome.sufficiency.queries.showing import first_figures, key_figures, shown_section


@login_required
@require_http_methods(["GET"])
def analyses(request: SignedInRequest) -> HttpResponse:
    """Every analysis that was kept, newest first."""
    page = Paginator(kept_analyses.analyses_of(request.user), 25).get_page(request.GET.get("page"))
    rows = [
        (
            Link(row.title, reverse("sufficiency:analysis", args=[row.key]), f"worked out by {row.worked_out_by}"),
            row.get_kind_display(), row.worked_out_at, row.worked_out_by, row.version,
        )
        for row in page
    ]  # fmt: skip
    columns = [Column("Analysis"), Column("Kind"), Column("Worked out", "moment"), Column("By"), Column("Version")]
    table = Table("Kept analyses", columns, rows, when_empty="Nothing has been worked out yet.", hides_title=True)
    return table_response(request, table) or render(
        request, "sufficiency/analyses.html", {"table": table, "page": page}
    )


@login_required
@require_http_methods(["GET"])
def analysis(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One analysis: its headline figures, its parts, its files, what it rests on."""
    kept = kept_analyses.analysis_for(request.user, key)
    found = kept_analyses.figures_of(kept)
    shown = {
        "kept": kept, "analysis": found, "may_analyse": can_analyse(request.user),
        "figures": key_figures(found.sections[0].indicators), "first": first_figures(found), "loaded_since": kept_analyses.loaded_since(kept),
        "history_lines": kept_analyses.history_shown(kept), "rests_on": kept_analyses.rests_on_in_words(found),
    }  # fmt: skip
    return render(request, "sufficiency/analysis.html", shown)


@login_required
@require_http_methods(["GET"])
def part(request: SignedInRequest, key: UUID, section: str) -> HttpResponse:
    """One part of an analysis: figures with their definitions, charts with their tables, and limits."""
    kept = kept_analyses.analysis_for(request.user, key)
    found = kept_analyses.figures_of(kept)
    one = kept_analyses.section_of(found, section)
    tables = shown_section(one)
    names = [each.name for each in found.sections]
    at = names.index(one.name)
    shown = {
        "kept": kept, "analysis": found, "section": one, "tables": tables, "figures": key_figures(one.indicators),
        "after": found.sections[at + 1] if at + 1 < len(names) else None,
    }  # fmt: skip
    return table_response(request, *(each.table for each in tables)) or render(request, "sufficiency/part.html", shown)


@login_required
@require_POST
def again(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Run it over the records as they stood, and say whether every figure is the same."""
    kept = kept_analyses.analysis_for(request.user, key)
    if work_out_again(kept=kept, by=request.user, now=timezone.now()):
        messages.success(request, "Worked out again over the same records: every figure is the same.")
    else:
        words = f"Worked out again: some figures differ from those of version {kept.version}. The kept figures stand."
        messages.warning(request, words)
    return redirect("sufficiency:analysis", key)


@login_required
@require_http_methods(["GET"])
def file(request: SignedInRequest, key: UUID, kind: str) -> HttpResponse:
    """The analysis as a PDF, a web page, a workbook or JSON; ?for=partners hides small numbers and single children."""
    if kind not in CONTENT_TYPES:
        raise Http404("No such file")
    kept = kept_analyses.analysis_for(request.user, key)
    to_publish = request.GET.get("for") == "partners"
    response = HttpResponse(file_of(kept, kind, to_publish=to_publish), content_type=CONTENT_TYPES[kind])
    name = f"{kept.kind}-{kept.worked_out_at:%Y-%m-%d}{'-to-publish' if to_publish else ''}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
