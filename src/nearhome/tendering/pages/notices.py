"""Notices: the checklist of a procurement, all of the authority by due date, one of them, and the export."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.calendars.calculations.working_days import london_date
from nearhome.design.tables import table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.recording_notices import record_notice, record_what_happened, take_back
from nearhome.tendering.exporters.ocds_files import json_bytes
from nearhome.tendering.forms.notices import HappenedForm, PublishedForm
from nearhome.tendering.pages import notice_tables as tables
from nearhome.tendering.permissions.notices import can_record, require_can_record
from nearhome.tendering.queries import notices as asked
from nearhome.tendering.queries.ocds import export_for, release_for
from nearhome.tendering.queries.ocds_call_offs import call_offs_of, checklist_with_call_offs


def _today() -> date:
    return london_date(timezone.now())


@login_required
@require_http_methods(["GET"])
def all_notices(request: SignedInRequest) -> HttpResponse:
    """What the authority has to publish, by due date, and what it published."""
    lines = asked.all_notices(request.user, _today())
    waiting = tables.of_all("To publish", [line for line in lines if line.is_open], "Nothing has to be published.")
    done = tables.of_all(
        "Published", [line for line in lines if not line.is_open], "Nothing is on record as published."
    )
    facts = asked.facts_recorded(request.user, None)
    shown = {
        "waiting": waiting, "done": done, "facts": tables.of_facts(facts, may_record=False),
        "may_record": can_record(request.user, None), "next": tables.next_step(lines),
    }  # fmt: skip
    return table_response(request, waiting, done) or render(request, "tendering/all_notices.html", shown)


@login_required
@require_http_methods(["GET"])
def notices(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The checklist of one procurement: due, done, late, or not applicable and why."""
    procurement = asked.procurement_for(request.user, key)
    lines = checklist_with_call_offs(request.user, procurement, _today())
    may_record = can_record(request.user, procurement)
    checklist, others = tables.of_procurement(lines)
    shown = {
        "procurement": procurement, "checklist": checklist, "others": others, "next": tables.next_step(lines),
        "may_record": may_record, "facts": tables.of_facts(asked.facts_recorded(request.user, procurement), may_record),
        "is_published": any(line.notice.published for line in lines), "happened": asked.history_shown(procurement),
    }  # fmt: skip
    return table_response(request, checklist, others) or render(request, "tendering/notices.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def notice(request: SignedInRequest, key: UUID, code: str) -> HttpResponse:
    """One notice of a procurement: why and by when, what it would say as data, and recording that it was published."""
    procurement = asked.procurement_for(request.user, key)
    line = asked.line_of(
        checklist_with_call_offs(request.user, procurement, _today()), code, request.GET.get("about", "")
    )
    return _one_notice(request, line, reverse("tendering:notices", args=[key]))


@login_required
@require_http_methods(["GET", "POST"])
def own_notice(request: SignedInRequest, code: str) -> HttpResponse:
    """One notice that the authority publishes for itself."""
    line = asked.line_of(asked.own_checklist(request.user, _today()), code, request.GET.get("about", ""))
    return _one_notice(request, line, reverse("tendering:all_notices"))


def _one_notice(request: SignedInRequest, line: asked.Line, back: str) -> HttpResponse:
    preview = _preview(line)
    rows = asked.recorded(request.user, line.procurement, line.notice.code, line.notice.about)
    form = PublishedForm(
        request.POST if request.method == "POST" else None,
        today=_today(), replaces=bool(rows), is_process=line.procurement is not None, has_data=bool(preview),
    )  # fmt: skip
    if request.method == "POST":
        require_can_record(request.user, line.procurement)
        if form.is_valid() and _is_recorded(request, line, form):
            messages.success(request, "The notice is on record as published.")
            return redirect(back)
    on_record = tables.of_recorded(rows)
    shown = {
        "line": line, "form": form, "rows": on_record, "back": back,
        "rule": asked.rule_shown(line.notice), "preview": preview, "standing": tables.STATES[line.notice.state],
        "may_record": can_record(request.user, line.procurement), "standstill": _standstill(line),
    }  # fmt: skip
    return table_response(request, on_record) or render(request, "tendering/notice.html", shown)


def _is_recorded(request: SignedInRequest, line: asked.Line, form: PublishedForm) -> bool:
    try:
        record_notice(
            procurement=line.procurement, code=line.notice.code, about=line.notice.about, published=form.published(),
            by=request.user, now=timezone.now(), why=form.cleaned_data.get("why", ""), words_read=bool(form.cleaned_data.get("words_read")),
        )  # fmt: skip
    except ValidationError as mistake:
        form.add_error(None, mistake)
        return False
    return True


def _preview(line: asked.Line) -> str:
    """The release as it would be if the notice were published today."""
    if line.procurement is None:
        return ""
    made = release_for(line.procurement, line.notice.code, line.notice.about, _today(), "")
    return json_bytes(made).decode() if made else ""


def _standstill(line: asked.Line) -> date | None:
    published = line.notice.published
    if line.procurement is None or line.notice.code != "UK6" or published is None:
        return None
    return asked.standstill_last_day(line.procurement, published.on)


@login_required
@require_http_methods(["GET", "POST"])
def what_happened(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Say that something happened from which notices of a procurement count."""
    return _happened(request, asked.procurement_for(request.user, key), reverse("tendering:notices", args=[key]))


@login_required
@require_http_methods(["GET", "POST"])
def own_what_happened(request: SignedInRequest) -> HttpResponse:
    """Say what the authority's own notices depend on."""
    return _happened(request, None, reverse("tendering:all_notices"))


def _happened(request: SignedInRequest, procurement: Any, back: str) -> HttpResponse:
    require_can_record(request.user, procurement)
    posted = request.POST if request.method == "POST" else None
    is_market = procurement is not None and procurement.instrument == procurement.Instrument.MARKET
    form = HappenedForm(posted, today=_today(), of_authority=procurement is None, is_market=is_market)
    if posted is not None and form.is_valid():
        typed = form.cleaned_data
        try:
            record_what_happened(
                procurement=procurement, kind=typed["kind"], on=typed["on"], by=request.user, now=timezone.now()
            )
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "It is on record, and the notices were worked out again.")
            return redirect(back)
    shown = {"form": form, "procurement": procurement, "back": back}
    return render(request, "tendering/what_happened.html", shown)


@login_required
@require_http_methods(["POST"])
def take_back_fact(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Say that something recorded for notices did not happen so."""
    fact = asked.fact_for(request.user, key)
    take_back(fact=fact, by=request.user, now=timezone.now())
    messages.success(request, "It was taken back, and the notices were worked out again.")
    if fact.procurement is None:
        return redirect("tendering:all_notices")
    return redirect("tendering:notices", fact.procurement.key)


@login_required
@require_http_methods(["GET"])
def ocds(request: SignedInRequest, key: UUID) -> HttpResponse:
    """What was published of a procurement as open contracting data; `?form=records` for the package of records."""
    uri, bought = request.build_absolute_uri(request.path), call_offs_of(request.user, key)
    export = export_for(request.user, key, uri=uri, now=timezone.now(), call_offs=bought)
    if export.packages.complaints:
        raise Http404("The export does not hold together, so nothing is given out")
    form = "records" if request.GET.get("form") == "records" else "releases"
    content = export.packages.records if form == "records" else export.packages.releases
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{export.ocid}-{form}.json"'
    return response
