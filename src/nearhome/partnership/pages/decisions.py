"""Recorded decisions: the list, a new one, one with everything it says, and its PDF."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods

from nearhome.design.tables import table_response
from nearhome.partnership.actions.drafting import begin_decision
from nearhome.partnership.exporters.decision_pdf import decision_pdf
from nearhome.partnership.forms.decisions import BeginDecisionForm
from nearhome.partnership.pages import tables
from nearhome.partnership.pages.sending import sent
from nearhome.partnership.pages.steps import steps_for, what_next
from nearhome.partnership.permissions import can_begin, can_set_rules, can_write, require_can_begin
from nearhome.partnership.queries import decisions as queries
from nearhome.partnership.queries.documents import data_protection_in_words, document_of, moves_shown, scope_in_words
from nearhome.partnership.queries.examples import example, examples
from nearhome.partnership.queries.partnerships import partnerships_of
from nearhome.partnership.states import COLOURS, WORDS, DecisionState
from nearhome.people.permissions import SignedInRequest

ON_A_PAGE = 50


@login_required
@require_http_methods(["GET"])
def decisions(request: SignedInRequest) -> HttpResponse:
    """Every decision one may read, newest first."""
    page = Paginator(queries.decisions_of(request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    table = tables.decisions_table(page.object_list)
    shown = {
        "table": table, "page": page, "may_begin": can_begin(request.user), "may_set_rules": can_set_rules(request.user),
    }  # fmt: skip
    return table_response(request, table) or render(request, "partnership/decisions.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def new_decision(request: SignedInRequest) -> HttpResponse:
    """Begin a decision, empty or from an example (?example=name), on a thing of another stage (?about=its key)."""
    require_can_begin(request.user)
    name, about = request.GET.get("example", ""), _key(request.GET.get("about", ""))
    told = example(name) if name else None
    partners = {str(row.key): row for row in partnerships_of(request.user)}
    first = {"reference": told.fields["reference"], "title": told.fields["title"]} if told else {}
    first |= {"partnership": next(iter(partners), "")}
    choices = [(key, row.name) for key, row in partners.items()]
    form = BeginDecisionForm(request.POST or None, partnerships=choices, initial=first)
    if request.method == "POST" and form.is_valid():
        typed = {**form.cleaned_data, "partnership": partners.get(form.cleaned_data["partnership"])}
        begin = partial(begin_decision, **typed, example_name=name, about_key=about, by=request.user)
        made = sent(form, lambda: begin(now=timezone.now()))
        if made:
            messages.success(request, "The decision is begun. Write its parts next; they can be written in any order.")
            return redirect("partnership:decision", made.key)
    shown = {"form": form, "told": told, "examples": examples(), "about": about}
    return render(request, "partnership/new_decision.html", shown)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@login_required
@require_http_methods(["GET"])
def decision(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One decision: what to do next, what it says, how it got there."""
    row, today = queries.decision_for(request.user, key), timezone.localdate()
    state, writes = DecisionState(row.state), can_write(request.user, row)
    found = (tables.options_table(row), tables.delegations_table(row), tables.risks_table(row, may_write=writes))
    rules = queries.key_rules_of(row.authority)
    shown: dict[str, Any] = {
        "row": row, "state": WORDS[state], "colour": COLOURS[state], "is_draft": state == DecisionState.DRAFT, "writes": writes,
        "next": what_next(row, request.user, today), "steps": steps_for(row, request.user, today),
        "parts": queries.parts_of(row), "options": found[0], "delegations": found[1], "risks": found[2],
        "scope": scope_in_words(row, rules),
        "data_protection": data_protection_in_words(row), "entries": moves_shown(row), "has_pdf": row.notice_on is not None,
    }  # fmt: skip
    return table_response(request, *found) or render(request, "partnership/decision.html", shown)


@login_required
@require_http_methods(["GET"])
def decision_document(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The decision as a tagged PDF, from its notice on."""
    row = queries.decision_for(request.user, key)
    if row.notice_on is None:
        raise Http404("A draft is not published")
    body = decision_pdf(document_of(row))
    response = HttpResponse(body, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{slugify(f"decision {row.reference}")}.pdf"'
    return response
