"""An award: as it stands, sent back, decided, told, announced, contracted."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from nearhome.design.fields import GovukForm
from nearhome.design.tables import table_response
from nearhome.people.permissions import SignedInRequest
from nearhome.tendering.actions.announcing import record_award_notice, tell_bidders
from nearhome.tendering.actions.contracting import make_contracts
from nearhome.tendering.actions.deciding import decide_award
from nearhome.tendering.actions.recommending import send_back as send_award_back
from nearhome.tendering.forms.awards import ContractForm, DecisionForm, NoticeForm, ReasonForm
from nearhome.tendering.pages.award_facts import facts_of
from nearhome.tendering.pages.award_tables import contracts_table, decided_tables
from nearhome.tendering.permissions.awards import can_approve_awards
from nearhome.tendering.queries.award_page import AwardPage, award_page
from nearhome.tendering.queries.awards import days_are_known, standstill_rule
from nearhome.tendering.states import ProcurementState


@login_required
@require_http_methods(["GET"])
def award(request: SignedInRequest, key: UUID) -> HttpResponse:
    """The award as it stands, and the one thing to do next."""
    page = award_page(request.user, key, now=timezone.now())
    shown = shown_award(page)
    return table_response(request, *shown["downloads"]) or render(request, "tendering/award.html", shown)


@login_required
@require_http_methods(["GET", "POST"])
def send_back(request: SignedInRequest, key: UUID) -> HttpResponse:
    """A commissioner of the lead takes the recommendation back."""
    page = _page_to_lead(request, key)
    form = ReasonForm(request.POST or None)
    if page.award is None or page.procurement.state != ProcurementState.RECOMMENDED:
        return _nothing_to_do(request, page)

    def step() -> None:
        send_award_back(award=page.award, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now())  # type: ignore[arg-type]

    return _asked(request, page, form, step, "send_back", "The recommendation was sent back.")


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: SignedInRequest, key: UUID) -> HttpResponse:
    """An approver of the lead reads the whole award and decides."""
    page = award_page(request.user, key, now=timezone.now())
    if not can_approve_awards(request.user) or request.user.organisation_id != page.procurement.lead_id:
        raise PermissionDenied("Only an approver of the authority that leads this procurement decides on its award.")
    if page.award is None or page.procurement.state != ProcurementState.RECOMMENDED:
        return _nothing_to_do(request, page)
    form = DecisionForm(request.POST or None)

    def step() -> None:
        typed = form.cleaned_data
        decide_award(
            award=page.award,  # type: ignore[arg-type]
            is_approved=typed["is_approved"], reason=typed["reason"], by=request.user, now=timezone.now(),
        )  # fmt: skip

    return _asked(request, page, form, step, "decide_award", "Your decision is recorded.")


@login_required
@require_POST
def tell(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Tell every bidder what became of its own bid."""
    page = _page_to_lead(request, key)
    if page.award is None:
        return _nothing_to_do(request, page)
    try:
        told = tell_bidders(award=page.award, by=request.user, now=timezone.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, f"{len(told)} bidders can now read what became of their bids.")
    return redirect("tendering:award", key)


@login_required
@require_http_methods(["GET", "POST"])
def notice(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Record the award notice; the last day of the standstill follows from it."""
    page = _page_to_lead(request, key)
    if page.award is None or page.procurement.state != ProcurementState.APPROVED:
        return _nothing_to_do(request, page)
    rule = standstill_rule(page.procurement, page.award)
    first = {"notice_on": page.award.notice_on or timezone.localdate(), "keeps_standstill": False}
    form = NoticeForm(
        request.POST or None, is_mandatory=rule.is_mandatory, days_are_known=days_are_known(rule), initial=first
    )

    def step() -> None:
        typed = form.cleaned_data
        record_award_notice(
            award=page.award,  # type: ignore[arg-type]
            notice_on=typed["notice_on"], keeps_standstill=bool(typed.get("keeps_standstill")),
            longer_until=typed.get("longer_until"), by=request.user, now=timezone.now(),
        )  # fmt: skip

    return _asked(request, page, form, step, "award_notice", "The award notice is recorded.", rule=rule)


@login_required
@require_http_methods(["GET", "POST"])
def contract(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Record that the contract was made: the framework or the blocks are written."""
    page = _page_to_lead(request, key)
    if page.award is None or page.procurement.state != ProcurementState.APPROVED:
        return _nothing_to_do(request, page)
    form = ContractForm(request.POST or None, initial={"contracted_on": timezone.localdate()})

    def step() -> None:
        make_contracts(
            award=page.award,  # type: ignore[arg-type]
            contracted_on=form.cleaned_data["contracted_on"], by=request.user, now=timezone.now(),
        )  # fmt: skip

    return _asked(request, page, form, step, "contract", "The contract is recorded.")


def shown_award(page: AwardPage) -> dict[str, Any]:
    """What the templates of an award show."""
    tables = decided_tables(page.lots)
    contracts = contracts_table(page.lines)
    return {
        "facts": facts_of(page), "checks": page.checks, "may_decide": page.may_decide,
        "page": page, "award": page.award, "lots": list(zip(page.lots, tables, strict=True)), "contracts": contracts,
        "downloads": [*tables, contracts],
    }  # fmt: skip


def _page_to_lead(request: SignedInRequest, key: UUID) -> AwardPage:
    page = award_page(request.user, key, now=timezone.now())
    if not page.may_lead:
        raise PermissionDenied("Only a commissioner of the authority that leads this procurement can change it.")
    return page


def _nothing_to_do(request: SignedInRequest, page: AwardPage) -> HttpResponse:
    messages.info(request, f"The procurement is “{page.state}”, so this cannot be done now.")
    return redirect("tendering:award", page.procurement.key)


def _asked(
    request: SignedInRequest,
    page: AwardPage,
    form: GovukForm,
    step: Callable[[], None],
    name: str,
    done: str,
    **more: Any,
) -> HttpResponse:
    """Show the form; when it is sent and sound take the step, and say so or say why not."""
    if request.method == "POST" and form.is_valid():
        try:
            step()
        except (ValidationError, PermissionDenied) as refused:
            form.add_error(None, refused if isinstance(refused, ValidationError) else str(refused))
        else:
            messages.success(request, done)
            return redirect("tendering:award", page.procurement.key)
    return render(request, f"tendering/{name}.html", shown_award(page) | {"form": form} | more)
