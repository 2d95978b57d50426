"""The rules of shared beds: the list of blocks, one block's rules in words, and a proposal from one person to another."""

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
from nearhome.settlement.actions.consenting import accept_rules
from nearhome.settlement.actions.proposing import answer_rules, propose_rules
from nearhome.settlement.forms.rules import RulesAnswerForm, RulesForm, template_choices
from nearhome.settlement.queries import rules as queries


@login_required
@require_GET
def rules(request: SignedInRequest) -> HttpResponse:
    """Every block of the person's authority, with who bears its empty nights."""
    rows = [
        (Link(one.name, reverse("settlement:contract_rules", args=[one.key])), one.host, one.provider, one.empty_nights,
         one.source, one.since, one.to_do)
        for one in queries.rules_list(request.user, today=timezone.localdate())
    ]  # fmt: skip
    columns = (
        Column("Block"), Column("Host"), Column("Provider"), Column("Empty nights"), Column("By"), Column("Since", "date"),
        Column("What to do"),
    )  # fmt: skip
    empty = "Your authority hosts no block and is party to none."
    table = Table("Rules of shared beds", columns, rows, when_empty=empty, hides_title=True)
    return table_response(request, table) or render(request, "settlement/rules.html", {"table": table})


@login_required
@require_GET
def contract_rules(request: SignedInRequest, key: UUID) -> HttpResponse:
    """One block: its rules in words, a made-up month under them, its versions."""
    return _page(request, key, RulesAnswerForm())


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Propose a new version, started from the rules in force or from a template."""
    contract = queries.contract_to_change(request.user, key)
    chosen = request.GET.get("template", "")
    names = queries.names_of(contract)
    parties = [(ref, weight, names[ref]) for ref, weight in queries.parties_with_weights(contract)]
    start = queries.terms_to_start_from(contract, chosen, today=timezone.localdate())
    posted = request.POST if request.method == "POST" else None
    form = RulesForm(posted, parties=parties, start=start)
    if posted is not None and form.is_valid():
        try:
            propose_rules(
                contract=contract, terms=form.terms(), template=chosen, why=form.cleaned_data["why"], by=request.user,
                now=timezone.now(),
            )  # fmt: skip
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "The rules are proposed. A colleague must agree them before they are in force.")
            return redirect("settlement:contract_rules", key)
    name = next((one[1] for one in template_choices() if one[0] == chosen), "")
    return render(request, "settlement/propose_rules.html", {"contract": contract, "form": form, "started_from": name})


@login_required
@require_POST
def agree(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Agree a colleague's proposal."""
    row = queries.rules_row(request.user, key)
    try:
        answer_rules(rules=row, agree=True, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"Version {row.version} of the rules is agreed.")
    return redirect("settlement:contract_rules", row.contract.key)


@login_required
@require_POST
def accept(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Accept a version that the host agreed, for one's own authority."""
    row = queries.rules_row(request.user, key)
    try:
        accept_rules(rules=row, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"Version {row.version} of the rules is accepted for {request.user.organisation}.")
    return redirect("settlement:contract_rules", row.contract.key)


@login_required
@require_POST
def turn_down(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Turn a proposal down, with the reason; one's own too."""
    row = queries.rules_row(request.user, key)
    form = RulesAnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, row.contract.key, form)
    try:
        answer_rules(rules=row, agree=False, words=form.cleaned_data["words"], by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"Version {row.version} of the rules is turned down.")
    return redirect("settlement:contract_rules", row.contract.key)


def _page(request: SignedInRequest, key: UUID, form: RulesAnswerForm) -> HttpResponse:
    page = queries.rules_page(request.user, key, today=timezone.localdate())
    tables = _versions_table(page), _consents_table(page), *_worked_tables(page)
    context = {
        "page": page, "versions": tables[0], "consents": tables[1], "worked": tables[2:], "form": form, "templates": template_choices(),
        "is_host": request.user.organisation_id == page.contract.host_id,
    }  # fmt: skip
    return table_response(request, *tables) or render(request, "settlement/contract_rules.html", context)


def _versions_table(page: queries.RulesPage) -> Table:
    columns = (
        Column("Version", "number"), Column("State"), Column("In force from", "date"), Column("What it changed"),
        Column("Why"), Column("Proposed by"), Column("Answered by"), Column("Answer"),
    )  # fmt: skip
    rows = [
        (one.row.version, Tag(one.state, one.colour), one.row.starts_on, _changed(one), one.row.why,
         one.row.proposed_by.name, one.row.answered_by.name if one.row.answered_by else "", one.row.answer_words)
        for one in page.versions
    ]  # fmt: skip
    return Table("Versions", columns, rows, when_empty="No rules of its own were proposed for this block.")


def _consents_table(page: queries.RulesPage) -> Table:
    columns = (
        Column("Version", "number"),
        Column("Party"),
        Column("State"),
        Column("Accepted by"),
        Column("On", "date"),
    )
    rows = [
        (one.version, one.authority, Tag("Accepted", "green") if one.accepted_at else Tag("Not accepted yet", "yellow"),
         one.accepted_by, one.accepted_at)
        for one in page.consents
    ]  # fmt: skip
    return Table(
        "What the other parties say", columns, rows, when_empty="No agreed rules of its own, or no other party."
    )


def _changed(one: queries.VersionLine) -> str:
    return " ".join(f"{change.about}: {change.now}" for change in one.changes) or "The first rules, or only the day."


def _worked_tables(page: queries.RulesPage) -> tuple[Table, ...]:
    if page.worked is None:
        return ()
    worked, names = page.worked, page.names
    lines: list[tuple[Any, ...]] = [(names.get(one.payer, one.payer), one.reason, one.pence) for one in worked.lines]
    columns = (Column("Borne by"), Column("Why"), Column("Amount", "money"))
    borne = [(names.get(ref, ref), pence) for ref, pence in worked.borne]
    return (
        Table("Who bears what in the made-up month", (Column("Authority"), Column("Bears", "money")), borne,
              totals=("The provider is paid", worked.total_pence)),
        Table("Lines of the made-up month", columns, lines, totals=("Total", "", worked.total_pence)),
    )  # fmt: skip
