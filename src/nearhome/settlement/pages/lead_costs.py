"""The costs of the lead: what was agreed, and a proposal from one person of the lead to another."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from nearhome.design.tables import Column, Table, Tag, table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.settlement.actions.proposing import answer_lead_cost, propose_lead_cost
from nearhome.settlement.forms.lead_costs import LeadCostForm
from nearhome.settlement.forms.rules import RulesAnswerForm
from nearhome.settlement.queries import lead_costs as queries

STATES = {None: ("Proposed", "yellow"), True: ("Agreed", "green"), False: ("Turned down", "grey")}


@login_required
@require_GET
def lead_costs(request: SignedInRequest) -> HttpResponse:
    """Every partnership of the authority with what its lead's work costs."""
    return _page(request)


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Propose an amount from a day."""
    partnership = queries.partnership_to_cost(request.user, key)
    posted = request.POST if request.method == "POST" else None
    form = LeadCostForm(posted, partners=queries.partners_with_weights(partnership))
    if posted is not None and form.is_valid():
        typed = form.cleaned_data
        try:
            propose_lead_cost(
                partnership=partnership, starts_on=typed["starts_on"], yearly_pence=typed["yearly"],
                shares=form.weights(), why=typed["why"], by=request.user, now=timezone.now(),
            )  # fmt: skip
        except ValidationError as mistake:
            form.add_error(None, mistake)
        else:
            messages.success(request, "The costs are proposed. A colleague must agree them before they are shared.")
            return redirect("settlement:lead_costs")
    return render(request, "settlement/propose_lead_cost.html", {"partnership": partnership, "form": form})


@login_required
@require_POST
def agree(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Agree a colleague's proposal."""
    return _answer(request, key, True, "")


@login_required
@require_POST
def turn_down(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Turn a proposal down, with the reason; one's own too."""
    queries.lead_cost_row(request.user, key)
    form = RulesAnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Say why it is turned down.")
        return redirect("settlement:lead_costs")
    return _answer(request, key, False, form.cleaned_data["words"])


def _answer(request: SignedInRequest, key: UUID, agree: bool, words: str) -> HttpResponse:
    row = queries.lead_cost_row(request.user, key)
    try:
        answer_lead_cost(lead_cost=row, agree=agree, words=words, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, "Agreed." if agree else "Turned down.")
    return redirect("settlement:lead_costs")


def _page(request: SignedInRequest) -> HttpResponse:
    found = [(one, _table(one)) for one in queries.lead_costs_of(request.user)]
    shown = {"found": found, "form": RulesAnswerForm()}
    download = table_response(request, *(table for _, table in found))
    return download or render(request, "settlement/lead_costs.html", shown)


def _table(one: queries.PartnershipCosts) -> Table:
    columns = (
        Column("Version", "number"), Column("State"), Column("From", "date"), Column("In a year", "money"), Column("Shared"),
        Column("Why"), Column("Proposed by"), Column("Answered by"), Column("Answer"),
    )  # fmt: skip
    rows = [
        (row.version, Tag(*STATES[row.is_agreed]), row.starts_on, row.yearly_pence, queries.shares_in_words(row), row.why,
         row.proposed_by.name, row.answered_by.name if row.answered_by else "", row.answer_words)
        for row in one.versions
    ]  # fmt: skip
    empty = "No costs of the lead are shared."
    return Table(f"Costs of the lead of {one.partnership}", columns, rows, when_empty=empty)
