"""Terms for nights away of placements bought singly: the list, one framework's or placement's, a proposal and its answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nearhome.design.tables import Column, Link, Table, Tag, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.settlement.actions.away_terms import answer_away_terms, propose_away_terms
from nearhome.settlement.forms.away import AwayTermsForm
from nearhome.settlement.forms.rules import RulesAnswerForm
from nearhome.settlement.queries import away_terms as queries


@login_required
@require_GET
def away_terms(request: SignedInRequest) -> HttpResponse:
    """Every framework of the authority, and its placements with terms of their own."""
    rows = [
        (Link(one.name, _address(one.kind, one.key)), one.kind.capitalize(), one.whose, one.words, one.since, one.to_do)
        for one in queries.away_list(request.user, today=timezone.localdate())
    ]  # fmt: skip
    columns = (
        Column("Of"), Column("What"), Column("Agreed by"), Column("While a child is away"), Column("Since", "date"),
        Column("What to do"),
    )  # fmt: skip
    empty = "Your authority leads no framework and may call off from none, and no placement has terms of its own."
    table = Table("Terms for nights away", columns, rows, when_empty=empty, hides_title=True)
    return table_response(request, table) or render(request, "settlement/away_terms.html", {"table": table})


@login_required
@require_GET
def framework(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The terms of one framework."""
    return _page(request, queries.framework_of(request.user, key), RulesAnswerForm())


@login_required
@require_GET
def placement(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The terms of one placement bought singly."""
    return _page(request, queries.placement_of(request.user, key), RulesAnswerForm())


@login_required
@require_http_methods(["GET", "POST"])
def propose_framework(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Propose a new version for a framework."""
    return _propose(request, queries.framework_of(request.user, key))


@login_required
@require_http_methods(["GET", "POST"])
def propose_placement(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Propose a new version for one placement."""
    return _propose(request, queries.placement_of(request.user, key))


@login_required
@require_POST
def agree(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Agree a colleague's proposal."""
    row = queries.proposal_row(request.user, key)
    try:
        answer_away_terms(proposal=row, agree=True, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"Version {row.version} of the terms is agreed.")
    return redirect(_address_of(row.of))


@login_required
@require_POST
def turn_down(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Turn a proposal down, with the reason; one's own too."""
    row = queries.proposal_row(request.user, key)
    form = RulesAnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, row.of, form)
    try:
        answer_away_terms(
            proposal=row, agree=False, words=form.cleaned_data["words"], by=request.user, now=timezone.now()
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"Version {row.version} of the terms is turned down.")
    return redirect(_address_of(row.of))


def _propose(request: SignedInRequest, of: Any) -> HttpResponse:
    start = queries.to_change(request.user, of, today=timezone.localdate())
    posted = request.POST if request.method == "POST" else None
    form = AwayTermsForm(posted, start=start)
    if posted is not None and form.is_valid():
        try:
            propose_away_terms(
                of=of, terms=form.terms(), why=form.cleaned_data["why"], by=request.user, now=timezone.now()
            )
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "The terms are proposed. A colleague must agree them before they are in force.")
            return redirect(_address_of(of))
    shown = {"name": queries.name_of(of), "back": _address_of(of), "form": form}
    return render(request, "settlement/propose_away_terms.html", shown)


def _page(request: SignedInRequest, of: Any, form: RulesAnswerForm) -> HttpResponse:
    page = queries.away_page(request.user, of, today=timezone.localdate())
    versions = _versions_table(page)
    name = "settlement:propose_framework_away" if page.kind == "framework" else "settlement:propose_placement_away"
    shown = {"page": page, "versions": versions, "form": form, "propose": reverse(name, args=[of.key])}
    return table_response(request, versions) or render(request, "settlement/away_terms_of.html", shown)


def _versions_table(page: queries.AwayPage) -> Table:
    columns = (
        Column("Version", "number"), Column("State"), Column("In force from", "date"), Column("What it changed"),
        Column("Why"), Column("Proposed by"), Column("Answered by"), Column("Answer"),
    )  # fmt: skip
    rows = [
        (one.row.version, Tag(one.state, one.colour), one.row.starts_on,
         " ".join(f"{change.about}: {change.now}" for change in one.changes) or "The first terms, or only the day.",
         one.row.why, one.row.proposed_by.name, one.row.answered_by.name if one.row.answered_by else "",
         one.row.answer_words)
        for one in page.versions
    ]  # fmt: skip
    return Table("Versions", columns, rows, when_empty="No terms were proposed here.")


def _address_of(of: Any) -> str:
    return _address(queries.kind_of(of), of.key)


def _address(kind: str, key: UUID) -> str:
    return reverse(f"settlement:{kind}_away", args=[key])
