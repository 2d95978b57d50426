"""Returns: sent, looked at, confirmed or set aside, and what was wrong with them."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.tables import Column, Link, Table, Tag, table_response
from nearhome.design.wording import moment
from nearhome.needs import queries
from nearhome.needs.actions.loading import LoadResult, confirm_return, preview_return, set_aside_return
from nearhome.needs.forms import ReturnUploadForm
from nearhome.needs.permissions import require_can_load_returns
from nearhome.needs.queries import load_for, loads_of, state_of
from nearhome.people.permissions import SignedInRequest
from nearhome.tables.tally import WHAT, Counted, examples_of, tables_of

COLOURS = {"Loaded": "green", "Waiting to be confirmed": "yellow", "Set aside": "grey"}
SHOWN, SHOWN_SINCE = 10, 200


@login_required
@require_http_methods(["GET"])
def loads(request: SignedInRequest) -> HttpResponse:
    """Every return that was read, newest first."""
    page = Paginator(loads_of(request.user), 25).get_page(request.GET.get("page"))
    columns = [Column("Return"), Column("Form"), Column("Read", "moment"), Column("By"), Column("State")]
    rows = [
        (
            Link(label, reverse("needs:load", args=[row.key]), f"return read by {row.read_by}"),
            row.get_form_display(), row.read_at, row.read_by, Tag(state_of(row), COLOURS[state_of(row)]),
        )
        for row, label in ((row, dict(queries.collection_years()).get(row.year, str(row.year))) for row in page)
    ]  # fmt: skip
    table = Table(
        "Returns", columns, rows, when_empty="No return has been loaded yet. Load one to begin.", hides_title=True
    )
    return table_response(request, table) or render(request, "needs/loads.html", {"table": table, "page": page})


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: SignedInRequest) -> HttpResponse:
    """Send the files; the next page shows what they would change."""
    require_can_load_returns(request.user)
    form = ReturnUploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        try:
            result = preview_return(
                form.contents(), authority=request.user.organisation, year=form.cleaned_data["year"], by=request.user,
                now=timezone.now(),
            )  # fmt: skip
        except ValidationError as mistake:
            form.add_error("year", mistake)
        else:
            if result.load:
                return redirect("needs:load", result.load.key)
            _say_why_unreadable(form, result)
    return render(request, "needs/upload.html", {"form": form})


def _say_why_unreadable(form: ReturnUploadForm, result: LoadResult) -> None:
    for one in result.problems[:SHOWN]:
        where = f"{one.file}: " if one.file and not one.message.startswith(one.file) else ""
        row = f"row {one.row}: " if one.row else ""
        form.add_error("tables", f"{where}{row}{one.message}")


@login_required
@require_http_methods(["GET"])
def load(request: SignedInRequest, key: UUID) -> HttpResponse:
    """What a return changed, or would change when it is confirmed."""
    found = load_for(request.user, key)
    counts = tables_of(found.counts)
    columns = [Column("Table"), *(Column(what.capitalize(), "number") for what in WHAT)]
    rows = [(one.table, *one.numbers) for one in counts]
    title = "What was changed" if found.confirmed_at else "What would change"
    totals = ("All tables", *(sum(each) for each in zip(*(one.numbers for one in counts), strict=True)))
    table = Table(title, columns, rows, totals=totals if counts else None, when_empty="Nothing was read.")
    shown = {
        "load": found, "state": state_of(found), "year": dict(queries.collection_years()).get(found.year, found.year),
        "table": table, "examples": examples_of(found.counts), "history_lines": queries.history_shown(found),
    }  # fmt: skip
    return table_response(request, table) or render(request, "needs/load.html", shown)


@login_required
@require_POST
def confirm(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Write what the preview showed; again it does nothing."""
    found = load_for(request.user, key)
    try:
        confirm_return(load=found, by=request.user, now=timezone.now())
        messages.success(request, "The return is loaded.")
    except ValidationError as mistake:
        messages.error(request, " ".join(mistake.messages))
    return redirect("needs:load", key)


@login_required
@require_POST
def set_aside(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Remove the files; nothing was written."""
    found = load_for(request.user, key)
    try:
        set_aside_return(load=found, by=request.user, now=timezone.now())
        messages.success(request, "The return is set aside. Its files were removed and nothing was changed.")
    except ValidationError as mistake:
        messages.error(request, " ".join(mistake.messages))
    return redirect("needs:load", key)


@login_required
@require_http_methods(["GET"])
def problems(request: SignedInRequest, key: UUID) -> HttpResponse:
    """What was wrong, by rule, by child and row by row."""
    found, child = load_for(request.user, key), request.GET.get("child", "").replace("\0", "")[:30]
    page = Paginator(queries.problems_of(found, child), 100).get_page(request.GET.get("page"))
    whole = page.paginator.object_list if request.GET.get("download") else page
    every = _every_problem(list(whole))
    groups = [] if child else [
        *_since_the_reading_before(found),
        _grouped("By rule", "Rule", queries.problems_by(found, "rule")),
        _grouped("By child", "Child", queries.problems_by(found, "child_ref"), to=reverse("needs:problems", args=[key])),
    ]  # fmt: skip
    shown = {"load": found, "child": child, "every": every, "groups": groups, "page": page}
    return table_response(request, every, *groups) or render(request, "needs/problems.html", shown)


def _every_problem(rows: list[Any]) -> Table:
    columns = [
        Column("File"), Column("Row", "number"), Column("Child"), Column("Field"), Column("Rule"), Column("Outcome"),
        Column("What is wrong"),
    ]  # fmt: skip
    outcome = {"error": "Refused", "warning": "Warning"}
    cells = [
        (one.file or "All files", one.row, one.child_ref, one.field, one.rule, outcome[one.severity], one.message)
        for one in rows
    ]
    return Table("Every problem", columns, cells, when_empty="Nothing was wrong with this return.", is_wide=True)


def _since_the_reading_before(found: Any) -> list[Table]:
    """What a fix mended, what stands and what is new, where the return was read before."""
    compared = queries.recheck_of(found)
    if compared is None:
        return []
    before, after = compared
    columns = [Column("Outcome"), Column("File"), Column("Child"), Column("Field"), Column("Rule")]
    listed = (("New", after.new), ("Mended", after.mended), ("Still there", after.standing))
    rows = [(word, one[0] or "All files", *one[1:]) for word, problems in listed for one in problems]
    title = (
        f"Since the reading of {moment(before.read_at)}: {len(after.mended):,} mended, {len(after.new):,} new,"
        f" {len(after.standing):,} still there"
    )
    return [Table(title, columns, rows[:SHOWN_SINCE], when_empty="Nothing was wrong then or now.", slug="since")]


def _grouped(title: str, heading: str, groups: list[Counted], to: str = "") -> Table:
    columns = [Column(heading), Column("Refused", "number"), Column("Warnings", "number"), Column("For example")]
    rows = [(_opened(one.name, to), one.errors, one.warnings, one.example) for one in groups]
    return Table(title, columns, rows[:200], when_empty="Nothing was wrong with this return.")


def _opened(name: str, to: str) -> str | Link:
    """A child leads to everything that is wrong with that child; the file itself leads nowhere."""
    return (
        Link(name, f"{to}?{urlencode({'child': name})}", "problems of this child") if to and " " not in name else name
    )
