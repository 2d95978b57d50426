"""The provider register: sent, looked at, confirmed or set aside, and what was wrong with it."""

from typing import Any
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
from nearhome.market.actions.register import RegisterResult, confirm_register, preview_register, set_aside_register
from nearhome.market.forms import RegisterUploadForm
from nearhome.market.permissions import require_can_load_register
from nearhome.market.queries import register as queries
from nearhome.people.permissions import SignedInRequest
from nearhome.tables.tally import WHAT, Counted, examples_of, tables_of

COLOURS = {"Loaded": "green", "Waiting to be confirmed": "yellow", "Set aside": "grey"}
SHOWN = 10


@login_required
@require_http_methods(["GET"])
def loads(request: SignedInRequest) -> HttpResponse:
    """Every register that was read, newest first."""
    require_can_load_register(request.user)
    page = Paginator(queries.loads_of(request.user), 25).get_page(request.GET.get("page"))
    columns = [Column("File"), Column("Read", "moment"), Column("By"), Column("State")]
    rows = [
        (Link(row.file, reverse("market:load", args=[row.key])), row.read_at, row.read_by, _tag(queries.state_of(row)))
        for row in page
    ]
    empty = "No register has been loaded yet. Load one to begin."
    table = Table("Registers", columns, rows, when_empty=empty, hides_title=True)
    return table_response(request, table) or render(request, "market/loads.html", {"table": table, "page": page})


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: SignedInRequest) -> HttpResponse:
    """Send the register; the next page shows what it would change."""
    require_can_load_register(request.user)
    form = RegisterUploadForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["register"]
        result = preview_register(
            {sent.name: sent.read()}, organisation=request.user.organisation, by=request.user, now=timezone.now()
        )
        if result.load:
            return redirect("market:load", result.load.key)
        _say_why_unreadable(form, result)
    return render(request, "market/upload.html", {"form": form})


def _say_why_unreadable(form: RegisterUploadForm, result: RegisterResult) -> None:
    for one in result.problems[:SHOWN]:
        where = f"{one.file}: " if one.file and not one.message.startswith(one.file) else ""
        form.add_error("register", f"{where}{one.message}")


@login_required
@require_http_methods(["GET"])
def load(request: SignedInRequest, key: UUID) -> HttpResponse:
    """What a register changed, or would change when it is confirmed."""
    require_can_load_register(request.user)
    found = queries.load_for(request.user, key)
    counts = tables_of(found.counts)
    columns = [Column("Table"), *(Column(what.capitalize(), "number") for what in WHAT)]
    title = "What was changed" if found.confirmed_at else "What would change"
    table = Table(title, columns, [(one.table, *one.numbers) for one in counts], when_empty="Nothing was read.")
    shown = {
        "load": found, "state": queries.state_of(found), "table": table, "examples": examples_of(found.counts),
        "history_lines": queries.history_shown(found),
    }  # fmt: skip
    return table_response(request, table) or render(request, "market/load.html", shown)


@login_required
@require_POST
def confirm(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Write what the preview showed; again it does nothing."""
    require_can_load_register(request.user)
    found = queries.load_for(request.user, key)
    try:
        confirm_register(load=found, by=request.user, now=timezone.now())
        messages.success(request, "The register is loaded.")
    except ValidationError as mistake:
        messages.error(request, " ".join(mistake.messages))
    return redirect("market:load", key)


@login_required
@require_POST
def set_aside(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Remove the file; nothing was written."""
    require_can_load_register(request.user)
    found = queries.load_for(request.user, key)
    try:
        set_aside_register(load=found, by=request.user, now=timezone.now())
        messages.success(request, "The register is set aside. Its file was removed and nothing was changed.")
    except ValidationError as mistake:
        messages.error(request, " ".join(mistake.messages))
    return redirect("market:load", key)


@login_required
@require_http_methods(["GET"])
def problems(request: SignedInRequest, key: UUID) -> HttpResponse:
    """What was wrong, by rule, by registration and row by row."""
    require_can_load_register(request.user)
    found = queries.load_for(request.user, key)
    page = Paginator(queries.problems_of(found), 100).get_page(request.GET.get("page"))
    every = _every_problem(list(page.paginator.object_list if request.GET.get("download") else page))
    groups = [_grouped("By rule", "Rule", queries.problems_by(found, "rule"))]
    groups.append(_grouped("By registration", "URN", queries.problems_by(found, "urn")))
    shown = {"load": found, "every": every, "groups": groups, "page": page}
    return table_response(request, every, *groups) or render(request, "market/problems.html", shown)


def _every_problem(rows: list[Any]) -> Table:
    columns = [
        Column("File"), Column("Row", "number"), Column("URN"), Column("Field"), Column("Rule"), Column("Outcome"),
        Column("What is wrong"),
    ]  # fmt: skip
    outcome = {"error": "Refused", "warning": "Warning"}
    cells = [(one.file, one.row, one.urn, one.field, one.rule, outcome[one.severity], one.message) for one in rows]
    return Table("Every problem", columns, cells, when_empty="Nothing was wrong with this register.", is_wide=True)


def _grouped(title: str, heading: str, groups: list[Counted]) -> Table:
    columns = [Column(heading), Column("Refused", "number"), Column("Warnings", "number"), Column("For example")]
    rows = [(one.name.replace("No child", "No registration"), one.errors, one.warnings, one.example) for one in groups]
    return Table(title, columns, rows[:200], when_empty="Nothing was wrong with this register.")


def _tag(state: str) -> Tag:
    return Tag(state, COLOURS[state])
