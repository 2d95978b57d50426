"""The recommendation: a choice for every lot, what it would come to, and then its saving."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from nearhome.people.permissions import SignedInRequest
from nearhome.privacy.conflict import ChangedMeanwhile
from nearhome.tendering.actions.recommending import Recommendation, recommend_award
from nearhome.tendering.forms.awards import LotForm, TermForm, lot_initial
from nearhome.tendering.pages.award_tables import proposal_table
from nearhome.tendering.queries.recommending import (
    NotToRecommend,
    RecommendPage,
    Usual,
    proposed,
    recommend_page,
    stated_in,
)


@login_required
@require_http_methods(["GET", "POST"])
def recommend(request: SignedInRequest, key: UUID) -> HttpResponse:
    """Say what is done with every lot; see what it gives; recommend it."""
    try:
        page = recommend_page(request.user, key, today=timezone.localdate())
    except NotToRecommend as refused:
        messages.info(request, str(refused))
        return redirect("tendering:award", key)
    forms = _forms(request, page)
    wanted = _wanted(forms) if request.method == "POST" else None
    saves = request.POST.get("step") == "recommend"
    if saves and wanted and _saved(request, page, forms[0], wanted):
        return redirect("tendering:award", key)
    shown = page.usual if request.method == "GET" else wanted
    return render(request, "tendering/recommend.html", _shown(page, forms, shown))


def _forms(request: SignedInRequest, page: RecommendPage) -> tuple[TermForm, list[LotForm]]:
    posted = request.POST if request.method == "POST" else None
    first = {"starts_on": page.usual.starts_on, "months": page.usual.months}
    asked = {one.lot.number: bool(one.to_answer) for one in page.tables}
    lots = [
        LotForm(
            posted, number=choice.number, buys_block=page.buys_block, grounds=page.grounds, initial=lot_initial(choice),
            to_answer=asked[choice.number],
        )
        for choice in page.usual.lots
    ]  # fmt: skip
    return TermForm(posted, initial=first), lots


def _wanted(forms: tuple[TermForm, list[LotForm]]) -> Recommendation | None:
    term, lots = forms
    if not all([term.is_valid(), *[lot.is_valid() for lot in lots]]):
        return None
    typed = term.cleaned_data
    return Recommendation([lot.choice() for lot in lots], typed["starts_on"], typed["months"], typed["words"])


def _saved(request: SignedInRequest, page: RecommendPage, term: TermForm, wanted: Recommendation) -> Any:
    version = request.POST.get("version", "")
    try:
        award = recommend_award(
            procurement=page.procurement, recommendation=wanted, by=request.user, now=timezone.now(),
            version=int(version) if version.isdecimal() else None,
        )  # fmt: skip
    except (ValidationError, ChangedMeanwhile) as refused:
        term.add_error(None, refused if isinstance(refused, ValidationError) else str(refused))
        return None
    messages.success(request, "The award is recommended. Another person decides about it.")
    return award


def _shown(
    page: RecommendPage, forms: tuple[TermForm, list[LotForm]], wanted: Recommendation | Usual | None
) -> dict[str, Any]:
    term, lots = forms
    found = None
    if wanted is not None:
        try:
            found = proposed(page, wanted.lots, wanted.term)
        except ValidationError as refused:
            if term.is_bound:
                term.add_error(None, refused)
    tables = [proposal_table(one) for one in found.lots] if found else [None for _ in lots]
    proposals = found.lots if found else [None for _ in lots]
    return {
        "page": page, "term": term, "forms": forms, "found": found, "checks": stated_in(wanted.words if wanted else "", found),
        "lots": list(zip(page.tables, lots, proposals, tables, strict=True)), "ends_before": _end(wanted),
    }  # fmt: skip


def _end(wanted: Recommendation | Usual | None) -> date | None:
    return wanted.term[1] if wanted else None
